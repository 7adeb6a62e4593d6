package ingest_test

import (
	"fmt"
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
	second := edited(letters("e", 3), func(e *oped.Entry) { e.Published = e.Published.Add(time.Hour) }) // that day
	h.fetch(dawn, epoch.AddDate(0, 0, 3).Add(time.Hour), second)
	h.want(5, 5)
}

// TestWild_OneAddress checks that entries at one address are one piece only if they agree, in one feed or in two,
// from the first two on.
func TestWild_OneAddress(t *testing.T) {
	at := func(url, guid, title, author, body string, day int) func(*oped.Entry) {
		return func(e *oped.Entry) {
			e.URL, e.ID, e.Title, e.Content, e.Summary = url, guid, title, "", body
			e.Authors = nil
			if author != "" {
				e.Authors = []oped.Person{{Name: author}}
			}
			e.Published = epoch.AddDate(0, 0, day).Add(17 * time.Minute)
		}
	}
	const section, article = "https://dawn.example/opinion", "https://dawn.example/news/5512345"
	for _, tt := range []struct {
		name            string
		a, b            func(*oped.Entry)
		entries, pieces int // in one feed
		apart           int // pieces, if they are in two feeds
	}{
		{
			"two authors", at(section, "", "The river and us", "Jane Mill", essay(1, 25), 0),
			at(section, "", "A tax on bread", "Ayla Brook", essay(2, 25), 0), 2, 2, 2,
		},
		{
			"two authors, the address is the guid", at(section, section, "The river and us", "Jane Mill", essay(1, 25), 0),
			at(section, section, "A tax on bread", "Ayla Brook", essay(2, 25), 0), 2, 2, 2,
		},
		{
			"the editorial of two days", at(section, "", "Editorial", "", essay(1, 25), 0),
			at(section, "", "Editorial", "", essay(2, 25), 1), 2, 2, 2,
		},
		{
			"the editorial of two days, its whole text", at(section, "", "Editorial", "", essay(1, 120), 0),
			at(section, "", "Editorial", "", essay(2, 120), 1), 2, 2, 2,
		},
		{
			"two headlines alone", at(section, "", "The river and us", "", "", 0),
			at(section, "", "A tax on bread", "", "", 0), 2, 2, 2,
		},
		{
			"letters, each with a guid of its own", at(section+"#l1", "x1", "Letter: bus lanes", "", essay(1, 25), 0),
			at(section+"#l2", "x2", "Letter: a bridge", "", essay(2, 25), 0), 2, 2, 2,
		},
		{
			"an agency rewrites a page", at(article, article, "Ferry capsizes off Guyana", "", essay(1, 25), 0),
			at(article, article, "Dozens missing after boat accident", "", essay(2, 25), 0), 1, 1, 2,
		},
		{
			"a headline is edited", at(section, "", "The river and us", "Jane Mill", essay(1, 25), 0),
			at(section, "", "The river and all of us", "Jane Mill", essay(1, 25), 0), 1, 1, 1,
		},
		{
			"a summary grows", at(article, article, "The river and us", "", essay(1, 25), 0),
			at(article, article, "The river and us", "", essay(1, 80), 0), 1, 1, 1,
		},
	} {
		h := newHouse(t)
		h.fetch(dawn, epoch, edited(column(dawn, 1), tt.a))
		later := func(e *oped.Entry) {
			tt.b(e)
			if e.Summary == "" { // at the same time, it is a headline edited
				e.Published = e.Published.Add(41 * time.Minute)
			}
		}
		h.fetch(dawn, epoch.Add(time.Hour), edited(column(dawn, 1), later))
		c, err := h.store.Counts(t.Context())
		check(t, err)
		if c.Entries != tt.entries || c.Pieces != tt.pieces {
			t.Errorf("%s: %d entries in %d pieces, want %d in %d", tt.name, c.Entries, c.Pieces, tt.entries, tt.pieces)
		}
		h = newHouse(t)
		h.fetch(dawn, epoch, edited(column(dawn, 1), tt.a))
		h.fetch(nation, epoch.Add(time.Hour), edited(column(nation, 1), later))
		c, err = h.store.Counts(t.Context())
		check(t, err)
		if c.Pieces != tt.apart {
			t.Errorf("%s: in two feeds, %d pieces, want %d", tt.name, c.Pieces, tt.apart)
		}
	}
}

