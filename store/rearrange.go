package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"oped"
)

// Found is the material of a rearrangement.
type Found struct {
	Decision int64           // the number of the rearranging decision
	Pieces   []oped.Piece    // the requested pieces, or their targets, each once
	InEffect []oped.InEffect // on the pieces and all merged into them, the oldest first

	// Of a merge being undone: the pieces to restore, each with its earlier entries out of Pieces[0] and its
	// earlier tags. A piece without any remaining entry is not restored.
	Back []oped.Piece
}

// Rearrange merges pieces, splits one, or undoes such a decision. It writes the decision and all its effects
// in one transaction. The pieces are those with these ids. An undo is about the pieces of the decision: the
// target of a merge, or the pieces split from one. Arrange returns their changes; the first one is of the
// piece that stays or was split. No change at all is fine: a split of two pieces records a cannot-link.
// Arrange may be called again, and must be pure. Its error is returned unwrapped, and so is a *ConflictError.
// Then nothing was changed.
func (s Decisions) Rearrange(
	ctx context.Context, d oped.Decision, ids []oped.PieceID, arrange func(Found) ([]oped.PieceChange, error),
) (written oped.Decision, changes oped.Changes, err error) {
	var refused error
	err = s.db.compare(ctx, func(tx *tx) error {
		w := rearranging{deciding: newDeciding(tx, d)}
		err := w.rearrange(ctx, ids, func(f Found) (changes []oped.PieceChange, err error) {
			changes, refused = arrange(f)
			return changes, refused
		})
		changes, written = w.done(), w.d
		return err
	})
	var conflict *ConflictError
	switch {
	case err == nil:
		return written, changes, nil
	case refused == nil && !errors.As(err, &conflict):
		err = s.db.doing(string(d.Action), err)
	}
	return oped.Decision{}, oped.Changes{}, err
}

// rearranging is the writing of one decision to merge or split pieces.
type rearranging struct {
	*deciding
	undone  oped.Decision          // the decision being undone
	covered []covered              // entries
	before  map[int64]oped.PieceID // the piece of each entry of all found pieces
}

// covered is an entry covered by a decision.
type covered struct {
	entry int64
	side  int
	was   oped.PieceID
	at    oped.PieceID // its piece now
}

func (w *rearranging) rearrange(
	ctx context.Context, ids []oped.PieceID, arrange func(Found) ([]oped.PieceChange, error),
) error {
	if err := w.begin(ctx, ids); err != nil {
		return err
	}
	found, err := w.find(ctx, ids)
	if err != nil {
		return err
	}
	changes, err := arrange(found)
	if err != nil {
		return err
	}
	touched := make([]oped.PieceID, 0, len(found.Pieces)+len(changes))
	for i := range changes {
		id, err := w.one(&found, &changes[i])
		if err != nil {
			return fmt.Errorf("piece %d: %w", changes[i].Piece.ID, err)
		}
		touched = append(touched, id)
	}
	for i := range found.Pieces {
		touched = append(touched, found.Pieces[i].ID)
	}
	if len(touched) == 0 {
		return fmt.Errorf("no piece given: %w", ErrNotFound)
	}
	if w.d.Piece == 0 {
		w.d.Piece = touched[0]
		if _, err := w.tx.exec(nameDecided, w.d.Piece, w.d.ID); err != nil {
			return err
		}
	}
	if err := w.cover(ctx, touched[0], len(found.Back) > 0); err != nil {
		return err
	}
	if err := w.nothingLost(changes); err != nil {
		return err
	}
	if err := aboutPieces(ctx, w.tx, &w.d); err != nil {
		return err
	}
	if err := w.redirect(ctx, touched); err != nil {
		return err
	}
	for _, c := range w.covered { // earlier decisions hold again, also on entries moved elsewhere meanwhile
		touched = append(touched, c.at)
	}
	return constraintsHold(ctx, w.tx, touched)
}

