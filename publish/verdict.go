package publish

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oped"
	"oped/topic"
)

// verdict is what became of a piece at one topic, as its page shows it.
type verdict struct {
	Name, Title string
	Outcome     oped.Outcome
	Verdict     string // the outcome in words
	Score       string
	OfThreshold string // the score, and what it is measured by
	ReviewFrom  string // "" if nothing of the topic is reviewed
	Version     string
	Curator     string // who decided, as a sentence; "" if the rule did
	Reason      string // one English sentence; "" if there is nothing to add
	Note        string // where the rule has changed since
	Rules       []ruleView
	Limits      string // what the explanation leaves out, and what that adds to the score; "" if nothing
	Vetoed      []asideView
	Beside      []asideView
	Say         *pieceWords
}

// ruleView is one expression and what it found.
type ruleView struct {
	Expr   string
	Weight string // "" if only the sum is known
	Parts  []partView
}

// partView is a span in its sentence, and the arithmetic of what it adds.
type partView struct {
	quoted
	Lang, Dir string
	Factors   []factor // empty if only their product is known
	Equals    string   // = or, where the product was rounded to an eighth, ≈
	Addend    string   // with its sign
	Value     string   // the same, as a number
	Zone      string
	Place     string
}

type factor struct{ Name, Value string }

// asideView is a span that adds nothing.
type asideView struct{ Text, Zone, Place string }

// verdicts gives the verdict of every topic that a tag is stored of: first those that the piece is on, then those for review, then the others. Within each,
// the order is that of the explanations.
func (r *Renderer) verdicts(it *item, said *words, a allowance) (on, others []verdict) {
	var all []judged
	explained := map[string]topic.Explanation{}
	if r.explain != nil && len(it.piece.Tags) > 0 {
		for _, e := range r.explain(it.piece) {
			explained[e.Topic] = e
		}
	}
	for i, t := range it.piece.Tags {
		if slices.ContainsFunc(it.piece.Tags[:i], func(before oped.Tag) bool { return before.Topic == t.Topic }) {
			continue
		}
		e := explained[t.Topic]
		e.Topic = t.Topic
		all = append(all, judge(it.piece, e))
	}
	slices.SortStableFunc(all, func(a, b judged) int { return rank(a.outcome) - rank(b.outcome) })
	a.had = map[stretch]bool{}
	var parts []topic.Part
	for _, j := range all {
		if j.outcome != oped.None {
			parts = append(parts, j.Parts...)
		}
	}
	a.wanted(parts)
	for _, j := range all {
		if j.outcome == oped.None {
			a.wanted(j.Parts)
			others = append(others, r.verdict(it, said, &a, j))
		} else {
			on = append(on, r.verdict(it, said, &a, j))
		}
	}
	return on, others
}

func rank(o oped.Outcome) int {
	return slices.Index([]oped.Outcome{oped.Tagged, oped.Review, oped.None}, o)
}

// republished tells the fields that are shown whole in any case.
func republished(field string) bool { return field != "text" && field != "summary" }

// judged is an explanation beside what is stored. What is stored is what stands.
type judged struct {
	topic.Explanation
	outcome oped.Outcome // that stands
	curator string       // who decided; "" if the rule did
	stored  bool         // the parts are those of the stored tag: the factors of their weights are not known
	changed bool         // the explanation is of another rule than the one that stands
}

// judge compares an explanation with the stored tags of its topic; an explanation without a version is none.
func judge(p *oped.Piece, e topic.Explanation) judged {
	j := judged{Explanation: e, outcome: oped.None}
	var byRule *oped.Tag
	for i := range p.Tags {
		t := &p.Tags[i]
		switch {
		case t.Topic != e.Topic:
		case t.By == oped.ByRule:
			byRule = t
		default:
			j.curator, j.outcome = t.By, t.Outcome
			if byRule == nil {
				byRule = t
			}
		}
	}
	if byRule == nil {
		j.changed = e.Outcome != oped.None && e.Version != ""
		return j
	}
	if j.curator == "" {
		j.outcome = byRule.Outcome
	}
	agrees := byRule.RuleVersion == e.Version && byRule.Score == e.Score && byRule.Outcome == e.Outcome
	if e.Version == "" || byRule.By == oped.ByRule && !agrees {
		j.stored, j.changed = true, e.Version != ""
		j.Explanation = topic.Explanation{
			Topic: e.Topic, Title: e.Title, Version: byRule.RuleVersion, Outcome: byRule.Outcome, Score: byRule.Score, Threshold: byRule.Threshold,
		}
		rest := byRule.Score
		for _, x := range byRule.Why {
			j.Parts = append(j.Parts, topic.Part{Span: x})
			rest -= x.Weight
		}
		if byRule.By == oped.ByRule && len(byRule.Why) >= oped.MaxMatches && rest != 0 {
			j.Rest = rest
			j.Limits.Add(oped.MatchLimit)
		}
	}
	return j
}

