package ingest_test

import (
	"testing"
	"time"

	"oped"
)

// TestOriginLeads: an entry credited by a copy leads the piece, even if the copy came first; the id stays.
// Two entries crediting each other change nothing, and a stub of the origin does not replace a full text.
func TestOriginLeads(t *testing.T) {
	const credit = "<p>This article was first published in The Nation.</p>"
	copied := edited(column(dawn, 1), func(e *oped.Entry) { e.Content += credit })
	origin := edited(column(nation, 1), func(*oped.Entry) {})
	for name, c := range map[string]struct {
		origin oped.Entry
		lead   string
	}{
		"the origin": {origin, nation},
		"they credit each other": {
			edited(origin, func(e *oped.Entry) { e.Content += "<p>This article was first published in Dawn.</p>" }),
			dawn,
		},
		"a stub under its origin": {
			edited(origin, func(e *oped.Entry) { e.Content = e.Content[:len(e.Content)/2] }), dawn,
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.fetch(dawn, epoch, copied)
			id := h.all()[0].AtomID
			h.fetch(nation, epoch.Add(time.Hour), c.origin)
			h.fetch(nation, epoch.Add(2*time.Hour), c.origin)
			for _, p := range h.all() {
				if p.AtomID == id && p.Lead().FeedURL != c.lead {
					t.Errorf("%s leads, want %s", p.Lead().FeedURL, c.lead)
				}
			}
		})
	}
}
