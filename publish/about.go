package publish

import (
	"context"
	"errors"
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
	a := About{Others: map[oped.PieceID]oped.Piece{}, Revisions: map[int64][]oped.Revision{}}
	all, err := p.shelf.Relations(ctx, piece.ID)
	if err != nil && !errors.Is(err, oped.ErrNotFound) {
		return a, err
	}
	for _, r := range all {
		id := otherOf(r, piece.ID)
		if a.Relations = append(a.Relations, r); len(a.Others) == maxRelated || id == 0 {
			continue // it only counts
		}
		other, err := p.pieceAt(ctx, id)
		if errors.Is(err, oped.ErrNotFound) {
			continue
		}
		if err != nil {
			return a, err
		}
		if !other.Withdrawn { // nothing of it is told any more
			a.Others[id] = other
		}
	}
	for i := range piece.Entries[:min(len(piece.Entries), maxAppearances)] {
		row := piece.Entries[i].Row
		versions, err := p.shelf.Revisions(ctx, row)
		if err != nil {
			return a, err
		}
		if len(versions) > 0 {
			a.Revisions[row] = versions
		}
	}
	return a, nil
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
