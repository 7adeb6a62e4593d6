package topic

import (
	"math"
)

var (
	textNone      = define("text none", "there is no text")
	textShort     = define("text short", "the text is short")
	textLong      = define("text long", "the text is long")
	textA         = define("text a", "how often the text names {a}")
	textB         = define("text b", "how often the text names {b}")
	textWeaker    = define("text weaker side", "how often the text names the rarer of {a} and {b}")
	textAnyA      = define("text any a", "the text names {a}")
	textAnyB      = define("text any b", "the text names {b}")
	textOnlyA     = define("text a alone", "the text names {a} without {b}")
	textOnlyB     = define("text b alone", "the text names {b} without {a}")
	textFormsA    = define("text forms of a", "in how many ways the text names {a}")
	textFormsB    = define("text forms of b", "in how many ways the text names {b}")
	textAScale    = defineScale("text a per 100 words *", "the text names {a} at least * times in 100 words", .2, .5, 1, 2, 3.5)
	textBScale    = defineScale("text b per 100 words *", "the text names {b} at least * times in 100 words", .2, .5, 1, 2, 3.5)
	textWeakScale = defineScale("text weaker side per 100 words *",
		"the text names the rarer of {a} and {b} at least * times in 100 words", .2, .4, .8, 1.5, 2.5)
	textBridge = defineScale("text bridge per 100 words *",
		"words for {a} and {b} at once, at least * times in 100 words", .01, .3, 1)
	sentencesA       = define("sentences a", "the share of sentences about {a}")
	sentencesB       = define("sentences b", "the share of sentences about {b}")
	sentencesAB      = define("sentences a and b", "the share of sentences about {a} and {b}")
	sentencesClean   = define("sentences a and b, no third", "the share of sentences about {a} and {b} alone")
	sentencesABCount = define("sentences a and b, number", "the number of sentences about {a} and {b}")
	sentencesNCount  = define("sentences a and b, no third, number", "the number of sentences about {a} and {b} alone")
	sentencesABScale = defineScale("sentences a and b *", "a share of at least * of the sentences is about {a} and {b}",
		.03, .06, .12, .2, .3, .45)
	sentencesNScale = defineScale("sentences a and b, no third *",
		"a share of at least * of the sentences is about {a} and {b} alone", .03, .06, .12, .2, .3)
	thirdWeaker      = define("third to weaker side", "another country, compared with the rarer of {a} and {b}")
	thirdToA         = define("third to a", "another country, compared with {a}")
	thirdToB         = define("third to b", "another country, compared with {b}")
	thirdText        = define("third", "how often the text names the most frequent other country")
	thirdLeads       = define("third most", "the text names another country more often than {a} and {b}")
	thirdOf          = defineEach(regions, "third: *", "the most frequent other country: *")
	thirdWeakerScale = defineScale("third to weaker side *",
		"another country at least * times as often as the rarer of {a} and {b}", .25, .5, 1, 2)
	leadA         = define("lead a", "the first 120 words name {a}")
	leadB         = define("lead b", "the first 120 words name {b}")
	leadAB        = define("lead a and b", "the first 120 words name {a} and {b}")
	leadNear      = define("lead a and b near", "{a} and {b} near each other in the first 120 words")
	leadSoon      = define("lead a and b soon", "the first 40 words name {a} and {b}")
	nearAB        = define("near a and b", "how often {a} and {b} are near each other")
	nearCount     = define("near a and b, number", "how many times {a} and {b} are near each other")
	nearScale     = defineScale("near a and b *", "{a} and {b} are near each other at least * times", 1, 3, 6, 10)
	relationAB    = define("relation of a and b", "how often words of relations are in sentences about {a} and {b}")
	relationCount = define("relation of a and b, number", "the words of relations in sentences about {a} and {b}")
	relationScale = defineScale("relation of a and b *",
		"at least * words of relations in sentences about {a} and {b}", 1, 2, 4, 8)
	leadRelation    = define("lead relation of a and b", "a word of relations in a sentence about {a} and {b} in the lead")
	headATextB      = define("head a, text b", "the headline names {a}, the text {b}")
	headAText       = define("head a, sentences a and b", "the headline names {a}, sentences {a} and {b}")
	headBTextA      = define("head b, text a", "the headline names {b}, the text {a}")
	headBText       = define("head b, sentences a and b", "the headline names {b}, sentences {a} and {b}")
	headNoneWeaker  = define("head none, text weaker side", "a headline without {a} and {b}, a text with both")
	headNoneText    = define("head none, sentences a and b", "a headline without {a} and {b}, sentences about both")
	headABTextAB    = define("head a and b, text both", "the text supports the headline: both name {a} and {b}")
	headABTextNot   = define("head a and b, text not both", "the headline names {a} and {b}, the text does not")
	headABSentences = define("head a and b, sentences a and b", "headline and sentences are about {a} and {b}")
)

