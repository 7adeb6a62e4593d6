package topic

import (
	"math"
	"math/bits"
	"sort"

	"oped/text"
)

// span is a stretch of places found by an expression.
type span struct {
	from, to int32
	key      uint64 // the term or pair of terms found there, independent of anything else compiled
	zone     text.Zone
	weak     bool
}

// eval evaluates an expression within the given zones. It leaves the spans it found in s.spans[lo:hi], and adds
// nothing else to s.spans. A side of only weak terms is found without being ok.
func (s *scratch) eval(n *node, mask zoneSet) (ok bool, lo, hi int) {
	lo = len(s.spans)
	if !s.spend(1) {
		return false, lo, lo
	}
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
		for _, child := range n.children {
			one, _, _ := s.eval(child, mask)
			ok = ok || one
		}
	case opNot:
		found, _, _ := s.eval(n.children[0], mask)
		s.spans = s.spans[:lo]
		return !found, lo, lo
	case opNear, opPre, opSent, opPara:
		ok = s.near(n, mask)
	case opNotNear:
		ok = s.notNear(n, mask)
	case opMin:
		ok, _, _ = s.eval(n.children[0], mask)
		ok = ok && s.spend(len(s.spans)-lo) && s.disjoint(s.spans[lo:]) >= n.n
	case opFirst:
		ok = s.within(n, mask)
	case opFilter:
		return n.fact.holds(s), lo, lo
	case opZone:
		return s.eval(n.children[0], n.zones(mask))
	}
	if !ok {
		s.spans = s.spans[:lo]
	}
	return ok, lo, len(s.spans)
}

// zones returns the zones of a zone's expression within others.
func (n *node) zones(mask zoneSet) zoneSet {
	if mask == counted {
		return n.zone
	}
	return n.zone & mask
}

// hitsOf adds the hits of a term in the given zones.
func (s *scratch) hitsOf(term int32, mask zoneSet, weak bool) {
	n := 0
	for at := s.first[term]; at >= 0; at = s.hits[at].next {
		h := &s.hits[at]
		if mask.has(h.zone) {
			s.spans = append(s.spans, span{h.from, h.to, s.program.keys[term], h.zone, weak})
		}
		n++
	}
	s.spend(n)
}

// list finds the terms of a list. Its weak terms count only if the document contains a strong one, or the feed
// implies the list. An implied list holds without any mention, unless a zone is named.
func (s *scratch) list(list int32, mask zoneSet) bool {
	lo := len(s.spans)
	found := s.foundOf(list)
	s.spend(len(found))
	for i := range found {
		if x := &found[i]; mask.has(x.zone) && (!x.weak || s.strong[list]) {
			s.spans = append(s.spans, *x)
		}
	}
	return len(s.spans) > lo || s.implied[list] && mask == counted
}

// foundOf returns the spans of all terms of a list in all zones, and fills strong. It looks for them once.
func (s *scratch) foundOf(list int32) []span {
	if s.searched[list] {
		return s.found[list]
	}
	s.searched[list], s.strong[list] = true, s.implied[list]
	lo := len(s.spans)
	for _, l := range s.program.lists[list] {
		if s.first[l.term] >= 0 {
			s.hitsOf(l.term, everywhere, l.weak)
		}
	}
	found := append(s.found[list][:0], s.spans[lo:]...)
	s.spans = s.spans[:lo]
	for i := range found {
		s.strong[list] = s.strong[list] || !found[i].weak && counted.has(found[i].zone)
	}
	s.found[list] = found
	return found
}

func (s *scratch) and(n *node, mask zoneSet) bool {
	for _, child := range n.children {
		if ok, _, _ := s.eval(child, mask); !ok {
			return false
		}
	}
	return true
}

// near pairs each span of the left side with the nearest of the right side within reach, and the other way
// round. A pair is one span, from the beginning of the first to the end of the second.
func (s *scratch) near(n *node, mask zoneSet) bool {
	okA, lo, mid := s.eval(n.children[0], mask)
	if !okA {
		return false
	}
	okB, _, hi := s.eval(n.children[1], mask)
	if !okB || !s.spend(hi-lo) {
		return false
	}
	s.inOrder(s.spans[lo:mid])
	s.inOrder(s.spans[mid:hi])
	s.pair(n, lo, mid, mid, hi, n.op != opPre, true)
	s.pair(n, mid, hi, lo, mid, true, n.op != opPre)
	found := copy(s.spans[lo:], s.spans[hi:])
	s.spans = s.spans[:lo+found]
	return found > 0
}

