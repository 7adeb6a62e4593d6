package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"oped"
)

// Both the announcements to a hub and the documents of readers are positions in the record of publication. So
// an entry costs no write for a hub. A hub gets one ping after a failure, however often an edition changed
// meanwhile.

const (
	// changedQuery returns the last line of the record that changed the edition's document: changes only in
	// an archive do not.
	changedQuery = `
		SELECT position
		FROM publication
		WHERE edition = $1 AND head = 1
		ORDER BY position DESC LIMIT 1`
	// issuesQuery counts the lines of a digest's record with a possible effect on its document, with the
	// periods up to $2 closed: all but those of pieces without an issue yet. These count after their period
	// is closed. The count only grows, as a position does.
	issuesQuery = `
		WITH fresh AS MATERIALIZED (
			SELECT piece
			FROM publication
			WHERE edition = $1 AND at >= $2
				AND position >= (
					SELECT min(+position)
					FROM publication
					WHERE edition = $1 AND action = 'enter' AND at >= $2))
		SELECT coalesce((SELECT max(position) FROM publication WHERE edition = $1), 0) - (
			SELECT count(*)
			FROM fresh
			WHERE piece NOT IN (
				SELECT piece
				FROM publication
				WHERE edition = $1 AND action = 'enter' AND at < $2 AND piece IN (SELECT piece FROM fresh)))`

	duePingQuery = `
		SELECT e.name, o.document, o.hub, e.published, o.attempts
		FROM edition e
		CROSS JOIN outbox o
		WHERE o.edition = e.id AND e.position IS NOT NULL AND o.announced < e.published AND o.next <= $1
		ORDER BY o.hub, e.position, o.document`
	nextPingQuery = `
		SELECT min(o.next)
		FROM edition e
		CROSS JOIN outbox o
		WHERE o.edition = e.id AND e.position IS NOT NULL AND o.announced < e.published`
)

// pingKey names a document of an edition at a hub.
type pingKey struct {
	edition       int64
	document, hub string
}

const (
	outboxQuery = `SELECT edition, document, hub FROM outbox`
	addPing     = `INSERT INTO outbox (edition, document, hub, announced) VALUES ($1, $2, $3, $4)`
	dropPing    = `DELETE FROM outbox WHERE edition = $1 AND document = $2 AND hub = $3`
)

// Sync brings the outbox in line with the configuration: documents are those of each edition, hubs the
// addresses to notify of them. A new hub gets the changes from now on.
func (s Outbox) Sync(ctx context.Context, documents map[string][]string, hubs []string) error {
	return s.db.doing("store the configured hubs", s.db.write(ctx, func(tx *tx) error {
		known, err := list(ctx, tx, func(row scanner, k *pingKey) error {
			return row.Scan(&k.edition, &k.document, &k.hub)
		}, outboxQuery)
		if err != nil {
			return err
		}
		changed, err := changedIn(ctx, tx)
		if err != nil {
			return err
		}
		wanted := map[pingKey]int64{}
		for name, all := range documents {
			e, err := tx.edition(name)
			if err != nil {
				return fmt.Errorf("edition %s: %w", name, err)
			}
			for _, document := range all {
				for _, hub := range hubs {
					wanted[pingKey{e.id, document, hub}] = changed[name]
				}
			}
		}
		for _, k := range known {
			if _, still := wanted[k]; still {
				delete(wanted, k)
			} else if _, err := tx.exec(dropPing, k.edition, k.document, k.hub); err != nil {
				return err
			}
		}
		for _, k := range slices.SortedFunc(maps.Keys(wanted), comparePings) {
			if _, err := tx.exec(addPing, k.edition, k.document, k.hub, wanted[k]); err != nil {
				return err
			}
		}
		return nil
	}))
}

func comparePings(a, b pingKey) int {
	return cmp.Or(cmp.Compare(a.edition, b.edition), strings.Compare(a.document, b.document), strings.Compare(a.hub, b.hub))
}

const (
	// The two queries make an edition pending. $2 is 1 if it becomes a digest, or ceases to be one: then its
	// positions count from the beginning.
	unhearHubs = `
		UPDATE outbox
		SET announced = CASE $2 WHEN 1 THEN 0 ELSE e.published END - 1
		FROM edition e
		WHERE e.id = edition AND e.name = $1 AND e.published > 0 AND (announced = e.published OR $2 = 1)`
	unhearSubscribers = `
		UPDATE subscriber
		SET announced = CASE $2 WHEN 1 THEN 0 ELSE e.published END - 1
		FROM edition e
		WHERE e.id = edition AND e.name = $1 AND e.published > 0 AND (announced = e.published OR $2 = 1)`
	unpublish = `UPDATE edition SET published = 0 WHERE name = $1 AND published > 0`
)

