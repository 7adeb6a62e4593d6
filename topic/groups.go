package topic

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"oped"
	"oped/text"
)

// group is a side, subject or bridge of a fitted topic, or a group that features look at. The terms of the group
// NAME are those of the list $NAME and of all lists $NAME_KIND, such as $us and $us_people. The terms of
// $not_NAME are its masks: a mention that touches one of theirs is none.
type group struct {
	name  string
	terms []listed // of all its lists, each once, in order
	mask  int32    // the group of its masks; -1 for none
	named bool     // of countries: China in small letters is none
}

// member is the membership of a term in a group.
type member struct {
	group int32
	weak  bool
	name  bool // the mention of a country needs a capital
}

// groups holds all groups of the fitted topics, and those of each term: members[from[term]:from[term+1]].
type groups struct {
	all     []group
	around  []*surroundings
	from    []int32
	members []member
}

// scope holds the lists that a topic sees, and the groups found among them so far.
type scope struct {
	lists  map[string]int32
	groups map[string]int32
}

func newScope(lists map[string]int32) *scope { return &scope{lists, map[string]int32{}} }

// inherit adds the lists of another scope, unless there are some of their names.
func (s *scope) inherit(other *scope) {
	for name, id := range other.lists {
		if _, own := s.lists[name]; !own {
			s.lists[name] = id
		}
	}
}

// mention is a term of a group at the places [from, to).
type mention struct {
	from, to int32
	term     int32
	sentence int32 // numbered through all fields
	zone     text.Zone
	weak     bool
	name     bool // it needs a capital
}

const maskPrefix = "not_"

// countryMasks is the list of masks of all countries.
const countryMasks = maskPrefix + "countries"

// groupOf returns the index of a group of a topic; -1 if it has no list. Topics share groups of the same terms.
func (g *groups) groupOf(name string, in *scope, c *compiler) int32 {
	if id, known := in.groups[name]; known {
		return id
	}
	id := g.add(name, in, c)
	in.groups[name] = id
	return id
}

func (g *groups) groupsOf(names []string, in *scope, c *compiler) []int32 {
	ids := make([]int32, len(names))
	for i, name := range names {
		ids[i] = g.groupOf(name, in, c)
	}
	return ids
}

func (g *groups) add(name string, in *scope, c *compiler) int32 {
	var terms []listed
	found := false
	of, isMask := strings.CutPrefix(name, maskPrefix)
	ofCountry := isMask && slices.Contains(countries, of)
	for list, id := range in.lists {
		if inGroup(list, name) || ofCountry && list == countryMasks {
			terms, found = append(terms, c.lists[id]...), true
		}
	}
	if !found {
		return -1
	}
	mask := int32(-1)
	if !isMask {
		mask = g.groupOf(maskPrefix+name, in, c)
	}
	x := group{name, eachOnce(terms), mask, slices.Contains(countries, name)}
	for i := range g.all {
		if have := &g.all[i]; have.name == x.name && have.mask == x.mask && slices.Equal(have.terms, x.terms) {
			return int32(i)
		}
	}
	g.all = append(g.all, x)
	return int32(len(g.all) - 1)
}

// eachOnce sorts terms, and joins those listed twice: a term is weak if it is in all lists.
func eachOnce(terms []listed) []listed {
	slices.SortFunc(terms, func(a, b listed) int { return cmp.Compare(a.term, b.term) })
	kept := terms[:0]
	for _, x := range terms {
		if n := len(kept); n > 0 && kept[n-1].term == x.term {
			last := &kept[n-1]
			last.weak, last.name = last.weak && x.weak, last.name && x.name
			continue
		}
		kept = append(kept, x)
	}
	return kept
}

// index lists the groups of each term.
func (g *groups) index(p *program) {
	g.from = make([]int32, len(p.patterns)+1)
	for i := range g.all {
		for _, x := range g.all[i].terms {
			g.from[x.term+1]++
		}
	}
	for i := range p.patterns {
		g.from[i+1] += g.from[i]
	}
	g.members = make([]member, g.from[len(p.patterns)])
	next := slices.Clone(g.from)
	for i := range g.all {
		for _, x := range g.all[i].terms {
			g.members[next[x.term]] = member{int32(i), x.weak, x.name && g.all[i].named}
			next[x.term]++
		}
	}
}

