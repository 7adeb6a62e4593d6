package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"oped"
	"oped/store"
)

// GuardedPair is a pair of pieces that a guard kept apart.
type GuardedPair struct {
	Pieces [2]PairedPiece    `json:"pieces"` // the later piece first
	Kind   oped.RelationKind `json:"kind"`   // relation of the first to the second
	Guard  string            `json:"guard"`
	Score  float64           `json:"score"`
	Why    string            `json:"why"`
	At     time.Time         `json:"at"`
	Merge  string            `json:"merge"` // the commands to decide
	Split  string            `json:"split"`
}

// PairedPiece is one piece of a [GuardedPair]. Papers are the publishers of its appearances.
type PairedPiece struct {
	Piece  oped.PieceID `json:"piece"`
	Title  string       `json:"title"`
	Papers []string     `json:"papers"`
	Date   string       `json:"date"`
	URL    string       `json:"url"`
}

// queuedPairs returns relations with their pieces, as pairs.
func queuedPairs(ctx context.Context, st *store.Store, relations []oped.Relation) ([]GuardedPair, error) {
	var ids []oped.PieceID
	for _, r := range relations {
		ids = append(ids, r.Piece, r.Other)
	}
	slices.Sort(ids)
	pieces, err := st.Pieces.Seen(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	byID := map[oped.PieceID]PairedPiece{}
	for i := range pieces {
		byID[pieces[i].ID] = queuedPieceOf(&pieces[i])
	}
	pairs := []GuardedPair{}
	for _, r := range relations {
		one, other := byID[r.Piece], byID[r.Other]
		if one.Piece == 0 || other.Piece == 0 {
			continue // merged between the two queries
		}
		refs := fmt.Sprintf("%d %d", r.Piece, r.Other)
		pairs = append(
			pairs, GuardedPair{[2]PairedPiece{one, other}, r.Kind, r.Guard, r.Score, r.Why, r.At,
				"oped piece merge " + refs, "oped piece split " + refs})
	}
	return pairs, nil
}

func queuedPieceOf(p *oped.Piece) PairedPiece {
	lead := p.Lead()
	k := PairedPiece{Piece: p.ID, Title: lead.Title, Date: lead.Date().Format(time.DateOnly), URL: lead.URL}
	for i := range p.Entries {
		if paper := p.Entries[i].Publisher; !slices.Contains(k.Papers, paper) {
			k.Papers = append(k.Papers, paper)
		}
	}
	return k
}

// Guarded returns up to limit pairs that a guard kept apart and no curator has decided on, and the number of all
// such pairs. A limit of 0 or less returns all.
func (v Pieces) Guarded(ctx context.Context, limit int) (pairs []GuardedPair, waiting int, err error) {
	relations, err := v.p.store.Pieces.GuardedPairs(ctx)
	if err != nil {
		return nil, 0, err
	}
	waiting = len(relations)
	if limit > 0 {
		relations = relations[:min(limit, waiting)]
	}
	pairs, err = queuedPairs(ctx, v.p.store, relations)
	return pairs, waiting, err
}
