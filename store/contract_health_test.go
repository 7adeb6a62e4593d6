package store_test

import (
	"slices"
	"testing"
	"time"

	"oped"
)

// health checks that the state of a feed's guids is stored, and the last sights of entries.
func health(t *testing.T, p place) {
	s := fresh(t, p)
	a, b := entry(dawn, 1), entry(dawn, 2)
	put(t, s, epoch, nil, a, b)
	var row int64
	later := epoch.AddDate(0, 0, 8)
	_, err := s.Entries.Ingest(t.Context(), lookup(dawn, a), func(k oped.Known) oped.Plan {
		row = k.Entries[a.ID].Row
		plan := oped.Plan{Feed: k.Feed, Unchanged: 1, Seen: []int64{row}}
		plan.Feed.LastFetch, plan.Feed.Noted, plan.Feed.GUIDs, plan.Feed.GUIDFaults = later, later, 1204, 36
		return plan
	})
	check(t, err)
	if f := feed(t, s, dawn); f.GUIDs != 1204 || f.GUIDFaults != 36 || !f.Noted.Equal(later) {
		t.Errorf("%d of %d guids, noted %v", f.GUIDFaults, f.GUIDs, f.Noted)
	}
	if f := feed(t, s, nation); f.GUIDs != 0 || !f.Noted.IsZero() {
		t.Errorf("another feed: %+v", f)
	}
	a.Hash[5], b.Hash[5] = 1, 1
	var seen map[int64]time.Time
	_, err = s.Entries.Ingest(t.Context(), lookup(dawn, a, b), func(k oped.Known) oped.Plan {
		seen = k.Seen
		return oped.Plan{Feed: k.Feed}
	})
	check(t, err)
	if len(seen) != 1 || !seen[row].Equal(later) {
		t.Errorf("seen %v, want entry %d at %v", seen, row, later)
	}
}

// publicationDays checks the days of a feed's entries: each once, the latest first, no feed's but its own,
// none in the future.
func publicationDays(t *testing.T, p place) {
	s := fresh(t, p)
	day := func(n int) time.Time { return epoch.Truncate(24*time.Hour).AddDate(0, 0, n) }
	dated := func(feed string, n int, published time.Time) oped.Entry {
		e := entry(feed, n)
		e.Published, e.FirstSeen = published, day(9)
		return e
	}
	undated := dated(dawn, 5, time.Time{})
	undated.FirstSeen = day(6)
	put(
		t, s, epoch, nil, dated(dawn, 1, day(1)), dated(dawn, 2, day(1).Add(23*time.Hour)),
		dated(dawn, 3, day(4)), dated(dawn, 4, day(40)), undated,
	)
	put(t, s, epoch, nil, dated(nation, 6, day(2)))
	for _, c := range []struct {
		feed string
		max  int
		want []time.Time
	}{
		{dawn, 60, []time.Time{day(9), day(6), day(4), day(1)}},
		{dawn, 2, []time.Time{day(9), day(6)}},
		{nation, 60, []time.Time{day(2)}},
		{"http://no.example/", 60, nil},
	} {
		got, err := s.Feeds.PublicationDays(t.Context(), c.feed, c.max)
		check(t, err)
		if !slices.EqualFunc(got, c.want, time.Time.Equal) {
			t.Errorf("%s: %v, want %v", c.feed, got, c.want)
		}
	}
}
