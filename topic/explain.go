package topic

import (
	"fmt"
	"strings"

	"oped"
	"oped/text"
)

// Explanation says why a piece is on a topic, or why it is not.
type Explanation struct {
	Topic     string       `json:"topic"`
	Title     string       `json:"title"`
	Fitted    bool         `json:"fitted,omitempty"` // the score is in log-odds, and the parts have a meaning
	Version   string       `json:"version"`
	Outcome   oped.Outcome `json:"outcome"`
	Reason    string       `json:"reason"` // one sentence
	Because   *Because     `json:"-"`      // its parts, if a fitted topic has them
	Score     float64      `json:"score"`  // the sum of Parts and Rest, exactly
	Threshold float64      `json:"threshold"`
	Review    float64      `json:"review"`
	Parts     []Part       `json:"parts"`
	Vetoed    []oped.Span  `json:"vetoed"` // the matches of exclude, if it holds
	Beside    []oped.Span  `json:"beside"` // terms in an author's note, a credit line or boilerplate: not counted

	// Of each rule, and of Vetoed and Beside, the first oped.MaxMatches are kept. Rest is the weight of the other
	// matches of the rules.
	Rest   float64     `json:"rest,omitempty"`
	Limits oped.Limits `json:"limits,omitempty"` // oped.MatchLimit if there were more
}

// Part is a span and the arithmetic of its weight: rule × zone × term × repeat, to an eighth. In a fitted topic, a
// part of the score is one or more Parts with the same Rule: its spans, at most maxShown. The first has its weight,
// RuleWeight times ZoneWeight to 1/64; the others have none. A part without a place in the piece has a span without
// a Field.
type Part struct {
	oped.Span
	RuleWeight float64 `json:"rule_weight"`
	ZoneWeight float64 `json:"zone_weight"`
	TermWeight float64 `json:"term_weight"`
	Repeat     float64 `json:"repeat"`
	Says       string  `json:"says,omitempty"` // of a fitted topic: the meaning of the feature
	Redundant  bool    `json:"redundant"`      // without these words the score is no lower; set by MarkRedundant
	Sentence   string  `json:"sentence"`       // the sentence around it, with the span between « and »
	Before     string  `json:"before"`         // the plain text of that sentence up to the span, unchanged
	After      string  `json:"after"`          // and from the span on
}

// Strongest returns the spans with the most weight: at least a quarter of the highest one. A fitted topic counts nearly
// every word a little.
func (e *Explanation) Strongest() (spans []oped.Span) {
	highest := 0.
	for i := range e.Parts {
		highest = max(highest, e.Parts[i].Weight)
	}
	for i := range e.Parts {
		if w := e.Parts[i].Weight; w > 0 && w >= highest/4 {
			spans = append(spans, e.Parts[i].Span)
		}
	}
	return spans
}

// Explain judges a piece by one topic and returns the reasons; false if there is no such topic.
func (t *Tagger) Explain(d *Doc, topic string) (Explanation, bool) {
	i := t.find(topic)
	if i < 0 {
		return Explanation{}, false
	}
	s := t.program.open(d)
	defer t.program.pool.Put(s)
	return s.explain(t, i), true
}

// ExplainSome is [Tagger.Explain] for the topics selected by wanted, in the order of their definition. It reads
// the piece once.
func (t *Tagger) ExplainSome(d *Doc, wanted func(name string) bool) []Explanation {
	s := t.program.open(d)
	defer t.program.pool.Put(s)
	out := make([]Explanation, 0, len(t.topics))
	for i := range t.topics {
		if wanted(t.topics[i].Name) {
			out = append(out, s.explain(t, i))
		}
	}
	return out
}

func (s *scratch) explain(t *Tagger, i int) Explanation {
	k := &t.topics[i]
	if k.fitted != nil {
		return s.explainFitted(t, i)
	}
	s.judge(t, i)
	j := &s.judged
	e := Explanation{
		Topic:     k.Name,
		Title:     k.Title,
		Version:   k.version,
		Outcome:   j.outcome,
		Score:     j.score,
		Threshold: k.Threshold,
		Review:    k.Topic.Review,
	}
	var cut bool
	e.Rest, cut = j.evidence(func(p *part, rule int) {
		part := Part{
			Span:       s.cut(p.span, p.weight, k.Score[rule].Expr),
			RuleWeight: p.rule,
			ZoneWeight: p.zone,
			TermWeight: p.term,
			Repeat:     p.nth,
		}
		part.Sentence, part.Before, part.After = s.sentence(p.span)
		e.Parts = append(e.Parts, part)
	})
	if cut {
		e.Limits.Add(oped.MatchLimit)
	}
	seen := map[span]bool{}
	for i, root := range k.score {
		s.beside(root, func(x span) bool {
			if x.key = 0; seen[x] {
				return true
			}
			if len(e.Beside) == oped.MaxMatches {
				e.Limits.Add(oped.MatchLimit)
				return false
			}
			seen[x] = true
			e.Beside = append(e.Beside, s.cut(x, 0, k.Score[i].Expr))
			return true
		})
	}
	e.Reason = s.reason(k, &e)
	return e
}

