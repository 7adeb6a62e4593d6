package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/parse"
)

// wild reads a document as real papers publish it.
func wild(t *testing.T, name, feed string) []oped.Entry {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "wild", name))
	check(t, err)
	doc, err := parse.Document(t.Context(), parse.Input{Body: body, URL: feed})
	check(t, err)
	for i := range doc.Entries {
		doc.Entries[i].FeedURL = feed
	}
	return doc.Entries
}

// TestWild fetches documents of the wild, each of its feed and hour, and counts entries and pieces.
func TestWild(t *testing.T) {
	type fetch struct{ name, feed string }
	for _, tt := range []struct {
		name            string
		fetches         []fetch
		entries, pieces int
	}{
		{"soft hyphens in a copy", []fetch{{"01-shy-a.rss", dawn}, {"01-shy-b.rss", nation}}, 2, 1},
		{"letters at one address", []fetch{{"02-letters-a.rss", dawn}, {"02-letters-b.rss", nation}}, 3, 3},
		{"a stub renamed", []fetch{{"06-slug-1.rss", dawn}, {"06-slug-2.rss", dawn}}, 1, 1},
		{"addresses with a slash", []fetch{{"07-slash-1.rss", dawn}, {"07-slash-2.rss", dawn}}, 5, 5},
		{"addresses with another host", []fetch{{"07-www-1.rss", dawn}, {"07-www-2.rss", dawn}}, 5, 5},
		{
			"a link with a time",
			[]fetch{{"11-volatile-link.1.xml", dawn}, {"11-volatile-link.2.xml", dawn}, {"11-volatile-link.3.xml", dawn}},
			1, 1,
		},
	} {
		h := newHouse(t)
		for i, f := range tt.fetches {
			h.fetch(f.feed, epoch.Add(time.Duration(i)*time.Hour), wild(t, f.name, f.feed)...)
		}
		c, err := h.store.Counts(t.Context())
		check(t, err)
		if c.Entries != tt.entries || c.Pieces != tt.pieces {
			t.Errorf("%s: %d entries in %d pieces, want %d in %d", tt.name, c.Entries, c.Pieces, tt.entries, tt.pieces)
		}
	}
}

// TestWild_Columns checks that headlines and summaries that recur identify no entry of their day.
func TestWild_Columns(t *testing.T) {
	letters := func(id string, day int) oped.Entry {
		return edited(column(dawn, 1), func(e *oped.Entry) {
			e.Title, e.Content, e.Summary = "Letters to the editor", "", "Read more"
			e.ID, e.URL = id, "https://dawn.example/letters/"+id
			e.Published = epoch.AddDate(0, 0, day)
		})
	}
	h := newHouse(t)
	for i, id := range strings.Fields("a b c d") {
		h.fetch(dawn, epoch.AddDate(0, 0, i), letters(id, i))
	}
	h.fetch(dawn, epoch.AddDate(0, 0, 3).Add(time.Hour), edited(letters("e", 3), func(e *oped.Entry) { e.Published = e.Published.Add(time.Hour) })) // a second one that day
	h.want(5, 5)
}
