package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
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

const publicationsQuery = `
	SELECT position, piece, revision, action, head = 0, coalesce(decision, 0), at
	FROM publication
	WHERE edition = (SELECT id FROM edition WHERE name = $1) AND position > $2
	ORDER BY position
	LIMIT $3`

// Publications returns the first n lines of an edition's record after the given position; n ≤ 0 means all of
// them.
func (s Editions) Publications(ctx context.Context, edition string, after int64, n int) ([]Publication, error) {
	record, err := list(ctx, s.db.reader, func(row scanner, p *Publication) error {
		return row.Scan(&p.Position, &p.Piece, &p.Revision, &p.Action, &p.Archived, &p.Decision, (*instant)(&p.At))
	}, publicationsQuery, edition, after, orAll(n))
	return record, s.db.doing("read the record of "+edition, err)
}

// publish enters, removes and revises a piece in editions, and records it. An action without effect is not
// news: it is neither written nor recorded.
func (w *writing) publish(c *oped.PieceChange, p *oped.Piece) error {
	w.fresh = fresh(c)
	defer func() { w.fresh = false }()
	for _, step := range []struct {
		action Action
		place  oped.Place
		names  []string
	}{
		{Leave, oped.Nowhere, c.Leave}, {Enter, oped.AtHead, c.Enter}, {Enter, oped.BelowHead, c.EnterBelow},
		{Revise, oped.Nowhere, c.Revise},
	} {
		for _, name := range step.names {
			if err := w.record(step.action, step.place, name, p); err != nil {
				return fmt.Errorf("edition %s: %w", name, err)
			}
		}
	}
	return nil
}

const (
	leftPlaceQuery = `
		SELECT head
		FROM publication
		WHERE edition = $1 AND piece = $2 AND decision = $3 AND action = 'leave'`
	enterEdition = `
		INSERT INTO edition_piece (piece, edition, date, head)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`
	leaveEdition = `DELETE FROM edition_piece WHERE piece = $1 AND edition = $2`
	setEntered   = `UPDATE piece SET entered = $1 WHERE id = $2 AND entered IS NULL`
)

// unlinkedKey is the key in table meta of the time of [Pieces.UnlinkedUntil], in milliseconds.
const unlinkedKey = "unlinked until"

// UnlinkedUntil returns the time up to which pieces entered editions without a link to their page in feeds. It is zero
// for a database without a piece from before these links.
func (s Pieces) UnlinkedUntil(ctx context.Context) (time.Time, error) {
	value, err := one[string](ctx, s.db.reader, metaQuery, unlinkedKey)
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, nil
	}
	var ms int64
	if err == nil {
		ms, err = strconv.ParseInt(value, 10, 64)
	}
	if err != nil {
		return time.Time{}, s.db.doing("read since when entries link to their pages", err)
	}
	return time.UnixMilli(ms), nil
}

// record enters, removes or revises a piece in an edition. planned is the place where it enters.
func (w *writing) record(action Action, planned oped.Place, name string, p *oped.Piece) error {
	e, err := w.tx.edition(name)
	if err != nil {
		return err
	}
	place, archived, err := w.placement(action, planned, name, e.id, p.ID)
	if err != nil || place == oped.Nowhere {
		return err // a piece outside the edition neither leaves nor is revised
	}
	head, n := place == oped.AtHead, int64(1)
	switch action {
	case Enter:
		n, err = w.tx.exec(enterEdition, p.ID, e.id, p.SortDate().UnixMilli(), head)
		e.more += n
	case Leave:
		n, err = w.tx.exec(leaveEdition, p.ID, e.id)
		e.more -= n
	}
	if err != nil || n == 0 {
		return err
	}
	at := w.changedAt(p)
	if !w.fresh {
		changed, err := w.bury(action, e.id, p, head || archived, at)
		if err != nil {
			return err
		}
		head = head || changed // the head shows the tombstone, wherever the piece was
	}
	if action == Enter && p.Entered.IsZero() {
		if _, err := w.tx.exec(setEntered, at, p.ID); err != nil {
			return err
		}
	}
	w.editions[name] = true
	return w.line(e, action, head, p.ID, int64(p.Revision), at)
}

// placement returns the place of a piece in an edition: where it enters, or else where it is, and whether an
// archive has it.
func (w *writing) placement(
	action Action, planned oped.Place, name string, edition int64, piece oped.PieceID,
) (place oped.Place, archived bool, err error) {
	if action == Enter && w.fresh {
		return planned, false, nil
	}
	if action != Enter {
		place, err = w.place(placeQuery, piece, edition)
		if err == nil && place != oped.Nowhere && !w.fresh {
			archived, err = w.yes(archivedQuery, edition, piece)
		}
		return place, archived, err
	}
	if archived, err = w.yes(archivedQuery, edition, piece); err != nil {
		return place, archived, err
	}
	entry := oped.Placement{Planned: planned, Merged: w.merged[name], Archived: archived}
	if w.undoes != 0 {
		entry.Undone, err = w.place(leftPlaceQuery, edition, piece, w.undoes)
	}
	if archived && err == nil {
		entry.Buried, err = w.yes(buriedQuery, edition, piece)
	}
	if entry.Buried && err == nil {
		archived, err = false, w.unarchive(edition, piece)
	}
	return entry.Place(), archived, err
}

const putLine = `
	INSERT INTO publication (edition, position, piece, revision, action, head, decision, at)
	VALUES ($1, $2, $3, $4, $5, $6, nullif(CAST($7 AS BIGINT), 0), $8)`

// line adds a line to the record of an edition. head reports whether it changes the edition's document.
func (w *writing) line(e *editionRow, action Action, head bool, piece oped.PieceID, revision, at int64) error {
	e.recorded++
	e.moved = true
	if head {
		e.at = max(e.at, at)
	}
	_, err := w.tx.exec(putLine, e.id, e.recorded, piece, revision, action, head, w.decision, at)
	return err
}

// changedAt returns the time of a change of a piece, in milliseconds.
func (w *writing) changedAt(p *oped.Piece) int64 { return max(p.ChangedAt(w.at).UnixMilli(), 0) }

// editionRow is an edition with changes in a transaction.
type editionRow struct {
	id       int64
	recorded int64 // lines of its record
	at       int64 // of its latest change here, in milliseconds
	more     int64 // pieces in it, compared with its row
	moved    bool  // a page may show it differently
}

const (
	editionRowQuery = `
		SELECT id,
			coalesce((
				SELECT position
				FROM publication
				WHERE edition = edition.id
				ORDER BY position DESC
				LIMIT 1), 0)
		FROM edition
		WHERE name = $1`
	writeEdition = `
		UPDATE edition
		SET version = $1, updated = CASE WHEN updated > $3 THEN updated ELSE $3 END, pieces = pieces + $4
		WHERE id = $2`
)

// edition returns the row of an edition.
func (t *tx) edition(name string) (*editionRow, error) {
	if e, ok := t.rows[name]; ok {
		return e, nil
	}
	e := &editionRow{}
	err := t.read(editionRowQuery, []any{name}, &e.id, &e.recorded)
	if err != nil {
		return nil, err
	}
	t.rows[name] = e
	return e, nil
}

// writeEditions writes the changes of the editions themselves.
func (t *tx) writeEditions() error {
	for _, name := range slices.Sorted(maps.Keys(t.rows)) {
		e := t.rows[name]
		if !e.moved {
			continue
		}
		if err := t.bumpVersions(writeEdition, e.id, e.at, e.more); err != nil {
			return fmt.Errorf("edition %s: %w", name, err)
		}
		e.at, e.more, e.moved = 0, 0, false
	}
	return nil
}
