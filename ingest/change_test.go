package ingest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
)

// reading returns a version of a column.
func reading(n, version int) oped.Entry {
	return edited(column(dawn, n), func(e *oped.Entry) {
		e.Title = fmt.Sprint(e.Title, ", version ", version)
	})
}

// versions is how many earlier versions are kept of all entries, and how often pieces were revised.
func (h *house) versions() (kept, revised int) {
	h.t.Helper()
	for _, p := range h.all() {
		revised += p.Revision - 1
		for _, e := range p.Entries {
			all, err := h.store.Entries.Revisions(context.Background(), e.Row)
			if err != nil {
				h.t.Fatalf("%v", err)
			}
			kept += len(all)
		}
	}
	return kept, revised
}

// TestRevisionsHaveAQuota: however often a feed changes its entries in a day, it revises as many pieces as its quota
// allows; the texts are the latest all the same, and the feed and the piece say so. The next day has a quota
// of its own.
func TestRevisionsHaveAQuota(t *testing.T) {
	for _, fetches := range []int{4, 8, 16} {
		h := newHouse(t)
		h.rules.Quota = 5
		h.document(dawn, epoch, "a", column(dawn, 1), column(dawn, 2))
		at := func(fetch int) time.Time { return epoch.Add(time.Duration(fetch) * time.Minute) }
		for fetch := range fetches {
			h.document(dawn, at(fetch+1), fmt.Sprint(fetch), reading(1, fetch), reading(2, fetch))
		}
		over := 2*fetches > 5
		if _, revised := h.versions(); revised != min(5, 2*fetches) {
			t.Errorf("%d fetches revised %d times", fetches, revised)
		}
		s := h.state(dawn)
		if slices.Contains(s.Limits, oped.RevisionLimit) != over || s.RevisedToday != min(5, 2*fetches) {
			t.Errorf("%d fetches: %+v", fetches, s)
		}
		for _, p := range h.all() {
			e := p.Lead()
			if !strings.HasSuffix(e.Title, fmt.Sprint("version ", fetches-1)) ||
				slices.Contains(e.Limits, oped.RevisionLimit) != over {
				t.Errorf("%d fetches: %q, %q", fetches, e.Title, e.Limits)
			}
		}
		h.document(dawn, epoch.AddDate(0, 0, 1), "next", reading(1, 99), reading(2, 99))
		if _, revised := h.versions(); revised != 7 {
			t.Errorf("%d revisions the next day", revised)
		}
		if s := h.state(dawn); len(s.Limits) > 0 || s.RevisedToday != 2 || len(h.all()[0].Lead().Limits) > 0 {
			t.Errorf("%+v", s)
		}
	}
}

// TestFlips: an entry that alternates between two versions is revised at its first change, and at its return.
// From then on nothing is news, nothing is compared, and no more versions are kept.
func TestFlips(t *testing.T) {
	for _, fetches := range []int{4, 8, 16} {
		h := newHouse(t)
		for fetch := range fetches + 1 {
			h.document(dawn, epoch.Add(time.Duration(fetch)*time.Minute), fmt.Sprint(fetch), reading(1, fetch%2))
		}
		kept, revised := h.versions()
		if s := h.state(dawn); kept != 2 || revised != 2 || s.RevisedToday != 2 || len(s.Limits) > 0 {
			t.Errorf("%d fetches: %d versions, %d revisions; %+v", fetches, kept, revised, s)
		}
		if e := h.all()[0].Lead(); e.Title != reading(1, fetches%2).Title {
			t.Errorf("%q", e.Title)
		}
	}
}
