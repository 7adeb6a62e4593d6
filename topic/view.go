package topic

import (
	"slices"
	"strings"

	"oped/text"
)

// view is what the features of one topic see of a piece. It lives in a scratch and is reused.
type view struct {
	s       *scratch
	groups  *groups
	fitted  *fitted
	scene   *scene
	a, b    party
	bridge  party
	self    []mention // words of the first person, if a side is at home
	homeA   bool      // the country of side A is at home in the piece
	homeB   bool
	voiceA  bool // the author speaks for the country of side A, as in its parliament
	voiceB  bool
	thirds  []third
	taken   []int     // by place in headline, summary and text: the last round with a mention of a side there
	round   int       // counts the topics looked at
	values  []float64 // by featureID
	active  []featureID
	keeping bool // keep the evidence of each feature
	kept    []mention
	shown   [][2]int32 // by place in active: its stretch of kept

	sides []uint8 // by sentence of summary and text

	// Memory for mentions: of the sides and the bridge, with the first person, and of others.
	unions       [3]unions
	selfA, selfB union
	nearest      [2]mention
	others       []mention
}

// third is a country beside the sides.
type third struct {
	region int       // index in regions
	head   []mention // strong, and outside of the mentions of the sides
	text   []mention // all of them
}

// set sets a feature, and notes the mentions it was read off.
func (v *view) set(id featureID, value float64, from ...[]mention) {
	if value == 0 || v.values[id] != 0 {
		return
	}
	v.values[id] = min(value, 1)
	v.active = append(v.active, id)
	if v.keeping {
		begin := int32(len(v.kept))
		for _, ms := range from {
			v.kept = append(v.kept, ms...)
		}
		v.shown = append(v.shown, [2]int32{begin, int32(len(v.kept))})
	}
}

func (v *view) is(id featureID, holds bool, from ...[]mention) {
	if holds {
		v.set(id, 1, from...)
	}
}

// reach sets the features of a series up to a value.
func (v *view) reach(x scaleOf, value float64, from ...[]mention) {
	for i, bound := range x.bounds {
		if value < bound {
			return
		}
		v.set(x.ids[i], 1, from...)
	}
}

// look measures a piece with respect to a topic.
func (v *view) look(s *scratch, g *groups, k *compiled, keep bool) {
	v.s, v.groups, v.keeping = s, g, keep
	if v.values == nil {
		v.values = make([]float64, len(features))
	}
	for _, id := range v.active {
		v.values[id] = 0
	}
	v.active, v.kept, v.shown = v.active[:0], v.kept[:0], v.shown[:0]
	f := k.fitted
	v.fitted, v.scene = f, s.sceneOf(f.around)
	v.bridge = v.merged(0, f.bridge, nil)
	v.a, v.b = v.merged(1, f.a, &v.bridge), v.merged(2, f.b, &v.bridge)
	// Weak terms count beside a strong one. In a headline, a strong one of the other side is enough.
	aHead, bHead := hasStrong(v.a.head), hasStrong(v.b.head)
	v.voiceA, v.voiceB = v.hasVoice(f.voiceA), v.hasVoice(f.voiceB)
	v.homeA, v.homeB = v.voiceA || v.isHome(f.a), v.voiceB || v.isHome(f.b)
	v.a.support(bHead, v.homeA)
	v.b.support(aHead, v.homeB)
	v.self = nil
	if v.homeA || v.homeB {
		v.self = s.ourselves()
	}
	if v.homeA {
		v.a.text = v.selfA.of(v.a.text, v.self)
	}
	if v.homeB {
		v.b.text = v.selfB.of(v.b.text, v.self)
	}
	v.findThirds(f)
	v.headline()
	v.pair()
	v.text()
	v.matters()
}

