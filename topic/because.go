package topic

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// Because is the reason for the verdict of a fitted topic: the facts that speak for it, and the missing ones.
type Because struct {
	one, other     string // names of its sides
	tagged         bool   // it is on the topic
	found, missing []clause
}

// clause is a fact of a [Because]. says has {a}, {b}, {who}, {words}, {n} and {of} in place of its values.
type clause struct {
	says  string
	who   string // what sentences are about, in the form of says
	words string // of the piece
	n, of int    // numbers of sentences
}

// Sentence returns the reason as a sentence without its capital and its full stop. say translates each of its parts.
func (b *Because) Sentence(say func(string) string) string {
	joined := func(all []clause) (whole string) {
		for i, c := range all {
			part := c.in(say, say(b.one), say(b.other))
			if whole = cmp.Or(whole, part); i > 0 {
				whole = strings.NewReplacer("{x}", whole, "{y}", part).Replace(say("{x}, and {y}"))
			}
		}
		return whole
	}
	found, missing := joined(b.found), joined(b.missing)
	if b.tagged && found != "" {
		found = strings.Replace(say("because {x}"), "{x}", found, 1)
	}
	switch {
	case found == "" && missing == "":
		return say("there are only small signs of it")
	case missing == "":
		return found
	case found == "" && b.tagged:
		found = say("because of many small signs")
	case found == "":
		return missing
	}
	return strings.NewReplacer("{x}", found, "{y}", missing).Replace(say("{x}, though {y}"))
}

func (c clause) in(say func(string) string, a, b string) string {
	who := ""
	if c.who != "" {
		who = strings.NewReplacer("{a}", a, "{b}", b).Replace(say(c.who))
	}
	return strings.NewReplacer("{a}", a, "{b}", b, "{who}", who, "{words}", c.words,
		"{n}", strconv.Itoa(c.n), "{of}", strconv.Itoa(c.of)).Replace(say(c.says))
}

// fittedReason returns the reason for the verdict of a fitted topic: a sentence for readers, without numbers of the
// arithmetic. It is nil for a veto.
func (s *scratch) fittedReason(t *Tagger, i int, e *Explanation, parts []fittedPart) (string, *Because) {
	k := &t.topics[i]
	if k.exclude != nil && s.holds(k.exclude) {
		return s.reason(k, e), nil // names the veto
	}
	b := because{view: &s.view, f: k.fitted}
	b.one, b.other, b.tagged = k.fitted.names[0], k.fitted.names[1], e.Outcome == oped.Tagged
	if !s.touches(k.fitted) {
		b.tagged = false
		b.miss("no word of it is about the topic")
		why := b.Because
		return why.Sentence(inEnglish), &why
	}
	b.headline()
	head := len(b.missing)
	b.text()
	switch {
	case b.tagged && len(b.found) > 0:
		b.missing = b.missing[head:] // the text is enough
	case b.tagged:
	case head == 0:
		b.missing = append(b.missing, b.strongestAgainst(parts)...)
	case len(b.found) == 1 && strings.HasPrefix(b.found[0].says, "the headline"):
		b.missing[0].says = strings.Replace(b.missing[0].says, "the headline", "it", 1)
	}
	why := b.Because
	return why.Sentence(inEnglish), &why
}

func inEnglish(says string) string { return says }

// strongestAgainst names the largest part that a reader takes for a sign against the topic, if there is one. The parts
// have the largest first.
func (b *because) strongestAgainst(parts []fittedPart) []clause {
	for i := range parts {
		p := &parts[i]
		if p.part < 0 && isSign(p.name) && slices.ContainsFunc(p.spans, b.isForeign) {
			return []clause{{says: "there is a sign against it ({words})", words: b.f.say(p.says)}}
		}
	}
	return nil
}

// isSign reports whether a part is read off another country, a genre, a subject or a bloc, or a telling word of the
// headline.
func isSign(name string) bool {
	word, isWord := strings.CutPrefix(name, headlineKind)
	if isWord {
		return slices.ContainsFunc(strings.Fields(word), func(w string) bool {
			return utf8.RuneCountInString(w) > 2 && headClasses[w] == 0
		})
	}
	others := slices.Concat(headMatter, headABMatter, headAMatter, textMatter, labelSection[:len(genreSections)])
	return strings.Contains(name, "third") && !strings.Contains(name, "no third") ||
		strings.HasSuffix(name, "off the subject") ||
		slices.ContainsFunc(others, func(id featureID) bool { return features[id].name == name })
}

// isForeign reports whether a mention has no word of the topic.
func (b *because) isForeign(m mention) bool {
	overlaps := func(own mention) bool { return own.from < m.to && m.from < own.to }
	for _, p := range [...]*party{&b.a, &b.b, &b.bridge} {
		if slices.ContainsFunc(p.head, overlaps) || slices.ContainsFunc(p.text, overlaps) {
			return false
		}
	}
	return true
}

// because gathers what a reader can see of the reasons for a verdict.
type because struct {
	*view
	Because
	f             *fitted
	named, missed bool // Found names all sides; so do Found and Missing
}

func (b *because) find(c clause)    { b.found = append(b.found, c) }
func (b *because) miss(says string) { b.missing = append(b.missing, clause{says: says}) }

