package papertest

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// Item is one op-ed of a paper.
type Item struct {
	GUID, Link, Title, Author, HTML string
	Categories                      []string
	Published                       time.Time
}

// Items returns n op-eds with different words, numbered from from.
func Items(base string, from, n int) []Item {
	items := make([]Item, n)
	for i := range items {
		k := from + i
		link := fmt.Sprintf("%s/opinion/%d", base, k)
		items[i] = Item{
			GUID:      link,
			Link:      link,
			Title:     fmt.Sprintf("Opinion number %d", k),
			Author:    fmt.Sprintf("Author %d", k%7),
			HTML:      fmt.Sprintf("<p>%s</p>", Words(k, 60)),
			Published: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(k) * time.Hour),
		}
	}
	return items
}

// Words returns n words derived from a seed.
func Words(seed, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("word%dx%d", seed, i)
	}
	return strings.Join(out, " ")
}

// RSS returns the items as RSS 2.0.
func RSS(title string, items ...Item) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>`)
	element(&b, "title", title)
	for _, i := range items {
		b.WriteString("\n<item>")
		element(&b, "guid", i.GUID)
		element(&b, "link", i.Link)
		element(&b, "title", i.Title)
		element(&b, "dc:creator", i.Author)
		for _, c := range i.Categories {
			element(&b, "category", c)
		}
		if !i.Published.IsZero() {
			element(&b, "pubDate", i.Published.UTC().Format(time.RFC1123Z))
		}
		element(&b, "description", i.HTML)
		b.WriteString("</item>")
	}
	b.WriteString("\n</channel></rss>\n")
	return []byte(b.String())
}

func element(b *strings.Builder, name, text string) {
	if text == "" {
		return
	}
	b.WriteString("<" + name + ">")
	if err := xml.EscapeText(b, []byte(text)); err != nil {
		panic(err) // a strings.Builder never fails
	}
	b.WriteString("</" + name + ">")
}

// Windows1256 converts a UTF-8 document to windows-1256, the charset of older Urdu and Arabic systems. It adjusts
// the XML declaration. Characters missing in the charset become question marks.
func Windows1256(document []byte) []byte {
	declared := strings.Replace(string(document), `encoding="UTF-8"`, `encoding="windows-1256"`, 1)
	out, err := encoding.ReplaceUnsupported(charmap.Windows1256.NewEncoder()).String(declared)
	if err != nil {
		panic(err) // impossible, since unsupported characters are replaced
	}
	return []byte(out)
}