// merged returns the mentions of groups, and those of a bridge, in the memory of a number.
func (v *view) merged(memory int, of []int32, bridge *party) (p party) {
	u := &v.unions[memory]
	u.heads, u.texts = u.heads[:0], u.texts[:0]
	add := func(one *party) {
		u.heads, u.texts = append(u.heads, one.head), append(u.texts, one.text)
		p.strong = p.strong || one.strong
	}
	for _, g := range of {
		add(&v.s.parties[g])
	}
	if bridge != nil {
		add(bridge)
	}
	p.head, p.text = u.head.of(u.heads...), u.text.of(u.texts...)
	v.s.steps += len(p.head) + len(p.text)
	return p
}

// unions is the memory for the mentions of several groups.
type unions struct {
	head, text   union
	heads, texts [][]mention
}

// union is the memory for several series of mentions as one.
type union struct{ all, spare []mention }

// of returns series of mentions, each in order and disjoint, as one. The only one with mentions it returns as it is.
func (u *union) of(series ...[]mention) (one []mention) {
	merged := false
	for _, ms := range series {
		switch {
		case len(ms) == 0:
		case len(one) == 0:
			one = ms
		default:
			u.spare = merge(u.spare[:0], one, ms)
			u.all, u.spare = u.spare, u.all
			one, merged = u.all, true
		}
	}
	if merged {
		return dropCovered(one)
	}
	return one
}

// merge appends two series of mentions in order as one.
func merge(to, a, b []mention) []mention {
	for len(a) > 0 && len(b) > 0 {
		if byPlace(b[0], a[0]) < 0 {
			a, b = b, a
		}
		to, a = append(to, a[0]), a[1:]
	}
	return append(append(to, a...), b...)
}

// support removes the mentions of a side without a strong one. In the headline, the other side supports them.
func (p *party) support(other, home bool) {
	if p.strong || home {
		return
	}
	p.text = nil
	if !other {
		p.head = nil
	}
}

func hasStrong(ms []mention) bool {
	return slices.ContainsFunc(ms, func(m mention) bool { return !m.weak })
}

// isHome reports whether the feed implies the country of a side.
func (v *view) isHome(side []int32) bool {
	return slices.ContainsFunc(side, func(g int32) bool {
		return slices.Contains(v.s.doc.Implies, v.groups.all[g].name)
	})
}

// hasVoice reports whether the author speaks for a country: the text has two different words of its voice.
func (v *view) hasVoice(voices []int32) bool {
	return slices.ContainsFunc(voices, func(g int32) bool { return forms(v.s.parties[g].text) >= 2 })
}

// firstPerson are the words by which an author speaks of the own country.
var firstPerson = map[string]bool{
	"we": true, "our": true, "ours": true, "us": true, "ourselves": true,
	"ہم": true, "ہمارا": true, "ہماری": true, "ہمارے": true, "ہمیں": true,
}

// selfTerm is the term of a mention in the first person.
const selfTerm = -1

// ourselves finds the words of the first person outside quotations, once for all topics.
func (s *scratch) ourselves() []mention {
	if s.selfKnown {
		return s.self
	}
	s.self, s.selfKnown = s.self[:0], true
	for _, f := range [...]int{fieldSummary, fieldText} {
		ts := s.tokens[f]
		for i := range ts.List {
			t := &ts.List[i]
			if t.Zone.Beside() || t.Zone == text.Quote || t.Shape == text.Caps || t.Dotted ||
				!firstPerson[string(ts.Folded(i))] {
				continue
			}
			at := s.before[f].postings + int32(i)
			s.self = append(s.self, mention{at, at + 1, selfTerm, s.before[f].sentences + t.Sentence, t.Zone, true, false})
		}
		s.steps += len(ts.List)
	}
	return s.self
}

func (v *view) findThirds(f *fitted) {
	v.thirds = v.thirds[:0]
	v.take()
	for _, i := range v.scene.countries {
		if slices.Contains(f.own, i) {
			continue
		}
		if len(v.thirds) < cap(v.thirds) {
			v.thirds = v.thirds[:len(v.thirds)+1]
		} else {
			v.thirds = append(v.thirds, third{})
		}
		p, t := v.party(f.around.countries[i]), &v.thirds[len(v.thirds)-1]
		t.region, t.head, t.text = countryRegion[i], v.outside(t.head[:0], p.head), p.text
		v.s.steps += len(p.head) + len(p.text)
	}
}