// pair adds a span for each of spans[lo:hi] and the nearest of spans[from:to] within reach, before or behind
// it. Both are in order. It goes through both once, unit by unit: nothing pairs across the ends of a paragraph
// or, for SENT, of a sentence.
func (s *scratch) pair(n *node, lo, hi, from, to int, before, behind bool) {
	for i := lo; i < hi && from < to; {
		unit := s.unit(n, s.spans[i].from)
		for from < to && s.unit(n, s.spans[from].from) < unit {
			from++
		}
		end := from
		for end < to && s.unit(n, s.spans[end].from) == unit {
			end++
		}
		s.noteEnds(from, end)
		ended, last := 0, 0 // how many of the unit end before the span, and the first of the last to end
		next := from        // the first to begin behind it
		for ; i < hi && s.unit(n, s.spans[i].from) == unit; i++ {
			x := s.spans[i]
			for ended < len(s.ends) && s.spans[s.ends[ended]].to <= x.from {
				if s.spans[s.ends[ended]].to > s.spans[s.ends[last]].to {
					last = ended
				}
				ended++
			}
			var best *span
			lowest := int32(n.n) + 1
			if n.op == opSent || n.op == opPara {
				lowest = math.MaxInt32
			}
			if before && ended > 0 {
				y := &s.spans[s.ends[last]]
				if d := x.from - y.to + 1; d < lowest {
					best, lowest = y, d
				}
			}
			if behind {
				next = s.behind(x.to, from, next, end)
				if next < end && s.spans[next].from-x.to+1 < lowest {
					best = &s.spans[next]
				}
			}
			if best != nil {
				s.spans = append(s.spans, cover(x, *best))
			}
		}
		from = end
	}
}

// behind returns the first of the ordered spans[lo:hi] to begin at a place or after it. It searches from near
// on, in ever longer steps.
func (s *scratch) behind(place int32, lo, near, hi int) int {
	for step := 1; near < hi && s.spans[near].from < place; step *= 2 {
		lo, near = near+1, near+step
	}
	hi = min(hi, near)
	for step := 1; hi-step > lo; step *= 2 {
		if s.spans[hi-step].from < place {
			lo = hi - step + 1
			break
		}
		hi -= step
	}
	return lo + sort.Search(hi-lo, func(i int) bool { return s.spans[lo+i].from >= place })
}

// noteEnds leaves in s.ends the places of the ordered spans[lo:hi], sorted by their ends.
func (s *scratch) noteEnds(lo, hi int) {
	s.postings.reset(hi - lo)
	s.postings.sort(func(at int32) uint32 { return uint32(s.spans[lo+int(at)].to) })
	s.ends = s.ends[:0]
	for _, r := range s.postings.all {
		s.ends = append(s.ends, int32(lo)+r.at)
	}
}

// unit returns the number of the stretch around a place that a pair may not leave: a sentence for SENT, else a
// paragraph.
func (s *scratch) unit(n *node, at int32) int32 {
	s.steps++
	if n.op == opSent {
		return s.at(at).sentence
	}
	return s.at(at).para
}

// cover returns the stretch from one span to the other, as one. It belongs to the zone where it begins.
func cover(a, b span) span {
	if b.from < a.from {
		a, b = b, a
	}
	low, high := min(a.key, b.key), max(a.key, b.key)
	return span{a.from, max(a.to, b.to), low*0x9e3779b97f4a7c15 ^ bits.RotateLeft64(high, 31), a.zone, a.weak || b.weak}
}

// notNear keeps the spans of the left side without a span of the right side near them. Overlapping counts as
// near here, so that an exception may name its whole phrase: Washington NOT NEAR/1 "Washington Post".
func (s *scratch) notNear(n *node, mask zoneSet) bool {
	ok, lo, mid := s.eval(n.children[0], mask)
	if !ok {
		return false
	}
	_, _, hi := s.eval(n.children[1], mask)
	if !s.spend(hi - lo) {
		return false
	}
	right := s.spans[mid:hi]
	s.inOrder(right)
	s.noteReach(right)
	kept := lo
	for _, a := range s.spans[lo:mid] {
		if !s.isNear(n, &a, right) {
			s.spans[kept] = a
			kept++
		}
	}
	s.spans = s.spans[:kept]
	return kept > lo
}

// reached is how far spans in order reach, up to one of them: all before it, and those beginning in its
// paragraph.
type reached struct{ all, para int32 }

// noteReach leaves in s.reached how far spans reach.
func (s *scratch) noteReach(spans []span) {
	s.reached = s.reached[:0]
	var r reached
	para := int32(-1)
	for _, x := range spans {
		if p := s.at(x.from).para; p != para {
			para, r.para = p, 0
		}
		r.all, r.para = max(r.all, x.to), max(r.para, x.to)
		s.reached = append(s.reached, r)
	}
}

// isNear reports whether one of the ordered spans passed to noteReach overlaps the span a or lies within reach
// of it.
func (s *scratch) isNear(n *node, a *span, spans []span) bool {
	s.steps++
	next := sort.Search(len(spans), func(i int) bool { return spans[i].from >= a.to }) // the first behind it
	para := s.at(a.from).para
	if next < len(spans) && spans[next].from-a.to < int32(n.n) && s.at(spans[next].from).para == para {
		return true
	}
	if next == 0 {
		return false
	}
	r := s.reached[next-1]
	return r.all > a.from || a.from-r.para < int32(n.n) && s.at(spans[next-1].from).para == para
}

// within keeps the spans among the first words of the text.
func (s *scratch) within(n *node, mask zoneSet) bool {
	ok, lo, hi := s.eval(n.children[0], mask)
	if !ok || !s.spend(hi-lo) {
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

// disjoint returns the largest number of spans without an overlap. Always taking the span with the first end
// leaves room for the most.
func (s *scratch) disjoint(spans []span) (n int) {
	s.inEndOrder(spans)
	end := int32(-1)
	for _, x := range spans {
		if x.from >= end {
			n++
			end = x.to
		}
	}
	return n
}
