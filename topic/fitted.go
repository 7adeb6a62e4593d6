package topic

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// fitted is the part of a compiled topic that features judge.
type fitted struct {
	a, b, bridge       []int32 // groups
	voiceA, voiceB     []int32
	thirds             []country
	between            []int32 // by the kinds of that name; -1 for a group without a list
	matters            []int32
	sections           []int32
	persons, diplomacy int32
	names              [2]string // of the sides, for people
	prior, tag, review float64
	features           []float64 // weights, by featureID
	on                 bool      // it has weights
}

// country is a group that may be a third country, and its region.
type country struct {
	group  int32
	region int
}

func sixtyFourths(x float64) float64 { return math.Round(x*64) / 64 }

// vocabulary holds the words with a weight in any fitted topic. Those of a word are entries[from[id]:from[id+1]].
type ngrams struct {
	ids     map[string]int32 // by kind and word
	from    []int32
	entries []ngram
}

// ngram is the weight of a word in a topic.
type ngram struct {
	topic  int32
	weight float64
}

// fit compiles the fitted topics of a tagger.
func (t *Tagger) fit(c *compiler) {
	byWord := map[string][]ngram{}
	for i := range t.topics {
		k := &t.topics[i]
		if !k.Fitted() {
			continue
		}
		k.fitted = t.groups.fitted(k, c)
		if k.Weights == "" {
			continue
		}
		w, err := ParseWeights(k.Weights)
		if err != nil {
			c.report(k.Pos, "", 0, "the weights of "+k.Name+": "+err.Error(), "fit them again: oped topic fit "+k.Name)
			continue
		}
		k.fitted.weigh(w)
		for _, name := range sorted(w.Values) {
			if !strings.HasPrefix(name, featureKind) {
				byWord[name] = append(byWord[name], ngram{int32(i), w.Values[name]})
			}
		}
	}
	t.words = ngrams{ids: make(map[string]int32, len(byWord)), from: make([]int32, 1, len(byWord)+1)}
	for id, word := range sorted(byWord) {
		t.words.ids[word] = int32(id)
		t.words.entries = append(t.words.entries, byWord[word]...)
		t.words.from = append(t.words.from, int32(len(t.words.entries)))
	}
}

// fitted resolves the groups of a topic.
func (g *groups) fitted(k *compiled, c *compiler) *fitted {
	f := &fitted{features: make([]float64, len(features))}
	find := func(names []string) []int32 {
		ids := make([]int32, len(names))
		for i, name := range names {
			ids[i] = g.groupOf(name, k.lists)
		}
		return ids
	}
	own := func(names []string) []int32 {
		ids := find(names)
		for i, name := range names {
			if ids[i] < 0 {
				c.report(k.Pos, "", 0, "there is no list $"+name,
					text.DidYouMean(name, sorted(k.lists), "define it under `terms:`"))
			}
		}
		return slices.DeleteFunc(ids, func(id int32) bool { return id < 0 })
	}
	voices := func(names []string) (ids []int32) {
		for _, name := range names {
			if id := g.groupOf(voicePrefix+name, k.lists); id >= 0 {
				ids = append(ids, id)
			}
		}
		return ids
	}
	a, b := sidesOf(&k.Topic)
	f.a, f.b, f.bridge = own(a), own(b), own(k.Bridge)
	f.voiceA, f.voiceB = voices(a), voices(b)
	f.names = [2]string{c.title(a, k.lists), c.title(b, k.lists)}
	for i, id := range find(countries) {
		if id < 0 || slices.Contains(a, countries[i]) || slices.Contains(b, countries[i]) {
			continue
		}
		region := cmp.Or(regionOf[countries[i]], countries[i])
		f.thirds = append(f.thirds, country{id, slices.Index(regions, region)})
	}
	f.between, f.matters, f.sections = find(between), find(matters), find(sections)
	f.persons, f.diplomacy = g.groupOf("persons", k.lists), g.groupOf("diplomacy", k.lists)
	return f
}

// title returns the name of a side for people: the first term of its list that is neither weak nor all capitals.
func (c *compiler) title(names []string, visible map[string]int32) string {
	for _, name := range names {
		id, ok := visible[name]
		if !ok {
			continue
		}
		for _, l := range c.lists[id] {
			if w := c.patterns[l.term].written; !l.weak && w != strings.ToUpper(w) {
				return w
			}
		}
	}
	return strings.Join(names, " and ")
}

