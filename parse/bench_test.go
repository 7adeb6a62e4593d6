package parse_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed/rss"

	"oped/parse"
)

// paper returns an RSS document of 30 op-eds of 400 to 1,200 words, some 190 KB.
func paper() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>The Paper</title><atom:link href="https://paper.example/feed" rel="self"/><link>https://paper.example/</link>
<description>Opinion</description><language>en-GB</language><sy:updatePeriod>hourly</sy:updatePeriod>
`)
	words := strings.Fields(
		"the water of the river was shared by treaty between two governments that trusted each other little — and " +
			"yet it held")
	for i := range 30 {
		fmt.Fprintf(&b, `<item><title>What the river &amp; the treaty taught us, part %d</title><link>https://paper.example/%d?utm_source=rss&amp;utm_medium=feed</link>
<dc:creator><![CDATA[A. Writer]]></dc:creator><pubDate>Mon, 05 Jan 2026 06:%02d:00 GMT</pubDate><category><![CDATA[Opinion]]></category>
<guid isPermaLink="false">oped-%d</guid><description><![CDATA[<p>A short summary of it [&#8230;]</p>]]></description><content:encoded><![CDATA[`, i, i, i, i)
		for w := range 400 + i*800/29 {
			if w%90 == 0 {
				b.WriteString("<p>")
			}
			b.WriteString(words[(w*7+i)%len(words)])
			if w%90 == 89 {
				b.WriteString(" <a href=\"https://paper.example/more\">more</a></p>\n")
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteString("]]></content:encoded></item>\n")
	}
	b.WriteString("</channel></rss>")
	return b.Bytes()
}

func BenchmarkDocument(b *testing.B) {
	in := parse.Input{Body: paper(), URL: "https://paper.example/feed"}
	b.SetBytes(int64(len(in.Body)))
	b.ReportAllocs()
	for b.Loop() {
		got, err := parse.Document(b.Context(), in)
		if err != nil || len(got.Entries) != 30 {
			b.Fatal(len(got.Entries), err)
		}
	}
}

// BenchmarkGofeed is gofeed alone on the same document, for comparison.
func BenchmarkGofeed(b *testing.B) {
	body := paper()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := new(rss.Parser).Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
}
