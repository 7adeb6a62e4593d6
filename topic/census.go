package topic

import (
	"slices"
	"strings"
)

// Finds reports whether a piece contains any term of the expression, in any field or zone. The author's note,
// the boilerplate and the address count too, and operators are ignored.
func (e *Expr) Finds(d *Doc) bool {
	s := e.open(d)
	defer e.pool.Put(s)
	return len(s.touched) > 0
}

// Hits returns the terms of a topic's score found in the counted zones of a piece. They are as written, without
// their flags, in alphabetical order.
func (t *Tagger) Hits(d *Doc, topic string) (found []string) {
	i := t.find(topic)
	if i < 0 {
		return nil
	}
	s := t.program.open(d)
	defer t.program.pool.Put(s)
	look := func(term int32) {
		for at := s.first[term]; at >= 0; at = s.hits[at].next {
			if counted.has(s.hits[at].zone) {
				found = append(found, t.program.patterns[term].written)
				return
			}
		}
	}
	for _, n := range t.topics[i].score {
		t.program.each(n, look)
	}
	t.groups.eachTerm(t.topics[i].fitted, look)
	slices.Sort(found)
	return slices.Compact(found)
}

// Terms returns the terms of a topic's expressions, folded, with a space between words, in alphabetical order.
func (t *Tagger) Terms(topic string) (all []string) {
	i := t.find(topic)
	if i < 0 {
		return nil
	}
	k := &t.topics[i]
	add := func(term int32) { all = append(all, strings.Join(t.program.patterns[term].words, " ")) }
	for _, n := range append(slices.Clone(k.score), k.require, k.exclude) {
		if n != nil {
			t.program.each(n, add)
		}
	}
	t.groups.eachTerm(k.fitted, add)
	slices.Sort(all)
	return slices.Compact(all)
}
