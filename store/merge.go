package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"oped"
)

const (
	// resolveIDQuery follows a merged piece to its target, and that perhaps to a third. A merge leaves the chain
	// as it grew; a split leads the ids to the pieces with their entries (rearranging.redirect).
	resolveIDQuery = `SELECT id FROM piece WHERE id = ` + targetOf + `$1` + isTarget

	aliasTargetsQuery = `
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
	aliasesQuery = `
		WITH RECURSIVE alias (id, atom_id) AS (
			SELECT id, atom_id
			FROM piece
			WHERE merged IN (%s)
			UNION ALL
			SELECT p.id, p.atom_id
			FROM alias
			JOIN piece p ON p.merged = alias.id)
		SELECT id, atom_id
		FROM alias`

	moveEntry = `
		UPDATE entry
		SET piece = $1, joined = CASE joined WHEN '' THEN $2 ELSE joined END
		WHERE id = $3`
	countEntries = `SELECT count(*) FROM entry WHERE piece = $1`
	placeQuery   = `SELECT head FROM edition_piece WHERE piece = $1 AND edition = $2`
	passKeys     = `
		INSERT INTO piece_key (key, piece)
		SELECT key, $1
		FROM piece_key
		WHERE piece = $2
		ON CONFLICT DO NOTHING`
	dropKeys   = `DELETE FROM piece_key WHERE piece = $1`
	dropTags   = `DELETE FROM tag WHERE piece = $1`
	mergePiece = `UPDATE piece SET merged = $2, version = $1 WHERE id = $3`
)

// ResolveID returns the target of a piece: the piece it was merged into, or else itself. The error is
// ErrNotFound if there never was such a piece.
func (s Pieces) ResolveID(ctx context.Context, id oped.PieceID) (oped.PieceID, error) {
	to, err := one[oped.PieceID](ctx, s.db.reader, resolveIDQuery, id)
	return to, s.db.doing(fmt.Sprint("piece ", id), err)
}

// Alias is the id of a merged piece, redirected to another one.
type Alias struct {
	Piece  oped.PieceID `json:"piece"`
	AtomID string       `json:"atom_id"`
}

// Aliases returns the ids of the pieces merged into any of the given pieces, directly or through others, in their
// order.
func (s Pieces) Aliases(ctx context.Context, ids ...oped.PieceID) ([]Alias, error) {
	all, err := listIn(ctx, s.db.reader, func(row scanner, a *Alias) error {
		return row.Scan(&a.Piece, &a.AtomID)
	}, aliasesQuery, ids)
	slices.SortFunc(all, func(a, b Alias) int { return cmp.Compare(a.Piece, b.Piece) })
	return slices.Compact(all), s.db.doing("read the aliases of pieces", err)
}

// AliasesOf returns the pieces of [Pieces.Aliases].
func (s Pieces) AliasesOf(ctx context.Context, ids []oped.PieceID) ([]oped.PieceID, error) {
	all, err := s.Aliases(ctx, ids...)
	merged := make([]oped.PieceID, len(all))
	for i, a := range all {
		merged[i] = a.Piece
	}
	return merged, err
}

// gather moves entries of a piece over from other pieces, and merges those pieces into it.
func (w *writing) gather(before oped.Piece, p *oped.Piece, mergedIDs []oped.PieceID, why string) error {
	w.merged = map[string]oped.Place{}
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
		n, err := w.tx.exec(moveEntry, p.ID, why, row)
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
	rest, err := w.tx.number(countEntries, p.ID)
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
		place, err := w.place(placeQuery, p.ID, e.id)
		if err == nil {
			w.merged[name] = max(w.merged[name], place)
			err = w.record(Leave, oped.Nowhere, name, p)
		}
		if err != nil {
			return err
		}
	}
	delete(w.tx.words, p.ID)
	if _, err = w.tx.exec(passKeys, into, p.ID); err != nil {
		return err
	}
	for _, drop := range []string{dropKeys, dropTags, w.tx.dialect.words.drop, dropFingerprintsOf} {
		if _, err := w.tx.exec(drop, p.ID); err != nil {
			return err
		}
	}
	w.forget(p.ID)
	if err = w.tx.bumpVersions(mergePiece, into, p.ID); err == nil {
		err = w.tx.bumpVersions(bumpBuried, p.ID)
	}
	w.changes.Merged++
	w.changes.Pieces = append(w.changes.Pieces, p.ID)
	return err
}

// place returns the place that a query of column head gives: Nowhere if there is no row.
func (w *writing) place(query string, args ...any) (oped.Place, error) {
	head, err := w.tx.number(query, args...)
	switch {
	case errors.Is(err, ErrNotFound):
		return oped.Nowhere, nil
	case head == 1:
		return oped.AtHead, err
	}
	return oped.BelowHead, err
}
