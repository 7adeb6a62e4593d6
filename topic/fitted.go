package topic

import (
	"cmp"
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
	own                []int // indexes of the sides in countries
	around             *surroundings
	names              [2]string // of the sides, for people
	subject            bool      // side B is a subject
	prior, tag, review float64
	rule               float64   // weight of the written rule
	features           []float64 // weights, by featureID
	on                 bool      // it has weights
}

// sixtyFourths rounds to 1/64, halves to even: the processor does it in one step.
func sixtyFourths(x float64) float64 { return math.RoundToEven(x*64) / 64 }

// ngrams holds the words of one kind with a weight in any fitted topic, such as "trump visits" in headlines. Those of
// the word with an id are entries[from[id-1]:from[id]].
type ngrams struct {
	words   vocabulary
	from    []int32
	entries []ngram
}

// ngram is the weight of a word in a topic.
type ngram struct {
	topic  int32
	weight float64
}

// weigh reads the weights of the fitted topics.
func (t *Tagger) weigh(c *compiler) {
	heads, leads := map[string][]ngram{}, map[string][]ngram{}
	for i := range t.topics {
		k := &t.topics[i]
		if k.fitted == nil || k.Weights == "" {
			continue
		}
		w, err := ParseWeights(k.Weights)
		if err == nil {
			err = w.isOf(k.Name)
		}
		if err != nil && k.Stored != "" {
			continue // an active rule of another release: the draft is to replace it
		}
		if err != nil {
			c.report(k.Pos, "", 0, cmp.Or(k.WeightsFile, "the weights of "+k.Name)+": "+err.Error(),
				"restore the file, or remove it and fit it again: oped topic fit "+k.Name+" --on FILE")
			continue
		}
		k.fitted.weigh(w)
		for name, x := range w.Values {
			if word, ok := strings.CutPrefix(name, headlineKind); ok {
				heads[word] = append(heads[word], ngram{int32(i), x})
			} else if word, ok := strings.CutPrefix(name, leadKind); ok {
				leads[word] = append(leads[word], ngram{int32(i), x})
			}
		}
	}
	t.headWords, t.leadWords = ngramsOf(heads), ngramsOf(leads)
}

func ngramsOf(byWord map[string][]ngram) ngrams {
	n := ngrams{words: newVocabulary(len(byWord)), from: make([]int32, 1, len(byWord)+1)}
	for _, word := range sorted(byWord) {
		n.words.add([]byte(word))
		n.entries = append(n.entries, byWord[word]...)
		n.from = append(n.from, int32(len(n.entries)))
	}
	return n
}

// fitted resolves the groups of a topic.
func (g *groups) fitted(k *compiled, in *scope, c *compiler) *fitted {
	f := &fitted{features: make([]float64, len(features))}
	own := func(names []string) []int32 {
		ids := g.groupsOf(names, in, c)
		for i, name := range names {
			if ids[i] < 0 {
				c.report(k.Pos, "", 0, "there is no list $"+name,
					text.DidYouMean(name, sorted(in.lists), "define it under `terms:`"))
			}
		}
		return slices.DeleteFunc(ids, func(id int32) bool { return id < 0 })
	}
	voices := func(names []string) (ids []int32) {
		for _, name := range names {
			if id := g.groupOf(voicePrefix+name, in, c); id >= 0 {
				ids = append(ids, id)
			}
		}
		return ids
	}
	a, b := sidesOf(&k.Topic)
	f.a, f.b, f.bridge = own(a), own(b), own(k.Bridge)
	f.voiceA, f.voiceB = voices(a), voices(b)
	f.subject = len(k.Subject) > 0
	f.names = [2]string{c.title(a, in.lists), c.title(b, in.lists)}
	if f.subject {
		f.names[1] = spaced(b[0])
	}
	for i, name := range countries {
		if slices.Contains(a, name) || slices.Contains(b, name) {
			f.own = append(f.own, i)
		}
	}
	f.around = g.surroundings(in, c)
	return f
}

func (f *fitted) weigh(w *Weights) {
	f.prior, f.tag, f.review, f.rule, f.on = w.Prior, w.Tag, w.Review, w.Values[ruleName], true
	for id := range features {
		f.features[id] = w.Values[featureKind+features[id].name]
	}
}

// wordAt is a word of the headline or the lead, at the places [from, to), and its id.
type wordAt struct {
	id, from, to int32
	head         bool
}