func (f *fitted) weigh(w *Weights) {
	f.prior, f.tag, f.review, f.on = w.Prior, w.Tag, w.Review, true
	for id := range features {
		f.features[id] = w.Values[featureKind+features[id].name]
	}
}

// wordAt is a known word in the headline or the lead, at the places [from, to).
type wordAt struct {
	id, from, to int32
	head         bool
}

// lookUp finds the known words of the headline and the lead, each once, and counts all.
func (s *scratch) lookUp(n *ngrams) {
	if len(s.seenWords) < len(n.from) {
		s.seenWords = make([]bool, len(n.from))
	}
	for _, w := range s.known {
		s.seenWords[w.id] = false
	}
	s.known, s.headWords, s.leadWords = s.known[:0], 0, 0
	if len(n.ids) == 0 {
		return
	}
	s.eachWord(func(kind string, from, to int32) {
		id, ok := n.ids[string(s.word)]
		if !ok || s.seenWords[id] {
			return
		}
		s.seenWords[id] = true
		s.known = append(s.known, wordAt{id, from, to, kind == headlineKind})
	})
}

// eachWord calls do for each word and each pair of words of the headline, and each word of the lead. s.word is its
// kind and name. A number is #.
func (s *scratch) eachWord(do func(kind string, from, to int32)) {
	head := s.tokens[fieldTitle]
	for i := range head.List {
		s.headWords += 2
		s.word = append(s.word[:0], headlineKind...)
		s.word = appendWord(s.word, head, i)
		do(headlineKind, int32(i), int32(i)+1)
		if i > 0 {
			s.word = append(s.word[:0], headlineKind...)
			s.word = append(appendWord(s.word, head, i-1), ' ')
			s.word = appendWord(s.word, head, i)
			do(headlineKind, int32(i)-1, int32(i)+1)
		}
	}
	for _, f := range [...]int{fieldSummary, fieldText} {
		ts := s.tokens[f]
		for i := range ts.List[:min(leadWords, len(ts.List))] {
			if ts.List[i].Zone.Beside() {
				continue
			}
			s.leadWords++
			s.word = append(s.word[:0], leadKind...)
			s.word = appendWord(s.word, ts, i)
			at := s.before[f].postings + int32(i)
			do(leadKind, at, at+1)
		}
	}
	s.steps += s.headWords + s.leadWords
}

func appendWord(to []byte, ts *text.Tokens, i int) []byte {
	w := ts.Folded(i)
	for _, c := range w {
		if c < '0' || '9' < c {
			return append(to, w...)
		}
	}
	return append(to, '#')
}

// wordValues returns the values of a word of the headline and of one of the lead: in a long text, each counts less.
func (s *scratch) wordValues() (head, lead float64) {
	return 1 / math.Sqrt(float64(max(s.headWords, 12))), 1 / math.Sqrt(float64(max(s.leadWords, 40)))
}

// prepare finds what all fitted topics need of a document, once.
func (s *scratch) prepare(t *Tagger) {
	if !s.prepared {
		s.prepared = true
		s.gather(&t.groups)
		s.lookUp(&t.words)
	}
}

// judgeFitted leaves the verdict of a fitted topic in s.judged. With keep, s.view has the evidence of each feature.
func (s *scratch) judgeFitted(t *Tagger, i int, keep bool) {
	k := &t.topics[i]
	f := k.fitted
	j := &s.judged
	j.score, j.outcome, j.parts, j.ruleOf = 0, oped.None, j.parts[:0], j.ruleOf[:0]
	if !f.on {
		return
	}
	s.prepare(t)
	s.view.look(s, &t.groups, k, keep)
	j.score = f.prior
	for _, id := range s.view.active {
		j.score += sixtyFourths(f.features[id] * s.view.values[id])
	}
	for _, w := range s.known {
		j.score += s.wordPart(t, int32(i), w)
	}
	switch {
	case j.score < min(f.tag, f.review), k.exclude != nil && s.holds(k.exclude), !s.touches(f):
	case j.score >= f.tag:
		j.outcome = oped.Tagged
	default:
		j.outcome = oped.Review
	}
}

