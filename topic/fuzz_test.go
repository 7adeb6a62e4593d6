package topic

import (
	"errors"
	"strings"
	"testing"

	"oped"
)

// nodesIn counts the nodes of an expression and the words of its terms.
func (p *program) nodesIn(n *node) (nodes, words int) {
	p.each(n, func(term int32) { words += 1 + len(p.patterns[term].words) })
	nodes = 1
	for _, child := range n.children {
		k, _ := p.nodesIn(child)
		nodes += k
	}
	return nodes, words
}

// mentionsIn counts the hits of an expression's leaves, each as often as it is named.
func (s *scratch) mentionsIn(n *node) (found int) {
	s.program.each(n, func(term int32) {
		for at := s.first[term]; at >= 0; at = s.hits[at].next {
			found++
		}
	})
	return found
}

// FuzzMatch compares every operator with a comparison of all spans with all, for any rule and text. Steps are
// linear in words and mentions, a budget is respected, and reasons are bounded.
func FuzzMatch(f *testing.F) {
	for _, expr := range []string{
		"DYAD($a, $b, 5)", "foo NEAR/3 bar", "foo PRE/2 bar", "foo SENT $a", "(foo PARA bar) NOT NEAR/4 baz",
		"ATLEAST(3, foo OR bar)", "FIRST(5, $b)", "title:(foo AND NOT bar)",
		`"foo bar" OR foo`, "fooo* NEAR/2 (bar NEAR/2 foo)", `/re/o\s+b/ SENT bar`, "foo OR foo OR foo",
	} {
		f.Add(expr, "Foo bar", "foo bar baz. ", 40)
		f.Add(expr, "", "Foo, foo bar! Foo\n\nbar foo \u2028", 13)
	}
	ls := []oped.List{
		{Name: "a", Terms: terms("foo~", "Foo/title", "bar/weak")},
		{Name: "b", Terms: terms("bar", "bazz*", "foo bar")},
	}
	f.Fuzz(func(t *testing.T, expr, title, unit string, times int) {
		if len(expr) > 500 || len(title) > 500 || len(unit) > 2000 {
			t.Skip()
		}
		e, err := CompileExpr(ls, oped.Rule{Expr: expr})
		if err != nil {
			t.Skip()
		}
		times = min(max(times, 0), 400/(1+len(unit)/8))
		d := &Doc{Title: title, Text: strings.Repeat(unit, times), Summary: unit}
		s := newScratch(len(e.patterns), len(e.lists))
		s.read(&e.program, d)
		compare(t, s, expr, e.root)

		s.read(&e.program, d)
		_, lo, hi := s.eval(e.root, counted)
		s.weigh(1, lo, hi)
		places := 0
		for i := range fields {
			places += len(s.tokens[i].List)
		}
		nodes, words := e.nodesIn(e.root)
		size := len(d.Title) + len(d.Text) + len(d.Summary)
		bound := 100 + 4*size + 4*(places+1)*(words+1) + 8*(s.mentionsIn(e.root)+1)*(nodes+1)
		bound += len(e.regexes) * 2 * (int(fields)*regexWork + regexWorkPerByte*size)
		if s.steps > bound {
			t.Fatalf("%s: %d steps for %d bytes, %d words, %d mentions, %d nodes", expr, s.steps, size, places,
				s.mentionsIn(e.root), nodes)
		}
		for _, steps := range []int{s.steps / 2, 2 * s.steps} {
			budget := oped.NewBudget(steps)
			spans, ok, err := e.Find(t.Context(), &budget, d)
			if err != nil && (!errors.Is(err, errSteps) || ok) || len(spans) > int(fields)*oped.MaxMatches {
				t.Fatalf("%s: %d spans, %v", expr, len(spans), err)
			}
		}
	})
}
