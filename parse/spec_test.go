package parse_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"oped"
	"oped/parse"
)

func atomDoc(entry string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><title>The Paper</title><id>tag:paper.example,2026:f</id>` +
		entry + `</feed>`
}

func rssDoc(item string) string {
	return `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">` +
		`<channel><title>The Paper</title><link>https://paper.example/</link>` + item + `</channel></rss>`
}

// TestTitles (P2) checks the eight ways to write the headline <title>.
func TestTitles(t *testing.T) {
	for name, title := range map[string]string{
		"P2 html CDATA":       `<title type="html"><![CDATA[&lt;title>]]></title>`,
		"P2 html entity":      `<title type="html">&amp;lt;title></title>`,
		"P2 html reference":   `<title type="html">&#38;lt;title></title>`,
		"P2 text CDATA":       `<title type="text"><![CDATA[<title>]]></title>`,
		"P2 text entity":      `<title type="text">&lt;title></title>`,
		"P2 text reference":   `<title type="text">&#60;title></title>`,
		"P2 xhtml entity":     `<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">&lt;title></div></title>`,
		"P2 xhtml reference":  `<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">&#60;title></div></title>`,
		"P2 no type":          `<title>&lt;title></title>`,
		"P5 xhtml at the div": `<title type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:b>&lt;</x:b>title></x:div></title>`,
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(t, atomDoc("<entry>"+title+"<id>1</id></entry>")).Entries[0].Title; got != "<title>" {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestEntries checks single fields of the only entry of a document.
func TestEntries(t *testing.T) {
	const page = "https://paper.example/a"
	link := `<link href="` + page + `"/>`
	for _, tc := range []struct {
		name, doc string
		of        func(oped.Entry) string
		want      string
	}{
		{"P3 no rel is alternate", atomDoc("<entry>" + link + "</entry>"), address, page},
		{
			"P3 alternate by rel",
			atomDoc(`<entry><link rel="self" href="https://paper.example/s"/><link rel="alternate" href="/a"/></entry>`),
			address, page,
		},
		{
			"P3 first alternate", atomDoc("<entry>" + link + `<link href="https://paper.example/b"/></entry>`), address,
			page,
		},
		{"P3 unknown rel", atomDoc(`<entry><link rel="x" href="https://paper.example/x"/></entry>`), address, ""},
		{
			"P3 address of the relation",
			atomDoc(`<entry><link rel="http://www.iana.org/assignments/relation/alternate" href="/a"/></entry>`),
			address, page,
		},
		{
			"P3 enclosure is no page", atomDoc(`<entry><link rel="enclosure" href="/x.mp3"/>` + link + "</entry>"),
			address, page,
		},
		{
			"P4 xml:base",
			`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/"><entry xml:base="y/z.html"><link href="w"/></entry></feed>`,
			address, "https://b.example/x/y/w",
		},
		{
			"P4 base of content",
			`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/"><entry><content type="html" xml:base="y/">&lt;img src="i.png">&lt;a href='#n'></content></entry></feed>`,
			content, `<img src="https://b.example/x/y/i.png"><a href='https://b.example/x/y/#n'>`,
		},
		{
			"P4 address of the document",
			rssDoc(`<item><description>&lt;a href="/p?a=1&amp;amp;b=2"&gt;x&lt;/a&gt;</description></item>`), summary,
			`<a href="https://paper.example/p?a=1&amp;b=2">x</a>`,
		},
		{
			"P5 prefixed Atom",
			`<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>F</a:title><a:entry><a:title>T</a:title><a:link href="/a"/></a:entry></a:feed>`,
			address, page,
		},
		{
			"P6 source first",
			atomDoc(`<entry><source><title>Other</title><id>o</id></source><title>Mine</title><id>m</id></entry>`),
			title, "Mine",
		},
		{
			"P6 source last",
			atomDoc(`<entry><id>m</id><title>Mine</title><source><title>Other</title><id>o</id></source></entry>`), id,
			"m",
		},
		{
			"P6 name of the source", atomDoc(`<entry><source><title>Other</title></source><title>Mine</title></entry>`),
			source, "Other",
		},
		{
			"P7 atom:id to the letter", atomDoc("<entry><id> HTTP://www.Example.org/ü/a b </id></entry>"), id,
			"HTTP://www.Example.org/ü/a b",
		},
		{"P7 guid to the letter", rssDoc("<item><guid>\n %7Ea&amp;b </guid></item>"), id, "%7Ea&b"},
		{
			"P7 guid is a permalink by default", rssDoc("<item><guid>https://paper.example/a</guid></item>"), address,
			page,
		},
		{
			"P7 guid that is none", rssDoc(`<item><guid isPermaLink="false">https://paper.example/a</guid></item>`),
			address, "",
		},
		{
			"P7 link before guid",
			rssDoc(`<item><guid>https://paper.example/g</guid><link>https://paper.example/a</link></item>`), address,
			page,
		},
		{
			"P7 rdf:about",
			`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="c"/><item rdf:about="urn:1"><title>T</title></item></rdf:RDF>`,
			id, "urn:1",
		},
		{
			"P8 an invalid date is none", rssDoc("<item><pubDate>yesterday</pubDate></item>"), published,
			"0001-01-01T00:00:00Z",
		},
		{
			"P8 a future date stays", rssDoc("<item><pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate></item>"),
			published, "2099-01-01T00:00:00Z",
		},
		{
			"P10 control characters", rssDoc("<item><title>a\x00b\x1fc\xffd&#x1F;e&#xFFFF;f&#xD800;</title></item>"),
			title, "abcÿdef",
		},
		{
			"P10 control characters behind HTML", atomDoc(`<entry><title type="html">a&amp;#1;b</title></entry>`),
			title, "ab",
		},
		{"S10 javascript", rssDoc("<item><link>JaVa\nscript:alert(1)</link></item>"), address, ""},
		{
			"S10 the first alternate that is a page", atomDoc(`<entry><link href="javascript:x"/>` + link + "</entry>"),
			address, page,
		},
		{
			"tags that nobody closes",
			rssDoc("<item><description>a" + strings.Repeat("<br>b<img src='/i'>", 300) +
				"</br></description><link>https://paper.example/a</link></item>"),
			address, page,
		},
		{"S10 data", rssDoc("<item><link>data:text/html,x</link></item>"), address, ""},
		{"S10 name and password", rssDoc("<item><link>https://paper.example@evil.example/</link></item>"), address, ""},
		{
			"headline with tags", rssDoc("<item><title>&lt;b&gt;Water&lt;/b&gt; &amp;amp; peace</title></item>"), title,
			"Water & peace",
		},
		{
			"headline in angle brackets", rssDoc("<item><title>The &lt;title&gt; of it, 1 &lt; 2</title></item>"),
			title, "The <title> of it, 1 < 2",
		},
		{
			"several creators",
			rssDoc("<item><dc:creator>Brig (retd) X</dc:creator><dc:creator>B. Writer</dc:creator></item>"), people,
			"Brig (retd) X||; B. Writer||",
		},
		{
			"mail and name", rssDoc("<item><author>desk@paper.example (The Desk)</author></item>"), people,
			"The Desk|desk@paper.example|",
		},
		{"a handle is no mail", rssDoc("<item><author>M. L. @handle</author></item>"), people, "M. L. @handle||"},
		{
			"author of the feed", atomDoc("<author><name>N</name><uri>/n</uri></author><entry><id>1</id></entry>"),
			people, "N||https://paper.example/n",
		},
		{
			"origLink",
			rssDoc(`<item><link>https://count.example/1</link><feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">https://paper.example/a</feedburner:origLink></item>`),
			address, page,
		},
		{
			"FeedBurner's address and the page's for a guid",
			rssDoc(`<item><link>http://feedproxy.google.com/~r/Paper/~3/x/</link><guid>https://paper.example/a</guid></item>`),
			address, page,
		},
		{
			"FeedBurner's address and a guid that is none",
			rssDoc(`<item><link>http://feeds.feedburner.com/~r/Paper/~3/x/</link><guid isPermaLink="false">https://paper.example/a</guid></item>`),
			address, "http://feeds.feedburner.com/~r/Paper/~3/x/",
		},
		{
			"plain text becomes HTML", atomDoc(`<entry><summary type="text">a &lt; b</summary></entry>`), summary,
			"a &lt; b",
		},
		{
			"Urdu by its letters", rssDoc("<item><title>پاکستان اور بھارت کے درمیان پانی کا مسئلہ ہے</title></item>"),
			lang, "ur",
		},
		{"language of the entry", atomDoc(`<entry xml:lang="ur-PK"><title>x</title></entry>`), lang, "ur-PK"},
		{"rss source", rssDoc(`<item><source url="https://o.example/">Other</source></item>`), source, "Other"},
		{
			"odd namespace",
			`<rss version="2.0" xmlns="http://odd.example/ns"><channel><item><link>https://paper.example/a</link></item></channel></rss>`,
			address, page,
		},
		{
			"entry document", `<entry xmlns="http://www.w3.org/2005/Atom"><title>T</title><link href="/a"/></entry>`,
			address, page,
		},
		{
			"P16 numeric id",
			`{"version":"https://jsonfeed.org/version/1","title":"J","x":{},"items":[{"id":7,"content_text":"a<b","url":"/a"}]}`,
			id, "7",
		},
		{
			"P16 content_text",
			`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"7","content_text":"a<b"}]}`, content,
			"a&lt;b",
		},
		{
			"P16 authors",
			`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"7","authors":[{"name":"A"},{"name":"B"}]}]}`,
			people, "A||; B||",
		},
		{
			"P16 author", `{"version":"https://jsonfeed.org/version/1","author":{"name":"A"},"items":[{"id":"7"}]}`,
			people, "A||",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := read(t, tc.doc)
			if len(got.Entries) != 1 {
				t.Fatalf("%d entries", len(got.Entries))
			}
			if text := tc.of(got.Entries[0]); text != tc.want {
				t.Errorf("got  %q\nwant %q", text, tc.want)
			}
		})
	}
}

func address(e oped.Entry) string   { return e.URL }
func title(e oped.Entry) string     { return e.Title }
func id(e oped.Entry) string        { return e.ID }
func content(e oped.Entry) string   { return e.Content }
func summary(e oped.Entry) string   { return e.Summary }
func source(e oped.Entry) string    { return e.Source }
func lang(e oped.Entry) string      { return e.Lang }
func published(e oped.Entry) string { return e.Published.Format("2006-01-02T15:04:05Z07:00") }

func people(e oped.Entry) string {
	var all []string
	for _, a := range e.Authors {
		all = append(all, a.Name+"|"+a.Email+"|"+a.URL)
	}
	return strings.Join(all, "; ")
}

// TestCharsets (P9, F38) checks one headline in many encodings.
func TestCharsets(t *testing.T) {
	encode := func(s string, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return []byte(s)
	}
	doc := func(declared string) string {
		return `<?xml version="1.0"` + declared + `?>` + rssDoc("<item><title>پانی é</title></item>")
	}
	arabic := `<?xml version="1.0" encoding="windows-1256"?>` + rssDoc("<item><title>پانی é</title></item>")
	arabic = strings.Replace(arabic, "ی", "ي", 1)
	for _, tc := range []struct {
		name, contentType string
		body              []byte
		want              string
	}{
		{"F38 nothing said", "", []byte(doc("")), "پانی é"},
		{
			"F38 UTF-16 with mark", "",
			encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(doc(` encoding="utf-16"`))),
			"پانی é",
		},
		{
			"F38 UTF-16 without", "",
			encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(doc(""))), "پانی é",
		},
		{
			"F38 UTF-32", "", encode(utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM).NewEncoder().String(doc(""))),
			"پانی é",
		},
		{"F38 mark before header", "text/xml; charset=windows-1252", []byte("\ufeff" + doc("")), "پانی é"},
		{
			"F38 header before declaration", "application/rss+xml; charset=utf-8",
			[]byte(doc(` encoding="iso-8859-1"`)), "پانی é",
		},
		{"F38 unknown name", "text/xml; charset=klingon", []byte(doc(` encoding="vulcan"`)), "پانی é"},
		{"F38 text/xml without charset", "text/xml", []byte(doc("")), "پانی é"},
		{"P9 windows-1256", "", encode(charmap.Windows1256.NewEncoder().String(arabic)), "پاني é"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := parse.Document(t.Context(), parse.Input{
				Body:   tc.body,
				Header: http.Header{"Content-Type": {tc.contentType}},
			})
			if err != nil || got.Entries[0].Title != tc.want {
				t.Errorf("got %v, %v", got.Entries, err)
			}
		})
	}
}

