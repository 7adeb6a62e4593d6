package publish

import (
	"context"
	"slices"
	"strconv"

	"oped"
)

// maxRelated is how many related pieces the page of a piece names.
const maxRelated = 50

// About is what the page of a piece tells that does not stand in the piece.
type About struct {
	Relations []oped.Relation             // with others, in either direction
	Others    map[oped.PieceID]oped.Piece // the pieces that they name; those that are missing are not told of
	Revisions map[int64][]oped.Revision   // by the row of the entry, the oldest first
}

// about reads what the page of a piece tells beside the piece.
func (p *Publisher) about(ctx context.Context, piece *oped.Piece) (About, error) {
	all, err := p.abouts(ctx, []oped.Piece{*piece})
	if err != nil {
		return About{}, err
	}
	return all[0], nil
}

// abouts is about for several pieces at once, in their order. Most have no relations, and were never revised.
func (p *Publisher) abouts(ctx context.Context, pieces []oped.Piece) ([]About, error) {
	relations, err := p.shelf.RelationsOf(ctx, idsOf(pieces))
	if err != nil {
		return nil, err
	}
	var rows []int64
	for i := range pieces {
		for _, e := range appearancesOf(&pieces[i]) {
			rows = append(rows, e.Row)
		}
	}
	revisions, err := p.shelf.RevisionsOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	all := make([]About, len(pieces))
	for i := range pieces {
		a := About{Relations: relations[pieces[i].ID], Revisions: map[int64][]oped.Revision{}}
		if a.Others, err = p.relatedTo(ctx, pieces[i].ID, a.Relations); err != nil {
			return nil, err
		}
		for _, e := range appearancesOf(&pieces[i]) {
			if versions := revisions[e.Row]; len(versions) > 0 {
				a.Revisions[e.Row] = versions
			}
		}
		all[i] = a
	}
	return all, nil
}

// appearancesOf are the appearances of whose versions the page of a piece tells.
func appearancesOf(p *oped.Piece) []oped.Entry {
	return p.Entries[:min(len(p.Entries), maxAppearances)]
}

// relatedTo reads the pieces that relations of a piece name, as many as its page tells of. Nothing is told any more of those that were withdrawn.
func (p *Publisher) relatedTo(ctx context.Context, id oped.PieceID, relations []oped.Relation) (map[oped.PieceID]oped.Piece, error) {
	var ids []oped.PieceID
	for _, r := range relations {
		if other := otherOf(r, id); other != 0 {
			ids = append(ids, other)
		}
	}
	others := map[oped.PieceID]oped.Piece{}
	for part := range slices.Chunk(ids, maxRelated) {
		pieces, err := p.shelf.ListPieces(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, other := range pieces {
			if len(others) < maxRelated && len(other.Entries) > 0 && !other.Withdrawn {
				others[other.ID] = other
			}
		}
		if len(others) == maxRelated {
			break
		}
	}
	return others, nil
}

// pieceAt is the piece with an id, if it stands: one that was merged into another one does not.
func (p *Publisher) pieceAt(ctx context.Context, id oped.PieceID) (oped.Piece, error) {
	piece, err := p.shelf.Piece(ctx, strconv.FormatInt(int64(id), 10))
	if err == nil && (piece.ID != id || len(piece.Entries) == 0) { // an AtomID may be a number as well
		err = oped.ErrNotFound
	}
	return piece, err
}

// otherOf is the piece that a relation names beside this one; 0 if it is not about this one.
func otherOf(r oped.Relation, id oped.PieceID) oped.PieceID {
	switch id {
	case r.Piece:
		return r.Other
	case r.Other:
		return r.Piece
	}
	return 0
}

func (d *digest) about(from Feeds, p *oped.Piece, a *About) {
	d.numbers(int64(len(a.Relations)))
	for _, r := range a.Relations {
		d.numbers(int64(r.Piece), int64(r.Other))
		d.strings(string(r.Kind), r.Why)
		if other, ok := a.Others[otherOf(r, p.ID)]; ok {
			e := other.Lead()
			f := from[e.FeedURL]
			d.strings(e.Title, e.Lang, e.Publisher, f.Publisher, f.Title, f.DocTitle, f.Lang, f.DocLang)
			d.times(e.Date(), other.FirstSeen)
		}
	}
	for i := range p.Entries {
		versions := a.Revisions[p.Entries[i].Row]
		d.numbers(int64(len(versions)))
		for _, v := range versions {
			d.strings(v.News, v.Text, v.Entry.Title)
			d.times(v.At)
			for _, w := range v.Entry.Authors {
				d.strings(w.Name)
			}
		}
	}
}
