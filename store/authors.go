package store

import (
	"context"
	"fmt"
	"slices"

	"oped"
	"oped/text"
)

// AuthorVersion is the prefix of an author's version names, before the slug.
const AuthorVersion = "author/"

const (
	authorsQuery = `
		SELECT a.key, count(DISTINCT e.piece) AS pieces
		FROM author a
		JOIN entry e ON e.id = a.entry
		JOIN piece p ON p.id = e.piece
		WHERE p.kind <> 'news' AND e.piece NOT IN (` + withdrawnQuery + `)
		GROUP BY a.key
		HAVING pieces >= ?
		ORDER BY pieces DESC, a.key LIMIT ?`
	bylinesQuery = `
		SELECT e.authors
		FROM author a
		JOIN entry e ON e.id = a.entry
		WHERE a.key = ?
		ORDER BY e.id DESC LIMIT 50`
	wroteQuery = `
		SELECT DISTINCT e.piece
		FROM author a
		JOIN entry e ON e.id = a.entry
		WHERE a.key = ?
		ORDER BY e.piece`
)

// Authors returns the authors of at least lowest pieces of opinion, the most prolific first, and limit of
// them at most. Withdrawn pieces do not count.
func (s People) Authors(ctx context.Context, lowest, limit int) (authors []oped.Author, err error) {
	err = each(ctx, s.db.reader, authorsQuery, []any{lowest, limit}, func(row scanner) error {
		var a oped.Author
		err := row.Scan(&a.Key, &a.Pieces)
		authors = append(authors, a)
		return err
	})
	for i := range authors {
		if err == nil {
			authors[i].Name, err = s.authorName(ctx, authors[i].Key)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the authors: %w", explain(s.db.path, err))
	}
	return authors, nil
}

// authorName returns the most frequent spelling of an author's name in the latest entries; of equally
// frequent ones, the first in the alphabet.
func (s People) authorName(ctx context.Context, key string) (name string, err error) {
	counts := map[string]int{}
	err = each(ctx, s.db.reader, bylinesQuery, []any{key}, func(row scanner) error {
		var raw string
		if err := row.Scan(&raw); err != nil {
			return err
		}
		persons, err := decodeJSON[oped.Person](raw)
		for _, n := range text.Bylines(persons) {
			if text.AuthorSlug(n) == key {
				counts[n]++
			}
		}
		return err
	})
	for n, times := range counts {
		if have := counts[name]; times > have || times == have && n < name {
			name = n
		}
	}
	if name == "" {
		name = key
	}
	return name, err
}

// piecesBy returns the pieces by some authors.
func piecesBy(ctx context.Context, t *tx, keys []string) (ids []oped.PieceID, err error) {
	for _, key := range keys {
		of, err := pieceIDs(ctx, t, wroteQuery, key)
		if err != nil {
			return nil, err
		}
		ids = append(ids, of...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