// take notes the places of the mentions of the sides.
func (v *view) take() {
	v.round++
	if n := int(v.s.before[fieldAuthor].postings); n > len(v.taken) {
		v.taken = make([]int, n)
	}
	for _, ms := range [...][]mention{v.a.head, v.a.text, v.b.head, v.b.text} {
		for i := range ms {
			for at := ms[i].from; at < ms[i].to; at++ {
				v.taken[at] = v.round
			}
		}
		v.s.steps += len(ms)
	}
}

// outside appends the strong mentions that touch none of the sides.
func (v *view) outside(to, ms []mention) []mention {
	for i := range ms {
		if v.isOutside(&ms[i]) {
			to = append(to, ms[i])
		}
	}
	return to
}

// isOutside reports whether a mention is strong and touches none of the sides.
func (v *view) isOutside(m *mention) bool {
	for at := m.from; at < m.to; at++ {
		if v.taken[at] == v.round {
			return false
		}
	}
	return !m.weak
}

// forms returns the number of different terms, up to maxForms.
func forms(ms []mention) (n int) {
	var seen [maxForms]int32
	for i := 0; i < len(ms) && n < maxForms; i++ {
		if !slices.Contains(seen[:n], ms[i].term) {
			seen[n] = ms[i].term
			n++
		}
	}
	return n
}

const maxForms = 8 // no feature needs more

var (
	headA             = define("head a", "the headline names {a}")
	headB             = define("head b", "the headline names {b}")
	headAB            = define("head a and b", "the headline names {a} and {b}")
	headABStrong      = define("head a and b strong", "the headline names {a} and {b}, both beyond doubt")
	headOnlyA         = define("head a alone", "the headline names {a} without {b}")
	headOnlyB         = define("head b alone", "the headline names {b} without {a}")
	headNone          = define("head none", "the headline names neither {a} nor {b}")
	headNoneNoText    = define("head none, no text", "a headline without {a} and {b}, and no text")
	headNoneLong      = define("head none, long text", "a headline without {a} and {b}, and a long text")
	headA2            = define("head a twice", "the headline names {a} twice")
	headB2            = define("head b twice", "the headline names {b} twice")
	headBridge        = define("head bridge", "a word of the headline is for {a} and {b} at once")
	headThird         = define("head third", "the headline names another country")
	headThirds        = define("head thirds", "the headline names several other countries")
	headABClean       = define("head a and b, no third", "the headline names {a} and {b} and no other country")
	headABThird       = define("head a and b, third", "the headline names {a}, {b} and another country")
	headABThirds      = define("head a and b, thirds", "the headline names {a}, {b} and several other countries")
	headAClean        = define("head a, no third", "the headline names {a} and no other country")
	headBClean        = define("head b, no third", "the headline names {b} and no other country")
	headThirdOf       = defineEach(regions, "head third: *", "another country in the headline: *")
	headABThirdOf     = defineEach(regions, "head a and b, third: *", "another country beside {a} and {b} in the headline: *")
	headAThirdOf      = defineEach(regions, "head a, third: *", "another country beside {a} in the headline: *")
	headLength        = define("head length", "the length of the headline")
	headAsks          = define("head question", "the headline is a question")
	headColon         = define("head colon", "the headline has a colon")
	headInA           = define("head in a", "a preposition before {a} in the headline")
	headInB           = define("head in b", "a preposition before {b} in the headline")
	headStartsA       = define("head starts with a", "the headline begins with {a}")
	headStartsB       = define("head starts with b", "the headline begins with {b}")
	headPersonA       = define("head person of a", "the headline is about a person of {a}")
	headPersonB       = define("head person of b", "the headline is about a person of {b}")
	pairGap0          = define("pair gap 0", "{a} and {b} side by side in the headline")
	pairGap2          = define("pair gap 1-2", "one or two words between {a} and {b} in the headline")
	pairGap5          = define("pair gap 3-5", "three to five words between {a} and {b} in the headline")
	pairGapMore       = define("pair gap 6+", "more than five words between {a} and {b} in the headline")
	pairClause        = define("pair one clause", "{a} and {b} in one clause of the headline")
	pairJoined        = define("pair joined", "{a} and {b} joined by a hyphen in the headline")
	pairAnd           = define("pair and", "{a} and {b} joined by “and” in the headline")
	pairAFirst        = define("pair a first", "{a} before {b} in the headline")
	pairThirdBetween  = define("pair third between", "another country between {a} and {b} in the headline")
	pairThirdClause   = define("pair third in clause", "another country in the clause of {a} and {b}")
	pairCleanClause   = define("pair no third in clause", "other countries in another clause than {a} and {b}")
	pairThirdAfter    = define("pair third only after", "another country in the headline after a word like “after”")
	pairThirdTouching = define("pair third touching", "another country beside {a} or {b} in the headline")
	pairThirdFirst    = define("pair third first", "another country before {a} and {b} in the headline")
	pairBetween       = defineEach(between, "pair * between", "* between {a} and {b} in the headline")
	pairAs            = define("pair a's", "{a}’s in the headline")
	pairBs            = define("pair b's", "{b}’s in the headline")
	pairSays          = define("pair says", "{a} or {b} says something in the headline")
)

