package publish

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"oped"
)

// hostile generates pieces of arbitrary strings.
func hostile() *rapid.Generator[oped.Piece] {
	bytes := rapid.Custom(func(t *rapid.T) string {
		return string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes"))
	})
	text := rapid.OneOf(rapid.String(), bytes, rapid.SampledFrom([]string{
		"", " ", "]]>", "</entry><entry>", "\x00", "\ufffe", "<![CDATA[", "&#0;", "<b>x", "javascript:alert(1)",
		"https://a.example/ x", "https://u:p@a.example/",
		"//evil.example", "http://[::1", "https://a.example/%zz", "tag:a.example,2020:1", "دریا", "\u202eabc",
		"https://a.example/<>", "en", "ur-PK", "x_y",
	}))
	when := rapid.Custom(func(t *rapid.T) time.Time { return time.Unix(rapid.Int64().Draw(t, "seconds"), 0) })
	entry := rapid.Custom(func(t *rapid.T) oped.Entry {
		draw := func(what string) string { return text.Draw(t, what) }
		return oped.Entry{
			FeedURL:    draw("feed"),
			Publisher:  draw("publisher"),
			ID:         draw("id"),
			URL:        draw("url"),
			Title:      draw("title"),
			Summary:    draw("summary"),
			Content:    draw("content"),
			Text:       draw("text"),
			Rights:     draw("rights"),
			Source:     draw("source"),
			Lang:       draw("lang"),
			Authors:    []oped.Person{{Name: draw("name"), Email: draw("email"), URL: draw("uri")}},
			Categories: rapid.SliceOfN(text, 0, 4).Draw(t, "categories"),
			Published:  when.Draw(t, "published"), Updated: when.Draw(t, "updated"), FirstSeen: when.Draw(t, "seen"),
		}
	})
	return rapid.Custom(func(t *rapid.T) oped.Piece {
		return oped.Piece{
			Kind:    oped.PieceKind(text.Draw(t, "kind")),
			Entries: rapid.SliceOfN(entry, 1, 4).Draw(t, "entries"),
			Updated: when.Draw(t, "updated"),
			Tags:    []oped.Tag{{Topic: text.Draw(t, "topic"), Outcome: oped.Tagged}},
		}
	})
}

// TestS11_O1_O14_AnyPieceGivesOneEntry: whatever newspapers write, the document is well-formed and has
// one entry for each piece.
func TestS11_O1_O14_AnyPieceGivesOneEntry(t *testing.T) {
	r := newRenderer(options())
	dir := t.TempDir()
	var files []string
	rapid.Check(t, func(rt *rapid.T) {
		pieces := rapid.SliceOfN(hostile(), 0, 4).Draw(rt, "pieces")
		for i := range pieces {
			pieces[i].AtomID = fmt.Sprintf("tag:x,2020:%d", i)
		}
		feed := oped.FeedState{
			Feed:     oped.Feed{Full: rapid.Bool().Draw(rt, "full")},
			DocID:    rapid.String().Draw(rt, "id"),
			DocTitle: rapid.String().Draw(rt, "doc"),
			Rights:   rapid.String().Draw(rt, "rights"),
		}
		feeds := feedStates{}
		for _, p := range pieces {
			feeds[p.Entries[0].FeedURL] = feed
		}
		e := oped.EditionState{Edition: oped.Edition{
			Name:     "x",
			Title:    rapid.String().Draw(rt, "title"),
			Subtitle: rapid.String().Draw(rt, "subtitle"),
			Lang:     rapid.String().Draw(rt, "lang"),
		}, AtomID: "tag:x,2020:x"}
		var doc, page bytes.Buffer
		n, err := r.atom(&doc, feeds, e, each(pieces), maxBytes)
		if err != nil || n != len(pieces) {
			rt.Fatalf("%d entries of %d pieces: %v", n, len(pieces), err)
		}
		for _, o := range outputs(rt, r, &document{Edition: e}, feeds, pieces) {
			got, err := readContent(o)
			if err != nil || len(got) != len(pieces) || len(got) > 0 && !reflect.DeepEqual(got, o.want) {
				rt.Fatalf("%s says %+v, want %+v: %v", o.format, got, o.want, err)
			}
			for _, f := range faults(o) {
				if classOf(f) != "DuplicateUpdated" { // rows may say so
					rt.Errorf("%s: %s", o.format, f)
				}
			}
		}
		if f := rules(rt, doc.Bytes()); len(f.Entries) != len(pieces) {
			rt.Fatalf("%d entries of %d pieces", len(f.Entries), len(pieces))
		}
		if !utf8.Valid(doc.Bytes()) {
			rt.Fatalf("not UTF-8")
		}
		if err := r.page(&page, feeds, e, pieces); err != nil {
			rt.Fatalf("page: %v", err)
		}
		if got := strings.Count(page.String(), "</li>"); got != len(pieces) {
			rt.Fatalf("%d items of %d pieces", got, len(pieces))
		}
		if len(files) < 60 {
			file := filepath.Join(dir, fmt.Sprintf("%d.atom", len(files)))
			if err := os.WriteFile(file, doc.Bytes(), 0o644); err != nil {
				rt.Fatalf("%v", err)
			}
			files = append(files, file)
		}
	})
	jing(t, schema(t), files...)
}
