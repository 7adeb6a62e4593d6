package topic

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// fittedReason returns the reason for the verdict of a fitted topic: a sentence for readers, without numbers of the
// arithmetic. It gives the facts that speak for the topic, and the missing ones.
func (s *scratch) fittedReason(t *Tagger, i int, e *Explanation, parts []fittedPart) string {
	k := &t.topics[i]
	if k.exclude != nil && s.holds(k.exclude) {
		return s.reason(k, e) // names the veto
	}
	if !s.touches(k.fitted) {
		return "no word of it is about the topic"
	}
	b := because{view: &s.view, f: k.fitted}
	b.headline()
	head := len(b.missing)
	b.text()
	switch {
	case e.Outcome == oped.Tagged && len(b.found) == 0:
		b.found = []string{"because of many small signs"}
	case e.Outcome == oped.Tagged:
		b.found[0] = "because " + b.found[0]
		b.missing = b.missing[head:] // the text is enough
	case head == 0:
		b.missing = append(b.missing, b.strongestAgainst(parts)...)
	case len(b.found) == 1 && strings.HasPrefix(b.found[0], "the headline"):
		b.missing[0] = strings.Replace(b.missing[0], "the headline", "it", 1)
	}
	found, missing := strings.Join(b.found, ", and "), strings.Join(b.missing, ", and ")
	if found == "" || missing == "" {
		return cmp.Or(found, missing, "there are only small signs of it")
	}
	return found + ", though " + missing
}

// strongestAgainst names the largest part that a reader takes for a sign against the topic, if there is one. The parts
// have the largest first.
func (b *because) strongestAgainst(parts []fittedPart) []string {
	for i := range parts {
		p := &parts[i]
		if p.part < 0 && isSign(p.name) && slices.ContainsFunc(p.spans, b.isForeign) {
			return []string{"there is a sign against it (" + b.f.say(p.says) + ")"}
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
	f              *fitted
	found, missing []string
	named, missed  bool // found names all sides; so do found and missing
}

func (b *because) add(says string)  { b.found = append(b.found, b.f.say(says)) }
func (b *because) miss(says string) { b.missing = append(b.missing, b.f.say(says)) }

// headline says which sides the headline names. A subject is named by its words.
func (b *because) headline() {
	wantsA, wantsB := len(b.f.a) > 0, len(b.f.b) > 0
	ownA, ownB := b.own(b.a.head), b.own(b.b.head)
	a, hasB := len(ownA) > 0, len(ownB) > 0
	one, two, both := "names {a}", "names {b}", "names {a} and {b}"
	if b.f.subject {
		two = "has a word on {b}" + b.quote(ownB)
		both = one + " and " + two
	}
	b.named = true
	switch {
	case (wantsA && !a || wantsB && !hasB) && len(b.bridge.head) > 0:
		b.add("the headline has a word for " + b.about() + b.quote(b.bridge.head))
	case a && hasB:
		b.add("the headline " + both)
	case a:
		b.add("the headline " + one)
		b.named = !wantsB
	case hasB:
		b.add("the headline " + two)
		b.named = !wantsA
	default:
		b.named = false
	}
	if b.voiceA {
		b.add("the author speaks for {a}")
	}
	if b.voiceB {
		b.add("the author speaks for {b}")
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
		says := fmt.Sprintf("%d of %s %s about %s", n, text.Count(len(b.sides), "sentence"), isOrAre(n),
			b.pronoun(b.named))
		if b.homeA && len(b.self) > 0 {
			says += " (“we” is {a})"
		}
		b.add(says)
	default:
		b.miss("no sentence is about " + b.pronoun(b.missed))
	}
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

// quote returns the words of the first mention in the headline, in parentheses.
func (b *because) quote(head []mention) string {
	if len(head) == 0 {
		return ""
	}
	list := b.s.tokens[fieldTitle].List
	return " (“" + b.s.plain[fieldTitle].Text[list[head[0].from].Start:list[head[0].to-1].End] + "”)"
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
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