// unhear makes an edition pending for hubs and subscribers after a change of its documents by the
// configuration. They are notified with the next publication.
func unhear(t *tx, name string, recount bool) error {
	for _, query := range []string{unhearHubs, unhearSubscribers} {
		if _, err := t.exec(query, name, recount); err != nil {
			return err
		}
	}
	if !recount {
		return nil
	}
	_, err := t.exec(unpublish, name)
	return err
}

// Changed returns the positions in the records of the configured editions with the latest change of their
// documents.
func (s Outbox) Changed(ctx context.Context) (map[string]int64, error) {
	changed, err := changedIn(ctx, s.db.reader)
	return changed, s.db.doing("read the positions of the records", err)
}

const digestsOf = `
	SELECT id, name, digest, closed
	FROM edition
	WHERE position IS NOT NULL`

func changedIn(ctx context.Context, q querier) (map[string]int64, error) {
	type edition struct {
		id, closed   int64
		name, digest string
	}
	all, err := list(ctx, q, func(row scanner, e *edition) error {
		return row.Scan(&e.id, &e.name, &e.digest, &e.closed)
	}, digestsOf)
	changed := make(map[string]int64, len(all))
	for _, e := range all {
		if err != nil {
			break
		}
		if e.digest == "" {
			changed[e.name], err = one[int64](ctx, q, changedQuery, e.id)
		} else {
			changed[e.name], err = one[int64](ctx, q, issuesQuery, e.id, e.closed)
		}
		if errors.Is(err, ErrNotFound) { // its document never changed
			err = nil
		}
	}
	return changed, err
}

const (
	publishedQuery = `SELECT name, published FROM edition`
	setPublished   = `UPDATE edition SET published = $2 WHERE name = $1 AND published < $2`
)

// Published records the published positions of editions. Nothing is written for known ones.
func (s Outbox) Published(ctx context.Context, positions map[string]int64) error {
	const what = "record the published positions"
	var more []string
	err := each(ctx, s.db.reader, publishedQuery, nil, func(row scanner) error {
		var name string
		var known int64
		err := row.Scan(&name, &known)
		if positions[name] > known {
			more = append(more, name)
		}
		return err
	})
	if err != nil || len(more) == 0 {
		return s.db.doing(what, err)
	}
	slices.Sort(more)
	return s.db.doing(what, s.db.write(ctx, func(tx *tx) error {
		for _, name := range more {
			if _, err := tx.exec(setPublished, name, positions[name]); err != nil {
				return err
			}
		}
		return nil
	}))
}

// DuePings returns the pings due at now, hub by hub.
func (s Outbox) DuePings(ctx context.Context, now time.Time) ([]oped.Ping, error) {
	due, err := list(ctx, s.db.reader, func(row scanner, p *oped.Ping) error {
		return row.Scan(&p.Edition, &p.Document, &p.Hub, &p.Position, &p.Attempts)
	}, duePingQuery, now.UnixMilli())
	return due, s.db.doing("read the outbox", err)
}

// NextPing returns the time of the next due ping, if nothing is published until then; the zero time if none
// is pending.
func (s Outbox) NextPing(ctx context.Context) (time.Time, error) {
	return s.db.nextOf(ctx, nextPingQuery)
}

// nextOf returns the time given by a query; the zero time for NULL.
func (s *database) nextOf(ctx context.Context, query string, args ...any) (time.Time, error) {
	next, err := one[instant](ctx, s.reader, query, args...)
	return time.Time(next), s.doing("look for the next due time", err)
}

const (
	pinged = `
		UPDATE outbox
		SET announced = CASE WHEN announced > $1 THEN announced ELSE $1 END, attempts = 0, next = 0, error = ''
		WHERE edition = (SELECT id FROM edition WHERE name = $2) AND document = $3 AND hub = $4`
	pingFailed = `
		UPDATE outbox
		SET attempts = $1, next = $2, error = $3
		WHERE edition = (SELECT id FROM edition WHERE name = $4) AND document = $5 AND hub = $6`
)

// Pinged records a successful ping of a hub for a document, up to its published position when the ping was
// due.
func (s Outbox) Pinged(ctx context.Context, p oped.Ping) error {
	return s.db.marked(ctx, pinged, p.Position, p.Edition, p.Document, p.Hub)
}

// PingFailed records why a ping failed, and when to try again.
func (s Outbox) PingFailed(ctx context.Context, p oped.Ping, why string, next time.Time) error {
	return s.db.marked(ctx, pingFailed, p.Attempts+1, next.UnixMilli(), why, p.Edition, p.Document, p.Hub)
}

// marked records the outcome of an attempt. A row deleted meanwhile needs no record.
func (s *database) marked(ctx context.Context, query string, args ...any) error {
	err := s.write(ctx, func(tx *tx) error {
		_, err := tx.exec(query, args...)
		return err
	})
	if errors.Is(err, context.Canceled) {
		return err
	}
	return s.doing("record the outcome of an announcement", err)
}
