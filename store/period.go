package store

import (
	"context"
	"fmt"
	"time"
)

// periodsQuery reports whether to close a digest's periods: something recent enough has arrived since the
// last close, or the clock was wrong then.
const periodsQuery = `
	SELECT 1
	FROM edition e
	WHERE e.name = ?1 AND e.digest <> ''
		AND (
			e.closed > ?3 OR e.closed < ?2
				AND EXISTS (
					SELECT 1
					FROM publication p
					JOIN piece c ON c.id = p.piece
					WHERE p.edition = e.id AND p.action = 'enter' AND p.at >= e.closed AND p.at < ?2
						AND c.date >= p.at - ?4))`

// ClosePeriod records that the periods of a digest before began are over. Nothing is written if no issue
// gains by it, nor for another edition. Pieces older than reach on arrival are in no issue. A recorded close
// after latest is void: the clock was wrong.
func (s Editions) ClosePeriod(ctx context.Context, edition string, began, latest time.Time, reach time.Duration) error {
	closes, args := false, []any{edition, began.UnixMilli(), latest.UnixMilli(), reach.Milliseconds()}
	found := func(scanner) error { closes = true; return nil }
	if err := each(ctx, s.db.reader, periodsQuery, args, found); err != nil {
		return fmt.Errorf("check the period of %s: %w", edition, explain(s.db.path, err))
	}
	if !closes {
		return nil
	}
	err := s.db.write(ctx, func(tx *tx) error {
		return tx.bumpVersions(`
			UPDATE edition
			SET closed = ?2, version = ?1
			WHERE name = ?3`, began.UnixMilli(), edition)
	})
	if err != nil {
		return fmt.Errorf("close a period of %s: %w", edition, err)
	}
	return nil
}
