package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"oped"
	"oped/text"
)

// bylineForm is the version of the parsing of bylines. If the database was filled by another one, all bylines
// are parsed again.
const bylineForm = 2

const bylineKey = "bylines" // in meta

// putBylines records the authors of an entry.
func putBylines(t *tx, row int64, authors []oped.Person, papers ...string) error {
	keys := bylines(authors, papers)
	for _, key := range keys {
		if _, err := t.exec(`
			INSERT INTO author (key, entry)
			VALUES (?, ?)
			ON CONFLICT DO NOTHING`, key, row); err != nil {
			return fmt.Errorf("record the authors of entry %d: %w", row, err)
		}
	}
	return nil
}

// bylines returns the authors' slugs, each once.
func bylines(authors []oped.Person, papers []string) (keys []string) {
	for _, name := range text.Bylines(authors) {
		if key := text.AuthorSlug(name, papers...); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// dropBylines removes the authors of an entry.
func dropBylines(t *tx, row int64) error {
	_, err := t.exec(`DELETE FROM author WHERE entry = ?`, row)
	return err
}

// fillBylines records the authors of stored entries in a database from before table author, or with bylines
// of another form. If the process is killed meanwhile, the next one goes on.
func (s *database) fillBylines(ctx context.Context) error {
	form := strconv.Itoa(bylineForm)
	var done int64
	err := s.write(ctx, func(tx *tx) (err error) {
		done, err = tx.number(`SELECT count(*) FROM meta WHERE key = ? AND value = ?`, bylineKey, form)
		return err
	})
	if err != nil || done > 0 {
		return err
	}
	after, more := int64(0), true
	for more {
		err := s.write(ctx, func(tx *tx) error {
			n := 0
			type row struct {
				id      int64
				authors []oped.Person
				papers  []string
			}
			var rows []row
			err := each(ctx, tx, `
				SELECT e.id, e.authors, e.publisher, f.publisher
				FROM entry e
				JOIN feed f ON f.id = e.feed
				WHERE e.id > ?
				ORDER BY e.id LIMIT ?`, []any{after, indexPage},
				func(r scanner) error {
					var one row
					var authors string
					one.papers = make([]string, 2)
					err := r.Scan(&one.id, &authors, &one.papers[0], &one.papers[1])
					if err == nil {
						one.authors, err = decodeJSON[oped.Person](authors)
					}
					rows = append(rows, one)
					return err
				})
			if err != nil {
				return err
			}
			for _, r := range rows {
				if err := dropBylines(tx, r.id); err != nil {
					return err
				}
				if err := putBylines(tx, r.id, r.authors, r.papers...); err != nil {
					return err
				}
				after = r.id
				n++
			}
			if more = n == indexPage; !more {
				_, err = tx.exec(`
					INSERT INTO meta (key, value)
					VALUES (?, ?)
					ON CONFLICT DO UPDATE SET value = excluded.value`, bylineKey, form)
			}
			if err == nil {
				err = ctx.Err()
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("record the authors of the entries in %s: %w", s.path, err)
		}
	}
	return nil
}
