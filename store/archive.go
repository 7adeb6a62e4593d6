package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"oped"
)

const (
	backlogQuery = `
		SELECT e.id,
			(SELECT count(*) FROM edition_piece s WHERE s.edition = e.id AND s.head = 1),
			coalesce((SELECT max(number) FROM archive a WHERE a.edition = e.id AND a.unlinked IS NULL), 0),
			coalesce((SELECT max(number) FROM archive a WHERE a.edition = e.id), 0),
			coalesce((SELECT max(position) FROM publication p WHERE p.edition = e.id), 0),
			coalesce((SELECT max(position) FROM archive a WHERE a.edition = e.id AND a.unlinked IS NULL), 0)
		FROM edition e
		WHERE e.name = $1`
	waitingQuery = `
		SELECT s.piece
		FROM publication p
		JOIN edition_piece s ON s.edition = p.edition AND s.piece = p.piece
		WHERE p.edition = $1 AND p.position > $2 AND p.action = 'enter' AND p.head = 0 AND s.head = 0
			AND NOT EXISTS (SELECT 1 FROM archive_piece a WHERE a.edition = $1 AND a.piece = s.piece)
		GROUP BY s.date, s.piece
		ORDER BY s.date, s.piece DESC`
	goneQuery = `
		SELECT p.atom_id, g.at, p.merged IS NULL AND p.id IN (` + withdrawnQuery + `),
			CASE WHEN p.merged IS NULL THEN ''
				ELSE coalesce((SELECT t.atom_id FROM piece t WHERE t.id = ` + targetOf + `p.id` + isTarget + `), '') END
		FROM gone g
		JOIN piece p ON p.id = g.piece
		WHERE g.edition = $1 AND g.archive = 0
		ORDER BY g.at, g.piece`

	// archivePiecesQuery sorts the few pieces of an archive. In index order it would read the whole edition.
	archivePiecesQuery = `
		SELECT s.piece
		FROM archive_piece a
		JOIN edition_piece s ON s.edition = a.edition AND s.piece = a.piece
		WHERE a.edition = $1 AND a.number = $2
		ORDER BY +s.date DESC, s.piece`
	oldestQuery = `
		SELECT piece
		FROM edition_piece
		WHERE edition = (SELECT id FROM edition WHERE name = $1) AND head = 1
		ORDER BY date, piece DESC
		LIMIT $2`
	archiveQuery = `
		SELECT previous, position, unlinked IS NOT NULL, base, atom, json
		FROM archive
		WHERE edition = (SELECT id FROM edition WHERE name = $1) AND number = $2`
	archivePageQuery = `
		SELECT edition, previous,
			coalesce((
				SELECT min(number)
				FROM archive n
				WHERE n.edition = a.edition AND n.number > a.number AND n.unlinked IS NULL), 0)
		FROM archive a
		WHERE edition = (SELECT id FROM edition WHERE name = $1) AND number = $2 AND unlinked IS NULL`
	archivesWithQuery = `
		SELECT DISTINCT number
		FROM archive_piece
		WHERE edition = (SELECT id FROM edition WHERE name = $1) AND piece IN (%s)
		ORDER BY number`
)

// snapshot reads from one state of the database.
func (s *database) snapshot(ctx context.Context, read func(querier) error) error {
	tx, err := s.reader.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback() // it has only read: nothing to undo
	return read(tx)
}

// Backlog returns the pieces of an edition that no archive has yet, at the head and below it.
func (s Archives) Backlog(ctx context.Context, edition string) (f oped.Backlog, err error) {
	err = s.db.snapshot(ctx, func(q querier) error {
		var id int64
		err := each(ctx, q, backlogQuery, []any{edition}, func(row scanner) error {
			return row.Scan(&id, &f.Head, &f.Archive, &f.Number, &f.Position, &f.Archived)
		})
		if err == nil {
			f.Waiting, err = column[oped.PieceID](ctx, q, waitingQuery, id, f.Archived)
		}
		if err == nil {
			f.Gone, err = list(ctx, q, func(row scanner, t *oped.Tombstone) error {
				err := row.Scan(&t.AtomID, (*instant)(&t.At), &t.Withdrawn, &t.Into)
				if t.Withdrawn {
					t.Into = ""
				}
				return err
			}, goneQuery, id)
		}
		return err
	})
	return f, s.db.doing("read the backlog of "+edition, err)
}

