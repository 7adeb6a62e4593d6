package store

import (
	"context"
	"strings"

	"oped"
	"oped/topic"
)

const (
	// Pieces of a publisher and of a country: those of its feeds. A feed without a publisher leaves it to its entries.
	ofPublisher = `(f.publisher = ? OR f.publisher = '' AND e.publisher = ?)`
	ofCountry   = `f.country = ?`

	// The first pieces of a fact, up to a number, from an index. SQLite keeps the order of a CROSS JOIN.
	byFeedsQuery = `SELECT DISTINCT e.piece FROM feed f CROSS JOIN entry e WHERE e.feed = f.id AND %s LIMIT ?`
	byTopicQuery = `SELECT DISTINCT piece FROM tag WHERE topic = ? LIMIT ?`

	// Conditions on a row of table piece.
	hasEntry = `EXISTS (SELECT 1 FROM entry e JOIN feed f ON f.id = e.feed WHERE e.piece = piece.id AND %s)`
	hasTopic = `EXISTS (
			SELECT 1
			FROM tag t
			WHERE t.piece = piece.id AND t.topic = ? AND t.outcome = '` + string(oped.Tagged) + `')`
	hasLang = `(
			SELECT substr(lower(replace(e.lang, '_', '-')) || '-', 1, length(?) + 1)
			FROM entry e
			WHERE e.id = piece.lead) = ? || '-'`
	ofKind = `kind = ?`
)

// where returns a condition on rows of table piece for the facts of a query, and its arguments.
func where(n topic.IndexQuery) (condition string, args []any) {
	between := " AND "
	switch n.Op {
	case topic.Never:
		return "FALSE", nil
	case topic.OpFact:
		condition, args = factCondition(n.Fact)
		if n.Fact.Not {
			condition = "NOT " + condition
		}
		return condition, args
	case topic.Any:
		between = " OR "
	case topic.All:
	default:
		return "TRUE", nil
	}
	parts := make([]string, len(n.Of))
	for i, of := range n.Of {
		var more []any
		parts[i], more = where(of)
		args = append(args, more...)
	}
	return "(" + strings.Join(parts, between) + ")", args
}

func factCondition(f topic.Fact) (condition string, args []any) {
	switch f.Filter {
	case "publisher":
		return strings.Replace(hasEntry, "%s", ofPublisher, 1), []any{f.Value, f.Value}
	case "country":
		return strings.Replace(hasEntry, "%s", ofCountry, 1), []any{f.Value}
	case "topic":
		return hasTopic, []any{f.Value}
	case "lang":
		return hasLang, []any{f.Value, f.Value}
	case "kind":
		return ofKind, []any{f.Value}
	case "date":
		if f.From.IsZero() {
			return "date < ?", []any{f.To.UnixMilli()}
		}
		return "date >= ?", []any{f.From.UnixMilli()}
	}
	return "TRUE", nil
}

// fewOf returns all pieces with a fact of a query that few pieces have, if there is one, and reports whether there is.
func (s Pieces) fewOf(ctx context.Context, facts topic.IndexQuery) (ids []oped.PieceID, found bool, err error) {
	all := facts.Of
	if facts.Op == topic.OpFact {
		all = []topic.IndexQuery{facts}
	}
	for _, n := range all {
		if facts.Op == topic.Any || n.Op != topic.OpFact || n.Fact.Not {
			continue
		}
		var query string
		args := []any{n.Fact.Value}
		switch n.Fact.Filter {
		case "publisher":
			query, args = strings.Replace(byFeedsQuery, "%s", ofPublisher, 1), []any{n.Fact.Value, n.Fact.Value}
		case "country":
			query = strings.Replace(byFeedsQuery, "%s", ofCountry, 1)
		case "topic":
			query = byTopicQuery
		default:
			continue
		}
		ids, err = column[oped.PieceID](ctx, s.db.reader, query, append(args, fewHits+1)...)
		if err != nil || len(ids) <= fewHits {
			return ids, err == nil, err
		}
	}
	return nil, false, nil
}
