package store

import (
	"context"
	"fmt"
	"time"

	"oped"
)

// CROSS JOIN keeps the order of the tables: by the index, editions without pending subscribers are not read.
const (
	dueSubscriberQuery = `
		SELECT s.id, s.callback, s.host, e.name, s.document, s.secret, s.until, e.published, s.attempts
		FROM edition e
		CROSS JOIN subscriber s ON s.edition = e.id AND s.announced < e.published
		WHERE e.position IS NOT NULL AND s.next <= ?1 AND s.until > ?1`
	nextSubscriberQuery = `
		SELECT min(s.next)
		FROM edition e
		CROSS JOIN subscriber s ON s.edition = e.id AND s.announced < e.published
		WHERE e.position IS NOT NULL AND s.until > ?`
)

// Subscribe adds a subscriber to the documents published from now on. A subscriber with the same callback for
// this document is renewed: it gets the new lease and secret, and keeps its pending deliveries. Subscribers
// with expired leases are deleted.
func (s Subscribers) Subscribe(ctx context.Context, sub oped.Subscriber, now time.Time) error {
	err := s.db.write(ctx, func(tx *tx) error {
		if _, err := tx.exec(`DELETE FROM subscriber WHERE until <= ?`, now.UnixMilli()); err != nil {
			return err
		}
		e, err := tx.edition(sub.Edition)
		if err != nil {
			return fmt.Errorf("edition %s: %w", sub.Edition, err)
		}
		_, err = tx.exec(`
			INSERT INTO subscriber (callback, document, edition, host, secret, until, announced)
			VALUES (?, ?, ?3, ?, ?, ?, (SELECT published FROM edition WHERE id = ?3))
			ON CONFLICT (callback, document) DO UPDATE SET secret = excluded.secret, until = excluded.until,
				attempts = 0, next = 0, error = ''`,
			sub.Callback, sub.Document, e.id, sub.Host, string(sub.Secret), sub.Until.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("store a subscriber: %w", err)
	}
	return nil
}

// Unsubscribe deletes a subscriber. It is no error if there is none.
func (s Subscribers) Unsubscribe(ctx context.Context, callback, document string) error {
	return Outbox(s).marked(ctx, `DELETE FROM subscriber WHERE callback = ? AND document = ?`, callback, document)
}

// Count returns the number of subscribers at now, and of those with callbacks at this host.
func (s Subscribers) Count(ctx context.Context, host string, now time.Time) (all, atHost int, err error) {
	err = each(ctx, s.db.reader, `
		SELECT (SELECT count(*) FROM subscriber WHERE until > ?1),
			(SELECT count(*) FROM subscriber WHERE host = ?2 AND until > ?1)`,
		[]any{now.UnixMilli(), host}, func(row scanner) error { return row.Scan(&all, &atHost) })
	if err != nil {
		return 0, 0, fmt.Errorf("count the subscribers: %w", explain(s.db.path, err))
	}
	return all, atHost, nil
}

// Due returns up to n subscribers with a delivery due at now: at most one for each host, and none for a busy
// host. Within an edition, those with the oldest document come first. It stops reading rows early, since there
// may be thousands.
func (s Subscribers) Due(ctx context.Context, now time.Time, busy []string, n int) ([]oped.Subscriber, error) {
	rows, err := s.db.reader.QueryContext(ctx, dueSubscriberQuery, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read the due subscribers: %w", explain(s.db.path, err))
	}
	defer rows.Close()
	taken := map[string]bool{}
	for _, host := range busy {
		taken[host] = true
	}
	var due []oped.Subscriber
	for len(due) < n && rows.Next() {
		var sub oped.Subscriber
		var until int64
		var secret string
		if err := rows.Scan(
			&sub.ID, &sub.Callback, &sub.Host, &sub.Edition, &sub.Document, &secret, &until, &sub.Position,
			&sub.Attempts,
		); err != nil {
			return nil, fmt.Errorf("read the due subscribers: %w", err)
		}
		if !taken[sub.Host] {
			taken[sub.Host] = true
			sub.Secret, sub.Until = oped.Secret(secret), time.UnixMilli(until).UTC()
			due = append(due, sub)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the due subscribers: %w", explain(s.db.path, err))
	}
	return due, nil
}

// Next returns the time of the next due delivery, if nothing is published until then; the zero time if none
// is pending.
func (s Subscribers) Next(ctx context.Context, now time.Time) (time.Time, error) {
	return s.db.nextOf(ctx, nextSubscriberQuery, now.UnixMilli())
}

// Delivered records a delivery to a subscriber, up to the published position when it was due; or the end of
// all attempts at it.
func (s Subscribers) Delivered(ctx context.Context, sub oped.Subscriber) error {
	return Outbox(s).marked(ctx, `
		UPDATE subscriber
		SET announced = max(announced, ?), attempts = 0, next = 0, error = ''
		WHERE id = ?`, sub.Position, sub.ID)
}

// DeliveryFailed records why a delivery failed, and when to try again.
func (s Subscribers) DeliveryFailed(ctx context.Context, sub oped.Subscriber, why string, next time.Time) error {
	return Outbox(s).marked(ctx, `
		UPDATE subscriber
		SET attempts = ?, next = ?, error = ?
		WHERE id = ?`, sub.Attempts+1, next.UnixMilli(), why, sub.ID)
}