// reason returns the verdict as one sentence.
func (s *scratch) reason(k *compiled, e *Explanation) string {
	if k.exclude != nil {
		s.spans = s.spans[:0]
		if ok, lo, hi := s.eval(k.exclude, counted); ok {
			if hi-lo > oped.MaxMatches {
				hi = lo + oped.MaxMatches
				e.Limits.Add(oped.MatchLimit)
			}
			for _, x := range s.spans[lo:hi] {
				e.Vetoed = append(e.Vetoed, s.cut(x, 0, k.Exclude.Expr))
			}
			return "excluded by " + k.Exclude.Expr + words(e.Vetoed)
		}
	}
	score := fmt.Sprintf("score %s of %s", number(e.Score), number(e.Threshold))
	if e.Outcome == oped.Tagged {
		return score
	}
	if k.require != nil && !s.holds(k.require) {
		return score + ": " + s.missing(k.require)
	}
	if len(e.Parts) == 0 {
		return score + ": no rule of the topic finds anything"
	}
	if e.Outcome == oped.Review {
		return score + ", for review from " + number(e.Review)
	}
	return score
}

// missing names the first part of a required expression that does not hold.
func (s *scratch) missing(n *node) string {
	if n.op == opAnd {
		for _, child := range n.children {
			if !s.holds(child) {
				return s.missing(child)
			}
		}
	}
	what := "the required expression does not hold"
	switch n.op {
	case opList:
		what = "no term of $" + n.text
	case opTerm:
		what = fmt.Sprintf("no %q", n.text)
	case opFilter:
		what = "not " + n.text + ":" + n.value
	case opZone:
		what = "no required term in " + n.text + ":"
	}
	isBeside := false
	s.beside(n, func(span) bool {
		isBeside = true
		return false
	})
	if (n.op == opList || n.op == opTerm) && isBeside {
		what += " outside the author's note, credit lines and boilerplate"
	}
	return what
}

// beside yields the terms of an expression found outside the counted zones, until yield returns false.
func (s *scratch) beside(n *node, yield func(span) bool) {
	more := true
	s.program.each(n, func(term int32) {
		for at := s.first[term]; more && at >= 0; at = s.hits[at].next {
			h := &s.hits[at]
			if h.zone.Beside() {
				more = yield(span{from: h.from, to: h.to, zone: h.zone})
			}
		}
	})
}

// sentence returns the sentence around a span, up to twenty words and a kilobyte on each side: as one line with
// the span marked, and the text before and after the span.
func (s *scratch) sentence(x span) (marked, before, after string) {
	const reach, most = 20, 1 << 10
	begin, end := s.at(x.from), s.at(x.to-1)
	list := s.tokens[begin.field].List
	first, last := begin.index, end.index
	for n := 0; n < reach && first > 0; n++ {
		if t := &list[first-1]; t.Sentence != begin.Sentence || begin.Start-t.Start > most {
			break
		}
		first--
	}
	for n := 0; n < reach && last+1 < len(list); n++ {
		if t := &list[last+1]; t.Sentence != end.Sentence || t.End-end.End > most {
			break
		}
		last++
	}
	plain := s.plain[begin.field].Text
	before, after = plain[list[first].Start:begin.Start], plain[end.End:list[last].End]
	marked = before + "«" + text.Clip(plain[begin.Start:end.End], oped.MaxField) + "»" + after
	if first > 0 && list[first-1].Sentence == list[first].Sentence {
		marked = "… " + marked
	}
	if last+1 < len(list) && list[last+1].Sentence == list[last].Sentence {
		marked += " …"
	}
	return strings.Join(strings.Fields(marked), " "), before, after
}

// words lists the texts of at most four spans, for use in a sentence.
func words(spans []oped.Span) string {
	var quoted []string
	for _, x := range spans[:min(4, len(spans))] {
		quoted = append(quoted, fmt.Sprintf("%q", x.Text))
	}
	if len(quoted) == 0 {
		return ""
	}
	return ": " + strings.Join(quoted, ", ")
}

