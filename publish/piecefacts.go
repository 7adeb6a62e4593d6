package publish

import (
	"context"
	"slices"

	"oped"
	"oped/topic"
)

// maxRelated limits the related pieces named on the page of a piece.
const maxRelated = 50

// pieceFacts holds a piece and the other facts on its page.
type pieceFacts struct {
	Piece     *oped.Piece
	Relations []oped.Relation             // with others, in either direction
	Others    map[oped.PieceID]oped.Piece // the pieces they name; missing ones are not mentioned
	Revisions map[int64][]oped.Revision   // of the first appearances, by the row of the entry, the oldest first

	shown     *shownPiece // made once for both pages, as the next ones
	verdicts  []judged    // of its topics
	explained bool
}

// judged returns the outcomes of the piece at its topics: first those it is on, then those for review, then the others.
func (a *pieceFacts) judged(explain func(*oped.Piece) []topic.Explanation) []judged {
	if !a.explained {
		a.verdicts, a.explained = judgeAll(a.Piece, explain), true
	}
	return a.verdicts
}

// facts reads the facts beside each piece, in the order of pieces. Most pieces have no relations and
// were never revised.
func (k pieceKind) facts(ctx context.Context, pieces []oped.Piece) ([]pieceFacts, error) {
	relations, err := k.site.rows.Pieces.RelationsOf(ctx, idsOf(pieces))
	if err != nil {
		return nil, err
	}
	var rows []int64
	for i := range pieces {
		for _, e := range pieces[i].Entries[:min(len(pieces[i].Entries), maxAppearances)] {
			rows = append(rows, e.Row)
		}
	}
	revisions, err := k.site.rows.Entries.RevisionsOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	all := make([]pieceFacts, len(pieces))
	for i := range pieces {
		a := &all[i]
		a.Piece, a.Relations, a.Revisions = &pieces[i], relations[pieces[i].ID], revisions
		if a.Others, err = k.relatedTo(ctx, pieces[i].ID, a.Relations); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// relatedTo reads the pieces named by the relations of a piece, as many as its page lists. Withdrawn
// pieces are left out.
func (k pieceKind) relatedTo(
	ctx context.Context, id oped.PieceID, relations []oped.Relation,
) (map[oped.PieceID]oped.Piece, error) {
	var ids []oped.PieceID
	for _, r := range relations {
		if other := otherOf(r, id); other != 0 {
			ids = append(ids, other)
		}
	}
	others := map[oped.PieceID]oped.Piece{}
	for part := range slices.Chunk(ids, maxRelated) {
		pieces, err := k.site.rows.Pieces.Listed(ctx, part)
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

// otherOf returns the piece at the other end of a relation, or 0 if the relation is not about this
// piece.
func otherOf(r oped.Relation, id oped.PieceID) oped.PieceID {
	switch id {
	case r.Piece:
		return r.Other
	case r.Other:
		return r.Piece
	}
	return 0
}
