package store

import (
	"context"

	"oped"
)

const (
	storedWaits = `
		SELECT domain, since, until
		FROM wait
		ORDER BY domain`
	putWait = `
		INSERT INTO wait (domain, since, until)
		VALUES ($1, $2, $3)
		ON CONFLICT (domain) DO UPDATE
		SET since = excluded.since, until = excluded.until`
	dropWait = `DELETE FROM wait WHERE domain = $1`
)

// Waits returns the stored times without requests, those past included.
func (s Feeds) Waits(ctx context.Context) ([]oped.Wait, error) {
	waits, err := list(ctx, s.db.reader, func(row scanner, w *oped.Wait) error {
		return row.Scan(&w.Domain, (*instant)(&w.Since), (*instant)(&w.Until))
	}, storedWaits)
	return waits, s.db.doing("read the waits", err)
}

// SetWait stores the wait of a domain, in place of an earlier one, or removes it if it is over.
func (s Feeds) SetWait(ctx context.Context, w oped.Wait) error {
	return s.db.doing("store a wait", s.db.write(ctx, func(tx *tx) (err error) {
		if w.Until.IsZero() {
			_, err = tx.exec(dropWait, w.Domain)
		} else {
			_, err = tx.exec(putWait, w.Domain, w.Since.UnixMilli(), w.Until.UnixMilli())
		}
		return err
	}))
}
