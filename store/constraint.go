package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"oped"
	"oped/dedup"
)

// ConflictError is the error of a rearrangement against a constraint.
type ConflictError = oped.ConflictError

const (
	// constraintsQuery reads the constraints on entries. A manual merge links all of its entries. A split
	// separates the entries of one side from those of another. So does an undo of an automatic merge: it must
	// not happen again by itself. An automatic merge is no lasting must-link, and an undone decision says
	// nothing.
	constraintsQuery = `
		SELECT x.decision, d.action = 'merge', x.entry, x.side, e.piece
		FROM decision_entry x
		JOIN decision d ON d.id = x.decision
		JOIN entry e ON e.id = x.entry
		WHERE x.decision IN (
			SELECT m.decision
			FROM entry i
			JOIN decision_entry m ON m.entry = i.id
			WHERE i.piece IN (%s))
			AND d.undone_by IS NULL AND (d.action <> 'merge' OR d.given_by <> '` + oped.ByRule + `')`
	anyConstraintQuery = `SELECT EXISTS (SELECT 1 FROM decision_entry)`

	// roundupsQuery returns roundups and the pieces they contain (string(dedup.GuardChain)).
	roundupsQuery = `
		WITH RECURSIVE near (id) AS (
			SELECT id
			FROM piece
			WHERE id IN (%s)
			UNION ALL
			SELECT p.id
			FROM near
			JOIN piece p ON p.merged = near.id)
		SELECT ` + relationTargets + `
		FROM near
		JOIN relation r ON r.piece = near.id
		WHERE r.guard = '` + string(dedup.GuardChain) + `'`
)

// constraints returns the decisions on entries of some pieces, each once, the oldest first.
func constraints(ctx context.Context, q querier, pieces []oped.PieceID) ([]oped.Constraint, error) {
	found := map[int64]*oped.Constraint{}
	err := inChunks(ctx, q, constraintsQuery, nil, pieces, func(row scanner) error {
		var c oped.Constraint
		var e oped.LinkedEntry
		err := row.Scan(&c.Decision, &c.MustLink, &e.Row, &e.Side, &e.Piece)
		if found[c.Decision] == nil {
			found[c.Decision] = &c
		}
		// pieces of two chunks may have a decision in common
		if all := &found[c.Decision].Entries; !slices.Contains(*all, e) {
			*all = append(*all, e)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the constraints on entries: %w", err)
	}
	all := make([]oped.Constraint, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		all = append(all, *found[id])
	}
	return all, nil
}

// cannotLinks returns the pairs of pieces that must stay separate, the lower id first: those with entries
// separated by a decision, and a roundup with each piece it contains.
func cannotLinks(ctx context.Context, q querier, pieces []oped.Piece) (map[[2]oped.PieceID]bool, error) {
	if len(pieces) < 2 {
		return nil, nil
	}
	ids := make([]oped.PieceID, len(pieces))
	asked := make(map[oped.PieceID]bool, len(pieces))
	for i := range pieces {
		ids[i], asked[pieces[i].ID] = pieces[i].ID, true
	}
	var separated map[[2]oped.PieceID]bool
	separate := func(a, b oped.PieceID) {
		if a == b || !asked[a] || !asked[b] {
			return
		}
		if separated == nil {
			separated = map[[2]oped.PieceID]bool{}
		}
		separated[[2]oped.PieceID{min(a, b), max(a, b)}] = true
	}
	err := inChunks(ctx, q, roundupsQuery, nil, ids, func(row scanner) error {
		var a, b oped.PieceID
		err := row.Scan(&a, &b)
		separate(a, b)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the digests: %w", err)
	}
	linked, err := one[bool](ctx, q, anyConstraintQuery)
	if err != nil || !linked {
		return separated, err
	}
	all, err := constraints(ctx, q, ids)
	oped.CannotLinks(all, separate)
	return separated, err
}

// constraintsHold checks every constraint on the entries of some pieces. Its error is a *ConflictError if one
// is broken.
func constraintsHold(ctx context.Context, q querier, pieces []oped.PieceID) error {
	all, err := constraints(ctx, q, pieces)
	if broken := oped.BrokenConstraint(all, pieces); err == nil && broken != nil {
		return broken
	}
	return err
}
