package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"oped"
)

const (
	pieceColumns = `id, atom_id, kind, lead, first_seen, updated, entered, revision`
	pieceQuery   = `
		SELECT ` + pieceColumns + `
		FROM piece
		WHERE id IN (%s) AND merged IS NULL`

	// Columns of an entry, in two parts. Between them are its texts: summary, content, text and boilerplate.
	entryColumns = `
		e.piece, e.id, f.url, CASE f.publisher WHEN '' THEN e.publisher ELSE f.publisher END, e.guid, e.url,
		e.title, e.authors, e.limits, e.rights, e.source, e.categories, e.lang, e.published, e.updated,
		e.zone, e.enclosures, e.first_seen, e.joined, e.hash`
	entriesOf = `
		FROM entry e
		JOIN feed f ON f.id = e.feed
		WHERE e.piece IN (%s)
		ORDER BY e.piece, e.id`
	entryQuery = `
		SELECT ` + entryColumns + `, e.summary, e.content, e.text, e.furniture` + entriesOf
	tagsOf = `
		FROM tag
		WHERE piece IN (%s)
		ORDER BY piece, position`
	tagColumns = `piece, topic, outcome, given_by, score, threshold, rule_version, at`
	tagQuery   = `
		SELECT ` + tagColumns + `, why` + tagsOf

	// seenEntryQuery reads entries as rules see them: of the HTML of an entry with a text only its first byte,
	// to show that there is any.
	seenEntryQuery = `
		SELECT ` + entryColumns + `, e.summary,
			CASE e.text WHEN '' THEN e.content ELSE substr(e.content, 1, 1) END, e.text, e.furniture` + entriesOf
	// listedEntryQuery reads entries as lists of pieces show them: without texts, except for the beginning of
	// one without a headline. It reads about a fiftieth of a whole piece.
	listedEntryQuery = `
		SELECT ` + entryColumns + `, '', '', CASE e.title WHEN '' THEN substr(e.text, 1, 400) ELSE '' END,
			'[]'` + entriesOf
	// seenTagQuery reads tags without their spans.
	seenTagQuery = `
		SELECT ` + tagColumns + `, '[]'` + tagsOf

	membersQuery = `
		SELECT s.piece, e.name
		FROM edition_piece s
		JOIN edition e ON e.id = s.edition
		WHERE s.piece IN (%s)
		ORDER BY s.piece, e.name`
	sizeQuery = `
		SELECT piece,
			sum(octet_length(title) + octet_length(summary) + octet_length(content) + octet_length(text))
		FROM entry
		WHERE piece IN (%s)
		GROUP BY piece`

	// withdrawnQuery returns the withdrawn pieces, and the targets of withdrawn pieces merged away: the words
	// are the same. They are few.
	withdrawnQuery = `
		WITH RECURSIVE withdrawn (id) AS (
			SELECT piece
			FROM decision
			WHERE action = 'withdraw' AND undone_by IS NULL
			UNION
			SELECT p.merged
			FROM withdrawn
			JOIN piece p ON p.id = withdrawn.id
			WHERE p.merged IS NOT NULL)
		SELECT id
		FROM withdrawn`
)

// loadPieces returns the pieces with these ids whole, in the order of the ids. Unknown and merged ones are
// left out.
func loadPieces(ctx context.Context, q querier, ids []oped.PieceID) ([]oped.Piece, error) {
	return loadPiecesBy(ctx, q, ids, entryQuery, tagQuery)
}

func loadPiecesBy(
	ctx context.Context, q querier, ids []oped.PieceID, entryQuery, tagQuery string,
) ([]oped.Piece, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	ids, found, err := loadEntries(ctx, q, ids, entryQuery)
	if err == nil {
		err = loadParts(ctx, q, tagQuery, ids, found, scanTag,
			func(p *ledPiece, t *oped.Tag) { p.Tags = append(p.Tags, *t) })
	}
	if err == nil {
		err = loadParts(ctx, q, membersQuery, ids, found,
			func(row scanner, id *oped.PieceID, name *string) error { return row.Scan(id, name) },
			func(p *ledPiece, name *string) { p.Editions = append(p.Editions, *name) })
	}
	if err == nil {
		err = loadParts(ctx, q, choiceQuery, ids, found, scanChoice,
			func(p *ledPiece, c *oped.Choice) { p.Choices = append(p.Choices, *c) })
	}
	var gone []oped.PieceID
	if err == nil {
		gone, err = column[oped.PieceID](ctx, q, withdrawnQuery)
	}
	if err != nil {
		return nil, err
	}
	for _, id := range gone {
		if p := found[id]; p != nil {
			p.Withdrawn = true
		}
	}
	return inOrder(ids, found), nil
}

