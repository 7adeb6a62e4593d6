package topic

import (
	"cmp"
	"slices"
)

// manySpans is the number of spans from which they are sorted by their digits. An honest text has fewer on one
// side of an operator.
const manySpans = 512

// sorter is the memory for sorting spans.
type sorter struct {
	postings ranking
	sorted   []span
}

// inOrder sorts spans by their beginning, the longer first.
func (s *sorter) inOrder(spans []span) {
	s.sort(spans, byBeginning, func(x *span) uint32 { return ^uint32(x.to) },
		func(x *span) uint32 { return uint32(x.from) })
}

func byBeginning(a, b span) int {
	switch {
	case a.from != b.from:
		return int(a.from - b.from)
	case a.to != b.to:
		return int(b.to - a.to)
	}
	return byTerm(a, b)
}

// byTerm orders the spans of one place by what they found there: two terms may match one word, and the order of terms
// in a list decides nothing.
func byTerm(a, b span) int {
	if c := cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.zone, b.zone)); c != 0 || a.weak == b.weak {
		return c
	}
	if b.weak {
		return -1
	}
	return 1
}

// inEndOrder sorts spans by their end, the longer last.
func (s *sorter) inEndOrder(spans []span) {
	s.sort(spans, byEnd, func(x *span) uint32 { return uint32(x.from) }, func(x *span) uint32 { return uint32(x.to) })
}

func byEnd(a, b span) int {
	switch {
	case a.to != b.to:
		return int(a.to - b.to)
	case a.from != b.from:
		return int(a.from - b.from)
	}
	return byTerm(a, b)
}

// inWorthOrder sorts spans by their worth, then by their beginning, the longer first, then by their terms.
func (s *sorter) inWorthOrder(spans []span) {
	s.sort(spans, byWorth, func(x *span) uint32 { return ^uint32(x.to) },
		func(x *span) uint32 { return uint32(x.from) },
		func(x *span) uint32 { return ^uint32(8 * x.worth()) })
}

func byWorth(a, b span) int {
	if c := cmp.Compare(b.worth(), a.worth()); c != 0 {
		return c
	}
	return byBeginning(a, b)
}

// sort sorts spans by a comparison. Many spans it sorts by numbers that give the same order but for the terms of one
// place, the last number first, and by their digits, so that each span takes the same number of steps.
func (s *sorter) sort(spans []span, compare func(a, b span) int, numbers ...func(*span) uint32) {
	if slices.IsSortedFunc(spans, compare) {
		return
	}
	if len(spans) < manySpans {
		slices.SortFunc(spans, compare)
		return
	}
	s.postings.reset(len(spans))
	for _, number := range numbers {
		s.postings.sort(func(at int32) uint32 { return number(&spans[at]) })
	}
	s.sorted = append(s.sorted[:0], spans...)
	for i, r := range s.postings.all {
		spans[i] = s.sorted[r.at]
	}
	for lo, hi := 0, 0; lo < len(spans); lo = hi {
		for hi = lo + 1; hi < len(spans) && spans[hi].from == spans[lo].from && spans[hi].to == spans[lo].to; hi++ {
		}
		if hi-lo > 1 {
			slices.SortFunc(spans[lo:hi], compare)
		}
	}
}

// ranking is an order of places.
type ranking struct {
	all, spare []ranked
	counts     [1 << digitBits]int32
}

type ranked struct {
	number uint32
	at     int32
}

const digitBits = 11

// reset makes r the order 0, 1, …, n-1.
func (r *ranking) reset(n int) {
	r.all = slices.Grow(r.all[:0], n)[:n]
	r.spare = slices.Grow(r.spare[:0], n)[:n]
	for i := range r.all {
		r.all[i].at = int32(i)
	}
}

// sort sorts the places stably by a number of each.
func (r *ranking) sort(number func(at int32) uint32) {
	differ, sorted, last := uint32(0), true, uint32(0)
	for i := range r.all {
		x := &r.all[i]
		x.number = number(x.at)
		differ |= x.number ^ r.all[0].number
		sorted, last = sorted && last <= x.number, x.number
	}
	for shift := 0; !sorted && differ>>shift != 0; shift += digitBits {
		const mask = 1<<digitBits - 1
		if differ>>shift&mask == 0 {
			continue
		}
		clear(r.counts[:])
		for _, x := range r.all {
			r.counts[x.number>>shift&mask]++
		}
		sum := int32(0)
		for d, n := range r.counts {
			r.counts[d] = sum
			sum += n
		}
		for _, x := range r.all {
			at := &r.counts[x.number>>shift&mask]
			r.spare[*at] = x
			*at++
		}
		r.all, r.spare = r.spare, r.all
	}
}