// headline looks at the headline.
func (v *view) headline() {
	a, b := v.a.head, v.b.head
	hasA, hasB := len(a) > 0 || v.voiceA, len(b) > 0 || v.voiceB // who speaks needs no mention
	texts := len(v.s.tokens[fieldSummary].List) + len(v.s.tokens[fieldText].List)
	v.is(headA, hasA, a)
	v.is(headB, hasB, b)
	v.is(headAB, hasA && hasB, a, b)
	v.is(headABStrong, (hasStrong(a) || v.voiceA) && (hasStrong(b) || v.voiceB), a, b)
	v.is(headOnlyA, hasA && !hasB, a)
	v.is(headOnlyB, hasB && !hasA, b)
	v.is(headNone, !hasA && !hasB)
	v.is(headNoneNoText, !hasA && !hasB && texts == 0)
	v.is(headNoneLong, !hasA && !hasB && texts >= 200)
	v.is(headA2, len(a) > 1, a)
	v.is(headB2, len(b) > 1, b)
	v.is(headBridge, len(v.bridge.head) > 0, v.bridge.head)
	n := 0
	for i := range v.thirds {
		t := &v.thirds[i]
		if len(t.head) == 0 {
			continue
		}
		n++
		v.set(headThirdOf[t.region], 1, t.head)
		v.is(headABThirdOf[t.region], hasA && hasB, t.head)
		v.is(headAThirdOf[t.region], hasA && !hasB, t.head)
	}
	others := v.othersInHead()
	v.is(headThird, n > 0, others)
	v.is(headThirds, n > 1, others)
	v.is(headABClean, hasA && hasB && n == 0, a, b)
	v.is(headABThird, hasA && hasB && n > 0, a, b, others)
	v.is(headABThirds, hasA && hasB && n > 1, a, b, others)
	v.is(headAClean, hasA && n == 0, a)
	v.is(headBClean, hasB && n == 0, b)
	v.set(headLength, float64(len(v.s.tokens[fieldTitle].List))/20)
	v.is(headAsks, v.s.headline.asks)
	v.is(headColon, v.s.headline.colon)
	v.is(headInA, slices.ContainsFunc(a, v.follows), a)
	v.is(headInB, slices.ContainsFunc(b, v.follows), b)
	v.is(headStartsA, len(a) > 0 && v.begins(a[0]), a)
	v.is(headStartsB, len(b) > 0 && v.begins(b[0]), b)
	persons := v.party(v.fitted.around.persons).head
	v.is(headPersonA, near(persons, a, 2) > 0, persons, a)
	v.is(headPersonB, near(persons, b, 2) > 0, persons, b)
}

