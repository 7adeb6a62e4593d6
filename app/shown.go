package app

import (
	"context"
	"time"

	"oped"
	"oped/store"
)

// Shown is everything known of a piece, as oped piece show shows it.
type Shown struct {
	Piece       oped.PieceID      `json:"piece"`
	AtomID      string            `json:"atom_id"`
	Title       string            `json:"title"`
	Aliases     []store.Alias     `json:"aliases"` // of pieces merged into it
	Kind        oped.PieceKind    `json:"kind"`
	Withdrawn   bool              `json:"withdrawn"`
	Topics      []ShownTopic      `json:"topics"`
	Editions    []string          `json:"editions"`
	Appearances []ShownAppearance `json:"appearances"`
	Relations   []ShownRelation   `json:"relations"`
	Decisions   []oped.Decision   `json:"decisions"`
}

// ShownTopic is the outcome of a piece at a topic, by the rule or a curator.
type ShownTopic struct {
	Topic   string       `json:"topic"`
	Outcome oped.Outcome `json:"outcome"`
	By      string       `json:"by"`
}

// ShownAppearance is an appearance of a piece with its number, for oped piece split.
type ShownAppearance struct {
	Number int  `json:"number"`
	Lead   bool `json:"lead"` // it is the lead entry
	appearance
	Joined string `json:"joined"` // why it is a copy; "": the piece began with it
}

// ShownRelation is the relation of a piece to another.
type ShownRelation struct {
	Piece oped.PieceID      `json:"piece"` // the other one
	Title string            `json:"title"`
	Kind  oped.RelationKind `json:"kind"`
	// the other piece is the later one, and Kind is its relation to the shown one
	Later bool      `json:"later"`
	Guard string    `json:"guard"`
	Score float64   `json:"score"`
	Why   string    `json:"why"`
	At    time.Time `json:"at"`
}

// shown gathers everything known of a piece.
func (v Pieces) shown(ctx context.Context, p *oped.Piece) (*Shown, error) {
	st := v.p.store
	x := &Shown{
		Piece:     p.ID,
		AtomID:    p.AtomID,
		Title:     p.Lead().Title,
		Kind:      p.Kind,
		Withdrawn: p.Withdrawn,
		Aliases:   []store.Alias{},
		Topics:    []ShownTopic{},
		Editions:  append([]string{}, p.Editions...),
		Relations: []ShownRelation{}, Decisions: []oped.Decision{},
	}
	for _, t := range p.Tags {
		if t.Outcome != oped.None || t.By != oped.ByRule {
			x.Topics = append(x.Topics, ShownTopic{t.Topic, t.Outcome, t.By})
		}
	}
	entries := appearances(p)
	known, err := v.appearances(ctx, entries)
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		x.Appearances = append(x.Appearances, ShownAppearance{i + 1, e.Row == p.Lead().Row, known[i], e.Joined})
	}
	aliases, err := st.Pieces.Aliases(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	decisions, err := st.Decisions.On(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	x.Aliases, x.Decisions = append(x.Aliases, aliases...), append(x.Decisions, decisions...)
	return x, x.relate(ctx, st)
}

// relate adds the relations of the piece to others.
func (x *Shown) relate(ctx context.Context, st *store.Store) error {
	relations, err := st.Pieces.Relations(ctx, x.Piece)
	if err != nil {
		return err
	}
	ids := make([]oped.PieceID, len(relations))
	for i, r := range relations {
		if ids[i] = r.Other; r.Other == x.Piece {
			ids[i] = r.Piece
		}
	}
	titles, err := titlesOf(ctx, st, ids)
	if err != nil {
		return err
	}
	for i, r := range relations {
		x.Relations = append(
			x.Relations, ShownRelation{ids[i], titles[ids[i]], r.Kind, r.Other == x.Piece, r.Guard, r.Score, r.Why,
				r.At})
	}
	return nil
}

func titlesOf(ctx context.Context, st *store.Store, ids []oped.PieceID) (map[oped.PieceID]string, error) {
	pieces, err := st.Pieces.Seen(ctx, ids)
	titles := map[oped.PieceID]string{}
	for i := range pieces {
		titles[pieces[i].ID] = pieces[i].Lead().Title
	}
	return titles, err
}

// Show returns everything known of a piece. It returns an Invalid error for an unknown piece.
func (v Pieces) Show(ctx context.Context, ref string) (*Shown, error) {
	r, err := find(ctx, v.p.store, ref)
	if err != nil {
		return nil, err
	}
	return v.shown(ctx, &r.piece)
}
