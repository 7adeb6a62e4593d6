package store

import (
	"context"
	"fmt"
	"time"

	"oped"
)

// Waits returns the stored times without requests, those past included.
func (s Feeds) Waits(ctx context.Context) (waits []oped.Wait, err error) {
	err = each(ctx, s.db.reader, `
		SELECT domain, since, until
		FROM wait
		ORDER BY domain`, nil, func(row scanner) error {
		var w oped.Wait
		var since, until int64
		err := row.Scan(&w.Domain, &since, &until)
		w.Since, w.Until = time.UnixMilli(since).UTC(), time.UnixMilli(until).UTC()
		waits = append(waits, w)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the waits: %w", explain(s.db.path, err))
	}
	return waits, nil
}

// SetWait stores the wait of a domain, in place of an earlier one, or removes it if it is over.
func (s Feeds) SetWait(ctx context.Context, w oped.Wait) error {
	err := s.db.write(ctx, func(tx *tx) (err error) {
		if w.Until.IsZero() {
			_, err = tx.exec(`DELETE FROM wait WHERE domain = ?`, w.Domain)
			return err
		}
		_, err = tx.exec(`
			INSERT INTO wait (domain, since, until)
			VALUES (?, ?, ?)
			ON CONFLICT (domain) DO UPDATE SET since = excluded.since, until = excluded.until`,
			w.Domain, w.Since.UnixMilli(), w.Until.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("store a wait: %w", err)
	}
	return nil
}
