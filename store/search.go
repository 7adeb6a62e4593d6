package store

import (
	"context"
	"fmt"
	"iter"
	"math"

	"oped"
	"oped/topic"
)

const (
	// fewHits is up to how many pieces the index is believed to say something: these are put in order. Of more, the archive is gone through from its
	// newest piece on, since one in so many fulfils the need.
	fewHits = 20_000

	fewQuery   = `SELECT rowid FROM words WHERE words MATCH ? LIMIT ?`
	orderQuery = `SELECT date, id FROM piece WHERE merged IS NULL AND (date, id) < (?, ?) ORDER BY date DESC, id DESC LIMIT ?`
)

// Search gives the pieces that may fulfil a need, the newest first, after a place; all that do are among them. Those that were withdrawn are left out. They are
// whole and are read a few at a time.
func (s *Store) Search(ctx context.Context, need topic.Need, after oped.Place) iter.Seq2[oped.PlacedPiece, error] {
	return func(yield func(oped.PlacedPiece, error) bool) {
		fail := func(err error) { yield(oped.PlacedPiece{}, fmt.Errorf("search: %w", explain(s.path, err))) }
		if need.Op == topic.Never {
			return
		}
		if after == (oped.Place{}) {
			after = oped.Place{Date: math.MaxInt64, Piece: math.MaxInt64}
		}
		var few []oped.PieceID
		if need.Op != topic.Always {
			var err error
			if few, err = pieceIDs(ctx, s.reader, fewQuery, match(need), fewHits+1); err != nil {
				fail(err)
				return
			}
			if len(few) == 0 {
				return
			}
		}
		next := s.inOrder(after)
		if need.Op != topic.Always && len(few) <= fewHits {
			places, err := s.places(ctx, few)
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
			var pieces []oped.Piece
			if err == nil {
				pieces, err = loadPieces(ctx, s.reader, piecesAt(places))
			}
			if err != nil {
				fail(err)
				return
			}
			at := map[oped.PieceID]oped.Place{}
			for _, p := range places {
				at[p.Piece] = p
			}
			for _, p := range pieces {
				if !p.Withdrawn && !yield(oped.PlacedPiece{Piece: p, Place: at[p.ID]}, nil) {
					return
				}
			}
		}
	}
}

// inOrder goes through the archive from a place on, some pieces at a time.
func (s *Store) inOrder(after oped.Place) func(context.Context) ([]oped.Place, error) {
	return func(ctx context.Context) (places []oped.Place, err error) {
		err = each(ctx, s.reader, orderQuery, []any{after.Date, after.Piece, pageSize}, func(row scanner) error {
			err := row.Scan(&after.Date, &after.Piece)
			places = append(places, after)
			return err
		})
		return places, err
	}
}

// handed gives some places at a time, of those that stand after another one.
func handed(places []oped.Place, after oped.Place) func(context.Context) ([]oped.Place, error) {
	for len(places) > 0 && !before(places[0], after) {
		places = places[1:]
	}
	return func(context.Context) (page []oped.Place, err error) {
		n := min(pageSize, len(places))
		page, places = places[:n], places[n:]
		return page, nil
	}
}

// before tells whether a place is older than another one.
func before(p, than oped.Place) bool {
	return p.Date < than.Date || p.Date == than.Date && p.Piece < than.Piece
}
