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

// mergeAll merges the found pieces into the first of them.
func mergeAll(f store.Found) ([]oped.PieceChange, error) {
	if len(f.Pieces) < 2 {
		return nil, nil
	}
	c := oped.PieceChange{Piece: f.Pieces[0], Words: "merged", Revise: f.Pieces[0].Editions}
	c.Piece.Entries = slices.Clone(c.Piece.Entries)
	for _, p := range f.Pieces[1:] {
		c.Piece.Entries = append(c.Piece.Entries, p.Entries...)
		c.MergedIDs = append(c.MergedIDs, p.ID)
		for _, name := range p.Editions {
			if !slices.Contains(c.Piece.Editions, name) {
				c.Enter = append(c.Enter, name)
			}
		}
	}
	return []oped.PieceChange{c}, nil
}

// partRows splits off the entries with these rows.
func partRows(rows ...int64) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		p := f.Pieces[0]
		rest := oped.PieceChange{Piece: p, Keys: []string{"k:rest"}, Rekey: true, Words: "rest", Revise: p.Editions}
		off := oped.PieceChange{
			Piece: oped.Piece{
				AtomID:    fmt.Sprintf("urn:parted:%d", f.Decision),
				Kind:      p.Kind,
				FirstSeen: p.FirstSeen,
				Updated:   p.Updated,
				Revision:  1,
			},
			Words: "parted",
			Enter: p.Editions,
		}
		rest.Piece.Entries, off.Piece.Entries = without(p.Entries, rows...), only(p.Entries, rows...)
		return []oped.PieceChange{rest, off}, nil
	}
}

func only(entries []oped.Entry, rows ...int64) []oped.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e oped.Entry) bool { return !slices.Contains(rows, e.Row) })
}

func without(entries []oped.Entry, rows ...int64) []oped.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e oped.Entry) bool { return slices.Contains(rows, e.Row) })
}

// back restores the pieces of a merge.
func back(f store.Found) (changes []oped.PieceChange, err error) {
	rest := oped.PieceChange{Piece: f.Pieces[0], Words: "rest"}
	rest.Piece.Tags = nil
	for _, p := range f.Back {
		for _, e := range p.Entries {
			rest.Piece.Entries = without(rest.Piece.Entries, e.Row)
		}
		changes = append(changes, oped.PieceChange{Piece: p, Words: "back", Enter: []string{"all"}})
	}
	return append([]oped.PieceChange{rest}, changes...), nil
}

// rearranging is a store under a curator's hands.
type rearranging struct {
	*testing.T
	*store.Store
	at time.Time
}

func (r *rearranging) do(
	action oped.Action, undoes int64, ids []oped.PieceID,
	arrange func(store.Found) ([]oped.PieceChange, error),
) (oped.Decision, oped.Changes) {
	r.Helper()
	d, changes, err := r.try(action, undoes, ids, arrange)
	check(r.T, err)
	return d, changes
}

func (r *rearranging) try(
	action oped.Action, undoes int64, ids []oped.PieceID,
	arrange func(store.Found) ([]oped.PieceChange, error),
) (oped.Decision, oped.Changes, error) {
	r.at = r.at.Add(time.Minute)
	return r.Decisions.Rearrange(
		r.Context(), oped.Decision{At: r.at, By: "amna", Action: action, Undoes: undoes}, ids, arrange,
	)
}

// pieces returns the existing pieces as "id:rows".
func (r *rearranging) pieces() (all []string) {
	r.Helper()
	for _, p := range collect(r.T, r.Pieces.All(r.Context(), 0, 0)) {
		var rows []int64
		for _, e := range p.Entries {
			rows = append(rows, e.Row)
		}
		slices.Sort(rows)
		all = append(all, fmt.Sprintf("%d:%v", p.ID, rows))
	}
	return all
}

func (r *rearranging) want(what string, pieces ...string) {
	r.Helper()
	if got := r.pieces(); !slices.Equal(got, pieces) {
		r.Errorf("%s: %v, want %v", what, got, pieces)
	}
}

