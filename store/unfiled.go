package store

import (
	"context"
	"fmt"

	"oped"
)

// note keeps in mind that what is told of a piece may read otherwise now. That is durable with the change itself, so that no file stays as it was because a process ended
// before it was written.
func (w *writing) note(id oped.PieceID) error {
	w.changes.Pieces = append(w.changes.Pieces, id)
	_, err := w.exec(`INSERT OR REPLACE INTO unfiled (piece) VALUES (?)`, id)
	return err
}

// Unfiled are the pieces that were touched since files were brought up to date, and the mark of the last touch, for Filed.
func (s *Store) Unfiled(ctx context.Context) (pieces []oped.PieceID, mark int64, err error) {
	err = each(ctx, s.reader, `SELECT piece, mark FROM unfiled ORDER BY mark`, nil, func(row scanner) error {
		var id oped.PieceID
		err := row.Scan(&id, &mark)
		pieces = append(pieces, id)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read what is not filed yet: %w", explain(s.path, err))
	}
	return pieces, mark, nil
}

// Filed notes that files tell of every touch up to a mark.
func (s *Store) Filed(ctx context.Context, mark int64) error {
	err := s.write(ctx, func(tx *tx) error {
		_, err := tx.exec(`DELETE FROM unfiled WHERE mark <= ?`, mark)
		return err
	})
	if err != nil {
		return fmt.Errorf("note what is filed: %w", err)
	}
	return nil
}