// loadTexts is loadPieces without tags, editions and withdrawals.
func loadTexts(ctx context.Context, q querier, ids []oped.PieceID) ([]oped.Piece, error) {
	ids, found, err := loadEntries(ctx, q, ids, entryQuery)
	return inOrder(ids, found), err
}

// loadEntries returns the pieces with these ids and their entries, and the ids of those found.
func loadEntries(
	ctx context.Context, q querier, ids []oped.PieceID, entryQuery string,
) ([]oped.PieceID, map[oped.PieceID]*ledPiece, error) {
	found := make(map[oped.PieceID]*ledPiece, len(ids))
	err := inChunks(ctx, q, pieceQuery, nil, ids, func(row scanner) error {
		p := &ledPiece{}
		err := p.scan(row)
		found[p.ID] = p
		return err
	})
	ids = slices.DeleteFunc(slices.Clone(ids), func(id oped.PieceID) bool { return found[id] == nil })
	if err == nil {
		err = loadParts(ctx, q, entryQuery, ids, found, scanEntry, (*ledPiece).add)
	}
	return ids, found, err
}

func inOrder(ids []oped.PieceID, found map[oped.PieceID]*ledPiece) []oped.Piece {
	pieces := make([]oped.Piece, 0, len(found))
	for _, id := range ids {
		pieces = append(pieces, found[id].Piece)
	}
	return pieces
}

// loadParts adds the rows of another table to the pieces.
func loadParts[T any](
	ctx context.Context, q querier, query string, ids []oped.PieceID, found map[oped.PieceID]*ledPiece,
	scan func(scanner, *oped.PieceID, *T) error, add func(*ledPiece, *T),
) error {
	return inChunks(ctx, q, query, nil, ids, func(row scanner) error {
		var id oped.PieceID
		var part T
		if err := scan(row, &id, &part); err != nil {
			return err
		}
		if found[id] == nil { // only damage makes that
			return fmt.Errorf("rows of the missing piece %d: %w", id, ErrCorrupt)
		}
		add(found[id], &part)
		return nil
	})
}

// ledPiece is a piece, and the row of its lead entry.
type ledPiece struct {
	oped.Piece
	lead int64
}

// scan reads pieceColumns: the piece without its parts in other tables.
func (p *ledPiece) scan(row scanner) error {
	return row.Scan(&p.ID, &p.AtomID, &p.Kind, &p.lead, (*instant)(&p.FirstSeen), (*instant)(&p.Updated),
		(*instant)(&p.Entered), &p.Revision)
}

// add adds an entry: the lead entry first, then the others in the order of storage.
func (p *ledPiece) add(e *oped.Entry) {
	if e.Row == p.lead {
		p.Entries = slices.Insert(p.Entries, 0, *e)
	} else {
		p.Entries = append(p.Entries, *e)
	}
}

func scanEntry(row scanner, id *oped.PieceID, e *oped.Entry) error {
	return row.Scan(id, &e.Row, &e.FeedURL, &e.Publisher, &e.ID, &e.URL, &e.Title, asJSON(&e.Authors),
		(*limitColumn)(&e.Limits), &e.Rights, &e.Source, asJSON(&e.Categories), &e.Lang, (*instant)(&e.Published),
		(*instant)(&e.Updated), &e.Zone, asJSON(&e.Enclosures), (*instant)(&e.FirstSeen), &e.Joined, (*digest)(&e.Hash),
		&e.Summary, &e.Content, &e.Text, asJSON(&e.Boilerplate))
}

func scanTag(row scanner, id *oped.PieceID, t *oped.Tag) error {
	return row.Scan(id, &t.Topic, &t.Outcome, &t.By, &t.Score, &t.Threshold, &t.RuleVersion, (*instant)(&t.At),
		asJSON(&t.Why))
}

// sizesOf returns the number of bytes of texts in the entries of each piece.
func sizesOf(ctx context.Context, q querier, ids []oped.PieceID) (map[oped.PieceID]int, error) {
	return mapIn[oped.PieceID, int](ctx, q, sizeQuery, ids)
}