// headline says which sides the headline names. A subject is named by its words.
func (b *because) headline() {
	wantsA, wantsB := len(b.f.a) > 0, len(b.f.b) > 0
	ownA, ownB := b.own(b.a.head), b.own(b.b.head)
	a, hasB := len(ownA) > 0, len(ownB) > 0
	two, both := "the headline names {b}", "the headline names {a} and {b}"
	if b.f.subject {
		two = "the headline has a word on {b} (“{words}”)"
		both = "the headline names {a} and has a word on {b} (“{words}”)"
	}
	b.named = true
	switch {
	case (wantsA && !a || wantsB && !hasB) && len(b.bridge.head) > 0:
		b.find(clause{says: "the headline has a word for " + b.about() + " (“{words}”)", words: b.words(b.bridge.head)})
	case a && hasB:
		b.find(clause{says: both, words: b.words(ownB)})
	case a:
		b.find(clause{says: "the headline names {a}"})
		b.named = !wantsB
	case hasB:
		b.find(clause{says: two, words: b.words(ownB)})
		b.named = !wantsA
	default:
		b.named = false
	}
	if b.voiceA {
		b.find(clause{says: "the author speaks for {a}"})
	}
	if b.voiceB {
		b.find(clause{says: "the author speaks for {b}"})
	}
	missesA := wantsA && len(b.a.head) == 0 && !b.voiceA
	missesB := wantsB && len(b.b.head) == 0 && !b.voiceB
	b.missed = true
	switch {
	case len(b.s.tokens[fieldTitle].List) == 0:
		b.miss("there is no headline")
		b.missed = false
	case missesA && missesB && b.f.subject:
		b.miss("the headline neither names {a} nor has a word on {b}")
	case missesA && missesB:
		b.miss("the headline names neither {a} nor {b}")
	case missesA:
		b.miss("the headline does not name {a}")
	case missesB && b.f.subject:
		b.miss("the headline has no word on {b}")
	case missesB:
		b.miss("the headline does not name {b}")
	}
}

// text counts the sentences about all sides.
func (b *because) text() {
	if b.values[textNone] != 0 {
		b.miss("there is no text")
		return
	}
	about := inA | inB
	switch {
	case len(b.f.b) == 0:
		about = inA
	case len(b.f.a) == 0:
		about = inB
	}
	n := 0
	for _, in := range b.sides {
		if in&about == about {
			n++
		}
	}
	switch {
	case n > 0:
		c := clause{says: "{n} of {of} sentences are about {who}", who: b.pronoun(b.named), n: n, of: len(b.sides)}
		if n == 1 {
			c.says = "1 of {of} sentences is about {who}"
		}
		if len(b.sides) == 1 {
			c.says = "1 of 1 sentence is about {who}"
		}
		if b.countsSelf(about) {
			c.says += " (“we” counts as {a})"
		}
		b.find(c)
	default:
		b.missing = append(b.missing, clause{says: "no sentence is about {who}", who: b.pronoun(b.missed)})
	}
}

// countsSelf reports whether a sentence is about some sides only since its first person is counted as side A.
func (b *because) countsSelf(about uint8) bool {
	if !b.homeA {
		return false
	}
	first, named := b.s.before[fieldSummary].sentences, map[int32]bool{}
	for _, m := range b.a.text {
		if m.term != selfTerm {
			named[m.sentence] = true
		}
	}
	for _, m := range b.self {
		if b.sides[m.sentence-first]&about == about && !named[m.sentence] {
			return true
		}
	}
	return false
}

// about returns the names of the sides.
func (b *because) about() string {
	switch {
	case len(b.f.b) == 0:
		return "{a}"
	case len(b.f.a) == 0:
		return "{b}"
	}
	return "both {a} and {b}"
}

// pronoun returns the sides, by a pronoun if the sentence has named them.
func (b *because) pronoun(named bool) string {
	switch {
	case !named:
		return strings.TrimPrefix(b.about(), "both ")
	case len(b.f.a) > 0 && len(b.f.b) > 0:
		return "both"
	}
	return "it"
}

// own returns the mentions of a side other than those of a bridge.
func (b *because) own(head []mention) (own []mention) {
	for _, m := range head {
		if !slices.Contains(b.bridge.head, m) {
			own = append(own, m)
		}
	}
	return own
}

// words returns the words of the first mention in the headline.
func (b *because) words(head []mention) string {
	list := b.s.tokens[fieldTitle].List
	return b.s.plain[fieldTitle].Text[list[head[0].from].Start:list[head[0].to-1].End]
}

// title returns the name of a side for people: the term of its list that is written like the list, as US in $us. The
// order of terms does not matter.
func (c *compiler) title(names []string, visible map[string]int32) string {
	if len(names) == 0 {
		return "a second side"
	}
	name, best := spaced(names[0]), ""
	if id, ok := visible[names[0]]; ok {
		for _, t := range c.sources[id] {
			term, _, _ := strings.Cut(strings.TrimRight(t.Source, "~"), "/")
			if term = strings.ReplaceAll(term, ".", ""); term != name && text.Fold(term) == name {
				best = max(best, term)
			}
		}
	}
	if best = cmp.Or(best, name); len(best) <= 3 { // an abbreviation
		return "the " + strings.ToUpper(best)
	}
	return best
}

// spaced returns the name of a list as words.
func spaced(list string) string { return strings.ReplaceAll(list, "_", " ") }
