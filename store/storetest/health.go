package storetest

import (
	"testing"
	"time"

	"oped"
)

// health holds that what a fetch taught about a feed's guids comes back, and when entries were last seen.
func health(t *testing.T, p Place) {
	s := fresh(t, p)
	a, b := entry(dawn, 1), entry(dawn, 2)
	put(t, s, epoch, nil, a, b)
	var row int64
	later := epoch.AddDate(0, 0, 8)
	_, err := s.Ingest(t.Context(), lookup(dawn, a), func(k oped.Known) oped.Plan {
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
	_, err = s.Ingest(t.Context(), lookup(dawn, a, b), func(k oped.Known) oped.Plan {
		seen = k.Seen
		return oped.Plan{Feed: k.Feed}
	})
	check(t, err)
	if len(seen) != 1 || !seen[row].Equal(later) {
		t.Errorf("seen %v, want entry %d at %v", seen, row, later)
	}
}
