package topic

import (
	"math"
	"slices"
	"strings"

	"oped/text"
)

// view is what the features of one topic see of a piece. It lives in a scratch and is reused.
type view struct {
	s       *scratch
	groups  *groups
	fitted  *fitted
	a, b    party
	bridge  party
	self    []mention // words of the first person, if a side is at home
	homeA   bool      // the country of side A is at home in the piece
	homeB   bool
	voiceA  bool // the author speaks for the country of side A, as in its parliament
	voiceB  bool
	thirds  []third
	values  []float64 // by featureID
	active  []featureID
	keeping bool // keep the evidence of each feature
	kept    []mention
	shown   [][2]int32 // by place in active: its stretch of kept

	memory [8][]mention
	sides  []uint8 // by sentence of summary and text
}

// third is a country beside the sides, with its strong mentions outside of theirs.
type third struct {
	region     int // index in regions
	head, text []mention
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
		v.is(x.ids[i], value >= bound, from...)
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
	v.fitted = f
	v.bridge = v.merged(0, f.bridge, nil)
	v.a, v.b = v.merged(1, f.a, &v.bridge), v.merged(4, f.b, &v.bridge)
	// Weak terms count beside a strong one. In a headline, a strong one of the other side is enough.
	aHead, bHead := hasStrong(v.a.head), hasStrong(v.b.head)
	v.voiceA, v.voiceB = v.hasVoice(f.voiceA), v.hasVoice(f.voiceB)
	v.homeA, v.homeB = v.voiceA || v.isHome(f.a), v.voiceB || v.isHome(f.b)
	v.a.support(bHead, v.homeA)
	v.b.support(aHead, v.homeB)
	v.self = v.self[:0]
	if v.homeA || v.homeB {
		v.ourselves()
	}
	if v.homeA {
		v.a.text = v.joined(2, v.a.text, v.self)
	}
	if v.homeB {
		v.b.text = v.joined(5, v.b.text, v.self)
	}
	v.findThirds(f)
	v.headline()
	v.pair()
	v.text()
	v.matters()
}

// merged returns the mentions of groups, and those of a bridge, in the memory from a number on.
func (v *view) merged(memory int, of []int32, bridge *party) (p party) {
	head, text := v.memory[memory][:0], v.memory[7][:0]
	for _, g := range of {
		one := &v.s.parties[g]
		head, text = append(head, one.head...), append(text, one.text...)
		p.strong = p.strong || one.strong
	}
	if bridge != nil {
		head, text = append(head, bridge.head...), append(text, bridge.text...)
		p.strong = p.strong || bridge.strong
	}
	nHead := len(head)
	all := append(head, text...)
	v.memory[memory], v.memory[7] = all, text
	p.head = disjoint(all[:nHead:nHead])
	p.text = disjoint(all[nHead:])
	return p
}

// joined returns two stretches of mentions as one, in the memory of a number.
func (v *view) joined(memory int, a, b []mention) []mention {
	all := append(append(v.memory[memory][:0], a...), b...)
	v.memory[memory] = all
	return disjoint(all)
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
	return slices.ContainsFunc(side, func(g int32) bool { return slices.Contains(v.s.doc.Implies, v.groups.all[g].name) })
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

// ourselves finds the words of the first person outside quotations.
func (v *view) ourselves() {
	ts := v.s.tokens[fieldText]
	for i := range ts.List {
		t := &ts.List[i]
		if t.Zone.Beside() || t.Zone == text.Quote || t.Shape == text.Caps || t.Dotted || !firstPerson[string(ts.Folded(i))] {
			continue
		}
		at := v.s.before[fieldText].postings + int32(i)
		v.self = append(v.self, mention{at, at + 1, -1, t.Zone, true})
	}
}

func (v *view) findThirds(f *fitted) {
	v.thirds = v.thirds[:0]
	for _, c := range f.thirds {
		p := &v.s.parties[c.group]
		if !p.strong {
			continue
		}
		if len(v.thirds) < cap(v.thirds) {
			v.thirds = v.thirds[:len(v.thirds)+1]
		} else {
			v.thirds = append(v.thirds, third{})
		}
		t := &v.thirds[len(v.thirds)-1]
		t.region = c.region
		t.head = outside(t.head[:0], p.head, v.a.head, v.b.head)
		t.text = outside(t.text[:0], p.text, v.a.text, v.b.text)
	}
}

// outside appends the strong mentions that touch none of two other series.
func outside(to, ms, a, b []mention) []mention {
	for _, m := range ms {
		if !m.weak && !touches1(m, a) && !touches1(m, b) {
			to = append(to, m)
		}
	}
	return to
}

func touches1(m mention, ms []mention) bool {
	i, _ := slices.BinarySearchFunc(ms, m.from, func(x mention, from int32) int { return int(x.to - from - 1) })
	return i < len(ms) && ms[i].from < m.to
}

// forms returns the number of different terms.
func forms(ms []mention) (n int) {
	for i, m := range ms {
		if !slices.ContainsFunc(ms[:i], func(x mention) bool { return x.term == m.term }) {
			if n++; n == 8 {
				break // no feature needs more
			}
		}
	}
	return n
}

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
	v.is(headThird, n > 0)
	v.is(headThirds, n > 1)
	v.is(headABClean, hasA && hasB && n == 0, a, b)
	v.is(headABThird, hasA && hasB && n > 0, a, b)
	v.is(headABThirds, hasA && hasB && n > 1, a, b)
	v.is(headAClean, hasA && n == 0, a)
	v.is(headBClean, hasB && n == 0, b)
	plain := v.s.plain[fieldTitle].Text
	v.set(headLength, float64(len(v.s.tokens[fieldTitle].List))/20)
	v.is(headAsks, strings.ContainsAny(plain, "?؟"))
	v.is(headColon, strings.Contains(plain, ":"))
	v.is(headInA, slices.ContainsFunc(a, v.follows), a)
	v.is(headInB, slices.ContainsFunc(b, v.follows), b)
	v.is(headStartsA, len(a) > 0 && a[0].from == 0, a)
	v.is(headStartsB, len(b) > 0 && b[0].from == 0, b)
	persons := v.party(v.fitted.persons).head
	v.is(headPersonA, near(persons, a, 2) > 0, persons, a)
	v.is(headPersonB, near(persons, b, 2) > 0, persons, b)
}

