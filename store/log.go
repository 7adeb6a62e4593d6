package store

import (
	"context"
	"math"
	"slices"
	"strings"

	"oped"
)

const (
	// logQuery walks the decisions from the latest on.
	logQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.id < $1
			AND ($2 = '' OR d.given_by = $2)
			AND ($3 = '' OR d.action = $3)
			AND ($4 = '' OR d.topic = $4 OR d.id IN (
				SELECT decision
				FROM decision_rule
				WHERE topic = $4))
			AND ($5 = '' OR EXISTS (
				SELECT 1
				FROM choice x
				JOIN edition e ON e.id = x.edition
				WHERE x.decision = d.id AND e.name = $5))
			AND d.at >= $6 AND d.at < $7
		ORDER BY d.id DESC
		LIMIT $8`
	batchQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.request >= $1 AND d.request < $2
		ORDER BY d.id`
	curatorsQuery = `
		SELECT DISTINCT given_by
		FROM decision
		ORDER BY given_by`
	decisionsQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.id IN (%s)`
)

// Log returns up to n selected decisions, the latest first.
func (s Decisions) Log(ctx context.Context, f oped.LogFilter, n int) ([]oped.Decision, error) {
	if f.Before <= 0 {
		f.Before = math.MaxInt64
	}
	until := int64(math.MaxInt64)
	if !f.Until.IsZero() {
		until = f.Until.UnixMilli()
	}
	if f.Piece != 0 {
		all, err := s.On(ctx, f.Piece)
		all = slices.DeleteFunc(all, func(d oped.Decision) bool { return !selects(&f, &d, until) })
		slices.Reverse(all)
		return all[:min(n, len(all))], err
	}
	all, err := decisions(ctx, s.db.reader, logQuery, f.Before, f.By, f.Action, f.Topic, f.Edition,
		max(0, f.Since.UnixMilli()), until, n)
	return all, s.db.doing("read the log", err)
}

// selects is logQuery for one decision.
func selects(f *oped.LogFilter, d *oped.Decision, until int64) bool {
	onTopic := d.Topic == f.Topic ||
		slices.ContainsFunc(d.Rules, func(r oped.RuleChange) bool { return r.Topic == f.Topic })
	return d.ID < f.Before && (f.By == "" || d.By == f.By) && (f.Action == "" || d.Action == f.Action) &&
		(f.Topic == "" || onTopic) && (f.Edition == "" || slices.Contains(d.Editions, f.Edition)) &&
		!d.At.Before(f.Since) && d.At.UnixMilli() < until
}

// Numbered returns the decisions with some numbers, by number. Unknown ones are missing.
func (s Decisions) Numbered(ctx context.Context, numbers []int64) (map[int64]oped.Decision, error) {
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	all, err := listIn(ctx, s.db.reader, scanDecision, decisionsQuery, numbers)
	if err == nil {
		err = detail(ctx, s.db.reader, all)
	}
	byNumber := make(map[int64]oped.Decision, len(all))
	for _, d := range all {
		byNumber[d.ID] = d
	}
	return byNumber, s.db.doing("read some decisions", err)
}

// Batch returns the decisions of the requests with a prefix, in order. The prefix ends with "-".
func (s Decisions) Batch(ctx context.Context, prefix string) ([]oped.Decision, error) {
	all, err := decisions(ctx, s.db.reader, batchQuery, prefix, strings.TrimSuffix(prefix, "-")+".") // . follows -
	return all, s.db.doing("read a batch of decisions", err)
}

// Curators returns everybody who made a decision, by name.
func (s Decisions) Curators(ctx context.Context) ([]string, error) {
	all, err := column[string](ctx, s.db.reader, curatorsQuery)
	return all, s.db.doing("read who made decisions", err)
}

// Targets returns the pieces into which some pieces were merged. Others are missing from it.
func (s Pieces) Targets(ctx context.Context, ids []oped.PieceID) (map[oped.PieceID]oped.PieceID, error) {
	to, err := mapIn[oped.PieceID, oped.PieceID](ctx, s.db.reader, aliasTargetsQuery, ids)
	return to, s.db.doing("follow merged pieces", err)
}
