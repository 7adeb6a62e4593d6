package store

import (
	"context"
	"errors"
	"fmt"
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
		WHERE edition = ? AND head = 1
		ORDER BY position DESC LIMIT 1`
	// issuesQuery counts the lines of a digest's record with a possible effect on its document, with the
	// periods up to ?2 closed: all but those of pieces without an issue yet. These count after their period
	// is closed. The count only grows, as a position does.
	issuesQuery = `
		WITH fresh AS MATERIALIZED (
			SELECT piece
			FROM publication
			WHERE edition = ?1 AND at >= ?2
				AND position >= (
					SELECT min(+position)
					FROM publication
					WHERE edition = ?1 AND action = 'enter' AND at >= ?2))
		SELECT ifnull((SELECT max(position) FROM publication WHERE edition = ?1), 0) - (
			SELECT count(*)
			FROM fresh
			WHERE piece NOT IN (
				SELECT piece
				FROM publication
				WHERE edition = ?1 AND action = 'enter' AND at < ?2 AND piece IN fresh))`

	duePingQuery = `
		SELECT e.name, o.document, o.hub, e.published, o.attempts
		FROM edition e
		CROSS JOIN outbox o ON o.edition = e.id
		WHERE e.position IS NOT NULL AND o.announced < e.published AND o.next <= ?
		ORDER BY o.hub, e.position, o.document`
	nextPingQuery = `
		SELECT min(o.next)
		FROM edition e
		CROSS JOIN outbox o ON o.edition = e.id
		WHERE e.position IS NOT NULL AND o.announced < e.published`
)

// Sync brings the outbox in line with the configuration: documents are those of each edition, hubs the
// addresses to notify of them. A new hub gets the changes from now on.
func (s Outbox) Sync(ctx context.Context, documents map[string][]string, hubs []string) error {
	err := s.db.write(ctx, func(tx *tx) error {
		type row struct {
			edition       int64
			document, hub string
		}
		stale := map[row]bool{}
		err := each(ctx, tx, `SELECT edition, document, hub FROM outbox`, nil, func(r scanner) error {
			var one row
			err := r.Scan(&one.edition, &one.document, &one.hub)
			stale[one] = true
			return err
		})
		if err != nil {
			return err
		}
		changed, err := changedIn(ctx, tx)
		if err != nil {
			return err
		}
		for name, all := range documents {
			e, err := tx.edition(name)
			if err != nil {
				return fmt.Errorf("edition %s: %w", name, err)
			}
			for _, document := range all {
				for _, hub := range hubs {
					one := row{e.id, document, hub}
					if _, there := stale[one]; there {
						delete(stale, one)
						continue
					}
					if _, err := tx.exec(`
						INSERT INTO outbox (edition, document, hub, announced)
						VALUES (?, ?, ?, ?)`, e.id, document, hub, changed[name]); err != nil {
						return err
					}
				}
			}
		}
		for one := range stale {
			if _, err := tx.exec(`
				DELETE FROM outbox
				WHERE edition = ? AND document = ? AND hub = ?`, one.edition, one.document, one.hub); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the configured hubs: %w", err)
	}
	return nil
}

// unhear makes an edition pending for hubs and subscribers if a change of the configuration changes its
// documents. They are notified with the next publication; without a change nothing is written. A new digest,
// or a former one, counts its positions from the beginning.
func unhear(t *tx, e oped.Edition) error {
	for _, table := range []string{"outbox", "subscriber"} {
		_, err := t.exec(`UPDATE `+table+`
			SET announced = iif(e.digest = ?8, e.published, 0) - 1
			FROM edition e
			WHERE e.id = edition AND e.name = ?1 AND e.published > 0
				AND (announced = e.published OR e.digest <> ?8)
				AND (e.title, e.subtitle, e.lang, e.size, e.excerpt, e.full, e.digest)
					IS NOT (?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
			e.Name, e.Title, e.Subtitle, e.Lang, e.Limit, e.Excerpt, e.Full, e.Digest)
		if err != nil {
			return err
		}
	}
	_, err := t.exec(`
		UPDATE edition
		SET published = 0
		WHERE name = ? AND digest <> ? AND published > 0`, e.Name, e.Digest)
	return err
}