// Get finds a piece by its id, its AtomID, or the address of one of its entries, in this order. The address
// is matched to the letter, or in the canonical form among the piece's keys. The id and the AtomID of a
// merged piece lead to its target. Of several pieces with one address, Get returns the newest. The error is
// ErrNotFound if there is none.
func (s Pieces) Get(ctx context.Context, ref string) (oped.Piece, error) {
	for _, find := range []struct {
		query string
		ref   any
	}{{idQuery, pieceNumber(ref)}, {atomIDQuery, ref}, {addressQuery, ref}, {canonicalQuery, addressKey + ref}} {
		id, err := one[oped.PieceID](ctx, s.db.reader, find.query, find.ref)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return oped.Piece{}, s.db.doing("look for "+ref, err)
		}
		return s.resolve(ctx, id)
	}
	return oped.Piece{}, fmt.Errorf("piece %s: %w", ref, ErrNotFound)
}

const (
	idQuery        = `SELECT id FROM piece WHERE id = $1`
	atomIDQuery    = `SELECT id FROM piece WHERE atom_id = $1`
	addressQuery   = `SELECT piece FROM entry WHERE url = $1 AND url <> '' ORDER BY piece DESC LIMIT 1`
	canonicalQuery = `SELECT piece FROM piece_key WHERE key = $1 ORDER BY piece DESC LIMIT 1`
	nextPieceQuery = `
		SELECT id
		FROM piece
		WHERE id > $1 AND merged IS NULL
		ORDER BY id
		LIMIT $2`
)

// resolve returns the target of an id.
func (s Pieces) resolve(ctx context.Context, id oped.PieceID) (oped.Piece, error) {
	for {
		to, err := s.ResolveID(ctx, id)
		if err != nil {
			return oped.Piece{}, err
		}
		pieces, err := loadPieces(ctx, s.db.reader, []oped.PieceID{to})
		if err != nil {
			return oped.Piece{}, s.db.doing(fmt.Sprintf("read piece %d", id), err)
		}
		if len(pieces) > 0 {
			return pieces[0], nil
		}
		// It was merged between the two queries: it has another target now.
	}
}

// addressKey is the prefix of piece keys made of canonical addresses; see package dedup.
const addressKey = "u:"

// pieceNumber returns the id of a piece from a reference, 0 if it is something else.
func pieceNumber(ref string) int64 {
	n, err := strconv.ParseInt(ref, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// All returns the first n pieces after the given one, in the order of storage; n ≤ 0 means all of them. They
// are read a few at a time, and not from one snapshot: pieces stored meanwhile may or may not be among them.
func (s Pieces) All(ctx context.Context, after oped.PieceID, n int) iter.Seq2[oped.Piece, error] {
	return func(yield func(oped.Piece, error) bool) {
		for left := orAll(n); left > 0; {
			size := min(pageSize, left)
			ids, err := column[oped.PieceID](ctx, s.db.reader, nextPieceQuery, after, size)
			var pieces []oped.Piece
			if err == nil {
				pieces, err = loadPieces(ctx, s.db.reader, ids) // fewer after a merge between the two queries
			}
			if err != nil {
				yield(oped.Piece{}, s.db.doing("read pieces", err))
				return
			}
			for _, p := range pieces {
				if !yield(p, nil) {
					return
				}
			}
			if len(ids) < size {
				return
			}
			left -= len(pieces)
			after = ids[len(ids)-1]
		}
	}
}

// Of returns the pieces with these ids, whole, in their order, without unknown and merged ones.
func (s Pieces) Of(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	pieces, err := loadPieces(ctx, s.db.reader, ids)
	return pieces, s.db.doing("read pieces", err)
}

// Seen returns the pieces with these ids as rules and excerpts see them: of the content of entries with a
// text no more than the first byte, and tags without their spans. That is a third of the size of a whole
// piece.
func (s Pieces) Seen(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	pieces, err := loadPiecesBy(ctx, s.db.reader, ids, seenEntryQuery, seenTagQuery)
	return pieces, s.db.doing("read pieces", err)
}

// Listed returns the pieces with these ids as lists show them: without texts, except for the beginning of one
// without a headline.
func (s Pieces) Listed(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	pieces, err := loadPiecesBy(ctx, s.db.reader, ids, listedEntryQuery, seenTagQuery)
	return pieces, s.db.doing("list pieces", err)
}

// pageSize is the number of pieces in memory at a time.
const pageSize = 64

// eachPiece calls do for the pieces with these ids, until ctx ends.
func eachPiece(ctx context.Context, t *tx, ids []oped.PieceID, do func(oped.Piece) error) error {
	for page := range slices.Chunk(ids, pageSize) {
		pieces, err := loadPieces(ctx, t, page)
		if err != nil {
			return err
		}
		for _, p := range pieces {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := do(p); err != nil {
				return fmt.Errorf("piece %d: %w", p.ID, err)
			}
		}
	}
	return nil
}