// rearranged follows pieces through a curator's merges and splits, and their undo.
func rearranged(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, []string{"all"}, entry(dawn, 1), entry(dawn, 2))
	put(t, s, epoch, []string{"all", "pak-us"}, entry(nation, 3))
	r := &rearranging{t, s, epoch}
	before := collect(t, s.Pieces.All(t.Context(), 0, 0))

	merge, changes := r.do(oped.Merge, 0, []oped.PieceID{1, 3, 3}, mergeAll)
	r.want("merged", "1:[1 3]", "2:[2]")
	if merge.Piece != 1 || changes.Merged != 1 || !slices.Equal(changes.Pieces, []oped.PieceID{3, 1}) ||
		!slices.Equal(changes.Editions, []string{"all", "pak-us"}) {
		t.Errorf("%+v, %+v", merge, changes)
	}
	for _, ref := range []string{"3", "urn:Piece 3", nation + "/3"} {
		if got, err := s.Pieces.Get(t.Context(), ref); err != nil || got.ID != 1 || len(got.Entries) != 2 ||
			!slices.Equal(got.Editions, []string{"all", "pak-us"}) {
			t.Errorf("%s leads to %+v, %v", ref, got, err)
		}
	}
	if c := ask(t, s.Counts); c.Pieces != 2 || c.Entries != 3 {
		t.Errorf("%+v", c)
	}
	if e := ask(t, s.Editions.All); e[0].Pieces != 2 || e[1].Pieces != 1 || !e[1].Updated.Equal(r.at) {
		t.Errorf("editions %+v", e)
	}
	if k := known(t, s, entry(dawn, 9), "k:Piece 3"); !slices.Equal(k.Matches["k:Piece 3"], []oped.PieceID{1}) {
		t.Errorf("what was found by a key of the one is found by it still: %v", k.Matches)
	}

	// Into a third one, and the chain is followed.
	second, _ := r.do(oped.Merge, 0, []oped.PieceID{2, 3}, mergeAll)
	r.want("merged again", "2:[1 2 3]")
	for id := range oped.PieceID(3) {
		if to, err := s.Pieces.ResolveID(t.Context(), id+1); err != nil || to != 2 {
			t.Errorf("%d leads to %d, %v", id+1, to, err)
		}
	}
	if ids, err := s.Pieces.AliasesOf(t.Context(), []oped.PieceID{2}); err != nil || !slices.Equal(ids, []oped.PieceID{1, 3}) {
		t.Errorf("%v lead to 2, %v", ids, err)
	}
	if _, err := s.Pieces.ResolveID(t.Context(), 99); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("99: %v", err)
	}
	r.do(oped.Undo, second.ID, nil, back)
	r.want("undone", "1:[1 3]", "2:[2]")
	r.do(oped.Undo, merge.ID, nil, back)
	r.want("both undone", "1:[1]", "2:[2]", "3:[3]")
	after := collect(t, s.Pieces.All(t.Context(), 0, 0))
	if after[2].AtomID != before[2].AtomID || !after[2].Entered.Equal(epoch) ||
		!slices.Equal(after[2].Editions, []string{"all"}) {
		t.Errorf("%+v, was %+v", after[2], before[2])
	}

	// Nothing is written where the arrangement is refused, or loses an entry.
	r.do(oped.Merge, 0, []oped.PieceID{1, 2}, mergeAll)
	refusal := errors.New("no")
	n := len(r.decisions())
	if _, _, err := r.try(
		oped.Merge, 0, []oped.PieceID{1, 3},
		func(store.Found) ([]oped.PieceChange, error) { return nil, refusal },
	); err != refusal {
		t.Errorf("refused: %v", err)
	}
	for _, loses := range []func(f store.Found) ([]oped.PieceChange, error){
		func(f store.Found) ([]oped.PieceChange, error) {
			c, _ := partRows(2)(f)
			return c[:1], nil
		},
		func(f store.Found) ([]oped.PieceChange, error) {
			c, _ := partRows(2)(f)
			c[1].Piece.Entries = f.Pieces[0].Entries
			return c, nil
		},
	} {
		if _, _, err := r.try(oped.Split, 0, []oped.PieceID{1}, loses); err == nil {
			t.Error("an entry was lost")
		}
	}
	r.want("as before", "1:[1 2]", "3:[3]")
	if len(r.decisions()) != n {
		t.Error("a decision that was refused is on record")
	}

	// Split, and undone.
	split, changes := r.do(oped.Split, 0, []oped.PieceID{1}, partRows(1))
	r.want("parted", "1:[2]", "3:[3]", "4:[1]")
	if split.Piece != 1 || changes.Merged != 0 || !slices.Equal(changes.Pieces, []oped.PieceID{1, 4}) {
		t.Errorf("%+v, %+v", split, changes)
	}
	if k := known(
		t, s, entry(dawn, 9), "k:Piece 1", "k:rest",
	); k.Matches["k:Piece 1"] != nil || len(k.Matches["k:rest"]) != 1 {
		t.Errorf("keys were not replaced: %v", k.Matches)
	}
	r.do(oped.Undo, split.ID, nil, mergeAll)
	r.want("parted no more", "1:[1 2]", "3:[3]")
	if got, err := s.Pieces.Get(t.Context(), fmt.Sprintf("urn:parted:%d", split.ID)); err != nil || got.ID != 1 {
		t.Errorf("the id of what was parted leads to %d, %v", got.ID, err)
	}
	if _, _, err := r.try(oped.Undo, split.ID, nil, mergeAll); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("undone twice: %v", err)
	}
}

