package topic

import (
	"math"
	"slices"

	"oped"
	"oped/text"
)

// zoneWeights are the weights of the zones relative to the body. Zones beside the piece count nothing.
var zoneWeights = [text.Zones]float64{
	text.Headline: 4,
	text.Lead:     2,
	text.Body:     1,
	text.Summary:  2,
	text.Category: 3,
	text.Quote:    .5,
	text.Author:   1,
	text.URL:      1,
}

// saturation holds the factors of the first, second and third mention of the same term. Further mentions count
// nothing.
var saturation = [...]float64{1, 1. / 2, 1. / 3}

const weakWeight = .5

// part is a span with its share of the score and the factors of it.
type part struct {
	span
	rule, zone, term, nth float64 // factors
	weight                float64 // their product, rounded to an eighth, so that sums are exact
}

func (x *span) termWeight() float64 {
	if x.weak {
		return weakWeight
	}
	return 1
}

// worth returns the weight of a span before the rule's weight and repetition.
func (x *span) worth() float64 { return zoneWeights[x.zone] * x.termWeight() }

func eighths(x float64) float64 { return math.Round(x*8) / 8 }

// judgement is the verdict of one topic.
type judgement struct {
	score   float64
	outcome oped.Outcome
	parts   []part  // of all rules, in their order; valid until the next judgement
	ruleOf  []int   // the rule of each part
	rule    float64 // of a fitted topic: the value of its written rule
}

// Tag returns the tags and review candidates of a piece, in the order of the topics' definition, each with its
// spans.
func (t *Tagger) Tag(d *Doc) []oped.Tag {
	tags, _ := t.TagCounted(d)
	return tags
}

// TagCounted is [Tagger.Tag] with the number of steps taken: one for each byte read and each mention looked at.
func (t *Tagger) TagCounted(d *Doc) (tags []oped.Tag, steps int) {
	s := t.program.open(d)
	defer t.program.pool.Put(s)
	t.mark(s)
	for i, marked := range s.marks {
		if !marked {
			continue
		}
		if s.decide(t, i); s.judged.outcome != oped.None {
			tags = append(tags, s.tag(t, i))
		}
	}
	return tags, s.steps
}

// tag returns the last verdict, on a topic, as a tag.
func (s *scratch) tag(t *Tagger, i int) oped.Tag {
	k := &t.topics[i]
	return oped.Tag{
		Topic:       k.Name,
		Outcome:     s.judged.outcome,
		By:          oped.ByRule,
		Why:         s.why(t, i),
		Score:       s.judged.score,
		Threshold:   k.threshold(),
		RuleVersion: k.version,
	}
}

// Thresholds returns the lowest scores of a piece on a topic and of a candidate for review. Without review, the
// latter is 0.
func (t *Tagger) Thresholds(topic string) (tag, review float64) {
	i := t.find(topic)
	if i < 0 {
		return 0, 0
	}
	return t.topics[i].threshold(), t.topics[i].review()
}

// Tags reports whether a topic tags pieces by itself. A fitted one needs weights, and a threshold within reach.
func (t *Tagger) Tags(topic string) bool {
	i := t.find(topic)
	return i >= 0 && t.topics[i].tags()
}

func (k *compiled) tags() bool { return k.fitted == nil || k.fitted.on && k.fitted.tag < OutOfReach }

// threshold returns the lowest score of a piece on the topic.
func (k *compiled) threshold() float64 {
	if k.fitted != nil {
		return k.fitted.tag
	}
	return k.Threshold
}

// review returns the lowest score of a candidate for review; 0 in a written topic without review.
func (k *compiled) review() float64 {
	if k.fitted != nil {
		return k.fitted.review
	}
	return k.Topic.Review
}

// Outcome returns the verdict of one topic on a piece, without reasons; [oped.None] if there is no such topic.
func (t *Tagger) Outcome(d *Doc, topic string) oped.Outcome {
	i := t.find(topic)
	if i < 0 {
		return oped.None
	}
	s := t.program.open(d)
	defer t.program.pool.Put(s)
	s.decide(t, i)
	return s.judged.outcome
}

// mark marks the topics touched by a hit in the document. The others cannot score, since an implied list alone
// adds nothing.
func (t *Tagger) mark(s *scratch) {
	if cap(s.marks) < len(t.topics) {
		s.marks = make([]bool, len(t.topics))
	}
	s.marks = s.marks[:len(t.topics)]
	clear(s.marks)
	for _, term := range s.touched {
		for _, i := range t.touches.of(term) {
			s.marks[i] = true
		}
	}
}

// decide leaves the outcome of a topic in s.judged, and its score unless the outcome is None.
func (s *scratch) decide(t *Tagger, i int) {
	if t.topics[i].fitted != nil {
		s.decideFitted(t, i)
		return
	}
	s.judge(t, i)
}

// judge leaves the verdict of a topic in s.judged.
func (s *scratch) judge(t *Tagger, i int) {
	k := &t.topics[i]
	if k.fitted != nil {
		s.judgeFitted(t, i, false)
		return
	}
	s.scoreRules(k)
	j := &s.judged
	j.outcome = oped.None
	switch {
	case j.score < k.Threshold && (k.Review == 0 || j.score < k.Review),
		k.require != nil && !s.holds(k.require), k.exclude != nil && s.holds(k.exclude):
	case j.score >= k.Threshold:
		j.outcome = oped.Tagged
	default:
		j.outcome = oped.Review
	}
}