// verdict puts one topic's judgement into words and numbers.
func (r *Renderer) verdict(it *item, said *words, a *allowance, j judged) verdict {
	w := &said.piece
	name := line(j.Topic)
	v := verdict{
		Say: w, Name: name, Title: orName(line(j.Title), orName(r.topics[j.Topic], name)), Outcome: j.outcome, Verdict: w.outcomes[j.outcome],
		Score: decimal(j.Score), OfThreshold: fmt.Sprintf(w.scoreOf, decimal(j.Score), decimal(j.Threshold)), Version: line(j.Version),
	}
	if j.Review > 0 {
		v.ReviewFrom = fmt.Sprintf(w.reviewFrom, decimal(j.Review))
	}
	if j.curator != "" {
		v.Curator = fmt.Sprintf(w.curator, cutLine(j.curator, maxName))
	}
	if j.Outcome != oped.Tagged {
		v.Reason = line(j.Reason)
	}
	switch {
	case j.changed && j.stored:
		v.Note = w.changedSince
	case j.changed && j.curator == "":
		v.Note = w.notInForce
	}
	for i, p := range j.Parts {
		if i == 0 || p.Rule != j.Parts[i-1].Rule {
			rule := ruleView{Expr: line(p.Rule)}
			if !j.stored {
				rule.Weight = fraction(p.RuleWeight)
			}
			v.Rules = append(v.Rules, rule)
		}
		last := &v.Rules[len(v.Rules)-1]
		last.Parts = append(last.Parts, w.part(it, a, p, j.stored))
	}
	if v.Limits = j.Limits.Meaning(); j.Rest != 0 {
		v.Limits += " (" + signed(j.Rest) + ")"
	}
	v.Vetoed, v.Beside = w.asides(a, j.Vetoed), w.asides(a, j.Beside)
	return v
}

// part shows one span. Its own words stand as they are stored, to the byte.
func (w *pieceWords) part(it *item, a *allowance, p topic.Part, stored bool) partView {
	v := partView{Zone: w.zone(p.Zone), Place: place(p.Span), Addend: signed(p.Weight), Value: decimal(p.Weight), Lang: it.Lang, Dir: it.Dir}
	if p.Field != "title" && p.Field != "text" && p.Field != "summary" {
		v.Lang, v.Dir = "", "auto"
	}
	v.Marked = a.marked(p.Text, republished(p.Field))
	v.Before, v.After = a.sentence(p)
	v.open(p.Sentence)
	if stored {
		return v
	}
	term := w.term
	if p.TermWeight != 1 {
		term = w.weak
	}
	v.Factors = []factor{{w.Weight, fraction(p.RuleWeight)}, {v.Zone, fraction(p.ZoneWeight)}, {term, fraction(p.TermWeight)}, {w.repeat, fraction(p.Repeat)}}
	v.Equals = "≈"
	if p.RuleWeight*p.ZoneWeight*p.TermWeight*p.Repeat == p.Weight {
		v.Equals = "="
	}
	return v
}

// open marks the ends of a sentence that the explanation has already cut.
func (q *quoted) open(sentence string) {
	if strings.HasPrefix(sentence, "… ") && !strings.HasPrefix(q.Before, "…") {
		q.Before = "… " + q.Before
	}
	if strings.HasSuffix(sentence, " …") && !strings.HasSuffix(q.After, "…") {
		q.After += " …"
	}
}

func (w *pieceWords) asides(a *allowance, spans []oped.Span) (out []asideView) {
	for _, x := range spans {
		out = append(out, asideView{strings.Join(a.marked(x.Text, republished(x.Field)), " … "), w.zone(x.Zone), place(x)})
	}
	return out
}

// zone names a zone; one that we have no word for goes by its own name.
func (w *pieceWords) zone(name string) string {
	if said := w.zones[name]; said != "" {
		return said
	}
	return line(name)
}

// place says which bytes of which field a span cuts.
func place(x oped.Span) string { return fmt.Sprintf("%s %d–%d", line(x.Field), x.Start, x.End) }

// decimal prints a number with all its digits and no more.
func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// fraction prints a factor: a half and a third as fractions, since a third has no end.
func fraction(x float64) string {
	switch x {
	case 1. / 2:
		return "½"
	case 1. / 3:
		return "⅓"
	}
	return decimal(x)
}

func signed(x float64) string {
	if x < 0 {
		return "−" + decimal(-x)
	}
	return "+" + decimal(x)
}
