package publish

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oped"
	"oped/publish/page"
	"oped/topic"
)

// verdicts puts the outcomes of a piece at its topics into words and numbers.
type verdicts struct {
	words     *page.Words
	lang      string            // of the page's own words
	titles    map[string]string // of topics, by name
	it        *item
	allowance allowance
}

// judgeAll returns the outcome of every topic with a stored tag: first the topics of the piece, then those for review,
// then the others. Within each group, the order is that of the tags.
func judgeAll(p *oped.Piece, explain func(*oped.Piece) []topic.Explanation) (all []judged) {
	explained := map[string]topic.Explanation{}
	if explain != nil && len(p.Tags) > 0 {
		for _, e := range explain(p) {
			explained[e.Topic] = e
		}
	}
	for i, t := range p.Tags {
		if slices.ContainsFunc(p.Tags[:i], func(before oped.Tag) bool { return before.Topic == t.Topic }) {
			continue
		}
		e := explained[t.Topic]
		e.Topic = t.Topic
		all = append(all, judge(p, e))
	}
	slices.SortStableFunc(all, func(a, b judged) int { return rank(a.outcome) - rank(b.outcome) })
	return all
}

// all returns the verdicts of the topics that a piece is on or for review, and the others.
func (v *verdicts) all(all []judged) (on, others []page.Verdict) {
	a := &v.allowance
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
			others = append(others, v.verdict(j))
		} else {
			on = append(on, v.verdict(j))
		}
	}
	return on, others
}

func rank(o oped.Outcome) int {
	return slices.Index([]oped.Outcome{oped.Tagged, oped.Review, oped.None}, o)
}

// republished reports whether a field is shown whole in any case.
func republished(field string) bool { return field != "text" && field != "summary" }

// judged is an explanation beside the stored tags. The stored outcome is the valid one.
type judged struct {
	topic.Explanation
	outcome oped.Outcome // the stored one
	curator string       // the deciding curator; "": the rule decided
	stored  bool         // the parts come from the stored tag, without the factors of their weights
	changed bool         // the explanation comes from another rule than the stored tag
}

// judge compares an explanation with the stored tags of its topic; an empty version means no explanation.
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
			Topic:     e.Topic,
			Title:     e.Title,
			Fitted:    e.Fitted,
			Version:   byRule.RuleVersion,
			Outcome:   byRule.Outcome,
			Score:     byRule.Score,
			Threshold: byRule.Threshold,
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

// maxLines is the number of parts of a fitted topic with lines of their own.
const maxLines = 12

// verdict returns the verdict of one topic.
func (v *verdicts) verdict(j judged) page.Verdict {
	out := page.Verdict{
		Lang:      v.lang,
		Title:     v.title(j),
		Outcome:   j.outcome,
		Score:     decimal(j.Score),
		Threshold: decimal(j.Threshold),
		Version:   line(j.Version),
		Limits:    j.Limits.Meaning(),
		Vetoed:    v.asides(j.Vetoed),
		Beside:    v.asides(j.Beside),
	}
	if j.Review != 0 {
		out.Review = strings.Replace(decimal(j.Review), "-", "−", 1)
	}
	out.Curator = cutLine(j.curator, maxName)
	out.Fitted = j.Fitted
	if j.Fitted {
		out.Reason = v.sentence(&j.Explanation)
	} else if j.Outcome != oped.Tagged {
		out.Reason = page.Sentence{Text: line(j.Reason), Lang: "en", Dir: "ltr"}
	}
	switch {
	case j.changed && j.stored:
		out.Note = "The rule has changed since this decision; these words counted then."
	case j.changed && j.curator == "":
		out.Note = "The current rule in the configuration would decide differently."
	}
	var more float64
	for i, p := range j.Parts {
		if j.Fitted && p.Weight == 0 {
			continue // another span of the part before
		}
		if j.Fitted && len(out.Rules) == maxLines { // they have the largest first
			out.More++
			more += p.Weight
			out.MoreSum, out.MoreValue = signed(more), decimal(more)
			continue
		}
		if i == 0 || p.Rule != j.Parts[i-1].Rule {
			rule := page.Rule{Expr: line(p.Rule), Says: line(p.Says)}
			if !j.stored {
				rule.Weight = fraction(p.RuleWeight)
			}
			out.Rules = append(out.Rules, rule)
		}
		last := &out.Rules[len(out.Rules)-1]
		last.Parts = append(last.Parts, v.part(p, j))
	}
	if j.Rest != 0 {
		out.Limits += " (" + signed(j.Rest) + ")"
	}
	return out
}

// part shows one span. Its own words are as they are stored, to the byte. Some parts of fitted topics have none.
func (v *verdicts) part(p topic.Part, j judged) page.Part {
	out := page.Part{
		Zone:   v.words.Zone(v.lang, line(p.Zone)),
		Addend: signed(p.Weight),
		Value:  decimal(p.Weight),
		Lang:   v.it.lang,
		Dir:    v.it.dir,
	}
	if p.Field != "title" && p.Field != "text" && p.Field != "summary" {
		out.Lang, out.Dir = "", "auto"
	}
	if p.Field != "" {
		out.Place = location(p.Span)
		out.Marked = v.allowance.marked(p.Text, republished(p.Field))
		out.Before, out.After = v.allowance.sentence(p)
		open(&out.Quoted, p.Sentence)
	}
	if !j.stored {
		out.Factors, out.Equals = v.factors(p, j.Fitted, out.Zone)
	}
	return out
}

// factors returns the factors of a part, and whether their product is exact: = or ≈.
func (v *verdicts) factors(p topic.Part, fitted bool, zone string) (all []page.Factor, equals string) {
	equals = "≈"
	if p.RuleWeight*p.ZoneWeight*p.TermWeight*p.Repeat == p.Weight {
		equals = "="
	}
	all = []page.Factor{{Name: v.words.Say(v.lang, "weight"), Value: fraction(p.RuleWeight)}}
	if fitted {
		return append(all, page.Factor{Name: zone, Value: strconv.FormatFloat(p.ZoneWeight, 'g', 3, 64)}), equals
	}
	term := "term"
	if p.TermWeight != 1 {
		term = "weak term"
	}
	return append(all,
		page.Factor{Name: zone, Value: fraction(p.ZoneWeight)},
		page.Factor{Name: v.words.Say(v.lang, term), Value: fraction(p.TermWeight)},
		page.Factor{Name: v.words.Say(v.lang, "repeat"), Value: fraction(p.Repeat)}), equals
}

// open adds "…" at the ends of a sentence already cut by the explanation.
func open(q *page.Quoted, sentence string) {
	if strings.HasPrefix(sentence, "… ") && !strings.HasPrefix(q.Before, "…") {
		q.Before = "… " + q.Before
	}
	if strings.HasSuffix(sentence, " …") && !strings.HasSuffix(q.After, "…") {
		q.After += " …"
	}
}

func (v *verdicts) asides(spans []oped.Span) (out []page.Aside) {
	for _, x := range spans {
		out = append(out, page.Aside{
			Text:  strings.Join(v.allowance.marked(x.Text, republished(x.Field)), " … "),
			Zone:  v.words.Zone(v.lang, line(x.Zone)),
			Place: location(x),
		})
	}
	return out
}

// location names the field and the bytes of a span.
func location(x oped.Span) string { return fmt.Sprintf("%s %d–%d", line(x.Field), x.Start, x.End) }

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
