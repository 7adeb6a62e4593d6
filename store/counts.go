package store

import "context"

// Counts are totals of the database.
type Counts struct {
	Feeds    int `json:"feeds"` // enabled ones
	Entries  int `json:"entries"`
	Pieces   int `json:"pieces"`
	Tags     int `json:"tags"`     // tags putting a piece on a topic
	Editions int `json:"editions"` // configured ones
}

const countsQuery = `
	SELECT (SELECT count(*) FROM feed WHERE enabled = 1),
		(SELECT count(*) FROM entry),
		(SELECT count(*) FROM piece) - (SELECT count(*) FROM piece WHERE merged IS NOT NULL),
		(SELECT count(*) FROM tag WHERE outcome = 'tag'),
		(SELECT count(*) FROM edition WHERE position IS NOT NULL)`

// Counts counts feeds, entries, pieces, tags and editions.
func (s *Store) Counts(ctx context.Context) (c Counts, err error) {
	err = s.db.reader.QueryRowContext(ctx, countsQuery).Scan(&c.Feeds, &c.Entries, &c.Pieces, &c.Tags, &c.Editions)
	return c, s.db.doing("count", err)
}
