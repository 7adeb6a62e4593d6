package ingest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
)

// heads fetches a document of dawn and returns the numbers of pieces at the head of an edition and below it.
func heads(t *testing.T, h *house, edition string, at time.Time, entries ...oped.Entry) (head, below int) {
	t.Helper()
	h.fetch(dawn, at, entries...)
	return placed(t, h, edition)
}

func placed(t *testing.T, h *house, edition string) (head, below int) {
	t.Helper()
	ids, err := h.store.Editions.Head(t.Context(), edition, 0)
	check(t, err)
	b, err := h.store.Archives.Backlog(t.Context(), edition)
	check(t, err)
	return len(ids), len(b.Waiting)
}

// TestHeadOrder checks that of entries with equal or no times, the first of the document is the first at the head.
func TestHeadOrder(t *testing.T) {
	day := func(n int) func(int) time.Time {
		return func(int) time.Time { return epoch.AddDate(0, 0, -n).Truncate(24 * time.Hour) }
	}
	for _, tt := range []struct {
		name string
		date func(i int) time.Time
		want string
	}{
		{"today", day(0), "0 1 2 3"},
		{"yesterday", day(1), "0 1 2 3"},
		{"three days ago", day(3), "0 1 2 3"},
		{"tomorrow", day(-1), "0 1 2 3"},
		{"no time", func(int) time.Time { return time.Time{} }, "0 1 2 3"},
		{"two days", func(i int) time.Time { return day(4 + i%2)(i) }, "0 2 1 3"},
		{"the oldest first", func(i int) time.Time { return epoch.Add(time.Duration(i-9) * time.Hour) }, "3 2 1 0"},
	} {
		h := newHouse(t)
		h.fetch(dawn, epoch.AddDate(0, 0, -1), column(dawn, 9))
		var doc []oped.Entry
		for i := range 4 {
			doc = append(doc, edited(column(dawn, i), func(e *oped.Entry) { e.Published, e.Updated = tt.date(i), time.Time{} }))
		}
		h.fetch(dawn, epoch, doc...)
		ids, err := h.store.Editions.Head(t.Context(), "all", 0)
		check(t, err)
		pieces, err := h.store.Pieces.Of(t.Context(), ids)
		check(t, err)
		var got []string
		for _, p := range pieces {
			for i := range doc {
				if p.Lead().ID == doc[i].ID {
					got = append(got, fmt.Sprint(i))
				}
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: the head has %s, want %s", tt.name, s, tt.want)
		}
	}
}

// TestBelowHeads checks which pieces of a fetch go below the head.
func TestBelowHeads(t *testing.T) {
	at := func(d time.Duration) func(int) time.Time { return func(int) time.Time { return epoch.Add(d) } }
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name        string
		date        func(i int) time.Time
		known       bool // the feed was read before
		feeds       int  // others
		fresh       bool // the edition has no piece so far
		head, below int
	}{
		{"dated", at(-time.Hour), false, 0, false, 20, 0},
		{"undated, first fetch", func(int) time.Time { return time.Time{} }, false, 0, false, 0, 20},
		{"undated, later", func(int) time.Time { return time.Time{} }, true, 0, false, 20, 0},
		{"dated in 2099, first fetch", at(73 * 365 * day), false, 0, false, 0, 20},
		{"a zone ahead", at(5 * time.Hour), false, 0, false, 20, 0},
		{"older than the window", at(-8 * day), false, 0, false, 0, 20},
		{"older than the default window, later", at(-8 * day), true, 0, false, 20, 0},
		{"since 1970", at(-56 * 365 * day), false, 0, false, 0, 20},
		{"half of them old", func(i int) time.Time { return epoch.Add(-time.Duration(i) * 16 * time.Hour) }, false, 0, false, 11, 9},
		{"a new edition", at(-80 * day), false, 0, true, 20, 0},
		{"a new edition, later", at(-80 * day), true, 0, true, 20, 0},
		{"a new edition, undated", func(int) time.Time { return time.Time{} }, false, 0, true, 0, 20},
		{"a new edition of many feeds", at(-80 * day), false, 9, true, 10, 10},
		{"five feeds", at(-time.Hour), false, 1, false, 10, 10},
		{"five feeds, later", at(-time.Hour), true, 1, false, 20, 0},
		{"many feeds, half old", func(i int) time.Time { return epoch.Add(-time.Duration(i) * 16 * time.Hour) }, false, 9, false, 10, 10},
		{"many feeds, the newest last", func(i int) time.Time { return epoch.Add(time.Duration(i-20) * time.Hour) }, false, 9, false, 10, 10},
	} {
		h := newHouse(t)
		h.rules.New = map[string]bool{"all": tt.fresh}
		for i := range tt.feeds {
			url := fmt.Sprintf("https://%d.example/rss", i)
			h.rules.Feeds[url] = oped.Feed{URL: url, Enabled: true}
		}
		if tt.known {
			h.fetch(dawn, epoch.Add(-time.Hour))
		}
		var doc []oped.Entry
		for i := range 20 {
			doc = append(doc, edited(column(dawn, i), func(e *oped.Entry) { e.Published, e.Updated = tt.date(i), time.Time{} }))
		}
		if head, below := heads(t, h, "all", epoch, doc...); head != tt.head || below != tt.below {
			t.Errorf("%s: %d at the head and %d below, want %d and %d", tt.name, head, below, tt.head, tt.below)
		}
	}
}

// TestBelowHeads_Wild fetches a feed without dates. Its entries leave the head to the others.
func TestBelowHeads_Wild(t *testing.T) {
	h := newHouse(t)
	h.fetch(nation, epoch, edited(column(nation, 1), func(e *oped.Entry) { e.Published = epoch }))
	all := wild(t, "04-undated.rss", dawn)
	if head, below := heads(t, h, "all", epoch, all[20:]...); head != 1 || below != len(all)-20 {
		t.Errorf("%d at the head and %d below, want 1 and %d", head, below, len(all)-20)
	}
	if head, _ := heads(t, h, "all", epoch.Add(time.Hour), all...); head != 21 {
		t.Errorf("%d at the head after twenty new entries, want 21", head)
	}
}
