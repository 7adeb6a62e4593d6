package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"oped"
	"oped/text"
	"oped/topic"
)

const indexPage = 512 // pieces in one transaction

// index adds pieces missing from the full-text index: all of a database from before it, or the rest if oped
// was killed halfway.
func (s *database) index(ctx context.Context) error {
	var missing bool
	err := s.writer.db.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM piece) - (
			SELECT count(*)
			FROM piece
			WHERE merged IS NOT NULL) > (SELECT count(*) FROM words_docsize)`).Scan(&missing)
	if err != nil || !missing {
		return err
	}
	s.log.Info("index of words begun", "store", s.path)
	var set text.WordSet
	after, more := oped.PieceID(0), true
	for more {
		err := s.write(ctx, func(tx *tx) error {
			ids, err := pieceIDs(ctx, tx, `
				SELECT id
				FROM piece
				WHERE id > ? AND merged IS NULL
				ORDER BY id LIMIT ?`, after, indexPage)
			if err != nil || len(ids) == 0 {
				more = false
				return err
			}
			pieces, err := loadPieces(ctx, tx, ids)
			if err != nil {
				return err
			}
			for i := range pieces {
				if err := ctx.Err(); err != nil {
					return err
				}
				tx.words[pieces[i].ID] = topic.Words(&pieces[i], &set)
			}
			after = ids[len(ids)-1]
			return nil
		})
		if err != nil {
			return fmt.Errorf("index the words of %s: %w", s.path, err)
		}
	}
	return nil
}

// indexWords indexes the words of the pieces written by the transaction, all of them last. FTS5 writes its
// memory to a new segment whenever another statement with its own undo begins, and then merges segments
// (https://www.sqlite.org/vtab.html#the_xsavepoint_xrelease_and_xrollbackto_methods). Old words are removed
// before any are added: FTS5 merges segments by the share of removed words, and would merge them again and
// again. Indexing is most of the work for a large document, and ends early when no caller waits for the
// transaction any more.
func (t *tx) indexWords() error {
	ids := slices.Sorted(maps.Keys(t.words))
	if len(ids) == 0 {
		return nil
	}
	raw, err := encodeJSON(ids)
	if err == nil {
		_, err = t.exec(`DELETE FROM words WHERE rowid IN (SELECT value FROM json_each(?))`, raw)
	}
	if err != nil {
		return fmt.Errorf("remove words from the index: %w", err)
	}
	for _, id := range ids {
		if err := t.ended(); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO words (rowid, folded) VALUES (?, ?)`, id, t.words[id]); err != nil {
			return fmt.Errorf("index the words of piece %d: %w", id, err)
		}
	}
	return nil
}
