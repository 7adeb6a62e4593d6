package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"oped"
)

const (
	editionQuery = `
		SELECT name, atom_id, title, subtitle, lang, filter, size, excerpt, full_text, window_ms, digest, created,
			updated, closed, pieces, EXISTS (SELECT 1 FROM publication p WHERE p.edition = edition.id), version
		FROM edition
		WHERE position IS NOT NULL
		ORDER BY position`
	removedQuery = `
		SELECT name
		FROM edition
		WHERE position IS NULL
		ORDER BY name`
	headQuery = `
		SELECT piece
		FROM edition_piece
		WHERE edition = (SELECT id FROM edition WHERE name = $1) AND head = 1
		ORDER BY date DESC, piece
		LIMIT $2`
	lastEnteredQuery = `
		SELECT p.at
		FROM publication p
		JOIN edition_piece s ON s.piece = p.piece AND s.edition = p.edition
		WHERE p.edition = (SELECT id FROM edition WHERE name = $1) AND p.action = 'enter'
		ORDER BY p.position DESC
		LIMIT 1`
	// firstEnteredQuery looks for an earlier entrance only of a piece that has left. The plus makes it find those by
	// piece, in the index of departures.
	firstEnteredQuery = `
		SELECT DISTINCT p.piece
		FROM publication p
		JOIN edition_piece s ON s.piece = p.piece AND s.edition = p.edition
		WHERE p.edition = (SELECT id FROM edition WHERE name = $1) AND p.action = 'enter' AND p.at >= $2
			AND NOT (
				EXISTS (SELECT 1 FROM publication l WHERE l.piece = p.piece AND +l.edition = p.edition AND l.action = 'leave')
				AND EXISTS (
					SELECT 1
					FROM publication f
					WHERE f.edition = p.edition AND f.action = 'enter' AND f.at < $2 AND f.piece = p.piece))`
	membershipChangesQuery = `
		SELECT p.piece, c.date, p.at, p.action = 'enter',
			EXISTS (SELECT 1 FROM edition_piece s WHERE s.piece = p.piece AND s.edition = p.edition),
			coalesce(d.action, ''), coalesce(d.undone_by, 0), coalesce(u.action, '')
		FROM edition e
		JOIN publication p ON p.edition = e.id
		JOIN piece c ON c.id = p.piece
		LEFT JOIN decision d ON d.id = p.decision
		LEFT JOIN decision u ON u.id = d.undoes
		WHERE e.name = $1 AND p.action <> 'revise'
		ORDER BY p.position`
)

// All returns the configured editions, in the order of the configuration.
func (s Editions) All(ctx context.Context) ([]oped.EditionState, error) {
	editions, err := list(ctx, s.db.reader, func(row scanner, e *oped.EditionState) error {
		var filter []byte
		err := row.Scan(
			&e.Name, &e.AtomID, &e.Title, &e.Subtitle, &e.Lang, &filter, &e.Limit, &e.Excerpt, &e.Full,
			(*span)(&e.Window), &e.Digest, (*instant)(&e.Created), (*instant)(&e.Updated), (*instant)(&e.Closed),
			&e.Pieces, &e.Published, &e.Version,
		)
		if err == nil {
			err = json.Unmarshal(filter, &e.Filter)
		}
		if err != nil {
			return fmt.Errorf("filter of %s: %w", e.Name, err)
		}
		return nil
	}, editionQuery)
	return editions, s.db.doing("read the editions", err)
}

// Removed returns the names of editions removed from the configuration, in alphabetical order.
func (s Editions) Removed(ctx context.Context) ([]string, error) {
	names, err := column[string](ctx, s.db.reader, removedQuery)
	return names, s.db.doing("read the removed editions", err)
}