// party returns the mentions of a group; none if it has no list.
func (v *view) party(g int32) *party {
	if g < 0 {
		return &nobody
	}
	return &v.s.parties[g]
}

var nobody party

var (
	prepositions = wordSet("in to from via through at near into میں سے کو")
	// subordinators begin the part of a headline that says when or why.
	subordinators = wordSet("after amid amidst as over despite while before following ahead since during because when")
	ands          = wordSet("and اور و")
	saying        = wordSet("says said claims کہتا کہا")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// headWord reports whether the word at a place of the headline is in a set.
func (v *view) headWord(at int32, set map[string]bool) bool {
	ts := v.s.tokens[fieldTitle]
	return at >= 0 && int(at) < len(ts.List) && set[string(ts.Folded(int(at)))]
}

var the = wordSet("the")

// follows reports whether a mention in the headline follows a preposition.
func (v *view) follows(m mention) bool {
	return v.headWord(m.from-1, prepositions) || v.headWord(m.from-1, the) && v.headWord(m.from-2, prepositions)
}

// clauseEnds separate the clauses of a headline.
const clauseEnds = ":;|–—,?؟،؛‘’“”"

// clauseEnd reports whether a clause of the headline ends before a word.
func (v *view) clauseEnd(at int32) bool {
	list, plain := v.s.tokens[fieldTitle].List, v.s.plain[fieldTitle].Text
	gap := plain[list[at-1].End:list[at].Start]
	return strings.ContainsAny(gap, clauseEnds) || strings.Contains(gap, " - ")
}

// pair looks at the nearest mentions of both sides in the headline.
func (v *view) pair() {
	var x, y mention
	gap := int32(math.MaxInt32)
	for _, m := range v.a.head {
		for _, n := range v.b.head {
			if g := max(n.from-m.to, m.from-n.to, 0); g < gap {
				gap, x, y = g, m, n
			}
		}
	}
	if gap == math.MaxInt32 {
		return
	}
	v.memory[3] = append(v.memory[3][:0], x, y)
	both := v.memory[3]
	v.is(pairGap0, gap == 0, both)
	v.is(pairGap2, gap == 1 || gap == 2, both)
	v.is(pairGap5, 3 <= gap && gap <= 5, both)
	v.is(pairGapMore, gap > 5, both)
	words := int32(len(v.s.tokens[fieldTitle].List))
	lo, hi := min(x.to, y.to), max(x.from, y.from) // the words between
	from, to := min(x.from, y.from), max(x.to, y.to)
	one := true
	for at := from + 1; at < to; at++ {
		one = one && !v.clauseEnd(at)
	}
	v.is(pairClause, one, both)
	v.is(pairJoined, gap == 0 && hi >= lo && v.s.tokens[fieldTitle].List[hi].Joined, both)
	v.is(pairAnd, gap == 1 && v.headWord(lo, ands), both)
	v.is(pairAFirst, x.from < y.from, both)
	begin, end, subordinate := from, to, words
	for begin > 0 && !v.clauseEnd(begin) {
		begin--
	}
	for end < words && !v.clauseEnd(end) {
		end++
	}
	for at := words - 1; at >= hi; at-- {
		if v.headWord(at, subordinators) {
			subordinate = at
		}
	}
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
	v.is(pairThirdBetween, inside, both)
	v.is(pairThirdClause, inClause, both)
	v.is(pairCleanClause, !inClause && v.values[headThird] > 0, both)
	v.is(pairThirdAfter, inClause && !main, both)
	v.is(pairThirdTouching, touching, both)
	v.is(pairThirdFirst, first, both)
	for i, g := range v.fitted.between {
		for _, m := range v.party(g).head {
			v.is(pairBetween[i], lo <= m.from && m.from < hi, both)
		}
	}
	v.is(pairAs, v.possessive(x), both)
	v.is(pairBs, v.possessive(y), both)
	v.is(pairSays, v.headWord(x.to, saying) || v.headWord(y.to, saying), both)
}

// possessive reports whether a mention in the headline ends in 's.
func (v *view) possessive(m mention) bool {
	rest := v.s.plain[fieldTitle].Text[v.s.tokens[fieldTitle].List[m.to-1].End:]
	return strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, "’")
}

// beside reports whether two mentions in the headline are side by side, or joined by "and".
func (v *view) beside(a, b mention) bool {
	if b.from < a.from {
		a, b = b, a
	}
	d := b.from - a.to
	return d <= 0 || d == 1 && v.headWord(a.to, ands)
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
