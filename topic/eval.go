package topic

import (
	"cmp"
	"math/bits"
	"slices"

	"oped/text"
)

// span is a stretch of places that an expression found.
type span struct {
	from, to int32
	key      uint64 // what was found there: a term, or a pair of them. It does not depend on what else is compiled
	zone     text.Zone
	weak     bool
}

// eval evaluates an expression within the given zones. It leaves what the expression found in s.spans[lo:hi]; nothing else is added to
// s.spans. A side that is made of weak terms only is found without being ok.
func (s *scratch) eval(n *node, mask zoneSet) (ok bool, lo, hi int) {
	lo = len(s.spans)
	switch n.op {
	case opTerm, opRegex:
		s.hitsOf(n.term, mask, false)
		ok = len(s.spans) > lo
		if ok && n.weak {
			for i := lo; i < len(s.spans); i++ {
				s.spans[i].weak = true
			}
			return false, lo, len(s.spans)
		}
	case opList:
		ok = s.list(n.list, mask)
	case opAnd:
		ok = s.and(n, mask)
	case opOr:
		for _, kid := range n.kids {
			one, _, _ := s.eval(kid, mask)
			ok = ok || one
		}
	case opNot:
		found, _, _ := s.eval(n.kids[0], mask)
		s.spans = s.spans[:lo]
		return !found, lo, lo
	case opNear, opPre, opSent, opPara:
		ok = s.near(n, mask)
	case opNotNear:
		ok = s.notNear(n, mask)
	case opAtLeast:
		ok, _, _ = s.eval(n.kids[0], mask)
		ok = ok && s.apart(s.spans[lo:]) >= n.n
	case opFirst:
		ok = s.within(n, mask)
	case opZone:
		zones := n.zone
		if mask != counted {
			zones &= mask
		}
		return s.eval(n.kids[0], zones)
	}
	if !ok {
		s.spans = s.spans[:lo]
	}
	return ok, lo, len(s.spans)
}

// hitsOf adds what was found of a term in the given zones.
func (s *scratch) hitsOf(term int32, mask zoneSet, weak bool) {
	for at := s.first[term]; at >= 0; at = s.hits[at].next {
		h := &s.hits[at]
		if mask.has(h.zone) {
			s.spans = append(s.spans, span{h.from, h.to, s.keys[term], h.zone, weak})
		}
	}
}

// list finds the terms of a list. Its weak terms count only where a strong one stands in the document, or the feed implies the list.
// An implied list holds without a word being said, unless a zone is named.
func (s *scratch) list(list int32, mask zoneSet) bool {
	lo := len(s.spans)
	for _, l := range s.lists[list] {
		if !l.weak || s.hasStrong(list) {
			s.hitsOf(l.term, mask, l.weak)
		}
	}
	return len(s.spans) > lo || s.implied[list] && mask == counted
}

func (s *scratch) hasStrong(list int32) bool {
	if s.strong[list] == 0 {
		s.strong[list] = 2
		if s.implied[list] {
			s.strong[list] = 1
		}
		for _, l := range s.lists[list] {
			for at := s.first[l.term]; !l.weak && at >= 0 && s.strong[list] == 2; at = s.hits[at].next {
				if counted.has(s.hits[at].zone) {
					s.strong[list] = 1
				}
			}
		}
	}
	return s.strong[list] == 1
}

func (s *scratch) and(n *node, mask zoneSet) bool {
	for _, kid := range n.kids {
		if ok, _, _ := s.eval(kid, mask); !ok {
			return false
		}
	}
	return true
}

// near pairs what the left side found with the nearest of what the right side found, within reach. The pair is one span, from the
// beginning of the first to the end of the second.
func (s *scratch) near(n *node, mask zoneSet) bool {
	okA, lo, mid := s.eval(n.kids[0], mask)
	if !okA {
		return false
	}
	okB, _, hi := s.eval(n.kids[1], mask)
	if !okB {
		return false
	}
	inOrder(s.spans[lo:mid])
	inOrder(s.spans[mid:hi])
	s.pair(n, lo, mid, mid, hi, false)
	s.pair(n, mid, hi, lo, mid, true)
	found := copy(s.spans[lo:], s.spans[hi:])
	s.spans = s.spans[:lo+found]
	return found > 0
}

// pair adds a span for each of spans[lo:hi] and the nearest of spans[from:to] within reach. turned: the former are the right side.
func (s *scratch) pair(n *node, lo, hi, from, to int, turned bool) {
	for i := lo; i < hi; i++ {
		x := s.spans[i]
		para := s.at(x.from).para
		for from < to && s.at(s.spans[from].from).para < para {
			from++ // nor can it be near any of the following
		}
		best, least := -1, int32(0)
		for j := from; j < to && s.at(s.spans[j].from).para == para; j++ {
			a, b := &x, &s.spans[j]
			if turned {
				a, b = b, a
			}
			if d, ok := s.reach(n, a, b); ok && (best < 0 || d < least) {
				best, least = j, d
			}
		}
		if best >= 0 {
			s.spans = append(s.spans, cover(x, s.spans[best]))
		}
	}
}

// reach tells how many words lie from one span to the other, and whether that is near enough.
func (s *scratch) reach(n *node, a, b *span) (int32, bool) {
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

// cover is the stretch from one span to the other, as one. It belongs to the zone that it begins in.
func cover(a, b span) span {
	if b.from < a.from {
		a, b = b, a
	}
	low, high := min(a.key, b.key), max(a.key, b.key)
	return span{a.from, max(a.to, b.to), low*0x9e3779b97f4a7c15 ^ bits.RotateLeft64(high, 31), a.zone, a.weak || b.weak}
}

// notNear keeps what the left side found where nothing of the right side stands near. What overlaps is near here, so that an exception
// may name the whole of what it excepts: Washington NOT NEAR/1 "Washington Post".
func (s *scratch) notNear(n *node, mask zoneSet) bool {
	ok, lo, mid := s.eval(n.kids[0], mask)
	if !ok {
		return false
	}
	_, _, hi := s.eval(n.kids[1], mask)
	kept := lo
	for i := lo; i < mid; i++ {
		a := s.spans[i]
		far := !slices.ContainsFunc(s.spans[mid:hi], func(b span) bool {
			_, close := s.reach(n, &a, &b)
			return close || a.from < b.to && b.from < a.to
		})
		if far {
			s.spans[kept] = a
			kept++
		}
	}
	s.spans = s.spans[:kept]
	return kept > lo
}

// within keeps what stands among the first words of the text.
func (s *scratch) within(n *node, mask zoneSet) bool {
	ok, lo, hi := s.eval(n.kids[0], mask)
	if !ok {
		return false
	}
	kept := lo
	for _, x := range s.spans[lo:hi] {
		if p := s.at(x.to - 1); p.field == fieldText && p.index < n.n {
			s.spans[kept] = x
			kept++
		}
	}
	s.spans = s.spans[:kept]
	return kept > lo
}

// apart counts how many spans there are of which no two overlap: taking always the one that ends first leaves room for the most.
func (s *scratch) apart(spans []span) (n int) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.from, b.from)) })
	end := int32(-1)
	for _, x := range spans {
		if x.from >= end {
			n++
			end = x.to
		}
	}
	return n
}

func inOrder(spans []span) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
}
