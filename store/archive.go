package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"oped"
)

const (
	backlogQuery = `
		SELECT e.id,
			(SELECT count(*) FROM edition_piece s WHERE s.edition = e.id AND s.head = 1),
			ifnull((SELECT max(number) FROM archive a WHERE a.edition = e.id AND a.unlinked IS NULL), 0),
			ifnull((SELECT max(number) FROM archive a WHERE a.edition = e.id), 0),
			ifnull((SELECT max(position) FROM publication p WHERE p.edition = e.id), 0),
			ifnull((SELECT max(position) FROM archive a WHERE a.edition = e.id AND a.unlinked IS NULL), 0)
		FROM edition e
		WHERE e.name = ?`
	waitingQuery = `
		SELECT DISTINCT s.piece
		FROM publication p
		JOIN edition_piece s ON s.edition = p.edition AND s.piece = p.piece
		WHERE p.edition = ?1 AND p.position > ?2 AND p.action = 'enter' AND p.head = 0 AND s.head = 0
			AND NOT EXISTS (SELECT 1 FROM archive_piece a WHERE a.edition = ?1 AND a.piece = s.piece)
		ORDER BY s.date, s.piece DESC`
	goneQuery = `
		SELECT p.atom_id, g.at, p.merged IS NULL,
			ifnull((
				SELECT t.atom_id
				FROM piece t
				WHERE t.id = (
					WITH RECURSIVE leads (id, merged) AS (
						SELECT p.id, p.merged
						UNION ALL
						SELECT n.id, n.merged
						FROM leads
						JOIN piece n ON n.id = leads.merged)
					SELECT id
					FROM leads
					WHERE merged IS NULL)), '')
		FROM gone g
		JOIN piece p ON p.id = g.piece
		WHERE g.edition = ? AND g.archive = 0
		ORDER BY g.at, g.piece`

	// archivePiecesQuery sorts the few pieces of an archive. In index order it would read the whole edition.
	archivePiecesQuery = `
		SELECT s.piece
		FROM archive_piece a
		JOIN edition_piece s ON s.edition = a.edition AND s.piece = a.piece
		WHERE a.edition = ? AND a.number = ?
		ORDER BY +s.date DESC, s.piece`
)

// Backlog returns the pieces of an edition that no archive has yet, at the head and below it.
func (s Archives) Backlog(ctx context.Context, edition string) (f oped.Backlog, err error) {
	fail := func(err error) (oped.Backlog, error) {
		return f, fmt.Errorf("read the backlog of %s: %w", edition, explain(s.db.path, err))
	}
	snapshot, err := s.db.reader.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fail(err)
	}
	defer snapshot.Rollback() // it has only read: nothing to undo
	var id int64
	err = snapshot.QueryRowContext(ctx, backlogQuery, edition).Scan(
		&id, &f.Head, &f.Archive, &f.Number, &f.Position, &f.Archived,
	)
	if errors.Is(err, sql.ErrNoRows) {
		return f, nil
	}
	if err == nil {
		f.Waiting, err = pieceIDs(ctx, snapshot, waitingQuery, id, f.Archived)
	}
	if err == nil {
		err = each(ctx, snapshot, goneQuery, []any{id}, func(row scanner) error {
			var t oped.Tombstone
			var at int64
			err := row.Scan(&t.AtomID, &at, &t.Withdrawn, &t.Into)
			t.At = time.UnixMilli(at).UTC()
			if t.Withdrawn {
				t.Into = ""
			}
			f.Gone = append(f.Gone, t)
			return err
		})
	}
	if err != nil {
		return fail(err)
	}
	return f, nil
}

// Oldest returns the n pieces at the end of the head of an edition, the oldest first.
func (s Archives) Oldest(ctx context.Context, edition string, n int) ([]oped.PieceID, error) {
	ids, err := pieceIDs(ctx, s.db.reader, `
		SELECT piece
		FROM edition_piece
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND head = 1
		ORDER BY date, piece DESC LIMIT ?`, edition, n)
	if err != nil {
		return nil, fmt.Errorf("read the end of %s: %w", edition, explain(s.db.path, err))
	}
	return ids, nil
}

