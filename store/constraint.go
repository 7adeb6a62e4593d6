package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"oped"
	"oped/dedup"
)

// constraintsQuery reads the constraints on entries: must-link and cannot-link. Between two entries the
// latest decision covering both counts. A manual merge links all of its entries. A split separates the
// entries of one side from those of another. So does an undo of an automatic merge: it must not happen again
// by itself. An automatic merge is no lasting must-link, and an undone decision says nothing.
const constraintsQuery = `
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

// constraint is a decision that links entries.
type constraint struct {
	id       int64
	mustLink bool // must-link; false: cannot-link
	entries  []linked
}

// linked is an entry covered by a decision, and its present piece.
type linked struct {
	entry int64
	side  int
	piece oped.PieceID
}

// constraints returns the decisions on entries of some pieces, each once, the oldest first.
func constraints(ctx context.Context, q querier, pieces []oped.PieceID) ([]constraint, error) {
	found := map[int64]*constraint{}
	// by decision and entry: pieces of two chunks may have a decision in common
	seen := map[[2]int64]bool{}
	err := inChunks(ctx, q, constraintsQuery, nil, pieces, func(row scanner) error {
		var id int64
		var mustLink bool
		var e linked
		if err := row.Scan(&id, &mustLink, &e.entry, &e.side, &e.piece); err != nil {
			return err
		}
		if seen[[2]int64{id, e.entry}] {
			return nil
		}
		seen[[2]int64{id, e.entry}] = true
		if found[id] == nil {
			found[id] = &constraint{id: id, mustLink: mustLink}
		}
		found[id].entries = append(found[id].entries, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the constraints on entries: %w", err)
	}
	all := make([]constraint, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		all = append(all, *found[id])
	}
	return all, nil
}

// cannotLinks returns the pairs of pieces that must stay separate, the lower id first: those with entries
// separated by a decision, and a roundup with each piece it contains. A later decision joining two separated
// entries needs no check: they are then in one piece.
func cannotLinks(ctx context.Context, q querier, pieces []oped.Piece) (map[[2]oped.PieceID]bool, error) {
	if len(pieces) < 2 {
		return nil, nil
	}
	asked := make(map[oped.PieceID]bool, len(pieces))
	ids := make([]oped.PieceID, len(pieces))
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
	if err := roundups(ctx, q, ids, separate); err != nil {
		return nil, err
	}
	var linked bool
	err := each(ctx, q, `
		SELECT EXISTS (SELECT 1 FROM decision_entry)`, nil, func(row scanner) error { return row.Scan(&linked) })
	if err != nil || !linked {
		return separated, err
	}
	all, err := constraints(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if l.mustLink {
			continue
		}
		for i, a := range l.entries {
			for _, b := range l.entries[:i] {
				if a.side != b.side {
					separate(a.piece, b.piece)
				}
			}
		}
	}
	return separated, nil
}

// roundups separates roundups from the pieces they contain (dedup.GuardChain).
func roundups(ctx context.Context, q querier, ids []oped.PieceID, separate func(a, b oped.PieceID)) error {
	err := inChunks(ctx, q, `
		WITH RECURSIVE near (id) AS (
			SELECT id
			FROM piece
			WHERE id IN (%s)
			UNION ALL
			SELECT p.id
			FROM near
			JOIN piece p ON p.merged = near.id)
		SELECT `+leadOf("r.piece")+`, `+leadOf("r.other")+`
			FROM near
			JOIN relation r ON r.piece = near.id
			WHERE r.guard = '`+string(dedup.GuardChain)+`'`, nil, ids, func(row scanner) error {
		var a, b oped.PieceID
		err := row.Scan(&a, &b)
		separate(a, b)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the digests: %w", err)
	}
	return nil
}

// A ConflictError reports that a rearrangement would break a must-link or a cannot-link. Nothing was changed.
type ConflictError struct {
	Decision int64    // the decision in the way
	Joined   bool     // must-link: the entries are one piece; false: cannot-link
	Entries  [2]int64 // their rows
}

func (e *ConflictError) Error() string {
	says := "are one piece"
	if !e.Joined {
		says = "are not one piece"
	}
	return fmt.Sprintf(
		"decision %d is in the way: it says that entries %d and %d %s", e.Decision, e.Entries[0], e.Entries[1],
		says,
	)
}

// constraintsHold checks every constraint on the entries of some pieces. Its error is a *ConflictError if one
// is broken.
func constraintsHold(ctx context.Context, q querier, pieces []oped.PieceID) error {
	all, err := constraints(ctx, q, pieces)
	if err != nil {
		return err
	}
	asked := make(map[oped.PieceID]bool, len(pieces))
	for _, id := range pieces {
		asked[id] = true
	}
	settled := map[[2]int64]bool{} // by the latest decision covering both
	for _, l := range slices.Backward(all) {
		for i, a := range l.entries {
			for _, b := range l.entries[:i] {
				if !l.mustLink && a.side == b.side || !asked[a.piece] && !asked[b.piece] {
					continue // no statement about them, or about other pieces
				}
				pair := [2]int64{min(a.entry, b.entry), max(a.entry, b.entry)}
				if settled[pair] {
					continue
				}
				settled[pair] = true
				if (a.piece == b.piece) != l.mustLink {
					return &ConflictError{Decision: l.id, Joined: l.mustLink, Entries: pair}
				}
			}
		}
	}
	return nil
}
