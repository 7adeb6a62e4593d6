package topic

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oped"
)

// This file is a plain reference implementation of eval, weigh and repeats. It compares everything with
// everything.

// slowEval returns the spans found by an expression. The scratch has read the document.
func (s *scratch) slowEval(n *node, mask zoneSet) (ok bool, found []span) {
	switch n.op {
	case opTerm, opRegex:
		s.spans = s.spans[:0]
		ok, lo, hi := s.eval(n, mask)
		return ok, slices.Clone(s.spans[lo:hi])
	case opList:
		return s.slowList(n.list, mask)
	case opAnd:
		for _, child := range n.children {
			one, more := s.slowEval(child, mask)
			if !one {
				return false, nil
			}
			found = append(found, more...)
		}
		return true, found
	case opOr:
		for _, child := range n.children {
			one, more := s.slowEval(child, mask)
			ok = ok || one
			found = append(found, more...)
		}
	case opNot:
		one, _ := s.slowEval(n.children[0], mask)
		return !one, nil
	case opNear, opPre, opSent, opPara:
		okA, as := s.slowEval(n.children[0], mask)
		okB, bs := s.slowEval(n.children[1], mask)
		if !okA || !okB {
			return false, nil
		}
		slowInOrder(as)
		slowInOrder(bs)
		found = append(s.slowPair(n, as, bs, false), s.slowPair(n, bs, as, true)...)
		ok = len(found) > 0
	case opNotNear:
		okA, as := s.slowEval(n.children[0], mask)
		if !okA {
			return false, nil
		}
		_, bs := s.slowEval(n.children[1], mask)
		for _, a := range as {
			if !slices.ContainsFunc(bs, func(b span) bool {
				_, close := s.slowReach(n, &a, &b)
				return close || a.from < b.to && b.from < a.to
			}) {
				found = append(found, a)
			}
		}
		ok = len(found) > 0
	case opMin:
		ok, found = s.slowEval(n.children[0], mask)
		slowSort(found, byEnd)
		apart, end := 0, int32(-1)
		for _, x := range found {
			if x.from >= end {
				apart++
				end = x.to
			}
		}
		ok = ok && apart >= n.n
	case opFirst:
		one, all := s.slowEval(n.children[0], mask)
		for _, x := range all {
			if p := s.at(x.to - 1); one && p.field == fieldText && p.index < n.n {
				found = append(found, x)
			}
		}
		ok = len(found) > 0
	case opZone:
		zones := n.zone
		if mask != counted {
			zones &= mask
		}
		return s.slowEval(n.children[0], zones)
	}
	if !ok {
		return false, nil
	}
	return true, found
}

func slowSort(spans []span, compare func(a, b span) int) {
	if len(spans) < manySpans {
		slices.SortFunc(spans, compare)
	} else {
		slices.SortStableFunc(spans, compare)
	}
}

func slowInOrder(spans []span) {
	slowSort(spans, byBeginning)
}

func (s *scratch) slowPair(n *node, xs, ys []span, turned bool) (found []span) {
	for _, x := range xs {
		best, lowest := -1, int32(0)
		for j := range ys {
			a, b := &x, &ys[j]
			if turned {
				a, b = b, a
			}
			if d, ok := s.slowReach(n, a, b); ok && (best < 0 || d < lowest) {
				best, lowest = j, d
			}
		}
		if best >= 0 {
			found = append(found, cover(x, ys[best]))
		}
	}
	return found
}

// slowReach returns the number of words from one span to the other, and whether they are near enough.
func (s *scratch) slowReach(n *node, a, b *span) (int32, bool) {
	d := b.from - a.to + 1
	if b.from < a.from {
		if n.op == opPre {
			return 0, false
		}
		d = a.from - b.to + 1
	}
	if d < 1 { // they overlap
		return 0, false
	}
	pa, pb := s.at(a.from), s.at(b.from)
	switch n.op {
	case opSent:
		return d, pa.sentence == pb.sentence
	case opPara:
		return d, pa.para == pb.para
	}
	return d, pa.para == pb.para && d <= int32(n.n)
}