// number formats a weight without trailing zeros.
func number(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", x), "0"), ".")
}

// Verdict returns the verdict with its reason, in lines of 80 characters.
func (e Explanation) Verdict() string {
	verdict := map[oped.Outcome]string{
		oped.Tagged: "on the topic",
		oped.Review: "for review",
		oped.None:   "not on the topic",
	}[e.Outcome]
	return text.Wrap(fmt.Sprintf("%s: %s (%s)", e.Topic, verdict, e.Reason), terminal, "  ")
}

// terminal is the width of the lines for people.
const terminal = 80

// String formats the explanation for a person: the verdict, then each rule with its spans, their sentences and
// the arithmetic.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nrule version %s\n", e.Verdict(), e.Version)
	sum := "score"
	if e.Fitted {
		e.writeFitted(&b)
		sum = "log-odds"
	} else {
		e.writeRules(&b)
	}
	if e.Rest != 0 {
		fmt.Fprintf(&b, "\n  %+8s  further matches\n", signed(e.Rest))
	}
	if len(e.Limits) > 0 {
		fmt.Fprintf(&b, "  limits: %s\n", e.Limits.Meaning())
	}
	threshold := "threshold " + number(e.Threshold)
	if e.Fitted && e.Threshold >= OutOfReach {
		threshold = "no threshold"
	}
	score := number(e.Score)
	if e.Fitted {
		score = decimal64(e.Score)
	}
	fmt.Fprintf(&b, "\n  %8s  %s; %s, review from %s\n", score, sum, threshold, number(e.Review))
	for _, x := range e.Vetoed {
		fmt.Fprintf(&b, "  vetoed by %q (%s %d–%d)\n", x.Text, x.Field, x.Start, x.End)
	}
	for _, x := range e.Beside {
		fmt.Fprintf(&b, "  not counted: %q in the %s (%s %d–%d)\n", x.Text, beside[x.Zone], x.Field, x.Start, x.End)
	}
	return b.String()
}

// writeRules writes each rule with its spans, their sentences and the arithmetic.
func (e *Explanation) writeRules(b *strings.Builder) {
	rule := ""
	for i, p := range e.Parts {
		if i == 0 || p.Rule != rule {
			rule = p.Rule
			fmt.Fprintf(b, "\n  %s: %s\n", rule, number(p.RuleWeight))
		}
		fmt.Fprintf(b, "  %+8s  = %s × %s %s%s%s  %s %d–%d\n", signed(p.Weight), number(p.RuleWeight), p.Zone,
			number(p.ZoneWeight),
			factor(" × weak ", p.TermWeight), factor(" × repeat ", p.Repeat), p.Field, p.Start, p.End)
		redundant := ""
		if p.Redundant {
			redundant = "  (redundant: without it the score would be no lower)"
		}
		fmt.Fprintf(b, "            %s%s\n", p.Sentence, redundant)
	}
}

// writeFitted writes each part of a fitted topic: its meaning, its weight and value, and its spans.
func (e *Explanation) writeFitted(b *strings.Builder) {
	for i := 0; i < len(e.Parts); {
		p := e.Parts[i]
		line := fmt.Sprintf("%10s  %s", signedExact(p.Weight), p.Says)
		if p.ZoneWeight != 1 {
			line += fmt.Sprintf(" (%s × %s)", decimal64(p.RuleWeight), number(p.ZoneWeight))
		}
		b.WriteString("\n" + text.Wrap(line, terminal, "            ") + "\n")
		var spans []string
		for ; i < len(e.Parts) && e.Parts[i].Rule == p.Rule; i++ {
			if x := e.Parts[i].Span; x.Field != "" {
				spans = append(spans, fmt.Sprintf("%s %d–%d %q", x.Field, x.Start, x.End, x.Text))
			}
		}
		if len(spans) > 0 {
			b.WriteString(text.Wrap("            "+strings.Join(spans, ", "), terminal, "            ") + "\n")
		}
	}
}

var beside = map[string]string{"bio": "author's note", "credit": "credit line", "furniture": "boilerplate"}

// signedExact returns a multiple of 1/64, so that parts add up as printed.
func signedExact(x float64) string {
	sign := "+"
	if x < 0 {
		sign = ""
	}
	return sign + decimal64(x)
}

func signed(x float64) string {
	if x < 0 {
		return number(x)
	}
	return "+" + number(x)
}

func factor(name string, x float64) string {
	if x == 1 {
		return ""
	}
	return name + number(x)
}
