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
		CROSS JOIN subscriber s
		WHERE s.edition = e.id AND s.announced < e.published AND e.position IS NOT NULL AND s.next <= $1
			AND s.until > $1
		ORDER BY e.id, s.announced, s.id`
	nextSubscriberQuery = `
		SELECT min(s.next)
		FROM edition e
		CROSS JOIN subscriber s
		WHERE s.edition = e.id AND s.announced < e.published AND e.position IS NOT NULL AND s.until > $1`
	countSubscribersQuery = `
		SELECT count(*), count(*) FILTER (WHERE host = $1)
		FROM subscriber
		WHERE until > $2`

	dropExpired   = `DELETE FROM subscriber WHERE until <= $1`
	addSubscriber = `
		INSERT INTO subscriber (callback, document, edition, host, secret, until, announced)
		VALUES ($1, $2, $3, $4, $5, $6, (SELECT published FROM edition WHERE id = $3))
		ON CONFLICT (callback, document) DO UPDATE
		SET secret = excluded.secret, until = excluded.until, attempts = 0, next = 0, error = ''`
	dropSubscriber = `DELETE FROM subscriber WHERE callback = $1 AND document = $2`
	delivered      = `
		UPDATE subscriber
		SET announced = CASE WHEN announced > $1 THEN announced ELSE $1 END, attempts = 0, next = 0, error = ''
		WHERE id = $2`
	deliveryFailed = `
		UPDATE subscriber
		SET attempts = $1, next = $2, error = $3
		WHERE id = $4`
)

// Subscribe adds a subscriber to the documents published from now on. A subscriber with the same callback for
// this document is renewed: it gets the new lease and secret, and keeps its pending deliveries. Subscribers
// with expired leases are deleted.
func (s Subscribers) Subscribe(ctx context.Context, sub oped.Subscriber, now time.Time) error {
	return s.db.doing("store a subscriber", s.db.write(ctx, func(tx *tx) error {
		if _, err := tx.exec(dropExpired, now.UnixMilli()); err != nil {
			return err
		}
		e, err := tx.edition(sub.Edition)
		if err != nil {
			return fmt.Errorf("edition %s: %w", sub.Edition, err)
		}
		_, err = tx.exec(addSubscriber, sub.Callback, sub.Document, e.id, sub.Host, string(sub.Secret),
			sub.Until.UnixMilli())
		return err
	}))
}

// Unsubscribe deletes a subscriber. It is no error if there is none.
func (s Subscribers) Unsubscribe(ctx context.Context, callback, document string) error {
	return s.db.marked(ctx, dropSubscriber, callback, document)
}

// Count returns the number of subscribers at now, and of those with callbacks at this host.
func (s Subscribers) Count(ctx context.Context, host string, now time.Time) (all, atHost int, err error) {
	err = s.db.reader.QueryRowContext(ctx, countSubscribersQuery, host, now.UnixMilli()).Scan(&all, &atHost)
	return all, atHost, s.db.doing("count the subscribers", err)
}

// Due returns up to n subscribers with a delivery due at now: at most one for each host, and none for a busy
// host. Within an edition, those with the oldest document come first. It stops reading rows early, since there
// may be thousands.
func (s Subscribers) Due(ctx context.Context, now time.Time, busy []string, n int) ([]oped.Subscriber, error) {
	taken := map[string]bool{}
	for _, host := range busy {
		taken[host] = true
	}
	var due []oped.Subscriber
	err := each(ctx, s.db.reader, dueSubscriberQuery, []any{now.UnixMilli()}, func(row scanner) error {
		if len(due) >= n {
			return errEnough
		}
		var sub oped.Subscriber
		err := row.Scan(
			&sub.ID, &sub.Callback, &sub.Host, &sub.Edition, &sub.Document, (*string)(&sub.Secret),
			(*instant)(&sub.Until), &sub.Position, &sub.Attempts,
		)
		if !taken[sub.Host] {
			taken[sub.Host] = true
			due = append(due, sub)
		}
		return err
	})
	return due, s.db.doing("read the due subscribers", err)
}

// Next returns the time of the next due delivery, if nothing is published until then; the zero time if none
// is pending.
func (s Subscribers) Next(ctx context.Context, now time.Time) (time.Time, error) {
	return s.db.nextOf(ctx, nextSubscriberQuery, now.UnixMilli())
}

// Delivered records a delivery to a subscriber, up to the published position when it was due; or the end of
// all attempts at it.
func (s Subscribers) Delivered(ctx context.Context, sub oped.Subscriber) error {
	return s.db.marked(ctx, delivered, sub.Position, sub.ID)
}

// DeliveryFailed records why a delivery failed, and when to try again.
func (s Subscribers) DeliveryFailed(ctx context.Context, sub oped.Subscriber, why string, next time.Time) error {
	return s.db.marked(ctx, deliveryFailed, sub.Attempts+1, next.UnixMilli(), why, sub.ID)
}
