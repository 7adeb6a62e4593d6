package store

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"oped"
	"oped/topic"
)

const (
	// fewHits is the most pieces for the index to be selective: these are sorted. For more, Search walks the
	// archive from its newest piece on, since one in so many matches.
	fewHits = 20_000

	// A larger query is not run: FTS5 takes time with the square of the words, and its parser has room for
	// some thirty levels.
	maxQueryWords  = 2000
	maxQueryLevels = 24

	// maxLoaded is the most bytes of texts in memory during a search, except for one piece, held whole.
	maxLoaded = 8 << 20

	fewQuery   = `SELECT rowid FROM words WHERE words MATCH ? LIMIT ?`
	orderQuery = `
		SELECT date, id
		FROM piece
		WHERE merged IS NULL AND (date, id) < (?, ?)
		ORDER BY date DESC, id DESC LIMIT ?`
)

// Search returns the pieces that may match a query, the newest first, after a cursor; all matches are among
// them. Withdrawn pieces are left out. They are whole and are read a few at a time. It ends with its context,
// also within a statement. A query of very many words or levels is not run: any piece may match it.
func (s Pieces) Search(ctx context.Context, need topic.IndexQuery, after oped.Cursor) iter.Seq2[oped.PieceAt, error] {
	return func(yield func(oped.PieceAt, error) bool) {
		fail := func(err error) { yield(oped.PieceAt{}, fmt.Errorf("search: %w", explain(s.db.path, err))) }
		if need.Op == topic.Never {
			return
		}
		need = need.Within(maxQueryWords, maxQueryLevels)
		if after == (oped.Cursor{}) {
			after = oped.Cursor{Date: math.MaxInt64, Piece: math.MaxInt64}
		}
		var few []oped.PieceID
		if need.Op != topic.Always {
			var err error
			if few, err = pieceIDs(ctx, s.db.reader, fewQuery, match(need), fewHits+1); err != nil {
				fail(err)
				return
			}
			if len(few) == 0 {
				return
			}
		}
		next := s.inOrder(after)
		if need.Op != topic.Always && len(few) <= fewHits {
			places, err := s.cursors(ctx, few)
			if err != nil {
				fail(err)
				return
			}
			next = handed(places, after)
		}
		for {
			places, err := next(ctx)
			if err == nil && len(places) == 0 {
				return
			}
			var parts [][]oped.Cursor
			if err == nil {
				parts, err = s.parts(ctx, places)
			}
			for _, part := range parts {
				var pieces []oped.Piece
				if pieces, err = loadPieces(ctx, s.db.reader, piecesAt(part)); err != nil {
					break
				}
				for _, p := range pieces {
					i := slices.IndexFunc(part, func(at oped.Cursor) bool { return at.Piece == p.ID })
					if !p.Withdrawn && !yield(oped.PieceAt{Piece: p, Cursor: part[i]}, nil) {
						return
					}
				}
			}
			if err != nil {
				fail(err)
				return
			}
		}
	}
}

// parts splits cursors into runs of at most maxLoaded bytes of texts, or of one piece.
func (s Pieces) parts(ctx context.Context, places []oped.Cursor) (parts [][]oped.Cursor, err error) {
	sizes, err := sizesOf(ctx, s.db.reader, piecesAt(places))
	if err != nil {
		return nil, err
	}
	first, total := 0, 0
	for i, p := range places {
		if total += sizes[p.Piece]; total > maxLoaded && i > first {
			parts = append(parts, places[first:i])
			first, total = i, sizes[p.Piece]
		}
	}
	return append(parts, places[first:]), nil
}

// inOrder walks the archive from a cursor on, some pieces at a time.
func (s Pieces) inOrder(after oped.Cursor) func(context.Context) ([]oped.Cursor, error) {
	return func(ctx context.Context) (places []oped.Cursor, err error) {
		err = each(ctx, s.db.reader, orderQuery, []any{after.Date, after.Piece, pageSize}, func(row scanner) error {
			err := row.Scan(&after.Date, &after.Piece)
			places = append(places, after)
			return err
		})
		return places, err
	}
}

// handed returns some cursors at a time, of those after another one.
func handed(places []oped.Cursor, after oped.Cursor) func(context.Context) ([]oped.Cursor, error) {
	for len(places) > 0 && !before(places[0], after) {
		places = places[1:]
	}
	return func(context.Context) (page []oped.Cursor, err error) {
		n := min(pageSize, len(places))
		page, places = places[:n], places[n:]
		return page, nil
	}
}

// before reports whether a cursor is older than another one.
func before(p, than oped.Cursor) bool {
	return p.Date < than.Date || p.Date == than.Date && p.Piece < than.Piece
}
