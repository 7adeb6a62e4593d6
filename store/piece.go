package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"oped"
)

const (
	pieceQuery = `
		SELECT id, atom_id, kind, lead, first_seen, updated, entered, revision
		FROM piece
		WHERE id IN (%s) AND merged IS NULL`
	entryQuery = `
		SELECT e.piece, e.id, f.url, CASE f.publisher WHEN '' THEN e.publisher ELSE f.publisher END, e.guid,
			e.url, e.title, e.authors, e.summary, e.content, e.text, e.furniture, e.limits, e.rights, e.source,
			e.categories, e.lang, e.published, e.updated, e.zone, e.enclosures, e.first_seen, e.joined, e.hash
		FROM entry e
		JOIN feed f ON f.id = e.feed
		WHERE e.piece IN (%s)
		ORDER BY e.piece, e.id`
	tagQuery = `
		SELECT piece, topic, outcome, given_by, score, threshold, rule_version, at, why
		FROM tag
		WHERE piece IN (%s)
		ORDER BY piece, position`
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
)

// Queries of pieces as rules see them: of the HTML of an entry with a text only its first byte, to show that
// there is any, and tags without their spans.
var (
	seenEntryQuery = strings.Replace(
		entryQuery, "e.content", "CASE e.text WHEN '' THEN e.content ELSE substr(e.content, 1, 1) END", 1,
	)
	seenTagQuery = strings.Replace(tagQuery, "why FROM", "'[]' FROM", 1)
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
	found := make(map[oped.PieceID]*oped.Piece, len(ids))
	leads := make(map[oped.PieceID]int64, len(ids))
	err := inChunks(ctx, q, pieceQuery, nil, ids, func(row scanner) error {
		p, lead, err := scanPiece(row)
		found[p.ID], leads[p.ID] = &p, lead
		return err
	})
	ids = slices.DeleteFunc(slices.Clone(ids), func(id oped.PieceID) bool { return found[id] == nil })
	if err == nil {
		err = loadEntries(ctx, q, entryQuery, ids, found, leads)
	}
	if err == nil {
		err = loadTags(ctx, q, tagQuery, ids, found)
	}
	if err == nil {
		err = inChunks(ctx, q, membersQuery, nil, ids, func(row scanner) error {
			var id oped.PieceID
			var name string
			if err := row.Scan(&id, &name); err != nil {
				return err
			}
			if found[id] == nil {
				return orphan(id)
			}
			found[id].Editions = append(found[id].Editions, name)
			return nil
		})
	}
	if err == nil {
		err = loadWithdrawn(ctx, q, found)
	}
	if err != nil {
		return nil, err
	}
	pieces := make([]oped.Piece, 0, len(found))
	for _, id := range ids {
		if p := found[id]; p != nil {
			pieces = append(pieces, *p)
		}
	}
	return pieces, nil
}

// sizesOf returns the number of bytes of texts in the entries of each piece.
func sizesOf(ctx context.Context, q querier, ids []oped.PieceID) (map[oped.PieceID]int, error) {
	sizes := make(map[oped.PieceID]int, len(ids))
	err := inChunks(ctx, q, sizeQuery, nil, ids, func(row scanner) error {
		var id oped.PieceID
		var size int
		err := row.Scan(&id, &size)
		sizes[id] = size
		return err
	})
	return sizes, err
}

