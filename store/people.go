package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
)

// listedEntryQuery reads entries as lists of pieces show them: without texts, except for the beginning of one
// without a headline. It reads about a fiftieth of a whole piece.
var listedEntryQuery = strings.NewReplacer(
	"e.summary, e.content, e.text,", "'', '', CASE e.title WHEN '' THEN substr(e.text, 1, 400) ELSE '' END,",
	"e.furniture", "'[]'",
).Replace(entryQuery)

// newestOfFeed is the number of latest pieces searched in each feed for the newest ones of its publisher.
const newestOfFeed = 1000

const (
	byAuthorQuery = `
		SELECT DISTINCT p.date, p.id
		FROM author a
		JOIN entry e ON e.id = a.entry
		JOIN piece p ON p.id = e.piece
		WHERE a.key = ?
		ORDER BY p.date DESC, p.id DESC`
	byFeedQuery = `SELECT DISTINCT piece FROM entry WHERE feed = ? ORDER BY piece DESC LIMIT ?`
)

// Listed returns the pieces with these ids as lists show them: without texts, except for the beginning of one
// without a headline.
func (s Pieces) Listed(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	pieces, err := loadPiecesBy(ctx, s.db.reader, ids, listedEntryQuery, seenTagQuery)
	if err != nil {
		return nil, fmt.Errorf("list pieces: %w", explain(s.db.path, err))
	}
	return pieces, nil
}

// AuthorPieces returns the newest n pieces with an entry by an author, in the form of [Pieces.Listed], and
// their total number. The key is the text.AuthorSlug of the name. Withdrawn pieces are left out.
func (s People) AuthorPieces(ctx context.Context, key string, n int) ([]oped.Piece, int, error) {
	ids, err := s.visibleIDs(ctx, byAuthorQuery, key)
	if err != nil {
		return nil, 0, fmt.Errorf("read the pieces of %s: %w", key, explain(s.db.path, err))
	}
	pieces, err := Pieces(s).Listed(ctx, ids[:min(n, len(ids))])
	return pieces, len(ids), err
}

// visibleIDs returns the pieces selected by a query, with their dates, without withdrawn ones.
func (s People) visibleIDs(ctx context.Context, query string, args ...any) (ids []oped.PieceID, err error) {
	gone, err := s.withdrawn(ctx)
	if err != nil {
		return nil, err
	}
	err = each(ctx, s.db.reader, query, args, func(row scanner) error {
		var p oped.Cursor
		err := row.Scan(&p.Date, &p.Piece)
		if !gone[p.Piece] {
			ids = append(ids, p.Piece)
		}
		return err
	})
	return ids, err
}

func (s People) withdrawn(ctx context.Context) (map[oped.PieceID]bool, error) {
	ids, err := pieceIDs(ctx, s.db.reader, withdrawnQuery)
	gone := map[oped.PieceID]bool{}
	for _, id := range ids {
		gone[id] = true
	}
	return gone, err
}

// PublisherPieces returns the newest n pieces of a publisher, in the form of [Pieces.Listed]. Of a publisher
// with many pieces, only the latest arrivals are searched. Withdrawn pieces are left out.
func (s People) PublisherPieces(ctx context.Context, publisher string, n int) ([]oped.Piece, error) {
	fail := func(err error) ([]oped.Piece, error) {
		return nil, fmt.Errorf("read the pieces of %s: %w", publisher, explain(s.db.path, err))
	}
	var feeds []int64
	err := each(ctx, s.db.reader, `
		SELECT id
		FROM feed
		WHERE publisher = ?
		ORDER BY id`, []any{publisher}, func(row scanner) error {
		var id int64
		err := row.Scan(&id)
		feeds = append(feeds, id)
		return err
	})
	if err != nil {
		return fail(err)
	}
	gone, err := s.withdrawn(ctx)
	if err != nil {
		return fail(err)
	}
	var ids []oped.PieceID
	for _, feed := range feeds {
		of, err := pieceIDs(ctx, s.db.reader, byFeedQuery, feed, newestOfFeed)
		if err != nil {
			return fail(err)
		}
		ids = append(ids, of...)
	}
	slices.Sort(ids)
	places, err := Pieces(s).cursors(ctx, slices.Compact(ids))
	if err != nil {
		return fail(err)
	}
	places = slices.DeleteFunc(places, func(p oped.Cursor) bool { return gone[p.Piece] })
	return Pieces(s).Listed(ctx, piecesAt(places[:min(n, len(places))]))
}