// scoreRules leaves the score of the expressions of a topic, and its parts, in s.judged.
func (s *scratch) scoreRules(k *compiled) {
	j := &s.judged
	j.score, j.parts, j.ruleOf = 0, j.parts[:0], j.ruleOf[:0]
	for i, root := range k.score {
		s.spans = s.spans[:0]
		ok, lo, hi := s.eval(root, counted)
		if !ok {
			continue
		}
		from := len(j.parts)
		s.weigh(k.Score[i].Weight, lo, hi)
		for _, p := range j.parts[from:] {
			j.score += p.weight
			j.ruleOf = append(j.ruleOf, i)
		}
	}
}

// holds reports whether the document fulfils an expression. It looks no further than it must.
func (s *scratch) holds(n *node) bool {
	s.spans = s.spans[:0]
	return s.holdsIn(n, counted)
}

func (s *scratch) holdsIn(n *node, mask zoneSet) bool {
	holds := func(child *node) bool { return s.holdsIn(child, mask) }
	switch n.op {
	case opAnd:
		return !slices.ContainsFunc(n.children, func(child *node) bool { return !holds(child) })
	case opOr:
		return slices.ContainsFunc(n.children, holds)
	case opNot:
		return !holds(n.children[0])
	case opZone:
		return s.holdsIn(n.children[0], n.zones(mask))
	}
	ok, lo, _ := s.eval(n, mask)
	s.spans = s.spans[:lo]
	return ok
}

// weigh adds the parts of one rule. Of overlapping spans the weightiest counts, and a repeated term counts less
// each time.
func (s *scratch) weigh(rule float64, lo, hi int) {
	found := s.spans[lo:hi]
	s.inWorthOrder(found)
	s.seen.reset()
	s.taken, s.taking = s.taken[:0], s.taking[:0]
	worth, passed := 0.0, 0 // passed: how many of taken end before the span
	var key uint64
	var n *uint8 // how often the key was taken
	s.steps += len(found)
	for i := range found {
		x := &found[i]
		if n == nil || x.key != key {
			key, n = x.key, s.seen.of(x.key)
		}
		if int(*n) >= len(saturation) || zoneWeights[x.zone] == 0 {
			continue
		}
		if w := x.worth(); w != worth { // from here on, spans are in order again
			s.merge()
			worth, passed = w, 0
		}
		for passed < len(s.taken) && s.taken[passed].to <= x.from {
			passed++
			s.steps++
		}
		overlaps := passed < len(s.taken) && s.taken[passed].from < x.to
		if last := len(s.taking) - 1; overlaps || last >= 0 && s.taking[last].to > x.from {
			continue
		}
		p := part{
			span: *x,
			rule: rule,
			zone: zoneWeights[x.zone],
			term: x.termWeight(),
			nth:  saturation[*n],
		}
		p.weight = eighths(p.rule * p.zone * p.term * p.nth)
		*n++
		s.taking = append(s.taking, *x)
		s.judged.parts = append(s.judged.parts, p)
	}
}

// merge moves the spans of taking into taken, in order. No two of them overlap.
func (s *scratch) merge() {
	if s.taken = append(s.taken, s.taking...); len(s.taken) > len(s.taking) {
		s.inOrder(s.taken)
	}
	s.taking = s.taking[:0]
}

// evidence calls do for the kept parts of the verdict: the first oped.MaxMatches of each rule. It returns the
// sum of the others, and whether there were any.
func (j *judgement) evidence(do func(p *part, rule int)) (rest float64, cut bool) {
	kept, last := 0, -1
	for i := range j.parts {
		if j.ruleOf[i] != last {
			kept, last = 0, j.ruleOf[i]
		}
		if kept++; kept > oped.MaxMatches {
			rest, cut = rest+j.parts[i].weight, true
			continue
		}
		do(&j.parts[i], last)
	}
	return rest, cut
}

// why returns the kept parts of the verdict as spans of the document.
func (s *scratch) why(t *Tagger, i int) []oped.Span {
	k := &t.topics[i]
	if k.fitted != nil {
		return s.fittedWhy(t, i)
	}
	out := make([]oped.Span, 0, min(len(s.judged.parts), len(k.score)*oped.MaxMatches))
	s.judged.evidence(func(p *part, rule int) { out = append(out, s.cut(p.span, p.weight, k.Score[rule].Expr)) })
	return out
}

// cut converts a span of places into a span of the document. A span longer than oped.MaxField is cut off at its
// end.
func (s *scratch) cut(x span, weight float64, rule string) oped.Span {
	a, b := s.at(x.from), s.at(x.to-1)
	source := s.source[a.field]
	start, end := int(a.Start), int(b.End)
	if s.doc.HTML && (a.field == fieldText || a.field == fieldSummary) {
		start, end = s.plain[a.field].Original(start, end)
	}
	end = start + len(text.Clip(source[start:end], oped.MaxField))
	return oped.Span{
		Zone:   x.zone.String(),
		Field:  fieldNames[a.field],
		Start:  start,
		End:    end,
		Text:   source[start:end],
		Weight: weight,
		Rule:   rule,
	}
}

// Verdicts returns the verdict of every topic on a piece, including those with outcome None.
func (t *Tagger) Verdicts(d *Doc) []oped.Tag {
	s := t.program.open(d)
	defer t.program.pool.Put(s)
	tags := make([]oped.Tag, len(t.topics))
	for i := range t.topics {
		s.judge(t, i)
		tags[i] = s.tag(t, i)
	}
	return tags
}
