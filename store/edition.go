package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"oped"
)

const (
	editionQuery = `
		SELECT name, atom_id, title, subtitle, lang, filter, size, excerpt, full, window, digest, created,
			updated, closed, pieces, EXISTS (SELECT 1 FROM publication p WHERE p.edition = edition.id), version
		FROM edition
		WHERE position IS NOT NULL
		ORDER BY position`
	headQuery = `
		SELECT piece
		FROM edition_piece
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND head = 1
		ORDER BY date DESC, piece
		LIMIT ?`
	membershipChangesQuery = `
		SELECT p.piece, c.date, p.at, p.action = 'enter',
			EXISTS (SELECT 1 FROM edition_piece s WHERE s.piece = p.piece AND s.edition = p.edition),
			` + lastingNews + `
		FROM edition e
		JOIN publication p ON p.edition = e.id
		JOIN piece c ON c.id = p.piece
		LEFT JOIN decision d ON d.id = p.decision
		WHERE e.name = ? AND p.action <> 'revise'
		ORDER BY p.position`
)

// All returns the configured editions, in the order of the configuration.
func (s Editions) All(ctx context.Context) (editions []oped.EditionState, err error) {
	err = each(ctx, s.db.reader, editionQuery, nil, func(row scanner) error {
		var e oped.EditionState
		var filter string
		var window, created, updated, closed int64
		err := row.Scan(
			&e.Name, &e.AtomID, &e.Title, &e.Subtitle, &e.Lang, &filter, &e.Limit, &e.Excerpt, &e.Full,
			&window, &e.Digest, &created, &updated, &closed, &e.Pieces, &e.Published, &e.Version,
		)
		if err != nil {
			return err
		}
		e.Window = duration(window)
		e.Created, e.Updated = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
		e.Closed = time.UnixMilli(closed).UTC()
		if err := json.Unmarshal([]byte(filter), &e.Filter); err != nil {
			return fmt.Errorf("filter of %s: %w", e.Name, err)
		}
		editions = append(editions, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the editions: %w", explain(s.db.path, err))
	}
	return editions, nil
}

// Removed returns the names of editions removed from the configuration, in alphabetical order.
func (s Editions) Removed(ctx context.Context) (names []string, err error) {
	err = each(ctx, s.db.reader, `
		SELECT name
		FROM edition
		WHERE position IS NULL
		ORDER BY name`, nil, func(row scanner) error {
		var name string
		err := row.Scan(&name)
		names = append(names, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the removed editions: %w", explain(s.db.path, err))
	}
	return names, nil
}

// Sync brings the editions in line with the configuration. A new one gets an AtomID, a tag: URI (RFC 4151) of
// the authority and the day of now, and keeps it whatever its address becomes. A removed edition is not
// listed any more; when it returns it is the same one.
func (s Editions) Sync(ctx context.Context, editions []oped.Edition, authority string, now time.Time) error {
	err := s.db.write(ctx, func(tx *tx) error {
		known, err := editionConfigs(ctx, tx)
		if err != nil {
			return err
		}
		for position, e := range editions {
			before, stored := known[e.Name]
			delete(known, e.Name)
			after, err := configOf(position, &e)
			if err == nil && before != after {
				err = putEdition(tx, &e, &after, authority, now)
			}
			if err == nil && stored && !before.position.Valid {
				err = tx.bumpVersions(bumpPieces, e.Name) // they are in a configured edition again
			}
			if err != nil {
				return fmt.Errorf("edition %s: %w", e.Name, err)
			}
		}
		for name, before := range known {
			if !before.position.Valid {
				continue
			}
			err := tx.bumpVersions(`UPDATE edition SET position = NULL, version = ?1 WHERE name = ?2`, name)
			if err == nil {
				err = tx.bumpVersions(bumpPieces, name)
			}
			if err != nil {
				return fmt.Errorf("edition %s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the configured editions: %w", err)
	}
	return nil
}

// editionConfig is the configuration of an edition, as the columns have it.
type editionConfig struct {
	position                              sql.NullInt64
	title, subtitle, lang, filter, digest string
	size, excerpt                         int
	full                                  bool
	window                                int64
}

func configOf(position int, e *oped.Edition) (editionConfig, error) {
	filter, err := json.Marshal(e.Filter)
	return editionConfig{
		position: sql.NullInt64{Int64: int64(position), Valid: true},
		title:    e.Title,
		subtitle: e.Subtitle,
		lang:     e.Lang,
		filter:   string(filter),
		digest:   string(e.Digest),
		size:     e.Limit,
		excerpt:  e.Excerpt,
		full:     e.Full,
		window:   millis(e.Window),
	}, err
}

// editionConfigs returns the configurations of all editions, removed ones too, by name.
func editionConfigs(ctx context.Context, t *tx) (map[string]editionConfig, error) {
	known := map[string]editionConfig{}
	err := each(ctx, t, `
		SELECT name, position, title, subtitle, lang, filter, digest, size, excerpt, full, window
		FROM edition`, nil, func(row scanner) error {
		var name string
		var c editionConfig
		err := row.Scan(&name, &c.position, &c.title, &c.subtitle, &c.lang, &c.filter, &c.digest,
			&c.size, &c.excerpt, &c.full, &c.window)
		known[name] = c
		return err
	})
	return known, err
}

func putEdition(t *tx, e *oped.Edition, c *editionConfig, authority string, now time.Time) error {
	if err := unhear(t, *e); err != nil {
		return err
	}
	atomID := fmt.Sprintf("tag:%s,%s:edition/%s", authority, now.UTC().Format(time.DateOnly), e.Name)
	return t.bumpVersions(`
		INSERT INTO edition (version, name, atom_id, position, title, subtitle, lang, filter, size, excerpt, full,
			window, digest, created, updated)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14)
		ON CONFLICT (name) DO UPDATE
		SET version = excluded.version, position = excluded.position, title = excluded.title,
			subtitle = excluded.subtitle, lang = excluded.lang, filter = excluded.filter, size = excluded.size,
			excerpt = excluded.excerpt, full = excluded.full, window = excluded.window, digest = excluded.digest`,
		e.Name, atomID, c.position, c.title, c.subtitle, c.lang, c.filter, c.size, c.excerpt, c.full,
		c.window, c.digest, now.UnixMilli())
}

// Head returns the pieces at the head of an edition, the newest first by the date of the lead entry; of equal
// dates, the first stored one first: a document lists its newest entry first. A limit ≤ 0 means all of them. An edition that does not exist has no
// pieces.
func (s Editions) Head(ctx context.Context, edition string, limit int) ([]oped.PieceID, error) {
	if limit <= 0 {
		limit = math.MaxInt
	}
	ids, err := pieceIDs(ctx, s.db.reader, headQuery, edition, limit)
	if err != nil {
		return nil, fmt.Errorf("read the head of %s: %w", edition, explain(s.db.path, err))
	}
	return ids, nil
}

// MembershipChanges returns the arrivals and departures of pieces in an edition, in the order of the record.
func (s Editions) MembershipChanges(ctx context.Context, edition string) (moves []oped.MembershipChange, err error) {
	err = each(ctx, s.db.reader, membershipChangesQuery, []any{edition}, func(row scanner) error {
		var m oped.MembershipChange
		var date, at int64
		err := row.Scan(&m.Piece, &date, &at, &m.Enters, &m.Present, &m.News)
		m.Date, m.At = time.UnixMilli(date).UTC(), time.UnixMilli(at).UTC()
		moves = append(moves, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the membership changes of %s: %w", edition, explain(s.db.path, err))
	}
	return moves, nil
}
