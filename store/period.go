package store

import (
	"context"
	"fmt"
	"time"
)

// periodsQuery tells whether a digest's periods are to be noted as over: something that was not too old came
// in since that was noted, or it was noted by a clock that was wrong.
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

// ClosePeriod notes that the periods of a digest are over which ended when the one of now began. Nothing is
// written where that adds nothing to any issue, nor for another edition; what was older by more than reach
// when it came in is in none. A period that is noted to have ended after latest has not: the clock was wrong.
func (s Editions) ClosePeriod(ctx context.Context, edition string, began, latest time.Time, reach time.Duration) error {
	turns, args := false, []any{edition, began.UnixMilli(), latest.UnixMilli(), reach.Milliseconds()}
	note := func(scanner) error { turns = true; return nil }
	if err := each(ctx, s.db.reader, periodsQuery, args, note); err != nil {
		return fmt.Errorf("see whether a period of %s is over: %w", edition, explain(s.db.path, err))
	}
	if !turns {
		return nil
	}
	err := s.db.write(ctx, func(tx *tx) error {
		return tx.bumpVersions(`
			UPDATE edition
			SET closed = ?2, version = ?1
			WHERE name = ?3`, began.UnixMilli(), edition)
	})
	if err != nil {
		return fmt.Errorf("note that a period of %s is over: %w", edition, err)
	}
	return nil
}
