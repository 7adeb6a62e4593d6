package store

import (
	"context"
	"slices"

	"oped"
	"oped/text"
)

// AuthorVersion is the prefix of an author's version names, before the slug.
const AuthorVersion = "author/"

const (
	authorsQuery = `
		SELECT a.key, count(DISTINCT e.piece)
		FROM author a
		JOIN entry e ON e.id = a.entry
		JOIN piece p ON p.id = e.piece
		WHERE p.kind <> '` + string(oped.News) + `' AND e.piece NOT IN (` + withdrawnQuery + `)
		GROUP BY a.key
		HAVING count(DISTINCT e.piece) >= $1
		ORDER BY count(DISTINCT e.piece) DESC, a.key
		LIMIT $2`
	bylinesQuery = `
		SELECT e.authors
		FROM author a
		JOIN entry e ON e.id = a.entry
		WHERE a.key = $1
		ORDER BY e.id DESC
		LIMIT 50`
	wroteQuery = `
		SELECT DISTINCT e.piece
		FROM author a
		JOIN entry e ON e.id = a.entry
		WHERE a.key IN (%s)
		ORDER BY e.piece`
)

// Authors returns the authors of at least lowest pieces of opinion, the most prolific first, and limit of
// them at most. Withdrawn pieces do not count, and former slugs neither (see [text.AuthorSlugs]).
func (s People) Authors(ctx context.Context, lowest, limit int) ([]oped.Author, error) {
	authors, err := list(ctx, s.db.reader, func(row scanner, a *oped.Author) error {
		return row.Scan(&a.Key, &a.Pieces)
	}, authorsQuery, lowest, limit)
	for i := range authors {
		if err == nil {
			authors[i].Name, err = s.authorName(ctx, authors[i].Key)
		}
	}
	authors = slices.DeleteFunc(authors, func(a oped.Author) bool { return a.Name == "" })
	return authors, s.db.doing("read the authors", err)
}

// AuthorNames returns the names of authors, by key, each in its most frequent spelling. Former slugs are missing.
func (s People) AuthorNames(ctx context.Context, keys []string) (map[string]string, error) {
	names := map[string]string{}
	for _, key := range keys {
		name, err := s.authorName(ctx, key)
		if err != nil {
			return nil, s.db.doing("read the names of authors", err)
		}
		if name != "" {
			names[key] = name
		}
	}
	return names, nil
}

// authorName returns the most frequent spelling of an author's name in the latest entries; of equally
// frequent ones, the first in the alphabet. It returns "" for a former slug.
func (s People) authorName(ctx context.Context, key string) (name string, err error) {
	counts := map[string]int{}
	err = each(ctx, s.db.reader, bylinesQuery, []any{key}, func(row scanner) error {
		var persons []oped.Person
		err := row.Scan(asJSON(&persons))
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
	return name, err
}

// piecesBy returns the pieces by some authors.
func piecesBy(ctx context.Context, t *tx, keys []string) ([]oped.PieceID, error) {
	ids, err := columnIn[oped.PieceID](ctx, t, wroteQuery, keys)
	slices.Sort(ids)
	return slices.Compact(ids), err
}
