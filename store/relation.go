package store

import (
	"context"
	"database/sql"
	"fmt"

	"oped"
)

// relate keeps what a piece has to do with others. What is found again is told as it was found last.
func (w *writing) relate(id oped.PieceID, relations []oped.Relation) error {
	for _, r := range relations {
		if r.Other == id {
			continue // the plan made one piece of both
		}
		_, err := w.exec(`INSERT INTO relation (piece, other, kind, guard, score, why, at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET kind = excluded.kind, guard = excluded.guard, score = excluded.score, why = excluded.why, at = excluded.at`,
			id, r.Other, r.Kind, r.Guard, r.Score, r.Why, r.At.UnixMilli())
		if err != nil {
			return fmt.Errorf("relation to piece %d: %w", r.Other, err)
		}
	}
	return nil
}

// relationColumns are those of a relation r, with the pieces that its two lead to now.
var relationColumns = leadOf("r.piece") + `, ` + leadOf("r.other") + `, r.kind, r.guard, r.score, r.why, r.at`

// leadOf is SQL for the piece that the one in a column leads to.
func leadOf(column string) string {
	return `(WITH RECURSIVE leads (id, merged) AS (SELECT id, merged FROM piece WHERE id = ` + column + `
			UNION ALL SELECT p.id, p.merged FROM leads JOIN piece p ON p.id = leads.merged) SELECT id FROM leads WHERE merged IS NULL)`
}

// Relations are what a piece has to do with others, whichever of the two came later; the latest relation comes first. Pieces that were merged stand for
// what they were merged into. Those that became one have no relation, and of several between two pieces the latest is meant.
func (s *Store) Relations(ctx context.Context, id oped.PieceID) ([]oped.Relation, error) {
	to, err := s.LeadsTo(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := relations(ctx, s.reader, `WITH RECURSIVE near (id) AS (SELECT ? UNION ALL SELECT p.id FROM near JOIN piece p ON p.merged = near.id)
		SELECT `+relationColumns+` FROM relation r WHERE r.piece IN (SELECT id FROM near) OR r.other IN (SELECT id FROM near)
		ORDER BY r.at DESC, r.piece DESC, r.other DESC`, to)
	if err != nil {
		return nil, fmt.Errorf("read the relations of piece %d: %w", id, explain(s.path, err))
	}
	return all, nil
}

// decided tells whether a decision says of two pieces that they are one or that they are not: one that stands, covers both, and was not made by
// a rule, which joins nothing for good.
const decided = `EXISTS (SELECT 1 FROM entry a JOIN decision_entry x ON x.entry = a.id JOIN decision d ON d.id = x.decision
		JOIN decision_entry y ON y.decision = x.decision JOIN entry b ON b.id = y.entry
		WHERE a.piece = led.piece AND b.piece = led.other AND d.undone_by IS NULL AND (d.action <> 'merge' OR d.given_by <> '` + oped.ByRule + `'))`

// KeptApart are the relations of pieces that a guard kept apart and on which no curator has decided, the latest first.
func (s *Store) KeptApart(ctx context.Context) ([]oped.Relation, error) {
	all, err := relations(ctx, s.reader, `WITH led (piece, other, kind, guard, score, why, at) AS MATERIALIZED (
			SELECT `+relationColumns+` FROM relation r WHERE r.guard <> '')
		SELECT * FROM led WHERE NOT `+decided+` ORDER BY at DESC, piece DESC, other DESC`)
	if err != nil {
		return nil, fmt.Errorf("read what guards kept apart: %w", explain(s.path, err))
	}
	return all, nil
}

// relations reads relations, of two pieces the first.
func relations(ctx context.Context, q querier, query string, args ...any) (all []oped.Relation, err error) {
	seen := map[[2]oped.PieceID]bool{}
	err = each(ctx, q, query, args, func(row scanner) error {
		var r oped.Relation
		var at sql.NullInt64
		if err := row.Scan(&r.Piece, &r.Other, &r.Kind, &r.Guard, &r.Score, &r.Why, &at); err != nil {
			return err
		}
		pair := [2]oped.PieceID{min(r.Piece, r.Other), max(r.Piece, r.Other)}
		if r.Piece == r.Other || seen[pair] {
			return nil
		}
		seen[pair] = true
		r.At = when(at)
		all = append(all, r)
		return nil
	})
	return all, err
}