// withdrawnQuery returns the withdrawn pieces, and the targets of withdrawn pieces merged away: the words are the
// same. They are few.
const withdrawnQuery = `
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

func loadWithdrawn(ctx context.Context, q querier, found map[oped.PieceID]*oped.Piece) error {
	return each(ctx, q, withdrawnQuery, nil, func(row scanner) error {
		var id oped.PieceID
		err := row.Scan(&id)
		if p := found[id]; p != nil {
			p.Withdrawn = true
		}
		return err
	})
}

// scanPiece reads a row of pieceQuery: the piece without its parts in other tables, and the row of its lead
// entry.
func scanPiece(row scanner) (p oped.Piece, lead int64, err error) {
	var first, updated, entered sql.NullInt64
	err = row.Scan(&p.ID, &p.AtomID, &p.Kind, &lead, &first, &updated, &entered, &p.Revision)
	p.FirstSeen, p.Updated, p.Entered = fromMillis(first), fromMillis(updated), fromMillis(entered)
	return p, lead, err
}

// loadEntries adds the pieces' entries: the lead entry first, then the others in the order of storage.
func loadEntries(
	ctx context.Context, q querier, query string, ids []oped.PieceID, found map[oped.PieceID]*oped.Piece,
	leads map[oped.PieceID]int64,
) error {
	return inChunks(ctx, q, query, nil, ids, func(row scanner) error {
		var id oped.PieceID
		var e oped.Entry
		var authors, categories, boilerplate, limits, enclosures string
		var published, updated, first sql.NullInt64
		var digest sql.RawBytes
		err := row.Scan(&id, &e.Row, &e.FeedURL, &e.Publisher, &e.ID, &e.URL, &e.Title, &authors, &e.Summary,
			&e.Content, &e.Text, &boilerplate, &limits,
			&e.Rights, &e.Source, &categories, &e.Lang, &published, &updated, &e.Zone, &enclosures,
			&first, &e.Joined, &digest)
		if err != nil {
			return err
		}
		e.Published, e.Updated, e.FirstSeen = fromMillis(published), fromMillis(updated), fromMillis(first)
		e.Hash = hash(digest)
		e.Limits = splitLimits(limits)
		if e.Authors, err = decodeJSON[oped.Person](authors); err != nil {
			return err
		}
		if e.Categories, err = decodeJSON[string](categories); err != nil {
			return err
		}
		if e.Enclosures, err = decodeJSON[oped.Enclosure](enclosures); err != nil {
			return err
		}
		if e.Boilerplate, err = decodeJSON[[2]int](boilerplate); err != nil {
			return err
		}
		p := found[id]
		if p == nil {
			return orphan(id)
		}
		if e.Row == leads[id] {
			p.Entries = slices.Insert(p.Entries, 0, e)
		} else {
			p.Entries = append(p.Entries, e)
		}
		return nil
	})
}

func loadTags(
	ctx context.Context, q querier, query string, ids []oped.PieceID, found map[oped.PieceID]*oped.Piece,
) error {
	return inChunks(ctx, q, query, nil, ids, func(row scanner) error {
		var id oped.PieceID
		var t oped.Tag
		var at sql.NullInt64
		var why string
		err := row.Scan(&id, &t.Topic, &t.Outcome, &t.By, &t.Score, &t.Threshold, &t.RuleVersion, &at, &why)
		if err != nil {
			return err
		}
		t.At = fromMillis(at)
		if t.Why, err = decodeJSON[oped.Span](why); err != nil {
			return err
		}
		if found[id] == nil {
			return orphan(id)
		}
		found[id].Tags = append(found[id].Tags, t)
		return nil
	})
}

// orphan is the error of rows of a missing piece: only damage makes that.
func orphan(id oped.PieceID) error {
	return fmt.Errorf("rows of the missing piece %d: %w", id, ErrCorrupt)
}

// Get finds a piece by its id, its AtomID, or the address of one of its entries, in this order. The address
// is matched to the letter, or in the canonical form among the piece's keys. The id and the AtomID of a
// merged piece lead to its target. Of several pieces with one address, Get returns the newest. The error is
// ErrNotFound if there is none.
func (s Pieces) Get(ctx context.Context, ref string) (oped.Piece, error) {
	for _, find := range []struct {
		query string
		ref   any
	}{
		{`SELECT id FROM piece WHERE id = ?`, pieceNumber(ref)},
		{`SELECT id FROM piece WHERE atom_id = ?`, ref},
		{`SELECT piece FROM entry WHERE url = ? AND url <> '' ORDER BY piece DESC LIMIT 1`, ref},
		{`SELECT piece FROM piece_key WHERE key = ? ORDER BY piece DESC LIMIT 1`, addressKey + ref},
	} {
		var id oped.PieceID
		err := s.db.reader.QueryRowContext(ctx, find.query, find.ref).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return oped.Piece{}, fmt.Errorf("look for %s: %w", ref, explain(s.db.path, err))
		}
		return s.resolve(ctx, id)
	}
	return oped.Piece{}, fmt.Errorf("piece %s: %w", ref, ErrNotFound)
}

// resolve returns the target of an id.
func (s Pieces) resolve(ctx context.Context, id oped.PieceID) (oped.Piece, error) {
	for {
		to, err := s.ResolveID(ctx, id)
		if err != nil {
			return oped.Piece{}, err
		}
		pieces, err := loadPieces(ctx, s.db.reader, []oped.PieceID{to})
		if err != nil {
			return oped.Piece{}, fmt.Errorf("read piece %d: %w", id, explain(s.db.path, err))
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
		for left := n; n <= 0 || left > 0; {
			size := pageSize
			if n > 0 {
				size = min(size, left)
			}
			ids, pieces, err := nextPieces(ctx, s.db.reader, after, size)
			if err != nil {
				yield(oped.Piece{}, fmt.Errorf("read pieces: %w", explain(s.db.path, err)))
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
	if err != nil {
		return nil, fmt.Errorf("read pieces: %w", explain(s.db.path, err))
	}
	return pieces, nil
}

// Seen returns the pieces with these ids as rules and excerpts see them: of the content of entries with a
// text no more than the first byte, and tags without their spans. That is a third of the size of a whole
// piece.
func (s Pieces) Seen(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	pieces, err := loadPiecesBy(ctx, s.db.reader, ids, seenEntryQuery, seenTagQuery)
	if err != nil {
		return nil, fmt.Errorf("read pieces: %w", explain(s.db.path, err))
	}
	return pieces, nil
}

// pageSize is the number of pieces in memory at a time.
const pageSize = 64

// nextPieces returns the next n ids and their pieces: fewer of them after a merge between the two queries.
func nextPieces(
	ctx context.Context, q querier, after oped.PieceID, n int,
) (ids []oped.PieceID, pieces []oped.Piece, err error) {
	ids, err = pieceIDs(ctx, q, `SELECT id FROM piece WHERE id > ? AND merged IS NULL ORDER BY id LIMIT ?`, after, n)
	if err != nil {
		return nil, nil, err
	}
	pieces, err = loadPieces(ctx, q, ids)
	return ids, pieces, err
}

func pieceIDs(ctx context.Context, q querier, query string, args ...any) (ids []oped.PieceID, err error) {
	err = each(ctx, q, query, args, func(row scanner) error {
		var id oped.PieceID
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}
