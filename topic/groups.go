package topic

import (
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// group is a side, subject or bridge of a fitted topic, or a group that features look at. The terms of the group
// NAME are those of the list $NAME and of all lists $NAME_KIND, such as $us and $us_people. The terms of
// $not_NAME are its masks: a mention that touches one of theirs is none.
type group struct {
	name   string
	lists  []int32
	mask   int32 // the group of its masks; -1 for none
	isName bool  // of countries: "china" in small letters is none
}

// member is the membership of a term in a group.
type member struct {
	group int32
	weak  bool
}

// groups holds all groups of the fitted topics, and those of each term: members[from[term]:from[term+1]].
type groups struct {
	all     []group
	from    []int32
	members []member
}

// mention is a term of a group at the places [from, to).
type mention struct {
	from, to int32
	term     int32
	zone     text.Zone
	weak     bool
}

const maskPrefix = "not_"

// groupOf returns the index of a group of a topic, whose lists are visible; -1 if it has no list. Topics share groups
// of the same lists.
func (g *groups) groupOf(name string, visible map[string]int32) int32 {
	var lists []int32
	for list, id := range visible {
		if inGroup(list, name) {
			lists = append(lists, id)
		}
	}
	if len(lists) == 0 {
		return -1
	}
	slices.Sort(lists)
	mask := int32(-1)
	if !strings.HasPrefix(name, maskPrefix) {
		mask = g.groupOf(maskPrefix+name, visible)
	}
	for i := range g.all {
		if x := &g.all[i]; x.name == name && x.mask == mask && slices.Equal(x.lists, lists) {
			return int32(i)
		}
	}
	g.all = append(g.all, group{name, lists, mask, slices.Contains(countries, name)})
	return int32(len(g.all) - 1)
}

// index lists the groups of each term.
func (g *groups) index(p *program) {
	g.from = make([]int32, len(p.patterns)+1)
	byTerm := make([][]member, len(p.patterns))
	for i := range g.all {
		for _, list := range g.all[i].lists {
			for _, l := range p.lists[list] {
				of := &byTerm[l.term]
				if at := slices.IndexFunc(*of, func(m member) bool { return m.group == int32(i) }); at >= 0 {
					(*of)[at].weak = (*of)[at].weak && l.weak
					continue
				}
				*of = append(*of, member{int32(i), l.weak})
			}
		}
	}
	for term, of := range byTerm {
		g.members = append(g.members, of...)
		g.from[term+1] = int32(len(g.members))
	}
}

// topicGroups returns the names of the groups of a fitted topic, of the features, and of their masks.
func topicGroups(t *oped.Topic) []string {
	names := slices.Concat(t.Sides, t.Subject, t.Bridge, featureGroups)
	for _, name := range slices.Clone(names) {
		names = append(names, maskPrefix+name)
	}
	return names
}

// inGroup reports whether a list belongs to a group. A group of the features whose name begins with that of
// another one is a group of its own.
func inGroup(list, name string) bool {
	if list == name {
		return true
	}
	return strings.HasPrefix(list, name+"_") && !slices.Contains(featureGroups, list)
}

func (g *groups) of(term int32) []member { return g.members[g.from[term]:g.from[term+1]] }

// party holds the mentions of a group, in order, none within another.
type party struct {
	head, text, label []mention // in the headline; in summary and text; in categories and address
	strong            bool      // one of them is not weak
}

// gather finds the mentions of all groups in the document.
func (s *scratch) gather(g *groups) {
	if len(s.parties) < len(g.all) {
		s.parties = make([]party, len(g.all))
		s.mentions = make([][]mention, len(g.all))
	}
	for i := range g.all {
		s.mentions[i] = s.mentions[i][:0]
	}
	for _, term := range s.touched {
		for _, m := range g.of(term) {
			for at := s.first[term]; at >= 0; at = s.hits[at].next {
				if h := &s.hits[at]; h.zone != text.Author && !h.zone.Beside() {
					s.mentions[m.group] = append(s.mentions[m.group], mention{h.from, h.to, term, h.zone, m.weak})
					s.steps++
				}
			}
		}
	}
	for i := range g.all {
		s.mentions[i] = disjoint(s.mentions[i])
	}
	for i := range g.all {
		s.parties[i] = s.party(g, i)
	}
}

// disjoint sorts mentions, and removes those that begin within a longer or an earlier one.
func disjoint(all []mention) []mention {
	if len(all) < 2 {
		return all
	}
	slices.SortFunc(all, func(a, b mention) int {
		if a.from != b.from {
			return int(a.from - b.from)
		}
		return int(b.to - a.to)
	})
	kept, end := all[:0], int32(-1)
	for _, m := range all {
		if m.from >= end {
			kept, end = append(kept, m), m.to
		}
	}
	return kept
}

// party removes the mentions of a group that only look like it, and divides the others by their fields. The
// groups of masks have no masks, so that the order of groups does not matter.
func (s *scratch) party(g *groups, i int) (p party) {
	of := &g.all[i]
	if len(s.mentions[i]) == 0 {
		return p
	}
	var masks []mention
	if of.mask >= 0 {
		masks = s.mentions[of.mask]
	}
	kept := s.mentions[i][:0]
	for _, m := range s.mentions[i] {
		for len(masks) > 0 && masks[0].to <= m.from {
			masks = masks[1:]
		}
		if masked := len(masks) > 0 && masks[0].from < m.to; masked || of.isName && !s.isName(m) {
			continue
		}
		kept = append(kept, m)
		p.strong = p.strong || !m.weak
	}
	s.mentions[i] = kept
	texts := upTo(kept, s.before[fieldSummary].postings)
	labels := upTo(kept, s.before[fieldAuthor].postings)
	p.head, p.text, p.label = kept[:texts], kept[texts:labels], kept[labels:]
	return p
}

// upTo returns the number of mentions before a place.
func upTo(ms []mention, place int32) int {
	n := slices.IndexFunc(ms, func(m mention) bool { return m.from >= place })
	if n < 0 {
		return len(ms)
	}
	return n
}

// isName reports whether a mention of a country is spelled as a name: not in small letters, in a script with
// capitals, and not as in US$.
func (s *scratch) isName(m mention) bool {
	if m.zone == text.Category || m.zone == text.URL {
		return true
	}
	first, last := s.at(m.from), s.at(m.to-1)
	source := s.plain[first.field].Text
	if c := source[first.Start]; first.Shape == text.Lower && 'a' <= c && c <= 'z' &&
		s.program.patterns[m.term].flags&lower == 0 {
		return false
	}
	return !strings.HasPrefix(strings.TrimPrefix(source[last.End:], " "), "$")
}

// sidesOf returns the groups of the sides A and B of a topic. A subject is side B.
func sidesOf(t *oped.Topic) (a, b []string) {
	if len(t.Subject) > 0 {
		return t.Sides, t.Subject
	}
	return t.Sides[:1], t.Sides[1:]
}

// eachTerm calls do for every term of the sides of a fitted topic.
func (g *groups) eachTerm(f *fitted, do func(term int32)) {
	if f == nil {
		return
	}
	sides := slices.Concat(f.a, f.b, f.bridge)
	for term := range len(g.from) - 1 {
		for _, m := range g.of(int32(term)) {
			if slices.Contains(sides, m.group) {
				do(int32(term))
			}
		}
	}
}
