package store

import (
	"context"
	"fmt"
	"slices"

	"oped"
)

const putRelation = `
	INSERT INTO relation (piece, other, kind, guard, score, why, at)
	VALUES ($1, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (piece, other) DO UPDATE
	SET kind = excluded.kind, guard = excluded.guard, score = excluded.score, why = excluded.why,
		at = excluded.at`

// putRelations stores the relations of a piece. A later finding replaces an earlier one.
func putRelations(w *writing, id oped.PieceID, relations []oped.Relation) error {
	for _, r := range relations {
		if r.Other == id {
			continue // the plan made one piece of both
		}
		_, err := w.tx.exec(putRelation, id, r.Other, r.Kind, r.Guard, r.Score, r.Why, r.At.UnixMilli())
		if err == nil {
			err = w.tx.bumpVersions(bumpAliases, r.Other)
		}
		if err != nil {
			return fmt.Errorf("relation to piece %d: %w", r.Other, err)
		}
	}
	return nil
}

// The targets of the two pieces of a relation r.
const (
	targetOf = `(
		WITH RECURSIVE leads (id, merged) AS (
			SELECT id, merged
			FROM piece
			WHERE id = `
	isTarget = `
			UNION ALL
			SELECT p.id, p.merged
			FROM leads
			JOIN piece p ON p.id = leads.merged)
		SELECT id
		FROM leads
		WHERE merged IS NULL)`
	relationTargets = targetOf + `r.piece` + isTarget + `, ` + targetOf + `r.other` + isTarget
)

// relationColumns are those of a relation r, with the targets of its two pieces.
const relationColumns = relationTargets + `, r.kind, r.guard, r.score, r.why, r.at`

const (
	// relationsQuery returns the relations of pieces, each with the requested piece: those of its target, and
	// of all merged into that.
	relationsQuery = `
		WITH RECURSIVE
		leads (asked, id, merged) AS (
			SELECT id, id, merged
			FROM piece
			WHERE id IN (%s)
			UNION ALL
			SELECT l.asked, p.id, p.merged
			FROM leads l
			JOIN piece p ON p.id = l.merged),
		near (asked, id) AS (
			SELECT asked, id
			FROM leads
			WHERE merged IS NULL
			UNION ALL
			SELECT n.asked, p.id
			FROM near n
			JOIN piece p ON p.merged = n.id)
		SELECT n.asked, ` + relationColumns + `
		FROM near n
		CROSS JOIN relation r
		WHERE r.piece = n.id OR r.other = n.id
		ORDER BY r.at DESC, r.piece DESC, r.other DESC`

	// guardedQuery leaves out the pairs covered by an active decision. Automatic merges do not count: they are
	// no lasting must-links.
	guardedQuery = `
		WITH led (piece, other, kind, guard, score, why, at) AS MATERIALIZED (
			SELECT ` + relationColumns + `
			FROM relation r
			WHERE r.guard <> '')
		SELECT piece, other, kind, guard, score, why, at
		FROM led
		WHERE NOT EXISTS (
			SELECT 1
			FROM entry a
			JOIN decision_entry x ON x.entry = a.id
			JOIN decision d ON d.id = x.decision
			JOIN decision_entry y ON y.decision = x.decision
			JOIN entry b ON b.id = y.entry
			WHERE a.piece = led.piece AND b.piece = led.other AND d.undone_by IS NULL
				AND (d.action <> 'merge' OR d.given_by <> '` + oped.ByRule + `'))
		ORDER BY at DESC, piece DESC, other DESC`
)

// Relations returns the relations of a piece, whichever of the two came later, the latest relation first.
// Merged pieces are replaced by their targets. Two pieces merged into one have no relation, and of several
// relations between two pieces only the latest is returned.
func (s Pieces) Relations(ctx context.Context, id oped.PieceID) ([]oped.Relation, error) {
	if _, err := s.ResolveID(ctx, id); err != nil {
		return nil, err
	}
	all, err := s.RelationsOf(ctx, []oped.PieceID{id})
	return all[id], err
}

// RelationsOf returns the Relations of several pieces. Unknown pieces, and those without relations, are
// missing from it.
func (s Pieces) RelationsOf(ctx context.Context, ids []oped.PieceID) (map[oped.PieceID][]oped.Relation, error) {
	all, distinct := map[oped.PieceID][]oped.Relation{}, map[oped.PieceID]pairs{}
	err := inChunks(ctx, s.db.reader, relationsQuery, nil, ids, func(row scanner) error {
		var asked oped.PieceID
		var r oped.Relation
		err := scanRelation(row, &r, &asked)
		if distinct[asked] == nil {
			distinct[asked] = pairs{}
		}
		if distinct[asked].fresh(&r) {
			all[asked] = append(all[asked], r)
		}
		return err
	})
	return all, s.db.doing("read the relations of pieces", err)
}

// GuardedPairs returns the relations of pieces kept separate by a guard, without those decided by a curator,
// the latest first.
func (s Pieces) GuardedPairs(ctx context.Context) ([]oped.Relation, error) {
	distinct := pairs{}
	all, err := list(ctx, s.db.reader, func(row scanner, r *oped.Relation) error { return scanRelation(row, r) },
		guardedQuery)
	all = slices.DeleteFunc(all, func(r oped.Relation) bool { return !distinct.fresh(&r) })
	return all, s.db.doing("read the guarded pairs", err)
}

// scanRelation reads relationColumns, and the columns before them.
func scanRelation(row scanner, r *oped.Relation, before ...any) error {
	return row.Scan(append(before, &r.Piece, &r.Other, &r.Kind, &r.Guard, &r.Score, &r.Why, (*instant)(&r.At))...)
}

// pairs are the pairs of pieces with a relation so far.
type pairs map[[2]oped.PieceID]bool

// fresh reports whether a relation is the first one between two pieces, and remembers them. It is false for a
// piece with itself.
func (p pairs) fresh(r *oped.Relation) bool {
	pair := [2]oped.PieceID{min(r.Piece, r.Other), max(r.Piece, r.Other)}
	if r.Piece == r.Other || p[pair] {
		return false
	}
	p[pair] = true
	return true
}
