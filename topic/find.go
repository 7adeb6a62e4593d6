package topic

import (
	"context"

	"oped"
)

// Find reports whether a piece fulfils the expression, and returns its matches. Each match is a stretch of a
// field, unchanged, without a weight; they are in document order, the first oped.MaxMatches of each field. A
// NOT yields no match.
//
// Each byte read, state of a regular expression and mention looked at takes one step out of the budget. Find
// fails if the budget or the memory for mentions is used up, or with the error of the context, checked several
// times a second. After an error the result says nothing about the piece.
func (e *Expr) Find(ctx context.Context, budget *oped.Budget, d *Doc) (spans []oped.Span, ok bool, err error) {
	s := e.pool.Get().(*scratch)
	defer e.pool.Put(s)
	s.ctx, s.budget = ctx, budget
	defer func() { s.ctx, s.budget, s.stopped = nil, nil, nil }()
	s.read(&e.program, d)
	ok, lo, hi := s.eval(e.root, counted)
	if s.spend(hi - lo); s.stopped != nil || !ok {
		return nil, false, s.stopped
	}
	found := s.spans[lo:hi]
	s.inOrder(found)
	var kept [fields]int
	for _, x := range found {
		if f := s.at(x.from).field; kept[f] < oped.MaxMatches {
			kept[f]++
			spans = append(spans, s.cut(x, 0, ""))
		}
	}
	return spans, true, nil
}
