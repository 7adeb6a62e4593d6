package store

import (
	"context"
	"time"
)

// publicationDaysQuery reads table entry_key: it leads to the entries of a feed without a scan of all.
const publicationDaysQuery = `
	SELECT DISTINCT
		CASE WHEN e.published <= e.first_seen THEN e.published
			ELSE coalesce(e.first_seen, e.published) END / 86400000 AS day
	FROM entry_key k
	JOIN entry e ON e.id = k.entry
	WHERE k.feed = (SELECT id FROM feed WHERE url = $1) AND coalesce(e.published, e.first_seen) IS NOT NULL
	ORDER BY day DESC
	LIMIT $2`

// PublicationDays returns the latest days with an entry of a feed, limit of them at most, the latest first.
// They show its rhythm. A day is that of the entry's publication, in UTC; of its first sight if it has no
// publication date, or a later one.
func (s Feeds) PublicationDays(ctx context.Context, feedURL string, limit int) ([]time.Time, error) {
	days, err := list(ctx, s.db.reader, func(row scanner, t *time.Time) error {
		var day int64
		err := row.Scan(&day)
		*t = time.Unix(day*86400, 0).UTC()
		return err
	}, publicationDaysQuery, feedURL, limit)
	return days, s.db.doing("read the rhythm of "+feedURL, err)
}

// publicationTimesQuery follows the index of a feed's pieces, the latest arrivals first.
const publicationTimesQuery = `
	SELECT published, zone
	FROM entry
	WHERE feed = (SELECT id FROM feed WHERE url = $1) AND published <= first_seen
	ORDER BY piece DESC
	LIMIT $2`

// PublicationTimes returns the times of publication of a feed's latest entries, limit of them at most. Each is in the
// zone of its date as written, or else in UTC. Entries without a date, or with a date after their first sight, are left
// out.
func (s Feeds) PublicationTimes(ctx context.Context, feedURL string, limit int) ([]time.Time, error) {
	times, err := list(ctx, s.db.reader, func(row scanner, t *time.Time) error {
		var at int64
		var minutes int
		err := row.Scan(&at, &minutes)
		if *t = fromMillis(at); minutes != 0 {
			*t = t.In(time.FixedZone("", minutes*60))
		}
		return err
	}, publicationTimesQuery, feedURL, limit)
	return times, s.db.doing("read the rhythm of "+feedURL, err)
}