// The sides of a sentence.
const (
	inA uint8 = 1 << iota
	inB
	inThird
)

// text looks at summary and text.
func (v *view) text() {
	s := v.s
	words := len(s.tokens[fieldSummary].List) + len(s.tokens[fieldText].List)
	v.is(textNone, words == 0)
	v.is(textShort, 0 < words && words < 100)
	v.is(textLong, words >= 400)
	if words == 0 {
		return
	}
	a, b := v.a.text, v.b.text
	first := s.before[fieldSummary].sentences
	count := int(s.before[fieldAuthor].sentences - first)
	if cap(v.sides) < count {
		v.sides = make([]uint8, count)
	}
	v.sides = v.sides[:count]
	clear(v.sides)
	v.mark(a, inA)
	v.mark(b, inB)
	most, region := 0, 0
	var other []mention
	for i := range v.thirds {
		t := &v.thirds[i]
		if n := v.markOutside(t.text); n > most {
			most, region, other = n, t.region, t.text
		}
	}
	if v.keeping {
		v.others = v.outside(v.others[:0], other)
		other = v.others
	}
	var withA, withB, both, clean int
	for _, in := range v.sides {
		if in&inA != 0 {
			withA++
		}
		if in&inB != 0 {
			withB++
		}
		if in&(inA|inB) == inA|inB {
			if both++; in&inThird == 0 {
				clean++
			}
		}
	}
	var pairs []mention
	if v.keeping {
		pairs = v.inBoth(v.inBoth(nil, a), b)
	}
	per100 := func(n int) float64 { return float64(n) * 100 / float64(max(words, 60)) }
	dense := func(n int) float64 { return per100(n) / 6 }
	weaker := min(len(a), len(b))
	v.set(textA, dense(len(a)), a)
	v.set(textB, dense(len(b)), b)
	v.set(textWeaker, dense(weaker), a, b)
	v.is(textAnyA, len(a) > 0, a)
	v.is(textAnyB, len(b) > 0, b)
	v.is(textOnlyA, len(a) > 0 && len(b) == 0, a)
	v.is(textOnlyB, len(b) > 0 && len(a) == 0, b)
	v.set(textFormsA, float64(forms(a))/8, a)
	v.set(textFormsB, float64(forms(b))/8, b)
	v.reach(textAScale, per100(len(a)), a)
	v.reach(textBScale, per100(len(b)), b)
	v.reach(textWeakScale, per100(weaker), a, b)
	v.reach(textBridge, per100(len(v.bridge.text)), v.bridge.text)
	share := func(n int) float64 { return float64(n) / float64(max(count, 4)) }
	v.set(sentencesA, share(withA), a)
	v.set(sentencesB, share(withB), b)
	v.set(sentencesAB, share(both), pairs)
	v.set(sentencesClean, share(clean), pairs)
	v.set(sentencesABCount, log20(both), pairs)
	v.set(sentencesNCount, log20(clean), pairs)
	v.reach(sentencesABScale, share(both), pairs)
	v.reach(sentencesNScale, share(clean), pairs)
	to := func(n int) float64 { return float64(most) / float64(max(1, n)) }
	v.set(thirdWeaker, to(weaker)/3, other)
	v.set(thirdToA, to(len(a))/3, other)
	v.set(thirdToB, to(len(b))/3, other)
	v.set(thirdText, dense(most), other)
	v.is(thirdLeads, most > len(a) && most > len(b), other)
	if most > 0 {
		v.set(thirdOf[region], to(weaker)/3, other)
	}
	v.reach(thirdWeakerScale, to(weaker), other)
	v.lead()
	together := near(a, b, 20)
	v.set(nearAB, dense(together), a, b)
	v.set(nearCount, log20(together), a, b)
	v.reach(nearScale, float64(together), a, b)
	related, soon := 0, false
	for _, m := range v.party(v.fitted.around.diplomacy).text {
		if v.sides[m.sentence-first]&(inA|inB) == inA|inB {
			related++
			soon = soon || v.inLead(m)
		}
	}
	v.set(relationAB, dense(related), pairs)
	v.set(relationCount, log20(related), pairs)
	v.reach(relationScale, float64(related), pairs)
	v.is(leadRelation, soon, pairs)
	switch hasA, hasB := v.values[headA] > 0, v.values[headB] > 0; {
	case hasA && hasB:
		v.is(headABTextAB, weaker > 0, a, b)
		v.is(headABTextNot, weaker == 0)
		v.set(headABSentences, share(both), pairs)
	case hasA:
		v.set(headATextB, dense(len(b)), b)
		v.set(headAText, share(both), pairs)
	case hasB:
		v.set(headBTextA, dense(len(a)), a)
		v.set(headBText, share(both), pairs)
	default:
		v.set(headNoneWeaker, dense(weaker), pairs)
		v.set(headNoneText, share(both), pairs)
	}
}