const (
	nameDecided          = `UPDATE decision SET piece = $1 WHERE id = $2`
	undoneRearrangeQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.id = $1 AND d.action IN ('merge', 'split')`
	coveredQuery = `
		SELECT x.entry, x.side, x.was, e.piece
		FROM decision_entry x
		JOIN entry e ON e.id = x.entry
		WHERE x.decision = $1
		ORDER BY x.entry`
	mergedQuery = `
		SELECT ` + pieceColumns + `
		FROM piece
		WHERE id = $1 AND merged IS NOT NULL`
	// inEffectQuery returns the decisions in effect on pieces and on those merged into them, a row for each edition.
	inEffectQuery = `
		WITH RECURSIVE near (id) AS (
			SELECT id
			FROM piece
			WHERE id IN (%s)
			UNION
			SELECT p.id
			FROM near
			JOIN piece p ON p.merged = near.id)
		SELECT d.piece, p.lead, d.id, coalesce(e.name, ''), d.action, d.note, d.place, d.released IS NOT NULL,
			coalesce(d.topic, ''), d.given_by, d.at
		FROM near
		JOIN piece p ON p.id = near.id
		JOIN decision d ON d.piece = near.id
		LEFT JOIN choice x ON x.decision = d.id
		LEFT JOIN edition e ON e.id = x.edition
		WHERE d.undone_by IS NULL AND d.action NOT IN ('merge', 'split', 'apply', 'undo')`
	unmergePiece    = `UPDATE piece SET merged = NULL WHERE id = $1`
	piecesOfEntries = `SELECT id, piece FROM entry WHERE id IN (%s)`
	putDecidedEntry = `
		INSERT INTO decision_entry (decision, entry, side, was)
		VALUES ($1, $2, $3, $4)`
	putDecidedEntries = `
		INSERT INTO decision_entry (decision, entry, side, was)
		SELECT CAST($1 AS BIGINT), id, 0, piece
		FROM entry
		WHERE piece = $2`
	// strayQuery returns the merged pieces with a redirect to some pieces and their lead entry in another,
	// with that other piece.
	strayQuery = `
		WITH RECURSIVE alias (id, lead, target) AS (
			SELECT a.id, a.lead, a.merged
			FROM piece a
			JOIN piece p ON p.id = a.merged
			WHERE a.merged IN (%s) AND p.merged IS NULL
			UNION ALL
			SELECT p.id, p.lead, alias.target
			FROM alias
			JOIN piece p ON p.merged = alias.id)
		SELECT alias.id, e.piece
		FROM alias
		CROSS JOIN entry e ON e.id = alias.lead
		WHERE e.piece <> alias.target`
	pieceSizeQuery = `
		SELECT count(*)
		FROM entry
		WHERE piece = (SELECT piece FROM entry WHERE id = $1)`
)

// find loads the material of the rearrangement.
func (w *rearranging) find(ctx context.Context, ids []oped.PieceID) (f Found, err error) {
	if f.Decision = w.d.ID; w.undoes != 0 {
		if ids, err = w.findUndone(ctx); err != nil {
			return f, err
		}
	}
	var targets []oped.PieceID
	for _, id := range ids {
		to, err := one[oped.PieceID](ctx, w.tx, resolveIDQuery, id)
		if err != nil {
			return f, fmt.Errorf("piece %d: %w", id, err)
		}
		if !slices.Contains(targets, to) {
			targets = append(targets, to)
		}
	}
	if f.Pieces, err = loadPieces(ctx, w.tx, targets); err != nil {
		return f, err
	}
	f.InEffect, err = listIn(ctx, w.tx, func(row scanner, s *oped.InEffect) error {
		c := &s.Choice
		return row.Scan(&s.Piece, &s.Lead, &c.Decision, &c.Edition, &c.Action, &c.Note, &c.Place, &c.Released,
			&s.Topic, &s.By, (*instant)(&s.At))
	}, inEffectQuery, targets)
	if err != nil {
		return f, fmt.Errorf("read the decisions on pieces %v: %w", targets, err)
	}
	slices.SortFunc(f.InEffect, func(a, b oped.InEffect) int {
		return cmp.Or(cmp.Compare(a.Decision, b.Decision), cmp.Compare(a.Edition, b.Edition))
	})
	w.before = map[int64]oped.PieceID{}
	for i := range f.Pieces {
		for _, e := range f.Pieces[i].Entries {
			w.before[e.Row] = f.Pieces[i].ID
		}
	}
	if w.undone.Action == oped.Merge {
		err = w.findBack(ctx, &f)
	}
	return f, err
}

// findUndone reads the decision being undone, and returns its pieces.
func (w *rearranging) findUndone(ctx context.Context) (ids []oped.PieceID, err error) {
	if w.undone, err = oneDecision(ctx, w.tx, undoneRearrangeQuery, w.undoes); err != nil {
		return nil, fmt.Errorf("decision %d: %w", w.undoes, err)
	}
	w.covered, err = list(ctx, w.tx, func(row scanner, c *covered) error {
		return row.Scan(&c.entry, &c.side, &c.was, &c.at)
	}, coveredQuery, w.undoes)
	ids = []oped.PieceID{w.undone.Piece}
	moved := false
	for _, c := range w.covered {
		switch {
		case w.undone.Action == oped.Merge:
			moved = moved || c.was != w.undone.Piece
		case c.side > 0 && c.was == w.undone.Piece: // split from it; a cannot-link alone was not
			moved, ids = true, append(ids, c.at)
		}
	}
	if err == nil && moved {
		err = w.notMovedOn(ctx)
	}
	return ids, err
}

// movedOnQuery returns the latest decision in effect that moved an entry of an earlier one, with that entry and another
// one of its own. Two splits of one piece do not hinder each other.
const movedOnQuery = `
	SELECT l.id, l.action = 'merge', m.entry, o.entry
	FROM decision_entry x
	JOIN decision_entry m ON m.entry = x.entry AND m.decision > x.decision
	JOIN decision l ON l.id = m.decision
	JOIN decision_entry o ON o.decision = l.id
	WHERE x.decision = $1 AND l.undone_by IS NULL AND l.given_by <> '` + oped.ByRule + `'
		AND (l.action = 'merge' AND m.was <> l.piece AND o.was = l.piece
			OR l.action = 'split' AND m.was = l.piece AND m.side > 0 AND o.side = 0
				AND (x.side > 0 OR $2 = 'merge'))
	ORDER BY l.id DESC, m.entry, o.entry
	LIMIT 1`

// notMovedOn checks that no later decision has moved entries of the one being undone: the undo of that one would not
// find them again. Its error is a *ConflictError if one has.
func (w *rearranging) notMovedOn(ctx context.Context) error {
	later, err := list(ctx, w.tx, func(row scanner, c *ConflictError) error {
		return row.Scan(&c.Decision, &c.Joined, &c.Entries[0], &c.Entries[1])
	}, movedOnQuery, w.undoes, w.undone.Action)
	if err == nil && len(later) > 0 {
		return &later[0]
	}
	return err
}

// findBack finds the pieces to restore on the undo of a merge.
func (w *rearranging) findBack(ctx context.Context, f *Found) error {
	was := map[int64]oped.PieceID{}
	for _, c := range w.covered {
		was[c.entry] = c.was
	}
	tags, err := tagsBefore(ctx, w.writing)
	if err != nil {
		return err
	}
	for _, e := range f.Pieces[0].Entries {
		id := was[e.Row]
		if id == 0 || id == w.undone.Piece {
			continue // it came later, or was in the target before
		}
		i := slices.IndexFunc(f.Back, func(p oped.Piece) bool { return p.ID == id })
		if i < 0 {
			back, err := w.gone(ctx, id)
			if err != nil {
				return err
			}
			back.Tags = tags[id]
			i, f.Back = len(f.Back), append(f.Back, back)
		}
		f.Back[i].Entries = append(f.Back[i].Entries, e)
	}
	return nil
}

// gone returns the remains of a piece merged away.
func (w *rearranging) gone(ctx context.Context, id oped.PieceID) (oped.Piece, error) {
	p, err := first(list(ctx, w.tx, func(row scanner, p *ledPiece) error { return p.scan(row) }, mergedQuery, id))
	if err != nil {
		err = fmt.Errorf("merged piece %d: %w", id, err)
	}
	return p.Piece, err
}

// one writes one change, and returns the piece's id.
func (w *rearranging) one(f *Found, c *oped.PieceChange) (oped.PieceID, error) {
	var before oped.Piece
	known := func(p oped.Piece) bool { return p.ID == c.Piece.ID }
	if i := slices.IndexFunc(f.Pieces, known); i >= 0 {
		before = f.Pieces[i]
	} else if slices.ContainsFunc(f.Back, known) {
		before.ID = c.Piece.ID
		if _, err := w.tx.exec(unmergePiece, before.ID); err != nil {
			return 0, err
		}
		if err := w.tx.bumpVersions(bumpBuried, before.ID); err != nil {
			return 0, err
		}
	} else if c.Piece.ID != 0 {
		return 0, fmt.Errorf("it is not among the found pieces")
	}
	for i := range f.Pieces {
		if p := &f.Pieces[i]; p.ID == before.ID || slices.Contains(c.MergedIDs, p.ID) {
			if err := keepTags(w.writing, p); err != nil {
				return 0, err
			}
		}
	}
	if err := w.piece(before, c); err != nil {
		return 0, err
	}
	return w.changes.Pieces[len(w.changes.Pieces)-1], nil
}

// cover records the entries covered by the decision: all those found, each on the side of its present piece.
// The first side is the piece that stays. An undo covers entries only if it splits an automatic merge, and
// only the entries of that merge.
func (w *rearranging) cover(ctx context.Context, first oped.PieceID, splits bool) error {
	rows := slices.Sorted(maps.Keys(w.before))
	if w.undoes != 0 {
		if !splits || w.undone.Action != oped.Merge || w.undone.By != oped.ByRule {
			return nil
		}
		rows = slices.DeleteFunc(rows, func(row int64) bool {
			return !slices.ContainsFunc(w.covered, func(c covered) bool { return c.entry == row })
		})
	}
	now, err := mapIn[int64, oped.PieceID](ctx, w.tx, piecesOfEntries, rows)
	if err != nil {
		return err
	}
	sides := []oped.PieceID{first}
	for _, row := range rows {
		if !slices.Contains(sides, now[row]) {
			sides = append(sides, now[row])
		}
		_, err := w.tx.exec(putDecidedEntry, w.d.ID, row, slices.Index(sides, now[row]), w.before[row])
		if err != nil {
			return err
		}
	}
	return nil
}

// redirect leads every merged piece to the piece that has its lead entry now: a page, a tombstone or a bookmark
// of it names the right one after a split. Pieces in the middle of a chain may move too, so it looks again until
// none is left.
func (w *rearranging) redirect(ctx context.Context, touched []oped.PieceID) error {
	for {
		stray, err := mapIn[oped.PieceID, oped.PieceID](ctx, w.tx, strayQuery, touched)
		if err != nil || len(stray) == 0 {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(stray)) {
			if err := w.tx.bumpVersions(mergePiece, stray[id], id); err != nil {
				return err
			}
			if err := w.tx.bumpVersions(bumpBuried, id); err != nil {
				return err
			}
		}
	}
}

// nothingLost checks that the changed pieces have the entries of their changes, and no others.
func (w *rearranging) nothingLost(changes []oped.PieceChange) error {
	for i := range changes {
		p := &changes[i].Piece
		n, err := w.tx.number(pieceSizeQuery, p.Lead().Row)
		if err == nil && n != int64(len(p.Entries)) {
			err = fmt.Errorf("piece %d has %d entries after the change, want %d", p.ID, n, len(p.Entries))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// planned writes a change of a fetch. If it merges pieces, that is a decision like any other, open to undo,
// but no lasting must-link.
func (w *writing) planned(before oped.Piece, c *oped.PieceChange) error {
	if len(c.MergedIDs) == 0 {
		return w.piece(before, c)
	}
	ids := append([]oped.PieceID{c.Piece.ID}, c.MergedIDs...)
	merged, err := loadPieces(context.Background(), w.tx, ids)
	if err != nil {
		return err
	}
	if len(merged) != len(ids) {
		return fmt.Errorf("cannot merge pieces %v: one of them does not exist", ids)
	}
	w.decision, err = w.tx.number(putDecision, w.at.UnixMilli(), oped.ByRule, c.WhyMerged(), oped.Merge, c.Piece.ID, "", 0, "", "",
		nil, 0, "")
	if err != nil {
		return err
	}
	defer func() { w.decision = 0 }()
	for i := range merged {
		p := &merged[i]
		if err := keepTags(w, p); err != nil {
			return err
		}
		if _, err := w.tx.exec(putDecidedEntries, w.decision, p.ID); err != nil {
			return err
		}
	}
	return w.piece(before, c)
}
