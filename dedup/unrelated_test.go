package dedup_test

import (
	"fmt"
	"testing"

	"oped"
	"oped/dedup"
	"oped/internal/newstest"
)

// TestUnrelated: one thing in common is enough, also by way of a third piece; little words are none.
func TestUnrelated(t *testing.T) {
	entry := func(n int, title, author string) oped.Entry {
		return oped.Entry{
			FeedURL: fmt.Sprintf("https://paper%d.example/rss", n),
			URL:     fmt.Sprintf("https://paper%d.example/%d", n, n),
			Title:   title,
			Authors: []oped.Person{{Name: author}},
			Text:    newstest.Words(n, 60),
		}
	}
	first := entry(1, "The virus that the ministry forgot", "Anwar Zaki")
	other := entry(2, "The tier that nobody wants", "Naseem Akhtar")
	with := func(change func(*oped.Entry)) oped.Entry {
		e := other
		change(&e)
		return e
	}
	for name, c := range map[string]struct {
		entries []oped.Entry
		want    int
	}{
		"nothing":           {[]oped.Entry{first, other}, 1},
		"a word":            {[]oped.Entry{first, with(func(e *oped.Entry) { e.Title = "A Virus returns" })}, 0},
		"an author":         {[]oped.Entry{first, with(func(e *oped.Entry) { e.Authors = first.Authors })}, 0},
		"an address":        {[]oped.Entry{first, with(func(e *oped.Entry) { e.URL = first.URL + "?utm_source=b" })}, 0},
		"a phrase":          {[]oped.Entry{first, with(func(e *oped.Entry) { e.Text += " " + first.Text[:200] })}, 0},
		"by way of a third": {[]oped.Entry{first, other, entry(3, "A virus in the tier", "")}, 0},
		"two pairs": {
			[]oped.Entry{first, other, entry(3, "Virus", ""), entry(4, "Tier", "")}, 2,
		},
		"nobody and nothing": {[]oped.Entry{{}, {}}, 1},
	} {
		var pieces []oped.Piece
		for i, e := range c.entries {
			pieces = append(pieces, oped.Piece{ID: oped.PieceID(i + 1), Entries: []oped.Entry{e}})
		}
		if got := dedup.Unrelated(pieces); len(got) != c.want {
			t.Errorf("%s: %d pieces are unrelated, want %d", name, len(got), c.want)
		}
	}
}