// inLead reports whether a mention is in the lead of the summary or of the text.
func (v *view) inLead(m mention) bool {
	summary, body := v.s.before[fieldSummary].postings, v.s.before[fieldText].postings
	return m.from < min(summary+leadWords, body) || body <= m.from && m.from < body+leadWords
}

// log20 is 0 for none and 1 for twenty and more.
func log20(n int) float64 { return logs[min(n, len(logs)-1)] }

var logs = func() (all [21]float64) {
	for n := range all {
		all[n] = math.Log1p(float64(n)) / math.Log1p(20)
	}
	return all
}()

// mark notes the side of mentions in their sentences.
func (v *view) mark(ms []mention, side uint8) {
	first := v.s.before[fieldSummary].sentences
	for i := range ms {
		v.sides[ms[i].sentence-first] |= side
	}
}

// markOutside notes a third country in the sentences of its strong mentions outside of the sides, and returns their
// number.
func (v *view) markOutside(ms []mention) (n int) {
	first := v.s.before[fieldSummary].sentences
	for i := range ms {
		if m := &ms[i]; v.isOutside(m) {
			v.sides[m.sentence-first] |= inThird
			n++
		}
	}
	return n
}

// inBoth appends the mentions in sentences about both sides.
func (v *view) inBoth(to, ms []mention) []mention {
	first := v.s.before[fieldSummary].sentences
	for _, m := range ms {
		if v.sides[m.sentence-first]&(inA|inB) == inA|inB {
			to = append(to, m)
		}
	}
	return to
}

// lead looks at the summary and the first words of the text.
func (v *view) lead() {
	begin := v.s.before[fieldText].postings
	a, b := v.a.text[:upTo(v.a.text, begin+leadWords)], v.b.text[:upTo(v.b.text, begin+leadWords)]
	v.is(leadA, len(a) > 0, a)
	v.is(leadB, len(b) > 0, b)
	v.is(leadAB, len(a) > 0 && len(b) > 0, a, b)
	v.is(leadNear, near(a, b, 15) > 0, a, b)
	a, b = a[:upTo(a, begin+40)], b[:upTo(b, begin+40)]
	v.is(leadSoon, len(a) > 0 && len(b) > 0, a, b)
}

