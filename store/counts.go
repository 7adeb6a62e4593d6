package store

import (
	"context"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// Counts are totals of the database.
type Counts struct {
	Feeds    int // enabled ones
	Entries  int
	Pieces   int
	Tags     int // tags putting a piece on a topic
	Editions int // configured ones
}

// Counts counts feeds, entries, pieces, tags and editions.
func (s *Store) Counts(ctx context.Context) (c Counts, err error) {
	err = s.db.reader.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM feed WHERE enabled = 1),
			(SELECT count(*) FROM entry),
			(SELECT count(*) FROM piece) - (SELECT count(*) FROM piece WHERE merged IS NOT NULL),
			(SELECT count(*) FROM tag WHERE outcome = 'tag'),
			(SELECT count(*) FROM edition WHERE position IS NOT NULL)`).
		Scan(&c.Feeds, &c.Entries, &c.Pieces, &c.Tags, &c.Editions)
	if err != nil {
		return c, fmt.Errorf("count: %w", explain(s.db.path, err))
	}
	return c, nil
}

// SQLiteVersion returns the version of the compiled-in SQLite.
func SQLiteVersion() string { return sqlite3.SQLITE_VERSION }