// cursors returns the cursors of pieces, the newest first, without merged and unknown ones.
func (s Pieces) cursors(ctx context.Context, ids []oped.PieceID) (places []oped.Cursor, err error) {
	err = inChunks(ctx, s.db.reader, `
		SELECT date, id
		FROM piece
		WHERE id IN (%s) AND merged IS NULL`, nil, ids, func(row scanner) error {
		var p oped.Cursor
		err := row.Scan(&p.Date, &p.Piece)
		places = append(places, p)
		return err
	})
	slices.SortFunc(
		places,
		func(a, b oped.Cursor) int { return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(b.Piece, a.Piece)) },
	)
	return places, err
}

func piecesAt(places []oped.Cursor) []oped.PieceID {
	ids := make([]oped.PieceID, len(places))
	for i, p := range places {
		ids[i] = p.Piece
	}
	return ids
}

const (
	listed = `max(max(p.version, f.described)),
		count(DISTINCT CASE WHEN p.id NOT IN (` + withdrawnQuery + `) THEN p.id END)`
	publisherVersionsQuery = `
		SELECT of.publisher, ` + listed + `
		FROM feed of
		JOIN entry e ON e.feed = of.id
		JOIN piece p ON p.id = e.piece
		JOIN entry x ON x.piece = p.id
		JOIN feed f ON f.id = x.feed
		WHERE of.publisher IN (%s)
		GROUP BY of.publisher`
	authorVersionsQuery = `
		SELECT a.key, ` + listed + `
		FROM author a
		JOIN entry e ON e.id = a.entry
		JOIN piece p ON p.id = e.piece
		JOIN entry x ON x.piece = p.id
		JOIN feed f ON f.id = x.feed
		WHERE a.key IN (%s)
		GROUP BY a.key`
)

// PublisherVersions returns the versions of the lists of pieces of publishers, by name. An empty list is
// missing, and a withdrawn piece is in no list.
func (s People) PublisherVersions(ctx context.Context, publishers []string) (map[string]oped.ListVersion, error) {
	all, err := s.listVersions(ctx, publisherVersionsQuery, publishers)
	if err != nil {
		return nil, fmt.Errorf("read the lists of publishers: %w", explain(s.db.path, err))
	}
	return all, nil
}

// AuthorVersions returns the versions of the lists of pieces of authors, as PublisherVersions does, by the
// keys of the authors.
func (s People) AuthorVersions(ctx context.Context, keys []string) (map[string]oped.ListVersion, error) {
	all, err := s.listVersions(ctx, authorVersionsQuery, keys)
	if err != nil {
		return nil, fmt.Errorf("read the lists of authors: %w", explain(s.db.path, err))
	}
	return all, nil
}

func (s People) listVersions(ctx context.Context, query string, lists []string) (map[string]oped.ListVersion, error) {
	all := map[string]oped.ListVersion{}
	err := inChunks(ctx, s.db.reader, query, nil, lists, func(row scanner) error {
		var list string
		var v oped.ListVersion
		err := row.Scan(&list, &v.Version, &v.Pieces)
		all[list] = v
		return err
	})
	return all, err
}

// CountSince returns the number of pieces in an edition dated since or later.
func (s Editions) CountSince(ctx context.Context, edition string, since time.Time) (n int, err error) {
	err = s.db.reader.QueryRowContext(ctx, `
		SELECT count(*)
		FROM edition_piece
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND date >= ?`, edition, since.UnixMilli()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the pieces of %s: %w", edition, explain(s.db.path, err))
	}
	return n, nil
}
