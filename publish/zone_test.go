package publish

import (
	"strings"
	"testing"
	"time"

	"oped"
)

// TestPrintedDay checks that the day of an entry is that of its paper.
func TestPrintedDay(t *testing.T) {
	seen := time.Date(2026, 12, 20, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, at string
		zone     int
		feed     oped.Feed
		want     string
	}{
		{"after midnight in Karachi", "2026-11-28T19:05:00Z", 300, oped.Feed{}, "29 November 2026"},
		{"first of November in Delhi", "2026-10-31T20:30:00Z", 330, oped.Feed{}, "1 November 2026"},
		{"evening in New York", "2026-12-02T01:30:00Z", -300, oped.Feed{}, "1 December 2026"},
		{"New Year", "2025-12-31T19:30:00Z", 0, oped.Feed{Timezone: "Asia/Karachi"}, "1 January 2026"},
		{"the configured zone", "2026-11-28T19:05:00Z", 0, oped.Feed{Timezone: "Asia/Karachi"}, "29 November 2026"},
		{"summer time", "2026-07-02T03:30:00Z", 0, oped.Feed{Timezone: "America/New_York"}, "1 July 2026"},
		{"winter time", "2026-12-02T04:30:00Z", 0, oped.Feed{Timezone: "America/New_York"}, "1 December 2026"},
		{"the country's zone", "2026-11-28T19:05:00Z", 0, oped.Feed{Country: "Pakistan"}, "29 November 2026"},
		{"zone before country", "2026-11-28T19:05:00Z", 0, oped.Feed{Country: "Pakistan", Timezone: "Europe/London"}, "28 November 2026"},
		{"offset before zone", "2026-11-28T19:05:00Z", 300, oped.Feed{Timezone: "Europe/London"}, "29 November 2026"},
		{"a country of many zones", "2026-11-28T19:05:00Z", 0, oped.Feed{Country: "Russia"}, "28 November 2026"},
		{"nothing known", "2026-11-28T19:05:00Z", 0, oped.Feed{}, "28 November 2026"},
		{"a day without an hour", "2026-11-28T00:00:00Z", 0, oped.Feed{Timezone: "America/New_York"}, "28 November 2026"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		tt.feed.URL = "https://paper.example/rss"
		feeds := feedStates{tt.feed.URL: {Feed: tt.feed}}
		s := newRenderer(Options{BaseURL: "https://op.example"}).with(feeds)
		it := s.items.item(&oped.EditionState{}, &oped.Piece{FirstSeen: seen, Entries: []oped.Entry{{
			FeedURL:   tt.feed.URL,
			Title:     "A",
			URL:       "https://paper.example/a",
			Published: at,
			Zone:      tt.zone,
			FirstSeen: seen,
		}}})
		if e := s.entries.entry(it, false); !strings.Contains(e.Credit, tt.want) || !e.Published.Equal(at) {
			t.Errorf("%s: %s at %v, want %s", tt.name, e.Credit, e.Published, tt.want)
		}
		if got := s.words.Date("en", s.items.appearances(it, maxAppearances)[0].When); got != tt.want {
			t.Errorf("%s: the page of the piece has %s, want %s", tt.name, got, tt.want)
		}
	}
}
