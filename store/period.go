package store

import (
	"context"
	"math"
	"time"

	"oped"
)

const (
	// arrivalsQuery returns a digest's state, and the age of the youngest piece at its arrival, of those that
	// arrived since the last close and before a time.
	arrivalsQuery = `
		SELECT e.digest, e.closed,
			coalesce((
				SELECT min(p.at - c.date)
				FROM publication p
				JOIN piece c ON c.id = p.piece
				WHERE p.edition = e.id AND p.action = 'enter' AND p.at >= e.closed AND p.at < $1), $2)
		FROM edition e
		WHERE e.name = $3`
	closePeriod = `
		UPDATE edition
		SET closed = $2, version = $1
		WHERE name = $3`
)

// never is the age of no piece, in milliseconds.
const never = math.MaxInt64 / int64(time.Millisecond)

// ClosePeriod records that the periods of a digest before began are over, if
// [oped.EditionState.ClosesPeriod] says so. Pieces older than reach on arrival are in no issue. A recorded
// close after latest is void: the clock was wrong.
func (s Editions) ClosePeriod(ctx context.Context, edition string, began, latest time.Time, reach time.Duration) error {
	var e oped.EditionState
	var youngest time.Duration
	err := each(ctx, s.db.reader, arrivalsQuery, []any{began.UnixMilli(), never, edition}, func(row scanner) error {
		return row.Scan(&e.Digest, (*instant)(&e.Closed), (*span)(&youngest))
	})
	if err != nil || !e.ClosesPeriod(began, latest, youngest, reach) {
		return s.db.doing("check the period of "+edition, err)
	}
	return s.db.doing("close a period of "+edition, s.db.write(ctx, func(tx *tx) error {
		return tx.bumpVersions(closePeriod, began.UnixMilli(), edition)
	}))
}