// TestWild_NextOfAColumn checks that the next of a column with one headline and one address, in a few words, is no
// new version of the last.
func TestWild_NextOfAColumn(t *testing.T) {
	type short struct{ guid, title, author, body string }
	const ice, books = "Ice is water that waits.", "Books burn slower."
	for name, polls := range map[string][2]short{
		"a quotation":            {{"", "Quote of the day", "", ice}, {"", "Quote of the day", "", books}},
		"a quotation, two guids": {{"a", "Quote of the day", "", ice}, {"b", "Quote of the day", "", books}},
		"a quotation, one guid":  {{"a", "Quote of the day", "", ice}, {"a", "Quote of the day", "", books}},
		"a cartoon":              {{"", "Cartoon: 27 November", "", "By Zed"}, {"", "Cartoon: 28 November", "", "By Zed"}},
		"a cartoon, two guids":   {{"a", "Cartoon: 27 November", "", "By Zed"}, {"b", "Cartoon: 28 November", "", "By Zed"}},
		"a cartoon, no word":     {{"", "Cartoon: 27 November", "", ""}, {"", "Cartoon: 28 November", "", ""}},
		"another author":         {{"", "The column", "Jo Mill", "By Zed"}, {"", "The column", "Ayla Brook", "By Zed"}},
	} {
		h := newHouse(t)
		for day, s := range polls {
			h.fetch(dawn, epoch.AddDate(0, 0, day), edited(column(dawn, 1), func(e *oped.Entry) {
				e.ID, e.URL, e.Title, e.Summary, e.Content = s.guid, "https://dawn.example/column", s.title, s.body, ""
				e.Authors, e.Published = nil, epoch.AddDate(0, 0, day)
				if s.author != "" {
					e.Authors = []oped.Person{{Name: s.author}}
				}
			}))
		}
		if c, err := h.store.Counts(t.Context()); err != nil || c.Entries != 2 || c.Pieces != 2 {
			t.Errorf("%s: %d entries in %d pieces (%v), want 2 in 2", name, c.Entries, c.Pieces, err)
		}
	}
}

// TestWild_OtherAddresses checks that headlines alone, at another address at every poll, are the same entries.
func TestWild_OtherAddresses(t *testing.T) {
	for name, moved := range map[string]string{
		"a slash":        "https://dawn.example/blog/%d/",
		"www":            "https://www.dawn.example/blog/%d",
		"an index":       "https://dawn.example/blog/%d/index.html",
		"a session":      "https://dawn.example/blog/%d;jsessionid=0A1B2C",
		"another host":   "https://new.example/blog/%d",
		"another scheme": "http://dawn.example/blog/%d",
		"a port":         "https://dawn.example:8443/blog/%d",
		"a time":         "https://dawn.example/blog/%d?t=1683312440",
		"another path":   "https://dawn.example/2026/11/28/story-%d.html",
	} {
		for _, guids := range []string{"none", "the address"} {
			h := newHouse(t)
			poll := func(address string) (entries []oped.Entry) {
				for i := range 5 {
					entries = append(entries, edited(column(dawn, i), func(e *oped.Entry) {
						e.Title, e.Content, e.Summary = fmt.Sprintf("Talk number %d", i), "", ""
						if e.URL, e.ID = fmt.Sprintf(address, i), ""; guids != "none" {
							e.ID = e.URL
						}
					}))
				}
				return entries
			}
			h.fetch(dawn, epoch, poll("https://dawn.example/blog/%d")...)
			h.fetch(dawn, epoch.Add(time.Hour), poll(moved)...)
			h.fetch(dawn, epoch.Add(2*time.Hour), poll("https://dawn.example/blog/%d")...)
			if c, err := h.store.Counts(t.Context()); err != nil || c.Entries != 5 || c.Pieces != 5 {
				t.Errorf("%s, guid %s: %d entries in %d pieces (%v)", name, guids, c.Entries, c.Pieces, err)
			}
		}
	}
}
