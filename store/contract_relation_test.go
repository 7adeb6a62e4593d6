package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// related stores relations of pieces, through merges and back.
func related(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, []string{"all"}, entry(dawn, 1), entry(dawn, 2), entry(dawn, 3))
	r := &rearranging{t, s, epoch.Add(time.Hour)}
	relate := func(n int, at time.Time, relations ...oped.Relation) {
		t.Helper()
		e := entry(nation, n)
		e.Hash[2] = byte(at.Unix() / 60)
		_, err := s.Entries.Ingest(t.Context(), lookup(nation, e), func(k oped.Known) oped.Plan {
			plan := simple(at, nil, e)(k)
			for i := range relations {
				relations[i].At = at
			}
			plan.Pieces[0].Relations = relations
			return plan
		})
		check(t, err)
	}
	relate(4, epoch, oped.Relation{Other: 1, Kind: oped.RerunOf, Guard: "G1", Score: .5, Why: "much later"},
		oped.Relation{Other: 2, Kind: oped.SeriesWith, Score: 1, Why: "part 2"},
		oped.Relation{Other: 4, Kind: oped.Like})
	relate(5, epoch.Add(time.Minute), oped.Relation{
		Other: 4,
		Kind:  oped.ExcerptOf,
		Guard: "G5",
		Score: .9,
		Why:   "a part",
	})
	want := func(what string, ask func() ([]oped.Relation, error), relations ...string) {
		t.Helper()
		all, err := ask()
		check(t, err)
		var got []string
		for _, x := range all {
			got = append(got, fmt.Sprintf("%d %s %d %s %g %s", x.Piece, x.Kind, x.Other, x.Guard, x.Score, x.Why))
		}
		if !slices.Equal(got, relations) {
			t.Errorf("%s: %q, want %q", what, got, relations)
		}
	}
	of := func(id oped.PieceID) func() ([]oped.Relation, error) {
		return func() ([]oped.Relation, error) { return s.Pieces.Relations(t.Context(), id) }
	}
	queue := func() ([]oped.Relation, error) { return s.Pieces.GuardedPairs(t.Context()) }
	want(
		"both ways", of(4), "5 excerpt_of 4 G5 0.9 a part", "4 series_with 2  1 part 2",
		"4 rerun_of 1 G1 0.5 much later",
	)
	want("the other way", of(1), "4 rerun_of 1 G1 0.5 much later")
	want("none", of(3))
	want("kept apart by a guard", queue, "5 excerpt_of 4 G5 0.9 a part", "4 rerun_of 1 G1 0.5 much later")
	if _, err := s.Pieces.Relations(t.Context(), 99); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("99: %v", err)
	}

	merge, _ := r.do(oped.Merge, 0, []oped.PieceID{2, 1}, mergeAll)
	if !slices.Equal(merge.Pieces, []oped.PieceID{1, 2}) || merge.Split != 0 {
		t.Errorf("%+v", merge)
	}
	want("of one that was merged away", of(1), "4 series_with 2  1 part 2")
	several, err := s.Pieces.RelationsOf(t.Context(), []oped.PieceID{1, 2, 3, 4, 99})
	check(t, err)
	for _, id := range []oped.PieceID{1, 2, 4} {
		if one, err := s.Pieces.Relations(t.Context(), id); err != nil || len(one) == 0 ||
			!slices.Equal(one, several[id]) {
			t.Errorf("of several at once, %d: %v, want %v, %v", id, several[id], one, err)
		}
	}
	if len(several) != 3 {
		t.Errorf("of several at once: %v", several)
	}
	want("nor is the later of two hidden", queue, "5 excerpt_of 4 G5 0.9 a part", "4 rerun_of 2 G1 0.5 much later")
	one, _ := r.do(oped.Merge, 0, []oped.PieceID{4, 5}, mergeAll)
	want("they became one", queue, "4 rerun_of 2 G1 0.5 much later")
	if all, err := s.Pieces.Aliases(t.Context(), 4); err != nil ||
		!slices.Equal(all, []store.Alias{{Piece: 5, AtomID: "urn:Piece 5"}}) {
		t.Errorf("%v lead to 4, %v", all, err)
	}
	r.do(oped.Undo, one.ID, nil, back)
	want("and are two again", queue, "5 excerpt_of 4 G5 0.9 a part", "4 rerun_of 2 G1 0.5 much later")
	keep, _ := r.do(
		oped.Split, 0, []oped.PieceID{5, 4}, func(store.Found) ([]oped.PieceChange, error) { return nil, nil },
	)
	if !slices.Equal(keep.Pieces, []oped.PieceID{4, 5}) || keep.Split != 0 {
		t.Errorf("%+v", keep)
	}
	want("decided", queue, "4 rerun_of 2 G1 0.5 much later")
	parted, _ := r.do(oped.Split, 0, []oped.PieceID{2}, partRows(1))
	if !slices.Equal(parted.Pieces, []oped.PieceID{2}) || parted.Split != 1 {
		t.Errorf("%+v", parted)
	}
	on, err := s.Decisions.On(t.Context(), 4)
	check(t, err)
	var ids []int64
	for _, d := range on {
		ids = append(ids, d.ID)
	}
	if !slices.Equal(ids, []int64{one.ID, one.ID + 1, keep.ID}) {
		t.Errorf("decisions on 4: %v", ids)
	}

	// The last finding replaces the earlier one.
	relate(4, epoch.Add(time.Hour), oped.Relation{Other: 2, Kind: oped.Like, Guard: "G3", Score: .7, Why: "titles"})
	want("found again; that of the part is with the part", of(4),
		"4 like 2 G3 0.7 titles", "5 excerpt_of 4 G5 0.9 a part", "4 rerun_of 6 G1 0.5 much later")
}