// lookUp finds the known words of the headline and the lead, each once, and adds up their parts by topic.
func (s *scratch) lookUp(t *Tagger) {
	for _, w := range s.known {
		*s.noted(w) = false
	}
	s.known, s.headWords, s.leadWords = s.known[:0], 0, 0
	if s.seenHeads == nil {
		s.seenHeads, s.seenLeads = make([]bool, len(t.headWords.from)), make([]bool, len(t.leadWords.from))
	}
	if cap(s.wordParts) < len(t.topics) {
		s.wordParts = make([]float64, len(t.topics))
	}
	s.wordParts = s.wordParts[:len(t.topics)]
	clear(s.wordParts)
	s.eachWord(func(w wordAt, word []byte, h uint64) {
		if _, w.id = t.ngrams(w).words.look(word, h); w.id == 0 {
			return
		}
		if noted := s.noted(w); !*noted {
			*noted = true
			s.known = append(s.known, w)
		}
	})
	for _, w := range s.known {
		value, of := s.valueOf(w), t.ngrams(w).of(w.id)
		for _, x := range of {
			s.wordParts[x.topic] += sixtyFourths(x.weight * value)
		}
		s.steps += len(of)
	}
}

// ngrams returns the known words of the kind of a word.
func (t *Tagger) ngrams(w wordAt) *ngrams {
	if w.head {
		return &t.headWords
	}
	return &t.leadWords
}

// noted returns the mark of a known word: it is in s.known.
func (s *scratch) noted(w wordAt) *bool {
	if w.head {
		return &s.seenHeads[w.id]
	}
	return &s.seenLeads[w.id]
}

func (n *ngrams) of(id int32) []ngram { return n.entries[n.from[id-1]:n.from[id]] }

// eachWord calls do for each word and each pair of words of the headline, and each word of the lead, with its hash.
// A number is #.
func (s *scratch) eachWord(do func(w wordAt, word []byte, h uint64)) {
	head := s.tokens[fieldTitle]
	for i := range int32(len(head.List)) {
		s.headWords += 2
		word, h := s.wordOf(head, i, 0)
		do(wordAt{from: i, to: i + 1, head: true}, word, h)
		if i > 0 {
			first, _ := s.wordOf(head, i-1, 0)
			s.word = append(append(append(s.word[:0], first...), ' '), word...)
			do(wordAt{from: i - 1, to: i + 1, head: true}, s.word, hash(s.word))
		}
	}
	for _, f := range [...]int{fieldSummary, fieldText} {
		ts, before := s.tokens[f], s.before[f].postings
		for i := range int32(min(leadWords, len(ts.List))) {
			if ts.List[i].Zone.Beside() {
				continue
			}
			s.leadWords++
			word, h := s.wordOf(ts, i, before)
			do(wordAt{from: before + i, to: before + i + 1}, word, h)
		}
	}
	s.steps += s.headWords + s.leadWords
}

// aNumber is the word for all numbers.
var aNumber = []byte("#")

// wordOf returns a word of a field, and its hash, given the words before the field.
func (s *scratch) wordOf(ts *text.Tokens, i, before int32) (word []byte, h uint64) {
	word = ts.Folded(int(i))
	for _, c := range word {
		if c < '0' || '9' < c {
			return word, s.hashes[before+i]
		}
	}
	return aNumber, hash(aNumber)
}

// valueOf returns the value of a word of the headline, or of one of the lead: in a long text, each counts less.
func (s *scratch) valueOf(w wordAt) float64 {
	if w.head {
		return headValue(s.headWords)
	}
	return leadValue(s.leadWords)
}

func headValue(words int) float64 { return 1 / math.Sqrt(float64(max(words, 12))) }
func leadValue(words int) float64 { return 1 / math.Sqrt(float64(max(words, 40))) }

// prepare finds what all fitted topics need of a document, once.
func (s *scratch) prepare(t *Tagger) {
	if !s.prepared {
		s.prepared = true
		s.gather(&t.groups)
		s.scenes = slices.Grow(s.scenes[:0], len(t.groups.around))[:len(t.groups.around)]
		for i := range s.scenes {
			s.scenes[i].known = false
		}
		s.lookUp(t)
		s.readHead()
	}
}

// judgeFitted leaves the verdict of a fitted topic in s.judged. With keep, s.view has the evidence of each feature.
func (s *scratch) judgeFitted(t *Tagger, i int, keep bool) {
	k := &t.topics[i]
	s.judged.score, s.judged.outcome, s.judged.rule = 0, oped.None, 0
	if !k.fitted.on {
		return
	}
	s.prepare(t)
	s.conclude(k, s.withoutRule(t, i, keep))
}

