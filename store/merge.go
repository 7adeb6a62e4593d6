package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"oped"
)

// resolveIDQuery follows a merged piece to its target, and that perhaps to a third. The chain is kept as it
// grew, so that every merge can be undone.
const resolveIDQuery = `
	WITH RECURSIVE leads (id, merged) AS (
		SELECT id, merged
		FROM piece
		WHERE id = ?
		UNION ALL
		SELECT p.id, p.merged
		FROM leads
		JOIN piece p ON p.id = leads.merged)
	SELECT id
	FROM leads
	WHERE merged IS NULL`

// ResolveID returns the target of a piece: the piece it was merged into, or else itself. The error is
// ErrNotFound if there never was such a piece.
func (s Pieces) ResolveID(ctx context.Context, id oped.PieceID) (oped.PieceID, error) {
	to := id
	err := s.db.reader.QueryRowContext(ctx, resolveIDQuery, id).Scan(&to)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("piece %d: %w", id, explain(s.db.path, err))
	}
	return to, nil
}

// resolveID is ResolveID within a transaction.
func (t *tx) resolveID(id oped.PieceID) (oped.PieceID, error) {
	to, err := t.number(resolveIDQuery, id)
	if err != nil {
		return 0, fmt.Errorf("piece %d: %w", id, err)
	}
	return oped.PieceID(to), nil
}

const aliasesQuery = `
	WITH RECURSIVE leads (id, at, merged) AS (
		SELECT id, id, merged
		FROM piece
		WHERE id IN (%s) AND merged IS NOT NULL
		UNION ALL
		SELECT leads.id, p.id, p.merged
		FROM leads
		JOIN piece p ON p.id = leads.merged)
	SELECT id, at
	FROM leads
	WHERE merged IS NULL`

// resolveIDs returns the targets of merged pieces among some pieces.
func resolveIDs(ctx context.Context, q querier, ids []oped.PieceID) (map[oped.PieceID]oped.PieceID, error) {
	to := map[oped.PieceID]oped.PieceID{}
	err := inChunks(ctx, q, aliasesQuery, nil, ids, func(row scanner) error {
		var id, at oped.PieceID
		err := row.Scan(&id, &at)
		to[id] = at
		return err
	})
	return to, err
}

// AliasesOf returns the pieces merged into a piece, directly or through others, in the order of their ids.
func (s Pieces) AliasesOf(ctx context.Context, id oped.PieceID) ([]oped.PieceID, error) {
	ids, err := pieceIDs(ctx, s.db.reader, `
		WITH RECURSIVE leading (id) AS (
			SELECT id
			FROM piece
			WHERE merged = ?
			UNION ALL
			SELECT p.id
			FROM leading
			JOIN piece p ON p.merged = leading.id)
		SELECT id
		FROM leading
		ORDER BY id`, id)
	if err != nil {
		return nil, fmt.Errorf("read the aliases of piece %d: %w", id, explain(s.db.path, err))
	}
	return ids, nil
}

// Alias is the id of a merged piece, redirected to another one.
type Alias struct {
	Piece  oped.PieceID `json:"piece"`
	AtomID string       `json:"atom_id"`
}

// Aliases returns the ids of the pieces of [Pieces.AliasesOf].
func (s Pieces) Aliases(ctx context.Context, id oped.PieceID) (all []Alias, err error) {
	ids, err := s.AliasesOf(ctx, id)
	if err == nil {
		err = inChunks(ctx, s.db.reader, `
			SELECT id, atom_id
			FROM piece
			WHERE id IN (%s)
			ORDER BY id`, nil, ids, func(row scanner) error {
			var a Alias
			err := row.Scan(&a.Piece, &a.AtomID)
			all = append(all, a)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read the aliases of piece %d: %w", id, explain(s.db.path, err))
	}
	return all, nil
}

// gather moves entries of a piece over from other pieces, and merges those pieces into it.
func (w *writing) gather(before oped.Piece, p *oped.Piece, mergedIDs []oped.PieceID, why string) error {
	w.left = map[string]bool{}
	merged, err := loadPieces(context.Background(), w.tx, mergedIDs)
	if err != nil {
		return err
	}
	if len(merged) != len(mergedIDs) || slices.Contains(mergedIDs, p.ID) {
		return fmt.Errorf("cannot merge pieces %v into it: one of them is missing, or is the piece itself", mergedIDs)
	}
	for i := range p.Entries {
		row := p.Entries[i].Row
		if row == 0 || slices.ContainsFunc(before.Entries, func(e oped.Entry) bool { return e.Row == row }) {
			continue
		}
		n, err := w.tx.exec(`
			UPDATE entry
			SET piece = ?, joined = CASE joined WHEN '' THEN ? ELSE joined END
			WHERE id = ?`, p.ID, why, row)
		if err == nil && n != 1 {
			err = fmt.Errorf("entry %d: %w", row, ErrNotFound)
		}
		if err != nil {
			return err
		}
	}
	for i := range merged {
		if err := w.mergeAway(p.ID, &merged[i]); err != nil {
			return fmt.Errorf("merge piece %d: %w", merged[i].ID, err)
		}
	}
	return nil
}

// mergeAway merges a piece away after its entries have moved: only its id is left, as a redirect.
func (w *writing) mergeAway(into oped.PieceID, p *oped.Piece) error {
	w.merging = true
	defer func() { w.merging = false }()
	rest, err := w.tx.number(`SELECT count(*) FROM entry WHERE piece = ?`, p.ID)
	if err == nil && rest > 0 {
		err = fmt.Errorf("%d of its entries have not moved", rest)
	}
	if err != nil {
		return err
	}
	for _, name := range p.Editions {
		e, err := w.tx.edition(name)
		if err != nil {
			return err
		}
		head, err := w.tx.number(`SELECT head FROM edition_piece WHERE piece = ? AND edition = ?`, p.ID, e.id)
		if err != nil {
			return err
		}
		w.left[name] = w.left[name] || head == 1
		if err := w.record(Leave, true, name, p); err != nil {
			return err
		}
	}
	_, err = w.tx.exec(`
		INSERT INTO piece_key (key, piece)
		SELECT key, ?
		FROM piece_key
		WHERE piece = ?
		ON CONFLICT DO NOTHING`, into, p.ID)
	delete(w.tx.words, p.ID)
	for _, gone := range []string{
		`DELETE FROM piece_key WHERE piece = ?`, `DELETE FROM tag WHERE piece = ?`, `DELETE FROM words WHERE rowid = ?`,
	} {
		if err == nil {
			_, err = w.tx.exec(gone, p.ID)
		}
	}
	if err == nil {
		err = w.dropFingerprints(p.ID)
	}
	if err == nil {
		err = w.tx.bumpVersions(`UPDATE piece SET merged = ?2, version = ?1 WHERE id = ?3`, into, p.ID)
	}
	if err == nil {
		err = w.tx.bumpVersions(bumpBuried, p.ID)
	}
	if err != nil {
		return err
	}
	w.changes.Merged++
	w.changes.Pieces = append(w.changes.Pieces, p.ID)
	return nil
}