// TestBroken_KeepsWholeEntries (P11) checks that the whole entries of a cut-off document are kept, with a warning.
func TestBroken_KeepsWholeEntries(t *testing.T) {
	whole := rssDoc("<item><title>one</title></item><item><title>two</title></item>")
	for _, cut := range []int{
		len(whole) - 1, len(whole) - len("</channel></rss>"), len(whole) - len("tem></channel></rss>"),
	} {
		got := read(t, whole[:cut])
		want := 2
		if cut < len(whole)-len("</channel></rss>") {
			want = 1
		}
		if len(got.Entries) != want || !strings.Contains(got.Warning, "line 1, column") {
			t.Errorf("cut at %d: %d entries, warning %q", cut, len(got.Entries), got.Warning)
		}
	}
	if got := read(t, rssDoc("<item><title>caf\xe9 é é</title></item>")); got.Warning == "" ||
		got.Entries[0].Title != "caf\ufffd é é" {
		t.Errorf("a wrong byte: warning %q, %q", got.Warning, got.Entries[0].Title)
	}
}

// TestDocument_RejectsOtherFormats (P12) checks the errors of documents other than feeds.
func TestDocument_RejectsOtherFormats(t *testing.T) {
	for doc, kind := range map[string]oped.FailureKind{
		"": oped.NotFeed, " \n": oped.NotFeed, "<!DOCTYPE html><html><br><p>x</html>": oped.NotFeed,
		"<HTML>" + strings.Repeat("<br>", 999): oped.NotFeed,
		"\x89PNG\r\n\x1a\n\x00\x00":            oped.NotFeed,
		"hello":                                oped.NotFeed,
		`{"a":1}`:                              oped.NotFeed,
		`{"version":`:                          oped.Malformed,
		"<rss":                                 oped.NotFeed,
		"<rss><channel><ti":                    oped.Malformed,
		"<svg/>":                               oped.NotFeed,
	} {
		_, err := parse.Document(t.Context(), parse.Input{Body: []byte(doc)})
		var failed *oped.FetchError
		if !errors.As(err, &failed) || failed.Kind != kind {
			t.Errorf("%.40q: got %v, want %s", doc, err, kind)
		}
	}
}

