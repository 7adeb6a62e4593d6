package ingest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"oped"
)

// document handles a fetch of a feed as stored, with validators of its server.
func (h *house) document(feed string, at time.Time, tag string, entries ...oped.Entry) oped.Changes {
	h.t.Helper()
	return h.handle(oped.Fetched{
		Feed:       h.state(feed),
		At:         at,
		Status:     200,
		Next:       at.Add(time.Hour),
		Validators: oped.Validators{URL: feed, ETag: tag},
		BodyHash:   [32]byte{tag[0]},
		Entries:    entries,
	})
}

// TestQuota: the new entries of a feed are stored up to its daily quota, the first of the document first. The
// others come in on the days after, and until they are in, the feed keeps its earlier validators (S27, R10).
func TestQuota(t *testing.T) {
	for _, quota := range []int{5, 10, 20} {
		t.Run(fmt.Sprint(quota), func(t *testing.T) {
			h := newHouse(t)
			h.rules.Quota = quota
			var columns []oped.Entry
			for n := range 20 + 3*quota + 1 {
				columns = append(columns, column(dawn, n))
			}
			if c := h.document(dawn, epoch, "a", columns[:20]...); c.New != 20 {
				t.Fatalf("the first document has no quota: %+v", c)
			}
			stored := 20
			for day, want := range []int{quota, quota, quota, 1} {
				at := epoch.AddDate(0, 0, day)
				if c := h.document(dawn, at.Add(time.Hour), "b", columns...); c.New != want {
					t.Fatalf("day %d: %+v, not %d new", day, c, want)
				}
				if stored += want; day < 3 {
					again := h.document(dawn, at.Add(2*time.Hour), "b", columns...)
					s := h.state(dawn)
					if again.New != 0 || s.Deferred != len(columns)-stored || s.Validators.ETag != "a" ||
						s.BodyHash[0] != 'a' ||
						!slices.Contains(s.Limits, oped.QuotaLimit) ||
						s.NewToday != quota {
						t.Errorf("day %d: %+v; %+v", day, again, s)
					}
				}
				h.stored(columns[:stored]...)
			}
			if s := h.state(dawn); s.Deferred != 0 || s.Validators.ETag != "b" || s.BodyHash[0] != 'b' ||
				len(s.Limits) != 0 ||
				s.NewToday != 1 {
				t.Errorf("in the end: %+v", s)
			}
		})
	}
}

// TestQuota_EndlessFeed: a feed with nothing but new entries at every fetch stores its daily quota, whatever
// it publishes (S27).
func TestQuota_EndlessFeed(t *testing.T) {
	stored := func(fetches int) (n int) {
		h := newHouse(t)
		h.rules.Quota = 40
		for i := range fetches {
			var all []oped.Entry
			for n := range 30 {
				all = append(all, column(dawn, 1000*i+n))
			}
			c := h.document(dawn, epoch.Add(time.Duration(i)*10*time.Minute), fmt.Sprint(i), all...)
			n += c.New + c.Joined
		}
		return n
	}
	for _, fetches := range []int{4, 8, 16} {
		if testing.Short() && fetches > 4 {
			break
		}
		if n := stored(fetches); n != 30+40 {
			t.Errorf("%d entries of %d fetches in one day", n, fetches)
		}
	}
}

// TestQuota_OwnOfAFeed: a feed's own quota overrides that of the configuration. Its entries join pieces as
// ever, and changed entries are stored all the same.
func TestQuota_OwnOfAFeed(t *testing.T) {
	h := newHouse(t)
	feed := h.rules.Feeds[nation]
	feed.Quota = 2
	h.rules.Feeds[nation] = feed
	h.document(dawn, epoch, "a", column(dawn, 1), column(dawn, 2))
	h.document(nation, epoch, "a", column(nation, 9))
	copied := func(n int) oped.Entry {
		return edited(column(dawn, n), func(e *oped.Entry) { e.FeedURL, e.ID = nation, "copy of "+e.ID })
	}
	changed := edited(column(nation, 9), func(e *oped.Entry) { e.Title += ", corrected" })
	c := h.document(nation, epoch.Add(time.Hour), "b", copied(1), copied(2), column(nation, 3), changed)
	if c.Joined != 2 || c.New != 0 || c.Changed != 1 {
		t.Errorf("%+v", c)
	}
	if s := h.state(nation); s.Deferred != 1 || s.NewToday != 2 {
		t.Errorf("%+v", s)
	}
	if s := h.state(dawn); s.Deferred != 0 {
		t.Errorf("%+v", s)
	}
	// A feed with a document taken whole has nothing deferred.
	h.handle(oped.Fetched{
		Feed:        h.state(nation),
		At:          epoch.Add(2 * time.Hour),
		Status:      304,
		NotModified: true,
		Validators:  h.state(nation).Validators,
	})
	if s := h.state(nation); s.Deferred != 0 || len(s.Limits) != 0 {
		t.Errorf("%+v", s)
	}
}
