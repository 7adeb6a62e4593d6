package store

import (
	"context"
	"fmt"
	"slices"

	"oped"
	"oped/text"
)

const (
	putBylinesQuery = `
		INSERT INTO author (key, entry)
		VALUES %s
		ON CONFLICT DO NOTHING`
	dropBylinesQuery = `DELETE FROM author WHERE entry = $1`
	nextBylinesQuery = `
		SELECT e.id, e.authors, e.publisher, f.publisher
		FROM entry e
		JOIN feed f ON f.id = e.feed
		WHERE e.id > $1
		ORDER BY e.id
		LIMIT $2`
)

// putBylines records the authors of an entry.
func putBylines(t *tx, row int64, authors []oped.Person, papers ...string) error {
	err := insertAll(t, putBylinesQuery, bylines(authors, papers),
		func(key string) []any { return []any{key, row} })
	if err != nil {
		return fmt.Errorf("record the authors of entry %d: %w", row, err)
	}
	return nil
}

// bylines returns the authors' slugs, each once.
func bylines(authors []oped.Person, papers []string) (keys []string) {
	for _, name := range text.Bylines(authors) {
		for _, key := range text.AuthorSlugs(name, papers...) {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// dropBylines removes the authors of an entry.
func dropBylines(t *tx, row int64) error {
	_, err := t.exec(dropBylinesQuery, row)
	return err
}

// nextBylines computes the authors of the next entries.
func nextBylines(ctx context.Context, s *database, _ *walk, after int64) (p page, err error) {
	type entry struct {
		row           int64
		authors       []oped.Person
		paper, credit string
	}
	entries, err := list(ctx, s.reader, func(row scanner, e *entry) error {
		return row.Scan(&e.row, asJSON(&e.authors), &e.credit, &e.paper)
	}, nextBylinesQuery, after, fillPage)
	for _, e := range entries {
		p.work = append(p.work, func(t *tx) error {
			if err := dropBylines(t, e.row); err != nil {
				return err
			}
			return putBylines(t, e.row, e.authors, e.credit, e.paper)
		})
	}
	if p.rows = len(entries); p.rows == fillPage {
		p.last = entries[fillPage-1].row
	}
	return p, err
}
