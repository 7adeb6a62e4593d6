package topic

import (
	"context"

	"oped"
)

// Find reports whether a piece fulfils the expression, and what it found: each stretch as it is in the piece, in the
// order of their places, of each field the first oped.MaxMatches. They bear no weight. What did not have to be found,
// as what NOT keeps out, gives none.
//
// It takes its steps out of the budget: a byte read, a state of a regular expression and a mention looked at is one each. It fails where the budget or
// the memory for mentions was used up, and with the error of the context, which it looks at several times a second.
// After an error nothing is known of the piece.
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
