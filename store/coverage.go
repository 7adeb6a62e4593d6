package store

import (
	"context"
	"fmt"
	"time"

	"oped"
	"oped/topic"
)

// Covered is a piece with the numbers of its tags, without its texts.
type Covered struct {
	Piece     oped.PieceID
	Kind      oped.PieceKind
	Title     string // of the lead entry
	Publisher string
	Lang      string
	URL       string
	Date      time.Time // sort key of editions
	Tagged    int       // topics it is on
	Review    int       // topics it is a candidate for
}

// Coverage calls do for every piece dated since then, the newest first.
func (s Topics) Coverage(ctx context.Context, since time.Time, do func(Covered)) error {
	err := each(ctx, s.db.reader, `
		SELECT p.id, p.kind, e.title, CASE f.publisher WHEN '' THEN e.publisher ELSE f.publisher END, e.lang,
			e.url, p.date,
			(SELECT count(*) FROM tag t WHERE t.piece = p.id AND t.outcome = 'tag'),
			(SELECT count(*) FROM tag t WHERE t.piece = p.id AND t.outcome = 'review')
		FROM piece p
		JOIN entry e ON e.id = p.lead
		JOIN feed f ON f.id = e.feed
		WHERE p.date >= ? AND p.merged IS NULL
		ORDER BY p.date DESC, p.id DESC`, []any{since.UnixMilli()},
		func(row scanner) error {
			var c Covered
			var at int64
			err := row.Scan(&c.Piece, &c.Kind, &c.Title, &c.Publisher, &c.Lang, &c.URL, &at, &c.Tagged, &c.Review)
			c.Date = time.UnixMilli(at).UTC()
			do(c)
			return err
		})
	if err != nil {
		return fmt.Errorf("read the coverage: %w", explain(s.db.path, err))
	}
	return nil
}

// Week is the number of pieces of one week on a topic.
type Week struct {
	Topic  string
	Start  time.Time // Monday, 00:00 UTC
	Pieces int
}

// weekMillis and mondayMillis convert milliseconds since 1970 to weeks: its first Monday was 5 January.
const weekMillis, mondayMillis = 7 * 24 * 3600 * 1000, 4 * 24 * 3600 * 1000

// Weeks returns the number of pieces on each topic by week, the oldest first. The date is the sort key of
// editions. Weeks without pieces are left out.
func (s Topics) Weeks(ctx context.Context) (weeks []Week, err error) {
	err = each(ctx, s.db.reader, `
		SELECT t.topic, (p.date - ?1) / ?2 AS week, count(*)
		FROM tag t
		JOIN piece p ON p.id = t.piece
		WHERE t.outcome = 'tag'
		GROUP BY t.topic, week
		ORDER BY t.topic, week`, []any{mondayMillis, weekMillis}, func(row scanner) error {
		var w Week
		var n int64
		err := row.Scan(&w.Topic, &n, &w.Pieces)
		w.Start = time.UnixMilli(n*weekMillis + mondayMillis).UTC()
		weeks = append(weeks, w)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count by week: %w", explain(s.db.path, err))
	}
	return weeks, nil
}

// Newest returns the last n pieces to arrive that match a query, the last first; n ≤ 0 means all of them.
func (s Topics) Newest(ctx context.Context, need topic.IndexQuery, n int) (ids []oped.PieceID, err error) {
	if n <= 0 {
		n = -1 // SQL for no limit
	}
	switch need.Op {
	case topic.Never:
	case topic.Always:
		ids, err = pieceIDs(ctx, s.db.reader, `SELECT id FROM piece WHERE merged IS NULL ORDER BY id DESC LIMIT ?`, n)
	default:
		ids, err = pieceIDs(ctx, s.db.reader, `
			SELECT rowid
			FROM words
			WHERE words MATCH ?
			ORDER BY rowid DESC LIMIT ?`, match(need), n)
	}
	if err != nil {
		return nil, fmt.Errorf("look for pieces: %w", explain(s.db.path, err))
	}
	return ids, nil
}

// Queue returns the candidates of a topic without a curator's decision, in order of arrival.
func (s Topics) Queue(ctx context.Context, topic string) ([]oped.PieceID, error) {
	ids, err := pieceIDs(ctx, s.db.reader, `
		SELECT t.piece
		FROM tag t
		WHERE t.topic = ?1 AND t.outcome = 'review' AND t.given_by = ?2
			AND NOT EXISTS (SELECT 1 FROM tag o WHERE o.piece = t.piece AND o.topic = ?1 AND o.given_by <> ?2)
		ORDER BY t.piece`, topic, oped.ByRule)
	if err != nil {
		return nil, fmt.Errorf("read the queue of %s: %w", topic, explain(s.db.path, err))
	}
	return ids, nil
}