func (r *rearranging) decisions() []oped.Decision {
	r.Helper()
	all, err := r.Decisions.Latest(r.Context(), 0)
	check(r.T, err)
	return all
}

// known returns the Known of an entry with these piece keys.
func known(t *testing.T, s *store.Store, e oped.Entry, keys ...string) (k oped.Known) {
	t.Helper()
	l := lookup(e.FeedURL, e)
	l.Entries[0].PieceKeys = keys
	_, err := s.Entries.Ingest(t.Context(), l, func(have oped.Known) oped.Plan {
		k = have
		return oped.Plan{Feed: have.Feed}
	})
	check(t, err)
	return k
}

// knownEntries returns the Known of these entries of one feed.
func knownEntries(t *testing.T, s *store.Store, numbers ...int) oped.Known {
	t.Helper()
	e := entry(dawn, 0)
	l := lookup(dawn, e)
	for _, n := range numbers {
		l.Entries[0].Keys = append(l.Entries[0].Keys, fmt.Sprintf("guid-%d", n))
	}
	var k oped.Known
	_, err := s.Entries.Ingest(t.Context(), l, func(have oped.Known) oped.Plan {
		k = have
		return oped.Plan{Feed: have.Feed}
	})
	check(t, err)
	return k
}

// constraintsHold checks that a decision cannot break the constraints of an earlier one, only override them
// by hand.
func constraintsHold(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, []string{"all"}, entry(dawn, 1), entry(dawn, 2), entry(dawn, 3), entry(dawn, 4))
	r := &rearranging{t, s, epoch}
	refused := func(undoes, by int64, joined bool) {
		t.Helper()
		before := r.pieces()
		var conflict *store.ConflictError
		_, _, err := r.try(oped.Undo, undoes, nil, func(f store.Found) ([]oped.PieceChange, error) {
			if len(f.Back) > 0 {
				return back(f)
			}
			return mergeAll(f)
		})
		if !errors.As(err, &conflict) || conflict.Decision != by || conflict.Joined != joined {
			t.Errorf("undo of %d: %v, want decision %d to be in the way", undoes, err, by)
		}
		r.want("refused", before...)
	}
	apart := func(ids ...oped.PieceID) bool {
		t.Helper()
		return knownEntries(t, s, 1, 2, 3, 4).CannotLink[[2]oped.PieceID(ids)]
	}
	none := func(store.Found) ([]oped.PieceChange, error) { return nil, nil }

	if knownEntries(t, s, 1, 2).CannotLink != nil {
		t.Error("apart, and nobody decided anything")
	}
	first, _ := r.do(oped.Merge, 0, []oped.PieceID{1, 2}, mergeAll)
	second, _ := r.do(oped.Merge, 0, []oped.PieceID{1, 3}, mergeAll)
	refused(first.ID, second.ID, true)
	r.do(oped.Undo, second.ID, nil, back)

	keep, _ := r.do(oped.Split, 0, []oped.PieceID{1, 3}, none)
	if keep.Piece != 1 || !apart(1, 3) || apart(3, 4) || apart(1, 4) {
		t.Errorf("%+v; apart: %v", keep, knownEntries(t, s, 1, 3, 4).CannotLink)
	}
	third, _ := r.do(oped.Merge, 0, []oped.PieceID{3, 4}, mergeAll)
	if !apart(1, 3) {
		t.Error("what was joined with what was parted is not apart")
	}
	over, _ := r.do(oped.Merge, 0, []oped.PieceID{1, 3}, mergeAll) // by hand: it overrides the earlier decision
	r.want("all", "1:[1 2 3 4]")
	refused(first.ID, over.ID, true)
	r.do(oped.Undo, over.ID, nil, back)
	r.want("undone", "1:[1 2]", "3:[3 4]")
	if !apart(1, 3) {
		t.Error("what was decided before does not hold again")
	}
	r.do(oped.Undo, keep.ID, nil, mergeAll)
	r.want("nothing moved", "1:[1 2]", "3:[3 4]")
	if apart(1, 3) {
		t.Error("apart, and it was taken back")
	}

	parted, _ := r.do(oped.Split, 0, []oped.PieceID{3}, partRows(4))
	r.want("parted", "1:[1 2]", "3:[3]", "5:[4]")
	refused(third.ID, parted.ID, false) // it would find nothing to restore
	kept, _ := r.do(oped.Split, 0, []oped.PieceID{3, 5}, none)
	refused(parted.ID, kept.ID, false)
	r.do(oped.Undo, kept.ID, nil, none)
	over, _ = r.do(oped.Merge, 0, []oped.PieceID{1, 5}, mergeAll)
	refused(parted.ID, over.ID, true)
	r.do(oped.Undo, over.ID, nil, back)
	r.do(oped.Undo, parted.ID, nil, mergeAll)
	r.do(oped.Undo, third.ID, nil, back)
	r.want("all undone", "1:[1 2]", "3:[3]", "4:[4]")
}

