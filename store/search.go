package store

import (
	"context"
	"iter"
	"math"
	"slices"
	"strings"

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
	maxQueryFacts  = 100 // a reader's query has room for fewer

	// maxLoaded is the most bytes of texts in memory during a search, except for one piece, held whole.
	maxLoaded = 8 << 20

	// In these, the first %s is a condition on facts.
	orderQuery = `
		SELECT date, id
		FROM piece
		WHERE merged IS NULL AND %s AND (date, id) < (?, ?)
		ORDER BY date DESC, id DESC
		LIMIT ?`
	factCursorsQuery = `
		SELECT date, id
		FROM piece
		WHERE merged IS NULL AND %s AND id IN (%s)`
)

// Search returns the pieces that may match a query, the newest first, after a cursor; all matches are among
// them. Withdrawn pieces are left out. They are whole and are read a few at a time. It ends with its context,
// also within a statement. A query of very many words or levels is not run: any piece may match it.
func (s Pieces) Search(ctx context.Context, need topic.IndexQuery, after oped.Cursor) iter.Seq2[oped.PieceAt, error] {
	return func(yield func(oped.PieceAt, error) bool) {
		words, facts := need.Words(), need.Facts()
		next, err := s.walk(
			ctx, words.Within(maxQueryWords, maxQueryLevels), facts.Within(maxQueryFacts, maxQueryLevels), after,
		)
		for err == nil {
			var places []oped.Cursor
			if places, err = next(ctx); len(places) == 0 {
				break
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
		}
		if err != nil {
			yield(oped.PieceAt{}, s.db.doing("search", err))
		}
	}
}

// walk returns the way of a search through the archive: it returns the next cursors at each call, none at the
// end. Where few pieces have the words, or else one of the facts, it sorts these.
func (s Pieces) walk(
	ctx context.Context, words, facts topic.IndexQuery, after oped.Cursor,
) (next func(context.Context) ([]oped.Cursor, error), err error) {
	if after == (oped.Cursor{}) {
		after = oped.Cursor{Date: math.MaxInt64, Piece: math.MaxInt64}
	}
	var few []oped.PieceID
	found := false
	switch words.Op {
	case topic.Always:
	case topic.Never:
		found = true
	default:
		d := s.db.dialect
		few, err = column[oped.PieceID](ctx, s.db.reader, d.words.find, d.match(words), fewHits+1)
		found = len(few) <= fewHits
	}
	if err == nil && !found {
		few, found, err = s.fewOf(ctx, facts)
	}
	condition, args := where(facts)
	if err != nil || !found {
		return s.inOrder(condition, args, after), err
	}
	query := strings.Replace(factCursorsQuery, "%s", condition, 1)
	places, err := listIn(ctx, s.db.reader, scanCursor, query, few, args...)
	slices.SortFunc(places, newestFirst)
	return handed(places, after), err
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

// inOrder walks the pieces that meet a condition from a cursor on, some at a time.
func (s Pieces) inOrder(
	condition string, args []any, after oped.Cursor,
) func(context.Context) ([]oped.Cursor, error) {
	query := strings.Replace(orderQuery, "%s", condition, 1)
	return func(ctx context.Context) (places []oped.Cursor, err error) {
		places, err = list(ctx, s.db.reader, scanCursor, query,
			append(slices.Clip(args), after.Date, after.Piece, pageSize)...)
		if len(places) > 0 {
			after = places[len(places)-1]
		}
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
