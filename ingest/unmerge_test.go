package ingest_test

import (
	"context"
	"testing"
	"time"

	"oped"
	"oped/ingest"
	"oped/store"
)

// TestUndoneMergeGivesCopiesBack: entries that arrived while two pieces were one go to the right piece on the
// undo, and so do later copies of it.
func TestUndoneMergeGivesCopiesBack(t *testing.T) {
	text := func(feed, id, title string, number, words int) oped.Entry {
		return edited(column(feed, number), func(e *oped.Entry) {
			e.ID, e.URL, e.Title, e.Content = id, feed+id, title, "<p>"+prose(number, words)+"</p>"
		})
	}
	for _, by := range []string{oped.ByRule, "curator"} {
		t.Run(by, func(t *testing.T) {
			h := newHouse(t)
			at := epoch
			fetch := func(e oped.Entry) {
				t.Helper()
				at = at.Add(time.Hour)
				h.fetch(e.FeedURL, at, e)
			}
			fetch(text(dawn, "a", "Rivers", 1, 200))
			fetch(text(dawn, "b", "Courts", 2, 200))
			at = at.Add(time.Hour)
			d, _, err := h.store.Decisions.Rearrange(context.Background(), oped.Decision{
				At:     at,
				By:     by,
				Action: oped.Merge,
			}, []oped.PieceID{1, 2}, func(f store.Found) ([]oped.PieceChange, error) {
				return []oped.PieceChange{ingest.Merge(f.Pieces, f.InEffect, h.rules, at)}, nil
			})
			check(t, err)
			fetch(text(nation, "a", "Streams", 1, 200))
			fetch(text(nation, "b", "Kings in court", 2, 200))
			at = at.Add(time.Hour)
			_, _, err = h.store.Decisions.Rearrange(context.Background(), oped.Decision{
				At:     at,
				By:     "curator",
				Action: oped.Undo,
				Undoes: d.ID,
			}, nil, func(f store.Found) ([]oped.PieceChange, error) {
				return ingest.Unmerge(f.Pieces[0], f.Back, f.InEffect, d.At, h.rules, at), nil
			})
			check(t, err)
			h.pieces = map[oped.PieceID]oped.Piece{} // the house knows of no curators
			fetch(text(wire, "b", "Of kings", 2, 150))
			fetch(text(wire, "a", "Of rivers", 1, 150))
			got := map[string]oped.PieceID{}
			for _, p := range h.all() {
				for _, e := range p.Entries {
					got[e.URL] = p.ID
				}
			}
			for _, feed := range []string{dawn, nation, wire} {
				if got[feed+"a"] != 1 || got[feed+"b"] != 2 {
					t.Errorf("%s: in pieces %d and %d, want 1 and 2", feed, got[feed+"a"], got[feed+"b"])
				}
			}
		})
	}
}