// constraintsHoldElsewhere undoes a merge after its entries were split off the piece together: the undo of the split
// comes first, and then the earlier decisions on them hold.
func constraintsHoldElsewhere(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, []string{"all"}, entry(dawn, 1), entry(dawn, 2), entry(dawn, 3))
	r := &rearranging{t, s, epoch}
	keep, _ := r.do(
		oped.Split, 0, []oped.PieceID{1, 2}, func(store.Found) ([]oped.PieceChange, error) { return nil, nil },
	)
	merge, _ := r.do(oped.Merge, 0, []oped.PieceID{3, 1, 2}, mergeAll)
	parted, _ := r.do(oped.Split, 0, []oped.PieceID{3}, partRows(1, 2))
	r.want("parted", "3:[3]", "4:[1 2]")
	nothing := func(store.Found) ([]oped.PieceChange, error) { return nil, nil }
	var conflict *store.ConflictError
	if _, _, err := r.try(oped.Undo, merge.ID, nil, nothing); !errors.As(err, &conflict) ||
		conflict.Decision != parted.ID ||
		conflict.Joined {
		t.Errorf("%v, want decision %d to be in the way", err, parted.ID)
	}
	r.do(oped.Undo, parted.ID, nil, mergeAll)
	r.do(oped.Undo, merge.ID, nil, back)
	r.want("undone", "1:[1]", "2:[2]", "3:[3]")
	if !knownEntries(t, s, 1, 2).CannotLink[[2]oped.PieceID{1, 2}] {
		t.Errorf("decision %d does not hold", keep.ID)
	}
}