// decideFitted is judgeFitted without a score if the outcome is None. The written rule is the dearest part of a
// verdict, and most pieces are so far from the topic that it cannot matter.
func (s *scratch) decideFitted(t *Tagger, i int) {
	k := &t.topics[i]
	f := k.fitted
	s.judged.score, s.judged.outcome, s.judged.rule = 0, oped.None, 0
	if !f.on {
		return
	}
	s.prepare(t)
	if !s.touches(f) {
		return
	}
	if score := s.withoutRule(t, i, false); score+max(0, f.rulePart(maxRule)) >= f.lowest() {
		s.conclude(k, score)
	}
}

// withoutRule returns the score of a fitted topic but for its written rule.
func (s *scratch) withoutRule(t *Tagger, i int, keep bool) float64 {
	k := &t.topics[i]
	s.view.look(s, &t.groups, k, keep)
	score := k.fitted.prior + s.wordParts[i]
	for _, id := range s.view.active {
		score += sixtyFourths(k.fitted.features[id] * s.view.values[id])
	}
	return score
}

// conclude leaves the verdict in s.judged, given the score but for the written rule.
func (s *scratch) conclude(k *compiled, score float64) {
	f, j := k.fitted, &s.judged
	if f.rule != 0 {
		j.rule = s.ruleValue(k)
	}
	j.score = score + f.rulePart(j.rule)
	switch {
	case j.score < f.lowest(), k.exclude != nil && s.holds(k.exclude), !s.touches(f):
	case j.score >= f.tag:
		j.outcome = oped.Tagged
	default:
		j.outcome = oped.Review
	}
}

// rulePart returns the part of a written rule of some value.
func (f *fitted) rulePart(value float64) float64 { return sixtyFourths(f.rule * value) }

// lowest returns the lowest score of a tag or of a candidate for review.
func (f *fitted) lowest() float64 { return min(f.tag, f.review) }

// maxRule is the largest value of a written rule: no score is more certain than twice the threshold.
const maxRule = 2

// ruleValue returns the value of the written rule of a fitted topic: its score in thresholds, 0 without what it
// requires. Its parts are in s.judged.
func (s *scratch) ruleValue(k *compiled) float64 {
	if len(k.score) == 0 || k.require != nil && !s.holds(k.require) {
		return 0
	}
	s.scoreRules(k)
	return max(0, min(s.judged.score/k.Threshold, maxRule))
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

// Measure calls do for each feature, each word and the written rule of a piece with respect to a fitted topic, with
// their values. A topic that is not fitted yet, but has a rule, counts as a written one: it measures nothing.
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
	if value := s.ruleValue(&t.topics[i]); value != 0 {
		do(ruleName, value)
	}
	s.headWords, s.leadWords = 0, 0
	s.eachWord(func(wordAt, []byte, uint64) {}) // counts them
	head, lead := s.valueOf(wordAt{head: true}), s.valueOf(wordAt{})
	seen := map[string]bool{}
	s.eachWord(func(w wordAt, word []byte, _ uint64) {
		kind, value := leadKind, lead
		if w.head {
			kind, value = headlineKind, head
		}
		if name := kind + string(word); !seen[name] {
			seen[name] = true
			do(name, value)
		}
	})
}

// fittedPart is a part of the score of a fitted topic.
type fittedPart struct {
	name   string
	says   string // for people; {a} and {b} are the sides
	weight float64
	value  float64
	part   float64
	spans  []mention
}

// fittedParts returns the parts of the last verdict, the largest first.
func (s *scratch) fittedParts(t *Tagger, i int) []fittedPart {
	f, v := t.topics[i].fitted, &s.view
	parts := []fittedPart{{
		name:   zonePrior,
		says:   "before anything is known of a piece",
		weight: f.prior,
		value:  1,
		part:   f.prior,
	}}
	if part := f.rulePart(s.judged.rule); part != 0 {
		parts = append(parts, fittedPart{
			name:   ruleName,
			says:   "the score of the written rule, in thresholds",
			weight: f.rule,
			value:  s.judged.rule,
			part:   part,
			spans:  distinct(s.ruleMentions()),
		})
	}
	for at, id := range v.active {
		if part := sixtyFourths(f.features[id] * v.values[id]); part != 0 {
			parts = append(parts, fittedPart{
				name:   features[id].name,
				says:   features[id].says,
				weight: f.features[id],
				value:  v.values[id],
				part:   part,
				spans:  distinct(v.kept[v.shown[at][0]:v.shown[at][1]]),
			})
		}
	}
	for _, w := range s.known {
		words := t.ngrams(w)
		of := words.of(w.id)
		n := slices.IndexFunc(of, func(x ngram) bool { return x.topic == int32(i) })
		if n < 0 {
			continue
		}
		word, value := string(words.words.word(w.id)), s.valueOf(w)
		part := sixtyFourths(of[n].weight * value)
		if part == 0 {
			continue
		}
		kind, where := leadKind, "lead"
		if w.head {
			kind, where = headlineKind, "headline"
		}
		parts = append(parts, fittedPart{
			name:   kind + word,
			says:   "“" + word + "” in the " + where,
			weight: of[n].weight,
			value:  value,
			part:   part,
			spans:  []mention{{from: w.from, to: w.to}},
		})
	}
	slices.SortStableFunc(parts, func(a, b fittedPart) int {
		return cmp.Or(cmp.Compare(math.Abs(b.part), math.Abs(a.part)), strings.Compare(a.name, b.name))
	})
	return parts
}

