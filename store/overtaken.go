package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"oped"
)

// OvertakenError reports that another curator has answered the question of a decision meanwhile. Nothing was changed.
type OvertakenError struct{ By oped.Decision }

func (e *OvertakenError) Error() string { return fmt.Sprintf("decision %d came before it", e.By.ID) }

// overtakingQuery returns the decisions in effect of other curators on a piece, since one that was seen; the latest
// first. It leaves out the undo of a decision that was not seen: all is as before.
const overtakingQuery = `
	WITH RECURSIVE near (id) AS (
		SELECT id
		FROM piece
		WHERE id = $1
		UNION ALL
		SELECT p.id
		FROM near
		JOIN piece p ON p.merged = near.id)
	SELECT ` + decisionColumns + `
	FROM decision d
	WHERE d.id > $2 AND d.undone_by IS NULL AND d.given_by NOT IN ($3, $4, $5) AND coalesce(d.undoes, -1) <= $2
		AND (d.piece IN (SELECT id FROM near)
			OR coalesce(d.undoes, d.id) IN (
				SELECT x.decision
				FROM entry e
				JOIN decision_entry x ON x.entry = e.id
				WHERE e.piece = $1))
	ORDER BY d.id DESC`

// notOvertaken checks that no other curator has decided the same on the pieces since the last decision that the curator
// has seen. Its error is an *OvertakenError if one has.
func (w *deciding) notOvertaken(ctx context.Context, pieces []oped.PieceID) error {
	d := w.d
	if d.Seen == 0 {
		return nil
	}
	if d.Undoes != 0 {
		undone, err := oneDecision(ctx, w.tx, decisionQuery, d.Undoes)
		if err != nil {
			return fmt.Errorf("decision %d: %w", d.Undoes, err)
		}
		d.Action, d.Editions, d.Topic = undone.Action, undone.Editions, undone.Topic
		pieces = append(slices.Clone(pieces), undone.Piece)
	}
	for _, id := range pieces {
		newer, err := decisions(ctx, w.tx, overtakingQuery, id, d.Seen, d.By, oped.ByConfig, oped.ByRule)
		if err != nil {
			return fmt.Errorf("read the decisions since %d: %w", d.Seen, err)
		}
		for _, by := range newer {
			about := by
			if by.Undoes != 0 {
				about, err = oneDecision(ctx, w.tx, decisionQuery, by.Undoes)
			}
			if err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
			if by.ID != d.Undoes && d.SameQuestion(&about) {
				by.Editions, by.Topic = about.Editions, about.Topic
				return &OvertakenError{by}
			}
		}
	}
	return nil
}