// fetchMerges lets a fetch merge two pieces. It is on record, and taken back it must not happen again.
func fetchMerges(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, []string{"all"}, entry(dawn, 1), entry(dawn, 2))
	tagged := oped.Tag{Topic: "pak-us", Outcome: oped.Tagged, By: "ayesha", At: epoch.Add(time.Second)}
	_, _, err := s.Decisions.Decide(t.Context(),
		oped.Decision{
			At:     tagged.At,
			By:     "ayesha",
			Action: oped.TagIt,
			Piece:  2,
			Topic:  "pak-us",
		}, store.Verdict{Pieces: []oped.PieceID{2},
			Decide: func(p oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
				p.Tags = []oped.Tag{tagged}
				return oped.PieceChange{Piece: p}, true
			}})
	check(t, err)
	copied := entry(nation, 3)
	copied.Joined = "same text as both"
	l := lookup(nation, copied)
	l.Entries[0].PieceKeys = []string{"k:Piece 1", "k:Piece 2"}
	changes, err := s.Entries.Ingest(t.Context(), l, func(k oped.Known) oped.Plan {
		c, _ := mergeAll(store.Found{Pieces: []oped.Piece{k.Pieces[1], k.Pieces[2]}})
		c[0].Piece.Entries = append(c[0].Piece.Entries, copied)
		c[0].Piece.Tags = k.Pieces[2].Tags
		c[0].Entries = []oped.EntryChange{{Outcome: oped.Joined, Index: 2, Keys: []string{copied.ID}}}
		k.Feed.LastFetch = epoch.Add(time.Hour)
		return oped.Plan{Feed: k.Feed, Pieces: c}
	})
	check(t, err)
	r := &rearranging{t, s, epoch.Add(2 * time.Hour)}
	r.want("merged", "1:[1 2 3]")
	if changes.Merged != 1 || changes.Joined != 1 || !slices.Equal(changes.Pieces, []oped.PieceID{2, 1}) {
		t.Errorf("%+v", changes)
	}
	d := r.decisions()[0]
	if d.Action != oped.Merge || d.By != oped.ByRule || d.Why != copied.Joined || d.Piece != 1 ||
		!d.At.Equal(epoch.Add(time.Hour)) {
		t.Errorf("on record: %+v", d)
	}
	if last, err := s.Decisions.Last(t.Context(), false); err != nil || last.By != "ayesha" {
		t.Errorf("the last by hand: %+v, %v", last, err)
	}
	// There is no must-link between them: a curator may split them, and undo that.
	split, _ := r.do(oped.Split, 0, []oped.PieceID{1}, partRows(2))
	r.do(oped.Undo, split.ID, nil, mergeAll)
	r.do(oped.Undo, d.ID, nil, func(f store.Found) ([]oped.PieceChange, error) {
		if len(f.Back) != 1 || !equal(f.Back[0].Tags, []oped.Tag{tagged}) ||
			len(f.InEffect) != 1 || f.InEffect[0].Piece != 2 || f.InEffect[0].By != tagged.By ||
			!equal(f.Pieces[0].Tags, []oped.Tag{tagged}) {
			t.Errorf("found %+v", f)
		}
		return back(f)
	})
	r.want("undone", "1:[1 3]", "2:[2]")
	if k := knownEntries(t, s, 1, 2); !k.CannotLink[[2]oped.PieceID{1, 2}] {
		t.Errorf("what was taken back may happen again: %+v", k)
	}
}
