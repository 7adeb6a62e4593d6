package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"oped"
)

// newestOfFeed is the number of latest pieces searched in each feed for the newest ones of its publisher.
const newestOfFeed = 1000

const (
	byAuthorQuery = `
		SELECT DISTINCT p.date, p.id
		FROM author a
		JOIN entry e ON e.id = a.entry
		JOIN piece p ON p.id = e.piece
		WHERE a.key = $1
		ORDER BY p.date DESC, p.id DESC`
	byFeedQuery = `
		SELECT DISTINCT piece
		FROM entry
		WHERE feed = $1
		ORDER BY piece DESC
		LIMIT $2`
	feedsOfQuery = `
		SELECT id
		FROM feed
		WHERE publisher = $1
		ORDER BY id`
	cursorsQuery = `
		SELECT date, id
		FROM piece
		WHERE id IN (%s) AND merged IS NULL`
)

// AuthorPieces returns the newest n pieces with an entry by an author, in the form of [Pieces.Listed], and
// their total number. The key is the text.AuthorSlug of the name. Withdrawn pieces are left out.
func (s People) AuthorPieces(ctx context.Context, key string, n int) ([]oped.Piece, int, error) {
	places, err := list(ctx, s.db.reader, scanCursor, byAuthorQuery, key)
	if err == nil {
		places, err = s.visible(ctx, places)
	}
	if err != nil {
		return nil, 0, s.db.doing("read the pieces of "+key, err)
	}
	pieces, err := Pieces(s).Listed(ctx, piecesAt(places[:min(n, len(places))]))
	return pieces, len(places), err
}

// visible removes the withdrawn pieces.
func (s People) visible(ctx context.Context, places []oped.Cursor) ([]oped.Cursor, error) {
	gone, err := s.withdrawn(ctx)
	return slices.DeleteFunc(places, func(p oped.Cursor) bool { return gone[p.Piece] }), err
}

func (s People) withdrawn(ctx context.Context) (map[oped.PieceID]bool, error) {
	ids, err := column[oped.PieceID](ctx, s.db.reader, withdrawnQuery)
	gone := make(map[oped.PieceID]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	return gone, err
}

// PublisherPieces returns the newest n pieces of a publisher, in the form of [Pieces.Listed]. Of a publisher
// with many pieces, only the latest arrivals are searched. Withdrawn pieces are left out.
func (s People) PublisherPieces(ctx context.Context, publisher string, n int) ([]oped.Piece, error) {
	var ids []oped.PieceID
	feeds, err := column[int64](ctx, s.db.reader, feedsOfQuery, publisher)
	for _, feed := range feeds {
		if err == nil {
			var of []oped.PieceID
			of, err = column[oped.PieceID](ctx, s.db.reader, byFeedQuery, feed, newestOfFeed)
			ids = append(ids, of...)
		}
	}
	slices.Sort(ids)
	var places []oped.Cursor
	if err == nil {
		places, err = Pieces(s).cursors(ctx, slices.Compact(ids))
	}
	if err == nil {
		places, err = s.visible(ctx, places)
	}
	if err != nil {
		return nil, s.db.doing("read the pieces of "+publisher, err)
	}
	return Pieces(s).Listed(ctx, piecesAt(places[:min(n, len(places))]))
}

func scanCursor(row scanner, c *oped.Cursor) error { return row.Scan(&c.Date, &c.Piece) }

// cursors returns the cursors of pieces, the newest first, without merged and unknown ones.
func (s Pieces) cursors(ctx context.Context, ids []oped.PieceID) ([]oped.Cursor, error) {
	places, err := listIn(ctx, s.db.reader, scanCursor, cursorsQuery, ids)
	slices.SortFunc(places, newestFirst)
	return places, err
}

func newestFirst(a, b oped.Cursor) int {
	return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(b.Piece, a.Piece))
}

func piecesAt(places []oped.Cursor) []oped.PieceID {
	ids := make([]oped.PieceID, len(places))
	for i, p := range places {
		ids[i] = p.Piece
	}
	return ids
}

const (
	// listVersion is the latest change of the pieces p of a list and of the feeds f that they show, and the
	// number of those pieces.
	listVersion = `
		CASE WHEN max(p.version) > max(f.described) THEN max(p.version) ELSE max(f.described) END,
		count(DISTINCT CASE WHEN p.id NOT IN (` + withdrawnQuery + `) THEN p.id END)`
	publisherVersionsQuery = `
		SELECT of.publisher, ` + listVersion + `
		FROM feed of
		JOIN entry e ON e.feed = of.id
		JOIN piece p ON p.id = e.piece
		JOIN entry x ON x.piece = p.id
		JOIN feed f ON f.id = x.feed
		WHERE of.publisher IN (%s)
		GROUP BY of.publisher`
	authorVersionsQuery = `
		SELECT a.key, ` + listVersion + `
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
	return all, s.db.doing("read the lists of publishers", err)
}

// AuthorVersions returns the versions of the lists of pieces of authors, as PublisherVersions does, by the
// keys of the authors.
func (s People) AuthorVersions(ctx context.Context, keys []string) (map[string]oped.ListVersion, error) {
	all, err := s.listVersions(ctx, authorVersionsQuery, keys)
	return all, s.db.doing("read the lists of authors", err)
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

const countSinceQuery = `
	SELECT count(*)
	FROM edition_piece
	WHERE edition = (SELECT id FROM edition WHERE name = $1) AND date >= $2`

const daysQuery = `
	SELECT s.date / 86400000 AS day, count(*),
		CASE WHEN count(*) > count(a.number) THEN 0 ELSE max(a.number) END
	FROM edition e
	JOIN edition_piece s ON s.edition = e.id
	LEFT JOIN archive_piece a ON a.edition = e.id AND a.piece = s.piece
	WHERE e.name = $1
	GROUP BY day
	ORDER BY day DESC`

// Days returns the days in UTC with a piece of an edition, the latest first.
func (s Editions) Days(ctx context.Context, edition string) ([]oped.DayCount, error) {
	days, err := list(ctx, s.db.reader, func(row scanner, d *oped.DayCount) error {
		var day int64
		err := row.Scan(&day, &d.Pieces, &d.Archive)
		d.Day = fromMillis(day * 86400000)
		return err
	}, daysQuery, edition)
	return days, s.db.doing("count the days of "+edition, err)
}

// CountSince returns the number of pieces in an edition dated since or later.
func (s Editions) CountSince(ctx context.Context, edition string, since time.Time) (n int, err error) {
	err = s.db.reader.QueryRowContext(ctx, countSinceQuery, edition, since.UnixMilli()).Scan(&n)
	return n, s.db.doing("count the pieces of "+edition, err)
}

const countPerQuery = `
	WITH RECURSIVE spans (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM spans WHERE n + 1 < $1)
	SELECT (
		SELECT count(*)
		FROM edition_piece
		WHERE edition = (SELECT id FROM edition WHERE name = $2)
			AND date >= $3 + $4 * n AND date < $3 + $4 * (n + 1)
	)
	FROM spans
	ORDER BY n`

// CountPer returns the number of pieces in an edition dated within each of n spans of time, one after the other from a
// time on. To count ranges of the index one by one is several times faster than to group them.
func (s Editions) CountPer(
	ctx context.Context, edition string, from time.Time, span time.Duration, n int,
) ([]int, error) {
	counts, err := column[int](ctx, s.db.reader, countPerQuery, n, edition, from.UnixMilli(), span.Milliseconds())
	return counts, s.db.doing("count the pieces of "+edition, err)
}
