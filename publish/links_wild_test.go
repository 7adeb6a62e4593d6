package publish

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/publish/feed"
)

// TestPictures shows pictures loaded late by scripts.
func TestPictures(t *testing.T) {
	const at = "https://gazette.example"
	for html, want := range map[string]string{
		`<img src="data:image/gif;base64,R0" data-src="` + at + `/r.jpg" alt="lazy">`:               at + "/r.jpg",
		`<img data-srcset="` + at + `/e-75.jpg 75w, ` + at + `/e-1024.jpg 1024w">`:                  at + "/e-1024.jpg",
		`<img src="` + at + `/placeholder.gif" data-original="` + at + `/f.jpg">`:                   at + "/f.jpg",
		`<img srcset="` + at + `/1.jpg, ` + at + `/2.jpg 2x">`:                                      at + "/2.jpg",
		`<img src="` + at + `/a.jpg" srcset="` + at + `/b.jpg 2x">`:                                 at + "/a.jpg",
		`<img src="" data-lazy-src="` + at + `/l.jpg">`:                                             at + "/l.jpg",
		`<img src="` + at + `/a.jpg" data-src="javascript:x">`:                                      at + "/a.jpg",
		`<picture><source srcset="` + at + `/p.webp 2x"><img alt="p"></picture>`:                    at + "/p.webp",
		`<img srcset="` + at + `/w,h_1/c.jpg 300w,` + at + `/w,h_2/d.jpg 600w">`:                    at + "/w,h_2/d.jpg",
		`<img data-src="` + at + `/t.jpg?utm_source=rss&amp;w=9">`:                                  at + "/t.jpg?w=9",
		`<img src="data:image/gif;base64,R0" data-lazyload="` + at + `/ll.jpg">`:                    at + "/ll.jpg",
		`<p>a</p><noscript><img src="` + at + `/n.jpg"></noscript>`:                                 at + "/n.jpg",
		`<div><noscript><p><img src="` + at + `/n.jpg"></p></noscript></div>`:                       at + "/n.jpg",
		`<img data-x="1"><noscript><img data-src="` + at + `/n.jpg"></noscript>`:                    at + "/n.jpg",
		`<img data-src="` + at + `/l.jpg"> <noscript><img src="` + at + `/n.jpg"></noscript>`:       at + "/l.jpg",
		`<noscript><img src="` + at + `/n.jpg"></noscript><p><img data-src="` + at + `/l.jpg"></p>`: at + "/l.jpg",
		`<amp-img src="` + at + `/amp.jpg" width="9" height="9"></amp-img>`:                         at + "/amp.jpg",
		`<amp-img src="` + at + `/amp.jpg"><noscript><img src="` + at + `/n.jpg"></noscript>` +
			`<amp-img placeholder src="` + at + `/blur.jpg"></amp-img></amp-img>`: at + "/amp.jpg",
		`<p><amp-img srcset="` + at + `/amp.jpg 9w"/> text</p>`: at + "/amp.jpg",
	} {
		out := newSanitiser().sanitise(html)
		if strings.Contains(html, " text") && !strings.Contains(out, " text") {
			t.Errorf("%s is %s", html, out)
		}
		if !strings.Contains(out, `src="`+want+`"`) || strings.Count(out, "src") != 1 || strings.Contains(out, "data:") {
			t.Errorf("%s\nis %s\nwant %s", html, out, want)
		}
	}
	for _, html := range []string{`<img data-src="http://127.0.0.1/x">`, `<img data-src="https://pixel.wp.com/g.gif">`, `<img>`,
		`<noscript><img src="https://www.facebook.com/tr?id=1"></noscript>`,
		`<noscript><img src="javascript:x" onerror="x"><script>x</script></noscript>`,
		`<noscript>&lt;img src="https://gazette.example/n.jpg"&gt;</noscript>`} {
		if out := newSanitiser().sanitise(html); strings.Contains(out, "src") {
			t.Errorf("%s is %s", html, out)
		}
	}
}

// TestEnclosuresInAllFormats publishes the enclosures of an entry, and links without tracking parameters.
func TestEnclosuresInAllFormats(t *testing.T) {
	const rss = "https://paper.example/rss?utm_source=x"
	at := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	p := oped.Piece{FirstSeen: at, Updated: at, AtomID: "tag:paper.example,2026:1", Entries: []oped.Entry{{
		FeedURL:   rss,
		Title:     "A",
		URL:       "https://paper.example/1?utm_source=rss&utm_medium=feed&id=7",
		Authors:   []oped.Person{{Name: "Jane Mill", URL: "https://paper.example/jane?fbclid=1"}},
		Content:   `<p><a href="https://other.example/?gclid=1&amp;q=2">A</a> text</p>`,
		Published: at,
		FirstSeen: at,
		Enclosures: []oped.Enclosure{
			{URL: "https://paper.example/a1.mp3?utm_source=rss", Type: "audio/mpeg", Size: 1234},
			{URL: "https://paper.example/a1.ogg"},
			{URL: "http://127.0.0.1/a1.mp3", Type: "audio/mpeg"},
			{URL: "javascript:x", Type: "audio/mpeg"},
			{URL: "https://paper.example/x", Type: "bad type"},
		},
	}}}
	s := newRenderer(Options{BaseURL: "https://op.example"}).with(feedStates{rss: {Feed: oped.Feed{URL: rss, Full: true}}})
	e := &oped.EditionState{Edition: oped.Edition{Name: "all"}, Created: at, Updated: at}
	all := s.entries.of(e, s.items.all(e, []oped.Piece{p}))
	for f, want := range map[feed.Format][]string{
		feed.Atom: {
			`<link rel="enclosure" type="audio/mpeg" href="https://paper.example/a1.mp3" length="1234"></link>`,
			`<link rel="enclosure" type="audio/ogg" href="https://paper.example/a1.ogg"></link>`,
			`<link rel="enclosure" type="application/octet-stream" href="https://paper.example/x"></link>`,
		},
		feed.RSS: {`<enclosure url="https://paper.example/a1.mp3" length="1234" type="audio/mpeg"></enclosure>`},
		feed.JSON: {
			`"attachments":[{"url":"https://paper.example/a1.mp3","mime_type":"audio/mpeg","size_in_bytes":1234},` +
				`{"url":"https://paper.example/a1.ogg","mime_type":"audio/ogg"}`,
		},
	} {
		var b bytes.Buffer
		if _, err := s.write(&b, f, &document{Edition: *e}, all); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("%s has no %s:\n%s", f, w, &b)
			}
		}
		if f == feed.RSS && strings.Count(b.String(), "<enclosure") != 1 {
			t.Error("RSS has not one enclosure")
		}
		if !strings.Contains(b.String(), "https://paper.example/1?id=7") || !strings.Contains(b.String(), "https://other.example/?q=2") {
			t.Errorf("%s: links changed:\n%s", f, &b)
		}
		for _, bad := range []string{"utm_", "fbclid", "gclid", "127.0.0.1", "javascript"} {
			if doc := strings.ReplaceAll(b.String(), rss, ""); strings.Contains(doc, bad) {
				t.Errorf("%s has %s:\n%s", f, bad, doc)
			}
		}
	}
}