// topicGroups returns the names of the groups of a fitted topic, of the features, and of their masks.
func topicGroups(t *oped.Topic) []string {
	names := slices.Concat(t.Sides, t.Subject, t.Bridge, featureGroups)
	for _, name := range slices.Clone(names) {
		names = append(names, maskPrefix+name)
	}
	return append(names, countryMasks)
}

// OfSides reports whether a list is one of the sides, the subject or the bridge of a fitted topic.
func OfSides(t oped.Topic, list string) bool {
	return slices.ContainsFunc(slices.Concat(t.Sides, t.Subject, t.Bridge),
		func(name string) bool { return inGroup(list, name) })
}

// inGroup reports whether a list belongs to a group. A group of the features whose name begins with that of
// another one is a group of its own.
func inGroup(list, name string) bool {
	rest, ok := strings.CutPrefix(list, name)
	return ok && (rest == "" || rest[0] == '_' && !slices.Contains(featureGroups, list))
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
	for _, i := range s.mentioned {
		s.mentions[i], s.parties[i] = s.mentions[i][:0], party{}
	}
	s.mentioned = s.mentioned[:0]
	for i := range s.hits { // in the order of their beginnings, but for regular expressions, which no group has
		h := &s.hits[i]
		of := g.of(h.term)
		s.steps += len(of)
		if len(of) == 0 || h.zone == text.Author || h.zone.Beside() {
			continue
		}
		for _, m := range of {
			s.mention(m.group, mention{h.from, h.to, h.term, h.sentence, h.zone, m.weak, m.name})
		}
	}
	for _, i := range s.mentioned {
		s.parties[i] = s.party(g, i)
	}
}

// mention adds a mention to those of a group, unless it begins within an earlier or a longer one. It begins with
// the last mention or after it.
func (s *scratch) mention(group int32, m mention) {
	all := s.mentions[group]
	last := len(all) - 1
	switch {
	case last < 0:
		s.mentioned = append(s.mentioned, group)
		s.mentions[group] = append(all, m)
	case all[last].to <= m.from:
		s.mentions[group] = append(all, m)
	case all[last].from == m.from && byPlace(m, all[last]) < 0:
		all[last] = m
	}
}

// byPlace compares mentions by their beginnings, the longer first, a strong one before a weak one of the same words.
func byPlace(a, b mention) int {
	switch {
	case a.from != b.from:
		return int(a.from - b.from)
	case a.to != b.to:
		return int(b.to - a.to)
	case a.weak != b.weak && b.weak:
		return -1
	case a.weak != b.weak:
		return 1
	}
	return int(a.term - b.term)
}

// disjoint sorts mentions, and removes those that begin within a longer or an earlier one.
func disjoint(all []mention) []mention {
	if len(all) < 2 {
		return all
	}
	slices.SortFunc(all, byPlace)
	return dropCovered(all)
}

// dropCovered is disjoint for mentions in order.
func dropCovered(all []mention) []mention {
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
func (s *scratch) party(g *groups, i int32) (p party) {
	of := &g.all[i]
	var masks []mention
	if of.mask >= 0 {
		masks = s.mentions[of.mask]
	}
	kept := s.mentions[i][:0]
	for _, m := range s.mentions[i] {
		for len(masks) > 0 && masks[0].to <= m.from {
			masks = masks[1:]
		}
		if masked := len(masks) > 0 && masks[0].from < m.to; masked || of.named && !s.isName(m) {
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
	return sort.Search(len(ms), func(i int) bool { return ms[i].from >= place })
}

// isName reports whether a mention of a country is spelled as a name: not in small letters, unless its term is
// written so, and not as in US$.
func (s *scratch) isName(m mention) bool {
	if m.zone == text.Category || m.zone == text.URL {
		return true
	}
	first, last := s.at(m.from), s.at(m.to-1)
	source := s.plain[first.field].Text
	if m.name && !has(source[first.Start:last.End], unicode.IsUpper) {
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

// eachTerm calls do for every term of the sides of a fitted topic, perhaps more than once.
func (g *groups) eachTerm(f *fitted, do func(term int32)) {
	if f == nil {
		return
	}
	for _, of := range [...][]int32{f.a, f.b, f.bridge} {
		for _, i := range of {
			for _, x := range g.all[i].terms {
				do(x.term)
			}
		}
	}
}
