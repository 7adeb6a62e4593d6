package store_test

import (
	"slices"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// decisionsFollow decides on pieces, merges them, and undoes both.
func decisionsFollow(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, nil, entry(dawn, 1), entry(dawn, 2), entry(dawn, 3))
	r := &rearranging{t, s, epoch}
	var seen []oped.PieceID
	var was []oped.Tag
	decide := func(d oped.Decision, tags ...oped.Tag) oped.Decision {
		t.Helper()
		seen, was = nil, nil
		done, _, err := s.Decisions.Decide(t.Context(), d, store.Verdict{Pieces: []oped.PieceID{d.Piece},
			Decide: func(p oped.Piece, before []oped.Tag) (oped.PieceChange, bool) {
				seen, was = append(seen, p.ID), before
				p.Tags = tags
				return oped.PieceChange{Piece: p}, true
			}})
		check(t, err)
		return done
	}
	rule := oped.Tag{Topic: "economy", Outcome: oped.Tagged, By: oped.ByRule, At: epoch}
	by := oped.Tag{Topic: "pak-us", Outcome: oped.Tagged, By: "amna", At: epoch.Add(time.Second)}
	decide(oped.Decision{At: epoch, By: "amna", Action: oped.TagIt, Piece: 2, Topic: "economy"}, rule)
	tag := decide(oped.Decision{At: by.At, By: "amna", Action: oped.TagIt, Piece: 2, Topic: "pak-us"}, by, rule)
	merge, _ := r.do(oped.Merge, 0, []oped.PieceID{1, 2}, mergeAll)
	if all, err := s.Decisions.Judgements(t.Context(), "pak-us"); err != nil || len(all) != 1 || all[0].Piece != 1 {
		t.Errorf("judged: %+v, %v", all, err)
	}
	decide(oped.Decision{At: r.at, By: "amna", Action: oped.Undo, Undoes: tag.ID, Piece: 2, Topic: "pak-us"})
	if !slices.Equal(seen, []oped.PieceID{1}) || !equal(was, []oped.Tag{rule}) {
		t.Errorf("taken back on %v, which was %+v", seen, was)
	}
	r.do(oped.Undo, merge.ID, nil, func(f store.Found) ([]oped.PieceChange, error) {
		if !equal(f.Back[0].Tags, []oped.Tag{by, rule}) || len(f.InEffect) != 1 || f.InEffect[0].Topic != "economy" {
			t.Errorf("it comes back with %+v; in effect: %+v", f.Back[0].Tags, f.InEffect)
		}
		return back(f)
	})
	r.want("undone", "1:[1]", "2:[2]", "3:[3]")
}

// cursors merges a piece of an edition into an entering one: that takes its place, at the head or in the
// archive. On the undo the merged piece returns to its place.
func cursors(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, nil, entry(dawn, 1), entry(dawn, 2), entry(dawn, 3))
	r := &rearranging{t, s, epoch}
	enter := func(id oped.PieceID, head, archive []string) {
		t.Helper()
		_, err := s.Entries.Ingest(t.Context(), oped.Lookup{FeedURL: dawn}, func(k oped.Known) oped.Plan {
			p, err := s.Pieces.Get(t.Context(), []string{"", "1", "2", "3"}[id])
			check(t, err)
			return oped.Plan{Feed: k.Feed, Pieces: []oped.PieceChange{{Piece: p, Enter: head, EnterBelow: archive}}}
		})
		check(t, err)
	}
	enter(2, nil, []string{"all"})
	enter(3, []string{"all"}, nil)
	heads := func(what string, want ...oped.PieceID) {
		t.Helper()
		var ids []oped.PieceID
		for _, p := range headOf(t, s, "all", 0) {
			ids = append(ids, p.ID)
		}
		if !slices.Equal(ids, want) {
			t.Errorf("%s: at the head %v, want %v", what, ids, want)
		}
	}
	heads("at first", 3)
	archived, _ := r.do(oped.Merge, 0, []oped.PieceID{1, 2}, mergeAll)
	heads("in the place of one in the archive", 3)
	r.do(oped.Undo, archived.ID, nil, back)
	heads("which is there again", 3)
	if p, err := s.Pieces.Get(t.Context(), "2"); err != nil || !slices.Equal(p.Editions, []string{"all"}) {
		t.Errorf("%+v, %v", p, err)
	}
	first, _ := r.do(oped.Merge, 0, []oped.PieceID{2, 3}, func(f store.Found) ([]oped.PieceChange, error) {
		c, err := mergeAll(f)
		c[0].Leave, c[0].Enter, c[0].Revise = []string{"all"}, []string{"all"}, nil // it was in the archive
		return c, err
	})
	heads("in the place of one at the head", 2)
	r.do(oped.Undo, first.ID, nil, func(f store.Found) ([]oped.PieceChange, error) {
		c, err := back(f)
		c[1].Enter, c[1].EnterBelow = nil, []string{"all"}
		return c, err
	})
	heads("undone", 3, 2)
}
