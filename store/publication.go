package store

import (
	"context"
	"fmt"
	"time"

	"oped"
)

// Action is what happened to a piece in an edition.
type Action string

// The actions.
const (
	Enter  Action = "enter"
	Revise Action = "revise"
	Leave  Action = "leave"
)

// Publication is one line of the record of what an edition has published.
type Publication struct {
	Position int64 // within the edition: 1, 2, 3, …
	Piece    oped.PieceID
	Revision int // of the piece
	Action   Action
	At       time.Time
}

// Publications are the first n lines of an edition's record after the given position; n ≤ 0 means all of them.
func (s *Store) Publications(ctx context.Context, edition string, after int64, n int) (record []Publication, err error) {
	if n <= 0 {
		n = -1 // SQL for no limit
	}
	err = each(ctx, s.reader, `
		SELECT position, piece, revision, action, at FROM publication
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND position > ? ORDER BY position LIMIT ?`, []any{edition, after, n},
		func(row scanner) error {
			var p Publication
			var at int64
			err := row.Scan(&p.Position, &p.Piece, &p.Revision, &p.Action, &at)
			p.At = time.UnixMilli(at).UTC()
			record = append(record, p)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read the record of %s: %w", edition, explain(s.path, err))
	}
	return record, nil
}

// publish lets a piece enter, leave and read differently in editions, and records it. What is so already is not news: it is
// neither written nor recorded.
func (w *writing) publish(c *oped.PieceChange, p *oped.Piece) error {
	for _, part := range []struct {
		action Action
		names  []string
	}{{Leave, c.Leave}, {Enter, c.Enter}, {Revise, c.Revise}} {
		for _, name := range part.names {
			if err := w.record(part.action, name, p); err != nil {
				return fmt.Errorf("edition %s: %w", name, err)
			}
		}
	}
	return nil
}

func (w *writing) record(action Action, name string, p *oped.Piece) error {
	edition, err := w.edition(name)
	if err != nil {
		return err
	}
	var n, more int64
	switch action {
	case Enter:
		n, err = w.exec(`INSERT INTO edition_piece (piece, edition, date) SELECT id, ?2, date FROM piece WHERE id = ?1 ON CONFLICT DO NOTHING`, p.ID, edition)
		more = n
	case Leave:
		n, err = w.exec(`DELETE FROM edition_piece WHERE piece = ? AND edition = ?`, p.ID, edition)
		more = -n
	case Revise:
		n, err = w.number(`SELECT count(*) FROM edition_piece WHERE piece = ? AND edition = ?`, p.ID, edition)
	}
	if err != nil || n == 0 {
		return err
	}
	at := w.moment(p)
	_, err = w.exec(`
		INSERT INTO publication (edition, position, piece, revision, action, at)
		SELECT ?1, ifnull(max(position), 0) + 1, ?2, ?3, ?4, ?5 FROM publication WHERE edition = ?1`, edition, p.ID, p.Revision, action, at)
	if err != nil {
		return err
	}
	_, err = w.exec(`UPDATE edition SET updated = max(updated, ?2), pieces = pieces + ?3 WHERE id = ?1`, edition, at, more)
	w.editions[name] = true
	return err
}

// moment is when a change of a piece happened, in milliseconds: the latest time that it bears.
func (w *writing) moment(p *oped.Piece) int64 {
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

// edition is the row of an edition.
func (t *tx) edition(name string) (int64, error) {
	if id, ok := t.editions[name]; ok {
		return id, nil
	}
	id, err := t.number(`SELECT id FROM edition WHERE name = ?`, name)
	if err != nil {
		return 0, err
	}
	t.editions[name] = id
	return id, nil
}
