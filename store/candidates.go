package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"oped"
	"oped/topic"
)

// CandidateQuery selects pieces by their words, by the feed of their lead entry, and by a tag.
type CandidateQuery struct {
	Query  topic.IndexQuery
	Feeds  []string // by URL; nil: any feed
	Tagged string   // only those with a tag of this topic; "": any
}

const (
	wordsQuery = `SELECT rowid FROM words WHERE words MATCH ?`
	leadsQuery = `
		SELECT p.id, f.url
		FROM words w
		JOIN piece p ON p.id = w.rowid
		JOIN entry e ON e.id = p.lead
		JOIN feed f ON f.id = e.feed
		WHERE w.words MATCH ?`
	allQuery      = `SELECT id FROM piece WHERE merged IS NULL`
	allLeadsQuery = `
		SELECT p.id, f.url
		FROM piece p
		JOIN entry e ON e.id = p.lead
		JOIN feed f ON f.id = e.feed
		WHERE p.merged IS NULL`
	taggedQuery = `SELECT piece FROM tag WHERE topic = ?`
)

// Candidates returns the pieces matching one of the queries, and those with a tag of one of the topics,
// sorted by id.
func (s Topics) Candidates(ctx context.Context, wheres []CandidateQuery, topics []string) ([]oped.PieceID, error) {
	ids, err := candidates(ctx, s.db.reader, wheres, topics)
	if err != nil {
		return nil, fmt.Errorf("look for pieces: %w", explain(s.db.path, err))
	}
	return ids, nil
}

func candidates(
	ctx context.Context, q querier, wheres []CandidateQuery, topics []string,
) (ids []oped.PieceID, err error) {
	for _, name := range topics {
		tagged, err := pieceIDs(ctx, q, taggedQuery, name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, tagged...)
	}
	for _, w := range wheres {
		if w.Query.Op == topic.Never {
			continue
		}
		found, err := candidatesFor(ctx, q, w)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// candidatesFor asks the index, and reads the feeds only if it has to.
func candidatesFor(ctx context.Context, q querier, w CandidateQuery) (ids []oped.PieceID, err error) {
	var args []any
	all, leads := allQuery, allLeadsQuery
	if w.Query.Op != topic.Always {
		args = []any{match(w.Query)}
		all, leads = wordsQuery, leadsQuery
	}
	if w.Tagged != "" {
		const tagged = ` IN (SELECT piece FROM tag WHERE topic = ?)`
		args = append(args, w.Tagged)
		if w.Query.Op == topic.Always {
			all, leads = all+` AND id`+tagged, leads+` AND p.id`+tagged
		} else {
			// + : the index is asked once, not for every piece
			all, leads = all+` AND +rowid`+tagged, leads+` AND +w.rowid`+tagged
		}
	}
	if w.Feeds == nil {
		return pieceIDs(ctx, q, all, args...)
	}
	wanted := make(map[string]bool, len(w.Feeds))
	for _, url := range w.Feeds {
		wanted[url] = true
	}
	err = each(ctx, q, leads, args, func(row scanner) error {
		var id oped.PieceID
		var url string
		err := row.Scan(&id, &url)
		if wanted[url] {
			ids = append(ids, id)
		}
		return err
	})
	return ids, err
}

// match returns a query in the query language of FTS5. Its words hold letters and digits only.
func match(n topic.IndexQuery) string {
	var b strings.Builder
	writeMatch(&b, n)
	return b.String()
}

func writeMatch(b *strings.Builder, n topic.IndexQuery) {
	switch n.Op {
	case topic.Word:
		b.WriteString(`"` + n.Word + `"`)
	case topic.Prefix:
		b.WriteString(`"` + n.Word + `"*`)
	case topic.All, topic.Any:
		between := " AND "
		if n.Op == topic.Any {
			between = " OR "
		}
		for i, of := range n.Of {
			if i > 0 {
				b.WriteString(between)
			}
			b.WriteByte('(')
			writeMatch(b, of)
			b.WriteByte(')')
		}
	}
}
