package store

import (
	"context"
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

const (
	coverageQuery = `
		SELECT p.id, p.kind, e.title, CASE f.publisher WHEN '' THEN e.publisher ELSE f.publisher END, e.lang,
			e.url, p.date,
			(SELECT count(*) FROM tag t WHERE t.piece = p.id AND t.outcome = 'tag'),
			(SELECT count(*) FROM tag t WHERE t.piece = p.id AND t.outcome = 'review')
		FROM piece p
		JOIN entry e ON e.id = p.lead
		JOIN feed f ON f.id = e.feed
		WHERE p.date >= $1 AND p.merged IS NULL
		ORDER BY p.date DESC, p.id DESC`
	weeksQuery = `
		SELECT t.topic, (p.date - $1) / $2 AS week, count(*)
		FROM tag t
		JOIN piece p ON p.id = t.piece
		WHERE t.outcome = 'tag'
		GROUP BY t.topic, week
		ORDER BY t.topic, week`
	newestQuery = `
		SELECT id
		FROM piece
		WHERE merged IS NULL
		ORDER BY id DESC
		LIMIT $1`
	candidatesOf = `
		SELECT t.piece, 0
		FROM tag t
		WHERE t.topic = $1 AND t.outcome = 'review' AND t.given_by = $2
			AND NOT EXISTS (SELECT 1 FROM tag o WHERE o.piece = t.piece AND o.topic = $1 AND o.given_by <> $2)`
	queueQuery = candidatesOf + `
		ORDER BY t.piece DESC
		LIMIT $3`
	queueAmongQuery = candidatesOf + ` AND t.piece IN (%s)`
	outcomesQuery   = `
		SELECT t.topic, t.outcome, count(*)
		FROM tag t
		WHERE t.outcome IN ('tag', 'review')
			AND (t.given_by <> $1
				OR NOT EXISTS (SELECT 1 FROM tag o WHERE o.piece = t.piece AND o.topic = t.topic AND o.given_by <> $1))
		GROUP BY t.topic, t.outcome`
)

// Coverage calls do for every piece dated since then, the newest first.
func (s Topics) Coverage(ctx context.Context, since time.Time, do func(Covered)) error {
	err := each(ctx, s.db.reader, coverageQuery, []any{since.UnixMilli()}, func(row scanner) error {
		var c Covered
		err := row.Scan(
			&c.Piece, &c.Kind, &c.Title, &c.Publisher, &c.Lang, &c.URL, (*instant)(&c.Date), &c.Tagged, &c.Review,
		)
		do(c)
		return err
	})
	return s.db.doing("read the coverage", err)
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
func (s Topics) Weeks(ctx context.Context) ([]Week, error) {
	weeks, err := list(ctx, s.db.reader, func(row scanner, w *Week) error {
		var n int64
		err := row.Scan(&w.Topic, &n, &w.Pieces)
		w.Start = fromMillis(n*weekMillis + mondayMillis)
		return err
	}, weeksQuery, mondayMillis, weekMillis)
	return weeks, s.db.doing("count by week", err)
}

// Newest returns the last n pieces to arrive that match a query, the last first; n ≤ 0 means all of them.
func (s Topics) Newest(ctx context.Context, need topic.IndexQuery, n int) (ids []oped.PieceID, err error) {
	switch need.Op {
	case topic.Never:
	case topic.Always:
		ids, err = column[oped.PieceID](ctx, s.db.reader, newestQuery, orAll(n))
	default:
		ids, err = column[oped.PieceID](ctx, s.db.reader, s.db.dialect.words.newest, s.db.dialect.match(need), orAll(n))
	}
	return ids, s.db.doing("look for pieces", err)
}

// Queue returns the newest n candidates of a topic without a curator's decision, the last stored first.
func (s Topics) Queue(ctx context.Context, topic string, n int) ([]Waiting, error) {
	all, err := list(ctx, s.db.reader, scanWaiting, queueQuery, topic, oped.ByRule, n)
	return all, s.db.doing("read the queue of "+topic, err)
}

// QueueAmong returns those of some pieces that Queue would return without a limit, in any order.
func (s Topics) QueueAmong(ctx context.Context, topic string, ids []oped.PieceID) ([]Waiting, error) {
	all, err := listIn(ctx, s.db.reader, scanWaiting, queueAmongQuery, ids, topic, oped.ByRule)
	return all, s.db.doing("read the queue of "+topic, err)
}

// OutcomeCount is the number of pieces with an outcome at a topic.
type OutcomeCount struct {
	Topic   string
	Outcome oped.Outcome // tagged or for review
	Pieces  int
}

// Outcomes counts the pieces on each topic and for review. A curator's decision overrules the rule.
func (s Topics) Outcomes(ctx context.Context) ([]OutcomeCount, error) {
	counts, err := list(ctx, s.db.reader, func(row scanner, c *OutcomeCount) error {
		return row.Scan(&c.Topic, &c.Outcome, &c.Pieces)
	}, outcomesQuery, oped.ByRule)
	return counts, s.db.doing("count the pieces on topics", err)
}