// ruleMentions returns the matches of the written rule.
func (s *scratch) ruleMentions() []mention {
	var all []mention
	for _, p := range s.judged.parts {
		all = append(all, mention{from: p.from, to: p.to})
	}
	return all
}

// distinct returns the first mentions of different words, maxShown at most.
func distinct(ms []mention) []mention {
	kept := ms[:0]
	for _, m := range ms {
		if len(kept) == maxShown {
			break
		}
		if !slices.ContainsFunc(kept, func(x mention) bool { return x.from == m.from && x.to == m.to }) {
			kept = append(kept, m)
		}
	}
	return kept
}

func (f *fitted) say(says string) string {
	return strings.NewReplacer("{a}", f.names[0], "{b}", f.names[1]).Replace(says)
}

// keptParts is the number of parts kept in a tag: the largest. The others are its last span.
const keptParts = 12

// The zones of spans without a place in the document.
const (
	zonePrior  = "prior"  // the odds before anything is known of the piece
	zoneAbsent = "absent" // a property of a whole field, or of missing words
	zoneRest   = "rest"   // all smaller parts of a tag
)

// fittedWhy returns the parts of a fitted topic's verdict as spans: all of them, or the largest with one span each and
// the sum of the others.
func (s *scratch) fittedWhy(t *Tagger, i int) []oped.Span {
	if !t.topics[i].fitted.on {
		return nil
	}
	s.judgeFitted(t, i, true)
	var out []oped.Span
	rest := 0.
	for n, p := range s.fittedParts(t, i) {
		if s.doc.AllParts {
			out = append(out, s.spansOf(&p)...)
			continue
		}
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

// maxShown is the largest number of spans of a part.
const maxShown = 100

// spansOf returns the spans of a part. The first has its weight.
func (s *scratch) spansOf(p *fittedPart) (out []oped.Span) {
	for n, m := range p.spans {
		x := s.cut(span{from: m.from, to: m.to, zone: s.at(m.from).Zone}, 0, p.name)
		if n == 0 {
			x.Weight = p.part
		}
		out = append(out, x)
	}
	if len(out) == 0 {
		zone := zoneAbsent
		if p.name == zonePrior {
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
		Fitted:    true,
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
	parts := s.fittedParts(t, i)
	for _, p := range parts {
		for n, x := range s.spansOf(&p) {
			part := Part{Span: x, RuleWeight: p.weight, ZoneWeight: p.value, TermWeight: 1, Repeat: 1}
			part.Says = k.fitted.say(p.says)
			if n < len(p.spans) {
				part.Sentence, part.Before, part.After = s.sentence(span{from: p.spans[n].from, to: p.spans[n].to})
			}
			e.Parts = append(e.Parts, part)
		}
	}
	s.sidesBeside(t, k, &e)
	e.Reason, e.Because = s.fittedReason(t, i, &e, parts)
	return e
}

// sidesBeside adds the terms of the sides in an author's note, a credit line or boilerplate: they are not counted.
func (s *scratch) sidesBeside(t *Tagger, k *compiled, e *Explanation) {
	var found []span
	t.groups.eachTerm(k.fitted, func(term int32) {
		for at := s.first[term]; at >= 0; at = s.hits[at].next {
			if h := &s.hits[at]; h.zone.Beside() {
				found = append(found, span{from: h.from, to: h.to, zone: h.zone})
			}
		}
	})
	slices.SortFunc(found, byBeginning)
	for _, x := range slices.Compact(found) {
		if len(e.Beside) == oped.MaxMatches {
			e.Limits.Add(oped.MatchLimit)
			return
		}
		e.Beside = append(e.Beside, s.cut(x, 0, "sides"))
	}
}