// TestNewest_OfOneIDStays (P17) checks that the newest of several entries with one id stays, in any order, and
// that entries of different pages stay separate.
func TestNewest_OfOneIDStays(t *testing.T) {
	old, young := `<entry><id>1</id><title>old</title><updated>2026-01-01T00:00:00Z</updated></entry>`,
		`<entry><id>1</id><title>young</title><updated>2026-01-02T00:00:00Z</updated></entry>`
	for _, doc := range []string{atomDoc(old + young), atomDoc(young + old)} {
		if got := read(t, doc).Entries; len(got) != 1 || got[0].Title != "young" {
			t.Errorf("got %v", got)
		}
	}
	apart := rssDoc(
		`<item><guid isPermaLink="false">1</guid><link>https://p.example/a</link></item><item><guid isPermaLink="false">1</guid><link>https://p.example/b</link></item>`)
	if got := read(t, apart).Entries; len(got) != 2 {
		t.Errorf("different pages: got %v", got)
	}
}

// TestHash_FollowsTheContent checks that the hash changes exactly with the published content.
func TestHash_FollowsTheContent(t *testing.T) {
	one, same, other := read(t, rssDoc("<item><title>a</title></item>")),
		read(t, rssDoc("<item> <title><![CDATA[a]]></title></item>")), read(t, rssDoc("<item><title>b</title></item>"))
	if one.Entries[0].Hash != same.Entries[0].Hash || one.Entries[0].Hash == other.Entries[0].Hash {
		t.Error("hashes do not follow what was published")
	}
}

