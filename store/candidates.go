package store

import (
	"context"
	"math"
	"slices"

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
	allQuery    = `SELECT id FROM piece WHERE merged IS NULL ORDER BY id`
	taggedQuery = `SELECT piece FROM tag WHERE topic = $1`
	ledQuery    = `
		SELECT p.id
		FROM feed f
		JOIN entry e ON e.feed = f.id
		JOIN piece p ON p.id = e.piece AND p.lead = e.id
		WHERE f.url IN (%s) AND p.merged IS NULL`
)

// Candidates returns the pieces matching one of the queries, and those with a tag of one of the topics,
// sorted by id. It returns all pieces while their words are being computed again.
func (s Topics) Candidates(ctx context.Context, wheres []CandidateQuery, topics []string) ([]oped.PieceID, error) {
	version, err := one[string](ctx, s.db.reader, metaQuery, "words")
	if err == nil && version != wordsVersion {
		wheres = []CandidateQuery{{Query: topic.IndexQuery{Op: topic.Always}}}
	}
	var ids []oped.PieceID
	if err == nil {
		ids, err = candidates(ctx, s.db.reader, s.db.dialect, wheres, topics)
	}
	return ids, s.db.doing("look for pieces", err)
}

func candidates(
	ctx context.Context, q querier, d dialect, wheres []CandidateQuery, topics []string,
) (ids []oped.PieceID, err error) {
	for _, name := range topics {
		wheres = append(slices.Clip(wheres), CandidateQuery{Query: topic.IndexQuery{Op: topic.Always}, Tagged: name})
	}
	for _, w := range wheres {
		found, err := candidatesFor(ctx, q, d, w)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// candidatesFor asks for each of the conditions, and returns the pieces of all answers.
func candidatesFor(ctx context.Context, q querier, d dialect, w CandidateQuery) (ids []oped.PieceID, err error) {
	var found [][]oped.PieceID
	ask := func(query string, args ...any) {
		if err == nil {
			ids, err = column[oped.PieceID](ctx, q, query, args...)
			found = append(found, ids)
		}
	}
	switch w.Query.Op {
	case topic.Never:
		return nil, nil
	case topic.Always:
	default:
		ask(d.words.find, d.match(w.Query), math.MaxInt)
	}
	if w.Tagged != "" {
		ask(taggedQuery, w.Tagged)
	}
	if w.Feeds != nil && err == nil {
		ids, err = columnIn[oped.PieceID](ctx, q, ledQuery, w.Feeds)
		found = append(found, ids)
	}
	if len(found) == 0 {
		ask(allQuery)
	}
	for _, other := range found[:max(len(found)-1, 0)] {
		slices.Sort(other)
		ids = slices.DeleteFunc(ids, func(id oped.PieceID) bool {
			_, both := slices.BinarySearch(other, id)
			return !both
		})
	}
	return ids, err
}
