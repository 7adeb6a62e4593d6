package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/dedup"
	"oped/store"
)

// GuardedPair is a pair of pieces that a guard kept apart, or that the present rules would join; or an appearance that
// they would not join to its piece, with the lead entry of it.
type GuardedPair struct {
	Pieces [2]PairedPiece    `json:"pieces"` // the later one first
	Kind   oped.RelationKind `json:"kind"`   // relation of the first to the second
	Guard  string            `json:"guard"`
	Score  float64           `json:"score"`
	Why    string            `json:"why"`
	At     time.Time         `json:"at"`
	Merge  string            `json:"merge"` // the commands to decide
	Split  string            `json:"split"`

	// References for the decisions that these are one piece, or different ones.
	MergeRefs, SplitRefs []string `json:"-"`

	entries [2]*oped.Entry
}

// Sentence says whether the pair is one piece now, and why.
func (p *GuardedPair) Sentence() string {
	now := "They are apart now: "
	if p.Pieces[0].Piece == p.Pieces[1].Piece {
		now = "They are one now: "
	}
	return now + p.Why + "."
}

// PairedPiece is one piece of a [GuardedPair]. Papers are the publishers of its appearances.
type PairedPiece struct {
	Piece  oped.PieceID `json:"piece"`
	Title  string       `json:"title"`
	Papers []string     `json:"papers"`
	Date   string       `json:"date"`
	URL    string       `json:"url"`
}

// queuedPairs returns doubts and relations with their pieces, as pairs.
func (v Pieces) queuedPairs(ctx context.Context, queue []store.Doubt) ([]GuardedPair, error) {
	var ids []oped.PieceID
	for _, d := range queue {
		ids = append(ids, d.Piece, d.Other)
	}
	slices.Sort(ids)
	pieces, err := v.p.store.Pieces.Seen(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	byID := map[oped.PieceID]*oped.Piece{}
	for i := range pieces {
		byID[pieces[i].ID] = &pieces[i]
	}
	pairs, days := []GuardedPair{}, calendarOf(v.cfg)
	for _, d := range queue {
		one, other := byID[d.Piece], byID[d.Other]
		if one == nil || other == nil {
			continue // merged between the two queries
		}
		pair := GuardedPair{
			Pieces: [2]PairedPiece{days.paired(one, one.Lead(), one.Entries), days.paired(other, other.Lead(), other.Entries)},
			Kind:   d.Kind,
			Guard:  d.Guard,
			Score:  d.Score,
			Why:    d.Why,
			At:     d.At,

			MergeRefs: []string{fmt.Sprint(d.Piece), fmt.Sprint(d.Other)},
			entries:   [2]*oped.Entry{one.Lead(), other.Lead()},
		}
		pair.SplitRefs = pair.MergeRefs
		if one == other {
			i := slices.IndexFunc(one.Entries, func(e oped.Entry) bool { return e.Row == d.Entry })
			if i < 1 {
				continue // it was split off between the two queries, or leads the piece now
			}
			pair.Pieces[0] = days.paired(one, &one.Entries[i], one.Entries[i:i+1])
			pair.MergeRefs = []string{numberOf(one, one.Lead()), numberOf(one, &one.Entries[i])}
			pair.SplitRefs = pair.MergeRefs[1:]
			pair.entries[0] = &one.Entries[i]
		}
		pair.Merge = "oped piece merge " + strings.Join(pair.MergeRefs, " ")
		pair.Split = "oped piece split " + strings.Join(pair.SplitRefs, " ")
		pairs = append(pairs, pair)
	}
	return pairs, nil
}

// paired returns a piece as shown by one of its entries, with the publishers of some.
func (c calendar) paired(p *oped.Piece, e *oped.Entry, entries []oped.Entry) PairedPiece {
	k := PairedPiece{Piece: p.ID, Title: e.Title, Date: c.day(e), URL: e.URL}
	for i := range entries {
		if paper := entries[i].Publisher; !slices.Contains(k.Papers, paper) {
			k.Papers = append(k.Papers, paper)
		}
	}
	return k
}

// Guarded returns up to limit pairs that a guard kept apart, or that an earlier release stored otherwise than the
// present rules would, and that no curator has decided on; and the number of all of them. They come in the order of the
// desk: the latest first, parts of a series last. A limit of 0 or less returns all.
func (v Pieces) Guarded(ctx context.Context, limit int) (pairs []GuardedPair, waiting int, err error) {
	queue, err := v.guarded(ctx)
	if err != nil {
		return nil, 0, err
	}
	waiting = len(queue)
	if limit > 0 {
		queue = queue[:min(limit, waiting)]
	}
	pairs, err = v.queuedPairs(ctx, queue)
	return pairs, waiting, err
}

// guarded returns the pairs to review, in their order.
func (v Pieces) guarded(ctx context.Context) ([]store.Doubt, error) {
	queue, err := v.p.store.Pieces.Doubts(ctx)
	if err != nil {
		return nil, err
	}
	relations, err := v.p.store.Pieces.GuardedPairs(ctx)
	if err != nil {
		return nil, err
	}
	doubted := map[[2]oped.PieceID]bool{}
	pairOf := func(r *oped.Relation) [2]oped.PieceID {
		return [2]oped.PieceID{min(r.Piece, r.Other), max(r.Piece, r.Other)}
	}
	for i := range queue {
		doubted[pairOf(&queue[i].Relation)] = true
	}
	for _, r := range relations {
		if !doubted[pairOf(&r)] {
			queue = append(queue, store.Doubt{Relation: r})
		}
	}
	sortDoubts(queue)
	return queue, nil
}

// sortDoubts sorts pairs for a review: the latest first. Parts of a series come last: they are hardly in doubt, and a
// series has many pairs.
func sortDoubts(queue []store.Doubt) {
	slices.SortStableFunc(queue, func(a, b store.Doubt) int {
		x, y := dedup.Guard(a.Guard) == dedup.GuardSeries, dedup.Guard(b.Guard) == dedup.GuardSeries
		switch {
		case x == y:
			return b.At.Compare(a.At)
		case y:
			return -1
		}
		return 1
	})
}