func TestDiscover(t *testing.T) {
	got := parse.Discover([]byte(`<html><head><base href="/sub/"><link rel="alternate" type="application/rss+xml" href="a.xml">
<link REL="Alternate home" TYPE="application/atom+xml; charset=utf-8" HREF="//other.example/b"><link rel="alternate" hreflang="ur" href="/ur"><!--
<link rel="alternate" type="application/rss+xml" href="no"> --><link rel=alternate type=application/feed+json href=/j.json><link rel="stylesheet" href="s">
<link rel="alternate" type="application/rss+xml" href="a.xml"><link rel="alternate" type="application/rss+xml" href="javascript:x">`), "https://paper.example/x/page.html")
	want := []string{"https://paper.example/sub/a.xml", "https://other.example/b", "https://paper.example/j.json"}
	if !slices.Equal(got, want) {
		t.Errorf("F39: got %q", got)
	}
}

func TestOPML(t *testing.T) {
	list, err := parse.OPML([]byte(`<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Papers"><outline text="A &amp; B" type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
<outline text="again" xmlUrl="https://a.example/feed"/><outline text="bad" xmlUrl="file:///etc/passwd"/></outline><outline text="C" xmlurl="http://c.example/f"/></body></opml>`))
	got := list.Feeds
	if err != nil || len(got) != 2 || list.Twice != 1 || len(list.Unusable) != 1 || got[0].Title != "A & B" || got[0].SiteURL != "https://a.example/" ||
		got[1].URL != "http://c.example/f" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{
		"", "{}", "<html><p>x", rssDoc(""), "<opml>" + strings.Repeat("<outline>", 40),
		"<opml><body><outline xmlUrl='https://a.example/f'/>",
	} {
		_, err := parse.OPML([]byte(bad))
		var mistake *oped.Diagnostic
		if !errors.As(err, &mistake) || mistake.Hint == "" || mistake.Pos.Line == 0 {
			t.Errorf("%.30q: got %v", bad, err)
		}
	}
}
