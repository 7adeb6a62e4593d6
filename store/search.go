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
	// fewHits is up to how many pieces the index is believed to say something: these are put in order. Of
	// more, the archive is gone through from its newest piece on, since one in so many fulfils the need.
	fewHits = 20_000

	// A larger need is none: FTS5 takes time with the square of the words, and its parser has room for some thirty
	// levels.
	maxQueryWords  = 2000
	maxQueryLevels = 24

	// maxLoaded is how many bytes of texts a search holds at a time, but for one piece, which is held whole.
	maxLoaded = 8 << 20

	fewQuery   = `SELECT rowid FROM words WHERE words MATCH ? LIMIT ?`
	orderQuery = `
		SELECT date, id
		FROM piece
		WHERE merged IS NULL AND (date, id) < (?, ?)
		ORDER BY date DESC, id DESC LIMIT ?`
)

// Search gives the pieces that may fulfil a need, the newest first, after a place; all that do are among them. Those
// that were withdrawn are left out. They are whole and are read a few at a time. It ends with its context, also within
// a statement. A need of very many words or levels is not asked for: any piece may fulfil it.
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

// parts splits places into runs whose pieces have at most maxLoaded bytes of texts, or are one.
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

// inOrder goes through the archive from a place on, some pieces at a time.
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

// handed gives some places at a time, of those that stand after another one.
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

// before tells whether a place is older than another one.
func before(p, than oped.Cursor) bool {
	return p.Date < than.Date || p.Date == than.Date && p.Piece < than.Piece
}