// leadWords is the length of the lead.
const leadWords = 120

var (
	headMatter   = defineEach(matters, "head *", "* in the headline")
	headABMatter = defineEach(matters, "head a and b, *", "* beside {a} and {b} in the headline")
	headOff      = define("head off the subject", "a genre like sport or crime in the headline")
	headABOff    = define("head a and b, off the subject", "a genre like sport or crime beside {a} and {b} in the headline")
	headAOff     = define("head a, off the subject", "a genre like sport or crime beside {a} in the headline")
	textOff      = define("text off the subject", "genres like sport or crime in the text")
	labelOff     = define("label off the subject", "a genre like sport or crime in the categories or the address")
	headAMatter  = defineEach(matters, "head a, *", "* beside {a} in the headline")
	textMatter   = defineEach(matters, "text *", "* in the text")
	labelSection = defineEach(sections, "label *", "* in the categories or the address")
	isHomeA      = define("home a", "the paper is of {a}")
	isHomeB      = define("home b", "the paper is of {b}")
	homeAHeadB   = define("home a, head b", "a paper of {a} names {b} in the headline")
	homeBHeadA   = define("home b, head a", "a paper of {b} names {a} in the headline")
	firstA       = define("first person a", "how often the text says “we” for {a}")
	firstB       = define("first person b", "how often the text says “we” for {b}")
	isVoiceA     = define("voice a", "the author speaks for {a}")
	isVoiceB     = define("voice b", "the author speaks for {b}")
)

// matters looks at subjects, genres and blocs, and at the country of the paper.
func (v *view) matters() {
	a, b := v.values[headA] > 0, v.values[headB] > 0
	words := len(v.s.tokens[fieldSummary].List) + len(v.s.tokens[fieldText].List)
	dense := func(n int) float64 { return float64(n) * 100 / float64(max(words, 60)) / 3 }
	v.genres(a, b, dense)
	around := v.fitted.around
	for _, i := range v.scene.matters {
		p := v.party(around.matters[i])
		if len(p.head) > 0 {
			v.set(headMatter[i], 1, p.head)
			v.is(headABMatter[i], a && b, p.head)
			v.is(headAMatter[i], a, p.head)
		}
		if len(p.text) > 0 {
			v.set(textMatter[i], dense(len(p.text)), p.text)
		}
	}
	for _, i := range v.scene.sections {
		p := v.party(around.sections[i])
		v.set(labelSection[i], 1, p.label)
		v.is(labelOff, i < len(genreSections), p.label)
	}
	v.is(isHomeA, v.homeA)
	v.is(isHomeB, v.homeB)
	v.is(isVoiceA, v.voiceA)
	v.is(isVoiceB, v.voiceB)
	v.is(homeAHeadB, v.homeA && b, v.b.head)
	v.is(homeBHeadA, v.homeB && a, v.a.head)
	if v.homeA {
		v.set(firstA, dense(len(v.self)), v.self)
	}
	if v.homeB {
		v.set(firstB, dense(len(v.self)), v.self)
	}
}

// genres looks at all genres together: no single one is frequent.
func (v *view) genres(a, b bool, dense func(int) float64) {
	var head, body []mention
	n := 0
	for _, i := range v.scene.matters {
		if i >= len(genres) {
			break
		}
		p := v.party(v.fitted.around.matters[i])
		if head == nil {
			head = p.head
		}
		n += len(p.text)
		if v.keeping {
			body = append(body, p.text...)
		}
	}
	if len(head) > 0 {
		v.set(headOff, 1, head)
		v.is(headABOff, a && b, head)
		v.is(headAOff, a, head)
	}
	v.set(textOff, dense(n)/2, disjoint(body))
}