// touches reports whether the document mentions a side of a topic.
func (s *scratch) touches(f *fitted) bool {
	for _, of := range [...][]int32{f.a, f.b, f.bridge} {
		for _, g := range of {
			if len(s.mentions[g]) > 0 {
				return true
			}
		}
	}
	return false
}

// wordPart returns the part of a word in the score of a topic.
func (s *scratch) wordPart(t *Tagger, topic int32, w wordAt) float64 {
	head, lead := s.wordValues()
	for _, n := range t.words.entries[t.words.from[w.id]:t.words.from[w.id+1]] {
		if n.topic == topic {
			if w.head {
				return sixtyFourths(n.weight * head)
			}
			return sixtyFourths(n.weight * lead)
		}
	}
	return 0
}

// Measure calls do for each feature and each word of a piece with respect to a fitted topic, with their values.
// These are the names of Weights.Values.
func (t *Tagger) Measure(d *Doc, topic string, do func(name string, value float64)) {
	i := t.find(topic)
	if i < 0 || t.topics[i].fitted == nil {
		return
	}
	s := t.program.pool.Get().(*scratch)
	defer t.program.pool.Put(s)
	s.read(&t.program, d)
	s.prepare(t)
	s.view.look(s, &t.groups, &t.topics[i], false)
	for _, id := range s.view.active {
		do(featureKind+features[id].name, s.view.values[id])
	}
	s.headWords, s.leadWords = 0, 0
	s.eachWord(func(string, int32, int32) {})
	head, lead := s.wordValues()
	s.headWords, s.leadWords = 0, 0
	seen := map[string]bool{}
	s.eachWord(func(kind string, _, _ int32) {
		if name := string(s.word); !seen[name] {
			seen[name] = true
			value := lead
			if kind == headlineKind {
				value = head
			}
			do(name, value)
		}
	})
}

// fittedPart is a part of the score of a fitted topic.
type fittedPart struct {
	name   string
	says   string
	weight float64
	value  float64
	part   float64
	spans  []mention
}

// fittedParts returns the parts of the last verdict, the largest first.
func (s *scratch) fittedParts(t *Tagger, i int) []fittedPart {
	f, v := t.topics[i].fitted, &s.view
	parts := []fittedPart{{name: "prior", says: "before anything is known of a piece", weight: f.prior, value: 1, part: f.prior}}
	for at, id := range v.active {
		if part := sixtyFourths(f.features[id] * v.values[id]); part != 0 {
			parts = append(parts, fittedPart{
				name:   features[id].name,
				says:   f.say(features[id].says),
				weight: f.features[id],
				value:  v.values[id],
				part:   part,
				spans:  v.kept[v.shown[at][0]:v.shown[at][1]],
			})
		}
	}
	head, lead := s.wordValues()
	for _, w := range s.known {
		if part := s.wordPart(t, int32(i), w); part != 0 {
			p := fittedPart{name: "word of the lead", part: part, value: lead, spans: []mention{{from: w.from, to: w.to}}}
			if w.head {
				p.name, p.value = "word of the headline", head
			}
			p.says, p.weight = "a "+p.name, part/p.value
			parts = append(parts, p)
		}
	}
	slices.SortStableFunc(parts, func(a, b fittedPart) int {
		if d := math.Abs(b.part) - math.Abs(a.part); d != 0 {
			return int(math.Copysign(1, d))
		}
		return strings.Compare(a.name, b.name)
	})
	return parts
}

func (f *fitted) say(says string) string {
	return strings.NewReplacer("{a}", f.names[0], "{b}", f.names[1]).Replace(says)
}