// Put stores an archive. From then on it never changes: its pieces are below the head of the edition. The
// error is oped.ErrStale if another archive was cut meanwhile, or if one of the pieces has left the edition
// or is in another archive.
func (s Archives) Put(ctx context.Context, a oped.Archive) error {
	err := s.db.write(ctx, func(tx *tx) error {
		e, err := tx.edition(a.Edition)
		if err != nil {
			return err
		}
		highest, err := tx.number(`SELECT ifnull(max(number), 0) FROM archive WHERE edition = ?`, e.id)
		if err != nil {
			return err
		}
		last, err := tx.number(`
			SELECT ifnull(max(number), 0)
			FROM archive
			WHERE edition = ? AND unlinked IS NULL`, e.id)
		if err != nil {
			return err
		}
		if a.Number <= highest || a.Previous != last {
			return oped.ErrStale
		}
		e.moved = true
		err = tx.bumpVersions(`
			INSERT INTO archive (version, edition, number, previous, position, cut, base, atom, json)
			VALUES (?1, ?, ?, ?, ?, ?, ?, ?, ?)`,
			e.id, a.Number, a.Previous, a.Position, a.Cut, a.Base, a.Atom, a.JSON)
		if err != nil {
			return err
		}
		for _, id := range a.Pieces {
			n, err := tx.exec(`
				INSERT INTO archive_piece (edition, piece, number, head)
				SELECT edition, piece, ?, head
				FROM edition_piece
				WHERE edition = ? AND piece = ?
				ON CONFLICT DO NOTHING`, a.Number, e.id, id)
			if err == nil && n != 1 {
				err = oped.ErrStale
			}
			if err == nil {
				_, err = tx.exec(`UPDATE edition_piece SET head = 0 WHERE edition = ? AND piece = ?`, e.id, id)
			}
			if err != nil {
				return err
			}
		}
		for _, id := range a.Gone {
			if _, err := tx.exec(`
				UPDATE gone
				SET archive = ?
				WHERE edition = ? AND piece = (SELECT id FROM piece WHERE atom_id = ?)`,
				a.Number, e.id, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store archive %d of %s: %w", a.Number, a.Edition, err)
	}
	return nil
}

// Get returns an archive of an edition, without its pieces and tombstones. The error is ErrNotFound if no
// archive has this number.
func (s Archives) Get(ctx context.Context, edition string, number int64) (oped.Archive, error) {
	a := oped.Archive{Edition: edition, Number: number}
	err := s.db.reader.QueryRowContext(ctx, `
		SELECT previous, position, unlinked IS NOT NULL, base, atom, json
		FROM archive
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND number = ?`, edition, number).Scan(
		&a.Previous, &a.Position, &a.Unlinked, &a.Base, &a.Atom, &a.JSON,
	)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return oped.Archive{}, fmt.Errorf("read archive %d of %s: %w", number, edition, explain(s.db.path, err))
	}
	return a, nil
}

// Page returns the published view of an archive. The error is ErrNotFound if no archive of this number is
// linked.
func (s Archives) Page(ctx context.Context, edition string, number int64) (oped.ArchivePage, error) {
	a := oped.ArchivePage{Edition: edition, Number: number}
	fail := func(err error) (oped.ArchivePage, error) {
		return oped.ArchivePage{}, fmt.Errorf("read archive %d of %s: %w", number, edition, explain(s.db.path, err))
	}
	snapshot, err := s.db.reader.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fail(err)
	}
	defer snapshot.Rollback() // it has only read: nothing to undo
	var id int64
	err = snapshot.QueryRowContext(ctx, `
		SELECT edition, previous,
			ifnull(
				(
					SELECT min(number)
					FROM archive n
					WHERE n.edition = a.edition AND n.number > a.number AND n.unlinked IS NULL),
					0)
		FROM archive a
		WHERE edition = (SELECT id FROM edition WHERE name = ?) AND number = ? AND unlinked IS NULL`, edition,
		number).Scan(&id, &a.Previous, &a.Next)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err == nil {
		a.Pieces, err = pieceIDs(ctx, snapshot, archivePiecesQuery, id, number)
	}
	if err != nil {
		return fail(err)
	}
	return a, nil
}

// With returns the numbers of an edition's archives with at least one of the given pieces, the lowest first.
func (s Archives) With(ctx context.Context, edition string, pieces []oped.PieceID) (numbers []int64, err error) {
	ids, err := json.Marshal(pieces)
	if err == nil {
		err = each(ctx, s.db.reader, `
			SELECT DISTINCT number
			FROM archive_piece
			WHERE edition = (SELECT id FROM edition WHERE name = ?)
				AND piece IN (SELECT value FROM json_each(?))
			ORDER BY number`, []any{edition, string(ids)}, func(row scanner) error {
			var n int64
			err := row.Scan(&n)
			numbers = append(numbers, n)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("look for archives of %s: %w", edition, explain(s.db.path, err))
	}
	return numbers, nil
}

// archived reports whether a piece is in an archive of an edition.
func (w *writing) archived(edition int64, piece oped.PieceID) (bool, error) {
	n, err := w.tx.number(`SELECT EXISTS (SELECT 1 FROM archive_piece WHERE edition = ? AND piece = ?)`, edition, piece)
	return n == 1, err
}

// stillArchived reports whether a returning piece still counts as part of its archive. It does not if a later
// archive has its tombstone: then it is at the head, and later in another archive.
func (w *writing) stillArchived(edition int64, piece oped.PieceID) (bool, error) {
	n, err := w.tx.number(`
		SELECT EXISTS (SELECT 1 FROM gone WHERE edition = ? AND piece = ? AND archive > 0)`, edition, piece)
	if err == nil && n == 1 {
		err = w.tx.bumpVersions(`
			UPDATE archive
			SET version = ?1
			WHERE edition = ?2 AND number = (
				SELECT number FROM archive_piece WHERE edition = ?2 AND piece = ?3)`, edition, piece)
	}
	if err == nil && n == 1 {
		_, err = w.tx.exec(`DELETE FROM archive_piece WHERE edition = ? AND piece = ?`, edition, piece)
	}
	return n == 0, err
}

// buryArchived records that a withdrawn piece is gone also from editions it had left before, if an archive
// has it there; or, on undo, that it is back. The head shows tombstones, so this is recorded as a revision of
// its document.
func (w *deciding) buryArchived() error {
	undoes, err := w.writing.tx.number(`
		SELECT EXISTS (SELECT 1 FROM decision WHERE id = ? AND action = 'withdraw')`, w.writing.undoes)
	if err != nil || w.d.Action != oped.Withdraw && undoes == 0 {
		return err
	}
	type left struct {
		name     string
		revision int64
	}
	var all []left
	err = each(context.Background(), w.writing.tx, `
		SELECT e.name, p.revision
		FROM edition e
		JOIN archive_piece a ON a.edition = e.id AND a.piece = ?1
		JOIN piece p ON p.id = a.piece
		WHERE NOT EXISTS (
			SELECT 1 FROM edition_piece s WHERE s.piece = ?1 AND s.edition = e.id)`, []any{w.d.Piece}, func(row scanner) error {
		var l left
		err := row.Scan(&l.name, &l.revision)
		all = append(all, l)
		return err
	})
	for _, l := range all {
		if err != nil {
			return err
		}
		var e *editionRow
		if e, err = w.writing.tx.edition(l.name); err != nil {
			break
		}
		var n int64
		if undoes == 1 {
			n, err = w.writing.tx.exec(`
				DELETE FROM gone
				WHERE edition = ? AND piece = ? AND archive = 0`, e.id, w.d.Piece)
		} else {
			n, err = w.writing.tx.exec(`
				INSERT INTO gone (edition, piece, at)
				VALUES (?, ?, ?)
				ON CONFLICT DO NOTHING`, e.id, w.d.Piece, w.writing.at.UnixMilli())
		}
		if err == nil && n > 0 {
			w.writing.editions[l.name] = true
			err = w.writing.line(e, Revise, true, w.d.Piece, l.revision, w.writing.at.UnixMilli())
		}
	}
	return err
}

// bury adds a tombstone for a withdrawn or merged piece that readers had, and removes it if the piece
// returns. It reports whether the tombstones at the head of the edition have changed.
func (w *writing) bury(action Action, edition int64, p *oped.Piece, had bool, at int64) (known bool, err error) {
	var n int64
	switch {
	case action == Enter:
		n, err = w.tx.exec(`DELETE FROM gone WHERE edition = ? AND piece = ?`, edition, p.ID)
	case action == Leave && had && (w.merging || p.Withdrawn):
		n, err = w.tx.exec(`
			INSERT INTO gone (edition, piece, at)
			VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET at = excluded.at, archive = 0`, edition, p.ID, at)
	}
	return n > 0, err
}

// unlink removes the links to archives cut since the undone decision, in editions without any other change
// since. Their documents are then as before, to the byte. The pieces of the unlinked archives are at the head
// again, or wait below it. The next archive gets another number, since these may have been read.
func (w *deciding) unlink() error {
	type cut struct{ edition, first int64 }
	var cuts []cut
	err := each(context.Background(), w.writing.tx, `
		SELECT edition, min(position)
		FROM publication p
		WHERE decision = ?1
		GROUP BY edition
		HAVING (
			SELECT ifnull(decision, 0)
			FROM publication l
			WHERE l.edition = p.edition
			ORDER BY position DESC LIMIT 1) = ?1`, []any{w.writing.undoes}, func(row scanner) error {
		var c cut
		err := row.Scan(&c.edition, &c.first)
		cuts = append(cuts, c)
		return err
	})
	const since = `(SELECT number FROM archive WHERE edition = ?1 AND cut >= ?2 AND unlinked IS NULL)`
	for _, c := range cuts {
		for _, query := range []string{
			`
				UPDATE edition_piece
				SET head = 1
				WHERE edition = ?1
					AND piece IN (
						SELECT piece
						FROM archive_piece
						WHERE edition = ?1 AND head = 1 AND number IN ` + since + `)`,
			`DELETE FROM archive_piece WHERE edition = ?1 AND number IN ` + since,
			`UPDATE gone SET archive = 0 WHERE edition = ?1 AND archive IN ` + since,
		} {
			if err == nil {
				_, err = w.writing.tx.exec(query, c.edition, c.first)
			}
		}
		if err == nil {
			err = w.writing.tx.bumpVersions(`
				UPDATE archive
				SET unlinked = ?4, version = ?1
				WHERE edition = ?2 AND cut >= ?3 AND unlinked IS NULL`, c.edition, c.first, w.d.ID)
		}
	}
	return err
}
