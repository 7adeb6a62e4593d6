package publish

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"oped"
	"oped/publish/feed"
)

// channelOf returns the channel of an RSS document, with its description as readers get it.
func channelOf(t testing.TB, doc []byte) (title, description string) {
	t.Helper()
	var rss struct {
		Title       string `xml:"channel>title"`
		Description string `xml:"channel>description"`
	}
	if err := xml.Unmarshal(doc, &rss); err != nil {
		t.Fatalf("%v in %.300s", err, doc)
	}
	return rss.Title, rss.Description
}

// TestAChannelIsDescribedInPlainText: readers take the description of a channel for HTML, so the operator's
// words are escaped as such; in the other formats they are plain text.
func TestAChannelIsDescribedInPlainText(t *testing.T) {
	const said = `Water & <img src=x onerror=alert(1)> power's "views"`
	for _, e := range []oped.Edition{{Name: "x", Title: said}, {Name: "x", Title: "Water", Subtitle: said}} {
		sheet := &document{Edition: oped.EditionState{Edition: e, AtomID: "tag:x,2020:x"}}
		for _, o := range outputs(t, newRenderer(options()), sheet, feedStates{}, nil) {
			switch o.format {
			case feed.RSS:
				if _, got := channelOf(t, o.doc); got != `Water &amp; &lt;img src=x onerror=alert(1)&gt; power's "views"` {
					t.Errorf("RSS: %s", got)
				}
			case feed.Atom:
				if f := rules(t, o.doc); !strings.Contains(fmt.Sprint(f.Title), said) && e.Subtitle == "" ||
					strings.Contains(string(o.doc), `title type="html"`) {
					t.Errorf("Atom: %v", f.Title)
				}
			}
		}
	}
}

// FuzzRender: whatever a newspaper writes, each format is well-formed, has one entry for each piece and no control
// character, and is at most as long as its parts allow: linear in the input.
func FuzzRender(f *testing.F) {
	f.Add("Title", "Some text.", "<p>Some <b>text</b>.</p>", "https://paper.example/1", "A. Writer", uint8(2))
	f.Add("\x00\u009b\u202e]]>&#0;", "</entry><entry>\x1b[31m", "<script>x</script><a href='http://10.0.0.1/'>a",
		"http://u:p@10.0.0.1/\x00", "<b>&amp;amp;", uint8(1))
	n := newNasty(7)
	for range 60 {
		f.Add(n.text(), n.text(), n.markup(), n.url(), n.text(), uint8(n.IntN(5)))
	}
	r := newRenderer(options())
	f.Fuzz(func(t *testing.T, title, text, markup, address, name string, count uint8) {
		feed := oped.FeedState{
			Feed:     oped.Feed{URL: address, Publisher: name, Full: count&4 > 0, Lang: name},
			DocTitle: title,
			DocSite:  address,
			DocID:    address,
			Rights:   text,
		}
		feeds, pieces := feedStates{address: feed}, make([]oped.Piece, count%4)
		for i := range pieces {
			e := oped.Entry{
				FeedURL:    address,
				Publisher:  name,
				ID:         address,
				URL:        address,
				Title:      title,
				Summary:    markup,
				Content:    markup,
				Text:       text,
				Rights:     title,
				Source:     name,
				Lang:       name,
				Authors:    []oped.Person{{Name: name, URL: address}},
				Categories: []string{title, name},
				Published:  at(1, i),
				FirstSeen:  at(2, i),
				Joined:     text,
			}
			pieces[i] = oped.Piece{
				ID:        oped.PieceID(i + 1),
				AtomID:    fmt.Sprintf("tag:x,2020:%d", i),
				Kind:      oped.Opinion,
				Entries:   []oped.Entry{e, e},
				FirstSeen: at(2, i),
				Updated:   at(3, i),
				Revision:  1,
			}
		}
		edition := oped.EditionState{Edition: oped.Edition{
			Name:     "x",
			Title:    title,
			Subtitle: text,
			Lang:     name,
		}, AtomID: "tag:x,2020:x", Created: at(1, 0)}
		input := len(title) + len(text) + len(markup) + len(address) + len(name)
		limit := (1 + len(pieces)) * (16<<10 + 40*input)
		whole := func(what string, doc []byte) {
			if found := bytes.IndexFunc(doc, func(r rune) bool {
				return r < ' ' && r != '\n' && r != '\t' || 0x7f <= r && r < 0xa0
			}); found >= 0 || !utf8.Valid(doc) {
				t.Errorf("%s: a control at %d: %q", what, found, doc[max(0, found-40):min(len(doc), max(found, 0)+40)])
			}
			if len(doc) > limit {
				t.Errorf("%s: %d bytes of %d in %d pieces", what, len(doc), input, len(pieces))
			}
		}
		for _, o := range outputs(t, r, &document{Edition: edition}, feeds, pieces) {
			got, err := readContent(o)
			if err != nil || len(got) != len(pieces) {
				t.Errorf("%s: %d entries of %d pieces: %v", o.format, len(got), len(pieces), err)
			}
			for _, fault := range faults(o) {
				if classOf(fault) != "DuplicateUpdated" {
					t.Errorf("%s: %s", o.format, fault)
				}
			}
			whole(string(o.format), o.doc)
		}
		var page bytes.Buffer
		if err := r.page(&page, feeds, edition, pieces); err != nil ||
			strings.Count(page.String(), "</li>") != len(pieces) {
			t.Errorf("page: %d items of %d pieces: %v", strings.Count(page.String(), "</li>"), len(pieces), err)
		}
		whole("page", page.Bytes())
		if len(pieces) > 0 {
			page.Reset()
			if err := r.piece(&page, feeds, []oped.EditionState{edition}, &pieces[0], pieceFacts{}); err != nil {
				t.Error(err)
			}
			whole("piece", page.Bytes())
		}
	})
}