// Changed returns the positions in the records of the configured editions with the latest change of their
// documents.
func (s Outbox) Changed(ctx context.Context) (map[string]int64, error) {
	changed, err := changedIn(ctx, s.db.reader)
	if err != nil {
		return nil, fmt.Errorf("read the positions of the records: %w", explain(s.db.path, err))
	}
	return changed, nil
}

func changedIn(ctx context.Context, q querier) (map[string]int64, error) {
	type row struct {
		id, closed   int64
		name, digest string
	}
	var rows []row
	err := each(ctx, q, `
		SELECT id, name, digest, closed
		FROM edition
		WHERE position IS NOT NULL`, nil, func(scan scanner) error {
		var r row
		err := scan.Scan(&r.id, &r.name, &r.digest, &r.closed)
		rows = append(rows, r)
		return err
	})
	changed := map[string]int64{}
	for i := 0; err == nil && i < len(rows); i++ {
		r, query, args := rows[i], changedQuery, []any{rows[i].id}
		changed[r.name] = 0
		if r.digest != "" {
			query, args = issuesQuery, append(args, r.closed)
		}
		err = each(ctx, q, query, args, func(scan scanner) error {
			var position int64
			err := scan.Scan(&position)
			changed[r.name] = position
			return err
		})
	}
	return changed, err
}

// Published records the published positions of editions. Nothing is written for known ones.
func (s Outbox) Published(ctx context.Context, positions map[string]int64) error {
	known := map[string]int64{}
	err := each(ctx, s.db.reader, `SELECT name, published FROM edition`, nil, func(row scanner) error {
		var name string
		var position int64
		err := row.Scan(&name, &position)
		known[name] = position
		return err
	})
	if err != nil {
		return fmt.Errorf("record the published positions: %w", explain(s.db.path, err))
	}
	more := false
	for name, position := range positions {
		more = more || position > known[name]
	}
	if !more {
		return nil
	}
	err = s.db.write(ctx, func(tx *tx) error {
		for name, position := range positions {
			if _, err := tx.exec(`
				UPDATE edition
				SET published = ?2
				WHERE name = ?1 AND published < ?2`, name, position); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record the published positions: %w", err)
	}
	return nil
}

// DuePings returns the pings due at now, hub by hub.
func (s Outbox) DuePings(ctx context.Context, now time.Time) (due []oped.Ping, err error) {
	err = each(ctx, s.db.reader, duePingQuery, []any{now.UnixMilli()}, func(row scanner) error {
		var p oped.Ping
		err := row.Scan(&p.Edition, &p.Document, &p.Hub, &p.Position, &p.Attempts)
		due = append(due, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", explain(s.db.path, err))
	}
	return due, nil
}

// NextPing returns the time of the next due ping, if nothing is published until then; the zero time if none
// is pending.
func (s Outbox) NextPing(ctx context.Context) (time.Time, error) {
	return s.db.nextOf(ctx, nextPingQuery)
}

// nextOf returns the time given by a query; the zero time for NULL.
func (s *database) nextOf(ctx context.Context, query string, args ...any) (next time.Time, err error) {
	err = each(ctx, s.reader, query, args, func(row scanner) error {
		var at *int64
		err := row.Scan(&at)
		if at != nil {
			next = time.UnixMilli(*at).UTC()
		}
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("look for the next due time: %w", explain(s.path, err))
	}
	return next, nil
}

// Pinged records a successful ping of a hub for a document, up to its published position when the ping was
// due.
func (s Outbox) Pinged(ctx context.Context, p oped.Ping) error {
	return s.marked(ctx, `
		UPDATE outbox
		SET announced = max(announced, ?), attempts = 0, next = 0, error = ''
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND document = ? AND hub = ?`, p.Position,
		p.Edition, p.Document, p.Hub)
}

// PingFailed records why a ping failed, and when to try again.
func (s Outbox) PingFailed(ctx context.Context, p oped.Ping, why string, next time.Time) error {
	return s.marked(ctx, `
		UPDATE outbox
		SET attempts = ?, next = ?, error = ?
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND document = ? AND hub = ?`, p.Attempts+1,
		next.UnixMilli(), why, p.Edition, p.Document, p.Hub)
}

// marked records the outcome of an attempt. A row deleted meanwhile needs no record.
func (s Outbox) marked(ctx context.Context, query string, args ...any) error {
	err := s.db.write(ctx, func(tx *tx) error {
		_, err := tx.exec(query, args...)
		return err
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("record the outcome of an announcement: %w", err)
	}
	return err
}