// othersInHead returns the mentions of all third countries in the headline, if evidence is kept.
func (v *view) othersInHead() []mention {
	v.others = v.others[:0]
	for i := range v.thirds {
		if v.keeping {
			v.others = append(v.others, v.thirds[i].head...)
		}
	}
	return disjoint(v.others)
}

// party returns the mentions of a group; none if it has no list.
func (v *view) party(g int32) *party {
	if g < 0 {
		return &nobody
	}
	return &v.s.parties[g]
}

var nobody party

// The classes of words of a headline.
const (
	preposition  uint8 = 1 << iota
	subordinator       // begins the part of a headline that says when or why
	and
	the
	saying
)

var headClasses = classes(map[uint8]string{
	preposition:  "in to from via through at near into میں سے کو",
	subordinator: "after amid amidst as over despite while before following ahead since during because when",
	and:          "and اور و",
	the:          "the",
	saying:       "says said claims کہتا کہا",
})

func classes(of map[uint8]string) map[string]uint8 {
	by := map[string]uint8{}
	for class, words := range of {
		for w := range strings.FieldsSeq(words) {
			by[w] |= class
		}
	}
	return by
}

// headline is what all topics need of a headline.
type headline struct {
	classes []uint8 // by word
	breaks  []bool  // by word: a clause ends before it
	asks    bool
	colon   bool
}

// readHead reads the headline.
func (s *scratch) readHead() {
	ts, plain, h := s.tokens[fieldTitle], s.plain[fieldTitle].Text, &s.headline
	h.classes, h.breaks = h.classes[:0], h.breaks[:0]
	for i := range ts.List {
		h.classes = append(h.classes, headClasses[string(ts.Folded(i))])
		h.breaks = append(h.breaks, i > 0 && s.clauseEnd(int32(i)))
	}
	h.asks, h.colon = strings.ContainsAny(plain, "?؟"), strings.Contains(plain, ":")
}

// headWord reports whether the word at a place of the headline is of a class.
func (v *view) headWord(at int32, class uint8) bool {
	classes := v.s.headline.classes
	return at >= 0 && int(at) < len(classes) && classes[at]&class != 0
}

// follows reports whether a mention in the headline follows a preposition.
func (v *view) follows(m mention) bool {
	return v.headWord(m.from-1, preposition) || v.headWord(m.from-1, the) && v.headWord(m.from-2, preposition)
}

// begins reports whether the headline begins with a mention, after “the” perhaps.
func (v *view) begins(m mention) bool { return m.from == 0 || m.from == 1 && v.headWord(0, the) }

// areJoined reports whether the words of the headline between two places are “and” or “and the”.
func (v *view) areJoined(from, to int32) bool {
	return v.headWord(from, and) && (to == from+1 || to == from+2 && v.headWord(from+1, the))
}

// clauseEnds separate the clauses of a headline.
const clauseEnds = ":;|–—,?؟،؛‘’“”"

// clauseEnd reports whether a clause of the headline ends before a word: not in “Pakistan’s” nor in “US–Pakistan”.
func (s *scratch) clauseEnd(at int32) bool {
	list, plain := s.tokens[fieldTitle].List, s.plain[fieldTitle].Text
	gap := plain[list[at-1].End:list[at].Start]
	if rest, ok := strings.CutPrefix(gap, "’"); ok && s.possessive(at) {
		gap = rest
	}
	return strings.ContainsAny(gap, clauseEnds) && gap != "–" || strings.Contains(gap, " - ")
}

// nearest returns the first of the nearest mentions of two series, and the number of words between them; -1 if one
// of the series is empty.
func nearest(a, b []mention) (x, y mention, gap int32) {
	gap = -1
	next := 0
	for _, m := range a {
		for next < len(b) && b[next].from < m.from {
			next++
		}
		for _, n := range b[max(next-1, 0):min(next+1, len(b))] {
			if g := max(n.from-m.to, m.from-n.to, 0); gap < 0 || g < gap {
				gap, x, y = g, m, n
			}
		}
	}
	return x, y, gap
}

