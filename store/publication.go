package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oped"
)

// Action is an event of a piece in an edition.
type Action string

// The actions.
const (
	Enter  Action = "enter"
	Revise Action = "revise"
	Leave  Action = "leave"
)

// Publication is one line of the record of an edition.
type Publication struct {
	Position int64 // within the edition: 1, 2, 3, …
	Piece    oped.PieceID
	Revision int // of the piece
	Action   Action
	Archived bool  // it is, or was, below the head, and the head does not show it
	Decision int64 // the decision behind it; 0: a fetch
	At       time.Time
}

// Publications returns the first n lines of an edition's record after the given position; n ≤ 0 means all of
// them.
func (s Editions) Publications(
	ctx context.Context, edition string, after int64, n int,
) (record []Publication, err error) {
	if n <= 0 {
		n = -1 // SQL for no limit
	}
	err = each(ctx, s.db.reader, `
		SELECT position, piece, revision, action, head = 0, ifnull(decision, 0), at
		FROM publication
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND position > ?
		ORDER BY position LIMIT ?`, []any{edition, after, n},
		func(row scanner) error {
			var p Publication
			var at int64
			err := row.Scan(&p.Position, &p.Piece, &p.Revision, &p.Action, &p.Archived, &p.Decision, &at)
			p.At = time.UnixMilli(at).UTC()
			record = append(record, p)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read the record of %s: %w", edition, explain(s.db.path, err))
	}
	return record, nil
}

// publish enters, removes and revises a piece in editions, and records it. An action without effect is not
// news: it is neither written nor recorded.
func (w *writing) publish(c *oped.PieceChange, p *oped.Piece) error {
	w.fresh = fresh(c)
	defer func() { w.fresh = false }()
	for _, step := range []struct {
		action Action
		head   bool
		names  []string
	}{{Leave, true, c.Leave}, {Enter, true, c.Enter}, {Enter, false, c.EnterBelow}, {Revise, true, c.Revise}} {
		for _, name := range step.names {
			if err := w.record(step.action, step.head, name, p); err != nil {
				return fmt.Errorf("edition %s: %w", name, err)
			}
		}
	}
	return nil
}

// record enters, removes or revises a piece in an edition. head says where it enters; otherwise its place is
// the stored one.
func (w *writing) record(action Action, head bool, name string, p *oped.Piece) error {
	e, err := w.tx.edition(name)
	if err != nil {
		return err
	}
	var n int64
	if action != Enter {
		wasHead, err := w.tx.number(`SELECT head FROM edition_piece WHERE piece = ? AND edition = ?`, p.ID, e.id)
		if errors.Is(err, ErrNotFound) {
			return nil // a piece outside the edition neither leaves nor is revised
		}
		if err != nil {
			return err
		}
		head = wasHead == 1
	}
	if left, ok := w.left[name]; ok && action == Enter {
		head = left // it takes the place of a piece merged into it
	}
	if action == Enter && w.undoes != 0 {
		if wasHead, err := headBefore(w, e.id, p.ID); err == nil {
			head = wasHead
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	archived := false
	if !w.fresh {
		if archived, err = w.archived(e.id, p.ID); err != nil {
			return err
		}
	}
	if action == Enter && archived {
		if archived, err = w.stillArchived(e.id, p.ID); err != nil {
			return err
		}
		head = !archived // readers had it and find it there, or have seen its tombstone
	}
	switch action {
	case Enter:
		n, err = w.tx.exec(`
			INSERT INTO edition_piece (piece, edition, date, head)
			VALUES (?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, p.ID, e.id, date(p), head)
		e.more += n
	case Leave:
		n, err = w.tx.exec(`DELETE FROM edition_piece WHERE piece = ? AND edition = ?`, p.ID, e.id)
		e.more -= n
	case Revise:
		n = 1
	}
	if err != nil || n == 0 {
		return err
	}
	at := w.changedAt(p)
	if !w.fresh {
		known, err := w.bury(action, e.id, p, head || archived, at)
		if err != nil {
			return err
		}
		head = head || known // the head shows the tombstone, wherever the piece was
	}
	if action == Enter && p.Entered.IsZero() {
		if _, err := w.tx.exec(`UPDATE piece SET entered = ? WHERE id = ? AND entered IS NULL`, at, p.ID); err != nil {
			return err
		}
	}
	w.editions[name] = true
	return w.line(e, action, head, p.ID, int64(p.Revision), at)
}

// line adds a line to the record of an edition. head reports whether it changes the edition's document.
func (w *writing) line(e *editionRow, action Action, head bool, piece oped.PieceID, revision, at int64) error {
	e.recorded++
	e.moved = true
	if head {
		e.at = max(e.at, at)
	}
	_, err := w.tx.exec(`
		INSERT INTO publication (edition, position, piece, revision, action, head, decision, at)
		VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0), ?)`,
		e.id, e.recorded, piece, revision, action, head, w.decision, at)
	return err
}

// changedAt returns the time of a change of a piece, in milliseconds: the latest time in it.
func (w *writing) changedAt(p *oped.Piece) int64 {
	at := w.at
	if p.Updated.After(at) {
		at = p.Updated
	}
	for _, t := range p.Tags {
		if t.At.After(at) {
			at = t.At
		}
	}
	return max(at.UnixMilli(), 0)
}

// editionRow is an edition with changes in a transaction.
type editionRow struct {
	id       int64
	recorded int64 // lines of its record
	at       int64 // of its latest change here, in milliseconds
	more     int64 // pieces in it, compared with its row
	moved    bool  // a page may show it differently
}

// edition returns the row of an edition.
func (t *tx) edition(name string) (*editionRow, error) {
	if e, ok := t.rows[name]; ok {
		return e, nil
	}
	id, err := t.number(`SELECT id FROM edition WHERE name = ?`, name)
	if err != nil {
		return nil, err
	}
	recorded, err := t.number(`
		SELECT ifnull((SELECT position FROM publication WHERE edition = ? ORDER BY position DESC LIMIT 1), 0)`, id)
	if err != nil {
		return nil, err
	}
	e := &editionRow{id: id, recorded: recorded}
	t.rows[name] = e
	return e, nil
}

// writeEditions writes the changes of the editions themselves.
func (t *tx) writeEditions() error {
	for name, e := range t.rows {
		if !e.moved {
			continue
		}
		err := t.bumpVersions(`
			UPDATE edition
			SET version = ?1, updated = max(updated, ?3), pieces = pieces + ?4
			WHERE id = ?2`, e.id, e.at, e.more)
		if err != nil {
			return fmt.Errorf("edition %s: %w", name, err)
		}
		e.at, e.more, e.moved = 0, 0, false
	}
	return nil
}