// slowWeigh returns the parts of one rule.
func slowWeigh(rule float64, found []span) (parts []part) {
	slices.SortFunc(found, func(a, b span) int {
		return cmp.Or(cmp.Compare(b.worth(), a.worth()), cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to),
			cmp.Compare(a.key, b.key))
	})
	for _, x := range found {
		seen, overlaps := 0, false
		for _, p := range parts {
			overlaps = overlaps || x.from < p.to && p.from < x.to
			if p.key == x.key {
				seen++
			}
		}
		if overlaps || seen >= len(saturation) || zoneWeights[x.zone] == 0 {
			continue
		}
		p := part{span: x, rule: rule, zone: zoneWeights[x.zone], term: x.termWeight(), nth: saturation[seen]}
		p.weight = eighths(p.rule * p.zone * p.term * p.nth)
		parts = append(parts, p)
	}
	return parts
}

// slowList returns the spans of the terms of a list, one term after the other.
func (s *scratch) slowList(list int32, mask zoneSet) (ok bool, found []span) {
	each := func(do func(l listed, h *hit)) {
		for _, l := range s.program.lists[list] {
			for at := s.first[l.term]; at >= 0; at = s.hits[at].next {
				do(l, &s.hits[at])
			}
		}
	}
	strong := s.implied[list]
	each(func(l listed, h *hit) { strong = strong || !l.weak && counted.has(h.zone) })
	each(func(l listed, h *hit) {
		if mask.has(h.zone) && (strong || !l.weak) {
			found = append(found, span{h.from, h.to, s.program.keys[l.term], h.zone, l.weak})
		}
	})
	return len(found) > 0 || s.implied[list] && mask == counted, found
}

// compare compares every node of an expression, and the parts of the whole, with the reference.
func compare(t interface{ Fatalf(string, ...any) }, s *scratch, source string, root *node) {
	var each func(n *node)
	each = func(n *node) {
		for _, mask := range []zoneSet{counted, zonesOf["body"]} {
			wantOK, want := s.slowEval(n, mask)
			s.spans = s.spans[:0]
			ok, lo, hi := s.eval(n, mask)
			if got := s.spans[lo:hi]; ok != wantOK || !slices.Equal(got, want) {
				t.Fatalf("%s, node %d of it: %v, want %v:\n%+v\n%+v", source, n.op, ok, wantOK, got, want)
			}
			if s.holdsIn(n, mask) != wantOK {
				t.Fatalf("%s, node %d of it, holds: %v, want %v", source, n.op, !wantOK, wantOK)
			}
		}
		for _, child := range n.children {
			each(child)
		}
	}
	each(root)
	_, want := s.slowEval(root, counted)
	s.spans, s.judged.parts = s.spans[:0], s.judged.parts[:0]
	_, lo, hi := s.eval(root, counted)
	s.weigh(2, lo, hi)
	if got, want := s.judged.parts, slowWeigh(2, want); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Fatalf("%s weighs\n%+v\n%+v", source, got, want)
	}
}

// TestEval_EqualsReference checks, for any expression and text, that every operator finds the same spans in the
// same order as the reference, and that the same spans count.
func TestEval_EqualsReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := randomExpr(t, rapid.IntRange(0, 3).Draw(t, "depth"))
		topic := randomTopic(t, "topic")
		e, err := CompileExpr(topic.Lists, oped.Rule{Expr: source})
		if err != nil {
			t.Skip(err)
		}
		d := randomDoc(t)
		d.Text = randomText(t, "longer text", 200)
		if rapid.Bool().Draw(t, "many spans") {
			d.Text = strings.Repeat(d.Text+" ", 8)
		}
		s := e.pool.Get().(*scratch)
		defer e.pool.Put(s)
		s.read(&e.program, d)
		compare(t, s, source, e.root)
	})
}
