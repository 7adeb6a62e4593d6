package ingest_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oped"
	"oped/dedup"
	"oped/store"
	"oped/text"
)

// asEarlier stores the entries of a document as another release might have: each as a piece of its own, or joined to a
// piece.
func (h *house) asEarlier(feed string, at time.Time, to oped.PieceID, entries ...oped.Entry) {
	h.t.Helper()
	keys := dedup.Identify(entries)
	for i := range entries {
		e := &entries[i]
		keys[i] = slices.DeleteFunc(keys[i], dedup.IsWeakKey) // release 0.1.0 has none
		e.FirstSeen, e.Publisher = at, h.rules.Feeds[feed].Publisher
		e.Text = text.OfEntry(e)
		l := oped.EntryLookup{Keys: keys[i], AtomIDs: []string{fmt.Sprint("urn:", feed, at.Unix(), i)}, Hash: e.Hash}
		_, err := h.store.Entries.Ingest(
			context.Background(), oped.Lookup{FeedURL: feed, At: at, Entries: []oped.EntryLookup{l}},
			func(k oped.Known) oped.Plan {
				c := oped.PieceChange{Piece: oped.Piece{
					AtomID:    l.AtomIDs[0],
					Kind:      oped.Opinion,
					FirstSeen: at,
					Updated:   at,
					Revision:  1,
				}}
				outcome := oped.New
				if to != 0 {
					c.Piece, outcome = h.all()[to-1], oped.Joined
				}
				c.Piece.Entries = append(c.Piece.Entries, *e)
				c.Entries = []oped.EntryChange{{Outcome: outcome, Index: len(c.Piece.Entries) - 1, Keys: keys[i]}}
				return oped.Plan{Feed: k.Feed, Pieces: []oped.PieceChange{c}}
			})
		check(h.t.(*testing.T), err)
	}
}

// upgraded opens the database of a house again, as the first release with the present rules.
func upgraded(t *testing.T, h *house) *house {
	t.Helper()
	path := h.store.Path()
	check(t, h.store.Close())
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path))
	check(t, err)
	_, err = db.Exec(`DELETE FROM meta WHERE key IN ('texts', 'words', 'prints', 'keys', 'doubts')`)
	check(t, err)
	check(t, db.Close())
	h = open(t, path)
	t.Cleanup(func() { h.store.Close() })
	return h
}

// doubts returns the doubts of a house: "3+1" for pieces to be joined, "1-4" for a piece and the entry to be split.
func doubts(t *testing.T, h *house) string {
	t.Helper()
	all, err := h.store.Pieces.Doubts(t.Context())
	check(t, err)
	var lines []string
	for _, d := range all {
		if !strings.HasPrefix(d.Why, "the present rules ") || d.Guard != "G10" {
			t.Errorf("%+v", d)
		}
		if d.Piece == d.Other {
			lines = append(lines, fmt.Sprintf("%d-%d", d.Piece, d.Entry))
		} else {
			lines = append(lines, fmt.Sprintf("%d+%d", d.Piece, d.Other))
		}
	}
	return strings.Join(lines, " ")
}

// TestDoubts: what an earlier release stored otherwise than the present rules would is in the queue of curators after
// an upgrade, until one of them decides. Nothing else changes.
func TestDoubts(t *testing.T) {
	type fetch struct {
		name, feed string
		to         oped.PieceID // 0: pieces of their own
	}
	for _, tt := range []struct {
		name    string
		fetches []fetch
		want    string
	}{
		{"soft hyphens in a copy", []fetch{{"01-shy-a.rss", dawn, 0}, {"01-shy-b.rss", nation, 0}}, "2+1"},
		{"letters at one address", []fetch{{"02-letters-a.rss", dawn, 0}, {"02-letters-b.rss", nation, 1}}, "1-2 1-3"},
		{"letters, as now", []fetch{{"02-letters-a.rss", dawn, 0}, {"02-letters-b.rss", nation, 0}}, ""},
		{"soft hyphens, as now", []fetch{{"01-shy-a.rss", dawn, 0}, {"01-shy-b.rss", nation, 1}}, ""},
		{"a stub renamed", []fetch{{"06-slug-1.rss", dawn, 0}, {"06-slug-2.rss", dawn, 0}}, "2+1"},
		{
			"addresses with a slash", []fetch{{"07-slash-1.rss", dawn, 0}, {"07-slash-2.rss", dawn, 0}},
			"10+5 9+4 8+3 7+2 6+1",
		},
		{
			"addresses with another host", []fetch{{"07-www-1.rss", dawn, 0}, {"07-www-2.rss", dawn, 0}},
			"10+5 9+4 8+3 7+2 6+1",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			for i, f := range tt.fetches {
				h.asEarlier(f.feed, epoch.Add(time.Duration(i)*time.Hour), f.to, wild(t, f.name, f.feed)...)
			}
			before := h.all()
			h = upgraded(t, h)
			if got := doubts(t, h); got != tt.want {
				t.Fatalf("doubts %q, want %q", got, tt.want)
			}
			if diff := cmp.Diff(before, h.all()); diff != "" {
				t.Error(diff)
			}
			if h = upgraded(t, h); doubts(t, h) != tt.want {
				t.Errorf("again: %q, want %q", doubts(t, h), tt.want)
			}
			if tt.want == "" {
				return
			}
			nothing := func(store.Found) ([]oped.PieceChange, error) { return nil, nil }
			first, _, _ := strings.Cut(tt.want, " ")
			action, ids := oped.Merge, []oped.PieceID{1} // an appearance is rightly there
			if strings.Contains(first, "+") {
				action, ids = oped.Split, []oped.PieceID{before[len(before)-1].ID, before[len(before)/2-1].ID}
			}
			d := oped.Decision{At: epoch, By: "me", Action: action}
			d, _, err := h.store.Decisions.Rearrange(t.Context(), d, ids, nothing)
			check(t, err)
			rest := strings.TrimSpace(strings.TrimPrefix(tt.want, first))
			if action == oped.Merge {
				rest = "" // it covers both
			}
			if got := doubts(t, h); got != rest {
				t.Errorf("decided: %q, want %q", got, rest)
			}
			if h = upgraded(t, h); doubts(t, h) != rest {
				t.Errorf("decided before an upgrade: %q, want %q", doubts(t, h), rest)
			}
			undo := oped.Decision{At: epoch, By: "me", Action: oped.Undo, Undoes: d.ID}
			_, _, err = h.store.Decisions.Rearrange(t.Context(), undo, nil, nothing)
			check(t, err)
			if h = upgraded(t, h); doubts(t, h) != tt.want {
				t.Errorf("undone: %q, want %q", doubts(t, h), tt.want)
			}
		})
	}
}