// pair looks at the nearest mentions of both sides in the headline.
func (v *view) pair() {
	x, y, gap := nearest(v.a.head, v.b.head)
	if gap < 0 {
		return
	}
	v.nearest = [2]mention{x, y}
	both := v.nearest[:]
	v.is(pairGap0, gap == 0, both)
	v.is(pairGap2, gap == 1 || gap == 2, both)
	v.is(pairGap5, 3 <= gap && gap <= 5, both)
	v.is(pairGapMore, gap > 5, both)
	words := int32(len(v.s.tokens[fieldTitle].List))
	lo, hi := min(x.to, y.to), max(x.from, y.from) // the words between
	from, to := min(x.from, y.from), max(x.to, y.to)
	one, breaks := true, v.s.headline.breaks
	for at := from + 1; at < to; at++ {
		one = one && !breaks[at]
	}
	v.is(pairClause, one, both)
	v.is(pairJoined, gap == 0 && hi >= lo && v.s.tokens[fieldTitle].List[hi].Joined, both)
	v.is(pairAnd, v.areJoined(lo, hi), both)
	v.is(pairAFirst, x.from < y.from, both)
	begin, end, subordinate := from, to, words
	for begin > 0 && !breaks[begin] {
		begin--
	}
	for end < words && !breaks[end] {
		end++
	}
	for at := words - 1; at >= hi; at-- {
		if v.headWord(at, subordinator) {
			subordinate = at
		}
	}
	others := v.othersInHead()
	var inside, inClause, main, touching, first bool
	for i := range v.thirds {
		for _, m := range v.thirds[i].head {
			inside = inside || lo <= m.from && m.from < hi
			inClause = inClause || begin <= m.from && m.from < end
			main = main || begin <= m.from && m.from < min(end, subordinate)
			touching = touching || v.beside(m, x) || v.beside(m, y)
			first = first || m.from < from
		}
	}
	v.is(pairThirdBetween, inside, both, others)
	v.is(pairThirdClause, inClause, both, others)
	v.is(pairCleanClause, !inClause && v.values[headThird] > 0, both)
	v.is(pairThirdAfter, inClause && !main, both, others)
	v.is(pairThirdTouching, touching, both, others)
	v.is(pairThirdFirst, first, both, others)
	for i, g := range v.fitted.around.between {
		for _, m := range v.party(g).head {
			v.is(pairBetween[i], lo <= m.from && m.from < hi, both)
		}
	}
	v.is(pairAs, v.s.possessive(x.to), both)
	v.is(pairBs, v.s.possessive(y.to), both)
	v.is(pairSays, v.headWord(x.to, saying) || v.headWord(y.to, saying), both)
}

// possessive reports whether the words of the headline before a place end in 's, or in s'.
func (s *scratch) possessive(to int32) bool {
	plain, end := s.plain[fieldTitle].Text, s.tokens[fieldTitle].List[to-1].End
	for _, mark := range [...]string{"'", "’"} {
		if after, ok := strings.CutPrefix(plain[end:], mark); ok {
			return after != "" && after[0]|0x20 == 's' || end > 0 && plain[end-1]|0x20 == 's'
		}
	}
	return false
}

// beside reports whether two mentions in the headline are side by side, or joined by "and".
func (v *view) beside(a, b mention) bool {
	if b.from < a.from {
		a, b = b, a
	}
	return b.from <= a.to || v.areJoined(a.to, b.from)
}

// near returns the number of mentions in a with one of b at most reach words away. Both are in order.
func near(a, b []mention, reach int32) (n int) {
	j := 0
	for _, m := range a {
		for j < len(b) && b[j].from < m.from-reach {
			j++
		}
		if j < len(b) && b[j].from <= m.from+reach {
			n++
		}
	}
	return n
}