// because returns the reason for a verdict as a sentence.
func (s *scratch) because(k *compiled) string {
	v, f := &s.view, k.fitted
	var reasons []string
	switch {
	case v.values[headAB] > 0:
		reasons = append(reasons, f.say("the headline names {a} and {b}"))
	case v.values[headA] > 0:
		reasons = append(reasons, f.say("the headline names {a}"))
	case v.values[headB] > 0:
		reasons = append(reasons, f.say("the headline names {b}"))
	}
	if v.values[textNone] == 0 {
		both, one := 0, 0
		for _, in := range v.sides {
			if in&(inA|inB) == inA|inB {
				both++
			}
			if in&(inA|inB) != 0 {
				one++
			}
		}
		switch {
		case both > 0:
			reasons = append(reasons, fmt.Sprintf("%d of %s %s about "+f.say("{a} and {b}"), both,
				text.Count(len(v.sides), "sentence"), isOrAre(both)))
		case one > 0 && f.names[1] == "":
			reasons = append(reasons, fmt.Sprintf("%d of %s %s about "+f.say("{a}"), one,
				text.Count(len(v.sides), "sentence"), isOrAre(one)))
		}
	}
	return strings.Join(reasons, ", and ")
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// keptParts is the number of parts kept in a tag: the largest. The others are its last span.
const keptParts = 12

// The zones of spans without a place in the document.
const (
	zonePrior  = "prior"  // what is known before the piece
	zoneAbsent = "absent" // a feature of what is not there, or of a whole field
	zoneRest   = "rest"   // all smaller parts
)

// fittedWhy returns the largest parts of a fitted topic's verdict as spans, each once, and the sum of the others.
func (s *scratch) fittedWhy(t *Tagger, i int) []oped.Span {
	if !t.topics[i].fitted.on {
		return nil
	}
	s.judgeFitted(t, i, true)
	var out []oped.Span
	rest := 0.
	for n, p := range s.fittedParts(t, i) {
		if n >= keptParts {
			rest += p.part
			continue
		}
		out = append(out, s.spansOf(&p)[0])
	}
	if rest != 0 {
		out = append(out, oped.Span{Zone: zoneRest, Weight: rest, Rule: "other parts"})
	}
	return out
}

// spansOf returns the spans of a part, at most oped.MaxMatches. The first has its weight.
func (s *scratch) spansOf(p *fittedPart) (out []oped.Span) {
	for n, m := range p.spans[:min(len(p.spans), oped.MaxMatches)] {
		x := s.cut(span{from: m.from, to: m.to, zone: s.at(m.from).Zone}, 0, p.name)
		if n == 0 {
			x.Weight = p.part
		}
		out = append(out, x)
	}
	if len(out) == 0 {
		zone := zoneAbsent
		if p.name == "prior" {
			zone = zonePrior
		}
		out = append(out, oped.Span{Zone: zone, Weight: p.part, Rule: p.name})
	}
	return out
}

// explainFitted explains the verdict of a fitted topic: all parts, the largest first.
func (s *scratch) explainFitted(t *Tagger, i int) Explanation {
	k := &t.topics[i]
	e := Explanation{
		Topic:     k.Name,
		Title:     k.Title,
		Version:   k.version,
		Threshold: k.threshold(),
		Review:    k.review(),
		Outcome:   oped.None,
	}
	if !k.fitted.on {
		e.Reason = "the topic has no weights yet: run oped topic fit " + k.Name
		return e
	}
	s.judgeFitted(t, i, true)
	e.Score, e.Outcome = s.judged.score, s.judged.outcome
	for _, p := range s.fittedParts(t, i) {
		for n, x := range s.spansOf(&p) {
			part := Part{Span: x, RuleWeight: p.weight, ZoneWeight: p.value, TermWeight: 1, Repeat: 1, Says: p.says}
			if n < len(p.spans) {
				part.Sentence, part.Before, part.After = s.sentence(span{from: p.spans[n].from, to: p.spans[n].to})
			}
			e.Parts = append(e.Parts, part)
		}
	}
	e.Reason = s.fittedReason(t, i, &e)
	return e
}

// fittedReason returns the verdict as one sentence.
func (s *scratch) fittedReason(t *Tagger, i int, e *Explanation) string {
	k := &t.topics[i]
	if k.exclude != nil && s.holds(k.exclude) {
		return s.reason(k, e) // names the veto
	}
	score := fmt.Sprintf("log-odds %s of %s", number(e.Score), number(e.Threshold))
	switch because := s.because(k); {
	case !s.touches(k.fitted):
		return score + ": no word about the topic"
	case because == "":
		return score
	case e.Outcome == oped.Tagged:
		return "because " + because
	default:
		return score + ", though " + because
	}
}