// Oldest returns the n pieces at the end of the head of an edition, the oldest first.
func (s Archives) Oldest(ctx context.Context, edition string, n int) ([]oped.PieceID, error) {
	ids, err := column[oped.PieceID](ctx, s.db.reader, oldestQuery, edition, n)
	return ids, s.db.doing("read the end of "+edition, err)
}

const (
	highestArchive = `SELECT coalesce(max(number), 0) FROM archive WHERE edition = $1`
	newestArchive  = `SELECT coalesce(max(number), 0) FROM archive WHERE edition = $1 AND unlinked IS NULL`
	putArchive     = `
		INSERT INTO archive (version, edition, number, previous, position, cut, base, atom, json)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	putArchivePiece = `
		INSERT INTO archive_piece (edition, piece, number, head)
		SELECT edition, piece, CAST($1 AS BIGINT), head
		FROM edition_piece
		WHERE edition = $2 AND piece = $3
		ON CONFLICT DO NOTHING`
	lowerPiece    = `UPDATE edition_piece SET head = 0 WHERE edition = $1 AND piece = $2`
	archiveBuried = `
		UPDATE gone
		SET archive = $1
		WHERE edition = $2 AND piece = (SELECT id FROM piece WHERE atom_id = $3)`
)

// Put stores an archive. From then on it never changes: its pieces are below the head of the edition. The
// error is oped.ErrStale if another archive was cut meanwhile, or if one of the pieces has left the edition
// or is in another archive.
func (s Archives) Put(ctx context.Context, a oped.Archive) error {
	err := s.db.write(ctx, func(tx *tx) error { return tx.putArchive(a) })
	return s.db.doing(fmt.Sprintf("store archive %d of %s", a.Number, a.Edition), err)
}

func (t *tx) putArchive(a oped.Archive) error {
	e, err := t.edition(a.Edition)
	if err != nil {
		return err
	}
	highest, err := t.number(highestArchive, e.id)
	if err != nil {
		return err
	}
	newest, err := t.number(newestArchive, e.id)
	if err != nil {
		return err
	}
	if a.Number <= highest || a.Previous != newest {
		return oped.ErrStale
	}
	e.moved = true
	err = t.bumpVersions(putArchive, e.id, a.Number, a.Previous, a.Position, a.Cut, a.Base, a.Atom, a.JSON)
	if err != nil {
		return err
	}
	for _, id := range a.Pieces {
		n, err := t.exec(putArchivePiece, a.Number, e.id, id)
		if err == nil && n != 1 {
			err = oped.ErrStale
		}
		if err == nil {
			_, err = t.exec(lowerPiece, e.id, id)
		}
		if err != nil {
			return err
		}
	}
	for _, id := range a.Gone {
		if _, err := t.exec(archiveBuried, a.Number, e.id, id); err != nil {
			return err
		}
	}
	return nil
}

// Get returns an archive of an edition, without its pieces and tombstones. The error is ErrNotFound if no
// archive has this number.
func (s Archives) Get(ctx context.Context, edition string, number int64) (oped.Archive, error) {
	a := oped.Archive{Edition: edition, Number: number}
	err := s.db.reader.QueryRowContext(ctx, archiveQuery, edition, number).Scan(
		&a.Previous, &a.Position, &a.Unlinked, &a.Base, &a.Atom, &a.JSON,
	)
	return a, s.db.doing(fmt.Sprintf("read archive %d of %s", number, edition), orNotFound(err))
}

// Page returns the published view of an archive. The error is ErrNotFound if no archive of this number is
// linked.
func (s Archives) Page(ctx context.Context, edition string, number int64) (oped.ArchivePage, error) {
	a := oped.ArchivePage{Edition: edition, Number: number}
	err := s.db.snapshot(ctx, func(q querier) error {
		var id int64
		err := each(ctx, q, archivePageQuery, []any{edition, number}, func(row scanner) error {
			return row.Scan(&id, &a.Previous, &a.Next)
		})
		if err == nil && id == 0 {
			err = ErrNotFound
		}
		if err == nil {
			a.Pieces, err = column[oped.PieceID](ctx, q, archivePiecesQuery, id, number)
		}
		return err
	})
	return a, s.db.doing(fmt.Sprintf("read archive %d of %s", number, edition), err)
}

// With returns the numbers of an edition's archives with at least one of the given pieces, the lowest first.
func (s Archives) With(ctx context.Context, edition string, pieces []oped.PieceID) ([]int64, error) {
	numbers, err := columnIn[int64](ctx, s.db.reader, archivesWithQuery, pieces, edition)
	slices.Sort(numbers)
	return slices.Compact(numbers), s.db.doing("look for archives of "+edition, err)
}

const (
	archivedQuery = `SELECT EXISTS (SELECT 1 FROM archive_piece WHERE edition = $1 AND piece = $2)`
	buriedQuery   = `SELECT EXISTS (SELECT 1 FROM gone WHERE edition = $1 AND piece = $2 AND archive > 0)`
	bumpArchiveOf = `
		UPDATE archive
		SET version = $1
		WHERE edition = $2 AND number = (
			SELECT number FROM archive_piece WHERE edition = $2 AND piece = $3)`
	dropArchivePiece = `DELETE FROM archive_piece WHERE edition = $1 AND piece = $2`

	// leftArchivedQuery returns the editions with a piece in an archive that the piece has left.
	leftArchivedQuery = `
		SELECT e.name, p.revision
		FROM edition e
		JOIN archive_piece a ON a.edition = e.id AND a.piece = $1
		JOIN piece p ON p.id = a.piece
		WHERE NOT EXISTS (
			SELECT 1 FROM edition_piece s WHERE s.piece = $1 AND s.edition = e.id)
		ORDER BY e.name`
	withdrawsQuery = `SELECT EXISTS (SELECT 1 FROM decision WHERE id = $1 AND action = 'withdraw')`
	digUp          = `DELETE FROM gone WHERE edition = $1 AND piece = $2`
	digUpAtHead    = `DELETE FROM gone WHERE edition = $1 AND piece = $2 AND archive = 0`
	buryOnce       = `
		INSERT INTO gone (edition, piece, at)
		VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`
	buryAgain = `
		INSERT INTO gone (edition, piece, at)
		VALUES ($1, $2, $3)
		ON CONFLICT (edition, piece) DO UPDATE
		SET at = excluded.at, archive = 0`
)

// yes answers a question about a piece in an edition.
func (w *writing) yes(query string, edition int64, piece oped.PieceID) (bool, error) {
	n, err := w.tx.number(query, edition, piece)
	return n == 1, err
}

// unarchive takes a piece from its archive: a later one has its tombstone.
func (w *writing) unarchive(edition int64, piece oped.PieceID) error {
	err := w.tx.bumpVersions(bumpArchiveOf, edition, piece)
	if err == nil {
		_, err = w.tx.exec(dropArchivePiece, edition, piece)
	}
	return err
}

// buryArchived records that a withdrawn piece is gone also from editions it had left before, if an archive
// has it there; or, on undo, that it is back. The head shows tombstones, so this is recorded as a revision of
// its document.
func (w *deciding) buryArchived() error {
	undoes, err := w.tx.number(withdrawsQuery, w.undoes)
	if err != nil || w.d.Action != oped.Withdraw && undoes == 0 {
		return err
	}
	type left struct {
		name     string
		revision int64
	}
	all, err := list(context.Background(), w.tx, func(row scanner, l *left) error {
		return row.Scan(&l.name, &l.revision)
	}, leftArchivedQuery, w.d.Piece)
	for _, l := range all {
		e, err := w.tx.edition(l.name)
		if err != nil {
			return err
		}
		var n int64
		if undoes == 1 {
			n, err = w.tx.exec(digUpAtHead, e.id, w.d.Piece)
		} else {
			n, err = w.tx.exec(buryOnce, e.id, w.d.Piece, w.at.UnixMilli())
		}
		if err == nil && n > 0 {
			w.editions[l.name] = true
			err = w.line(e, Revise, true, w.d.Piece, l.revision, w.at.UnixMilli())
		}
		if err != nil {
			return err
		}
	}
	return err
}

// bury adds a tombstone for a withdrawn or merged piece that readers had, and removes it if the piece
// returns. It reports whether the tombstones at the head of the edition have changed.
func (w *writing) bury(action Action, edition int64, p *oped.Piece, known bool, at int64) (changed bool, err error) {
	var n int64
	switch {
	case action == Enter:
		n, err = w.tx.exec(digUp, edition, p.ID)
		if n > 0 && w.chosen {
			w.revived = w.at.UnixMilli()
		}
	case action == Leave && p.LeavesTombstone(known, w.merging || w.chosen):
		n, err = w.tx.exec(buryAgain, edition, p.ID, at)
	}
	return n > 0, err
}

const revivePiece = `UPDATE piece SET updated = $1 WHERE id = $2 AND updated < $1`

// revive counts a piece that a curator has let into an edition again as updated: readers with its tombstone show it only
// if it is newer than that (RFC 6721 §3).
func (w *writing) revive(p *oped.Piece) error {
	if w.revived == 0 {
		return nil
	}
	at := w.revived
	w.revived = 0
	n, err := w.tx.exec(revivePiece, at, p.ID)
	if err != nil || n == 0 {
		return err
	}
	for _, name := range p.Editions {
		if err := w.record(Revise, oped.Nowhere, name, p); err != nil {
			return err
		}
	}
	return nil
}

const (
	// cutsQuery returns the editions changed by a decision, with the first line of it in the record, and the
	// decision of the last line.
	cutsQuery = `
		SELECT edition, min(position),
			coalesce((
				SELECT l.decision
				FROM publication l
				WHERE l.edition = p.edition
				ORDER BY l.position DESC
				LIMIT 1), 0)
		FROM publication p
		WHERE decision = $1
		GROUP BY edition
		ORDER BY edition`
	cutSince    = `(SELECT number FROM archive WHERE edition = $1 AND cut >= $2 AND unlinked IS NULL)`
	raisePieces = `
		UPDATE edition_piece
		SET head = 1
		WHERE edition = $1
			AND piece IN (
				SELECT piece
				FROM archive_piece
				WHERE edition = $1 AND head = 1 AND number IN ` + cutSince + `)`
	dropArchivePieces = `DELETE FROM archive_piece WHERE edition = $1 AND number IN ` + cutSince
	raiseBuried       = `UPDATE gone SET archive = 0 WHERE edition = $1 AND archive IN ` + cutSince
	unlinkArchives    = `
		UPDATE archive
		SET unlinked = $4, version = $1
		WHERE edition = $2 AND cut >= $3 AND unlinked IS NULL`
)

// unlink removes the links to archives cut since the undone decision, in editions without any other change
// since. Their documents are then as before, to the byte. The pieces of the unlinked archives are at the head
// again, or wait below it. The next archive gets another number, since these may have been read.
func (w *deciding) unlink() error {
	type cut struct{ edition, first, last int64 }
	cuts, err := list(context.Background(), w.tx, func(row scanner, c *cut) error {
		return row.Scan(&c.edition, &c.first, &c.last)
	}, cutsQuery, w.undoes)
	for _, c := range cuts {
		if c.last != w.undoes {
			continue // something else has changed it since
		}
		for _, query := range []string{raisePieces, dropArchivePieces, raiseBuried} {
			if err == nil {
				_, err = w.tx.exec(query, c.edition, c.first)
			}
		}
		if err == nil {
			err = w.tx.bumpVersions(unlinkArchives, c.edition, c.first, w.d.ID)
		}
	}
	return err
}
