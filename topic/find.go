package topic

import "oped"

// Find tells whether a piece fulfils the expression, and what it found: each stretch as it stands in the piece, in the order in which they were found. They
// bear no weight. What did not have to be found, as what NOT keeps out, gives none.
func (e *Expr) Find(d *Doc) (spans []oped.Span, ok bool) {
	s := e.pool.Get().(*scratch)
	defer e.pool.Put(s)
	s.read(&e.program, d)
	ok, lo, hi := s.eval(e.root, counted)
	if !ok {
		return nil, false
	}
	for _, x := range s.spans[lo:hi] {
		spans = append(spans, s.cut(x, 0, ""))
	}
	return spans, true
}