// Sync brings the editions in line with the configuration. A new one gets an AtomID, a tag: URI (RFC 4151) of
// the authority and the day of now, and keeps it whatever its address becomes. A removed edition is not
// listed any more; when it returns it is the same one.
func (s Editions) Sync(ctx context.Context, editions []oped.Edition, authority string, now time.Time) error {
	return s.db.doing("store the configured editions", s.db.write(ctx, func(tx *tx) error {
		known, err := editionConfigs(ctx, tx)
		if err != nil {
			return err
		}
		for position, e := range editions {
			before := known[e.Name]
			delete(known, e.Name)
			if err := putEdition(tx, &before, &e, position, authority, now); err != nil {
				return fmt.Errorf("edition %s: %w", e.Name, err)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(known)) {
			if !known[name].position.Valid {
				continue
			}
			err := tx.bumpVersions(removeEdition, name)
			if err == nil {
				err = tx.bumpVersions(bumpPieces, name)
			}
			if err != nil {
				return fmt.Errorf("edition %s: %w", name, err)
			}
		}
		return nil
	}))
}

// editionConfig is the configuration of an edition, as the columns have it.
type editionConfig struct {
	name, filter string
	position     sql.NullInt64
	window       int64
	shownConfig
}

// shownConfig is the configuration of an edition that changes its documents.
type shownConfig struct {
	title, subtitle, lang, digest string
	size, excerpt                 int
	full                          bool
}

const (
	editionConfigQuery = `
		SELECT name, position, title, subtitle, lang, filter, digest, size, excerpt, full_text, window_ms
		FROM edition`
	putEditionQuery = `
		INSERT INTO edition (version, name, atom_id, position, title, subtitle, lang, filter, size, excerpt,
			full_text, window_ms, digest, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
		ON CONFLICT (name) DO UPDATE
		SET version = excluded.version, position = excluded.position, title = excluded.title,
			subtitle = excluded.subtitle, lang = excluded.lang, filter = excluded.filter, size = excluded.size,
			excerpt = excluded.excerpt, full_text = excluded.full_text, window_ms = excluded.window_ms,
			digest = excluded.digest`
	removeEdition = `UPDATE edition SET position = NULL, version = $1 WHERE name = $2`
)

// editionConfigs returns the configurations of all editions, removed ones too, by name.
func editionConfigs(ctx context.Context, t *tx) (map[string]editionConfig, error) {
	known := map[string]editionConfig{}
	err := each(ctx, t, editionConfigQuery, nil, func(row scanner) error {
		var c editionConfig
		err := row.Scan(&c.name, &c.position, &c.title, &c.subtitle, &c.lang, &c.filter, &c.digest,
			&c.size, &c.excerpt, &c.full, &c.window)
		known[c.name] = c
		return err
	})
	return known, err
}

// putEdition writes the configuration of an edition if it has changed. before is the zero value for a new one.
func putEdition(t *tx, before *editionConfig, e *oped.Edition, position int, authority string, now time.Time) error {
	filter, err := json.Marshal(e.Filter)
	if err != nil {
		return err
	}
	c := editionConfig{
		name:     e.Name,
		filter:   string(filter),
		position: sql.NullInt64{Int64: int64(position), Valid: true},
		window:   millis(e.Window),
		shownConfig: shownConfig{
			title:    e.Title,
			subtitle: e.Subtitle,
			lang:     e.Lang,
			digest:   string(e.Digest),
			size:     e.Limit,
			excerpt:  e.Excerpt,
			full:     e.Full,
		},
	}
	if *before == c {
		return nil
	}
	if before.name != "" && before.shownConfig != c.shownConfig {
		err = unhear(t, e.Name, before.digest != c.digest)
	}
	if err == nil {
		atomID := fmt.Sprintf("tag:%s,%s:edition/%s", authority, now.UTC().Format(time.DateOnly), e.Name)
		err = t.bumpVersions(putEditionQuery, c.name, atomID, c.position, c.title, c.subtitle, c.lang, c.filter,
			c.size, c.excerpt, c.full, c.window, c.digest, now.UnixMilli())
	}
	if err == nil && before.name != "" && !before.position.Valid {
		err = t.bumpVersions(bumpPieces, e.Name) // they are in a configured edition again
	}
	return err
}

// Head returns the pieces at the head of an edition, the newest first by the date of the lead entry; of equal
// dates, the first stored one first, since documents list the newest entry first. A limit ≤ 0 means all of them. An
// edition that does not exist has no pieces.
func (s Editions) Head(ctx context.Context, edition string, limit int) ([]oped.PieceID, error) {
	ids, err := column[oped.PieceID](ctx, s.db.reader, headQuery, edition, orAll(limit))
	return ids, s.db.doing("read the head of "+edition, err)
}

// LastEntered returns when the last of the pieces in an edition entered it; zero if there is none.
func (s Editions) LastEntered(ctx context.Context, edition string) (time.Time, error) {
	at, err := one[instant](ctx, s.db.reader, lastEnteredQuery, edition)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return time.Time(at), s.db.doing("read the last arrival in "+edition, err)
}

// FirstEntered returns the pieces in an edition that entered it for the first time since a time.
func (s Editions) FirstEntered(ctx context.Context, edition string, since time.Time) ([]oped.PieceID, error) {
	ids, err := column[oped.PieceID](ctx, s.db.reader, firstEnteredQuery, edition, since.UnixMilli())
	return ids, s.db.doing("read the last arrivals in "+edition, err)
}

// MembershipChanges returns the arrivals and departures of pieces in an edition, in the order of the record.
func (s Editions) MembershipChanges(ctx context.Context, edition string) ([]oped.MembershipChange, error) {
	moves, err := list(ctx, s.db.reader, func(row scanner, m *oped.MembershipChange) (err error) {
		m.News, err = scanNews(row, &m.Piece, (*instant)(&m.Date), (*instant)(&m.At), &m.Enters, &m.Present)
		return err
	}, membershipChangesQuery, edition)
	return moves, s.db.doing("read the membership changes of "+edition, err)
}
