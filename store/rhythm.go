package store

import (
	"context"
	"fmt"
	"time"
)

// PublicationDays returns the latest days with an entry of a feed, limit of them at most, the latest first.
// They show its rhythm. A day is that of the entry's publication, in UTC; of its first sight if it has no
// publication date, or a later one.
func (s Feeds) PublicationDays(ctx context.Context, feedURL string, limit int) (days []time.Time, err error) {
	// entry_key leads to the entries of a feed without a scan of all.
	err = each(ctx, s.db.reader, `
		SELECT DISTINCT coalesce(min(e.published, e.first_seen), e.published, e.first_seen) / 86400000 AS day
		FROM entry_key k
		JOIN entry e ON e.id = k.entry
		WHERE k.feed = (SELECT id FROM feed WHERE url = ?) AND day IS NOT NULL
		ORDER BY day DESC LIMIT ?`, []any{feedURL, limit}, func(row scanner) error {
		var day int64
		err := row.Scan(&day)
		days = append(days, time.Unix(day*86400, 0).UTC())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the rhythm of %s: %w", feedURL, explain(s.db.path, err))
	}
	return days, nil
}
