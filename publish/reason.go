package publish

import (
	"cmp"
	"slices"
	"strings"

	"oped"
	"oped/publish/page"
	"oped/text"
	"oped/topic"
)

// reasons returns why a piece is on its topics, one sentence for each.
func (v *verdicts) reasons(all []judged) (out []page.Reason) {
	for _, j := range all {
		if j.outcome != oped.Tagged {
			continue
		}
		r := page.Reason{Lang: v.lang, Topic: v.title(j), Curator: cutLine(j.curator, maxName)}
		switch {
		case r.Curator != "":
		case j.Fitted && j.Reason != "":
			r.Says = v.sentence(&j.Explanation)
		default:
			r.Words = v.strongest(j.Parts)
		}
		out = append(out, r)
	}
	return out
}

// strongest returns the spans that counted most for a topic, the strongest first. A span within a longer one, or with the
// words of a stronger one, is left out.
func (v *verdicts) strongest(parts []topic.Part) (out []page.Match) {
	within := func(p topic.Part) bool {
		return slices.ContainsFunc(parts, func(q topic.Part) bool {
			return q.Weight > 0 && q.Field == p.Field && q.Start <= p.Start && p.End <= q.End &&
				q.End-q.Start > p.End-p.Start
		})
	}
	best := slices.DeleteFunc(slices.Clone(parts), func(p topic.Part) bool {
		return p.Weight <= 0 || p.Text == "" || within(p)
	})
	slices.SortStableFunc(best, func(a, b topic.Part) int { return cmp.Compare(b.Weight, a.Weight) })
	had := map[string]bool{}
	for _, p := range best {
		m := page.Match{Text: cutLine(ends(p.Text), maxName), Zone: v.words.Zone(v.lang, line(p.Zone))}
		if folded := strings.ToLower(m.Text); !had[folded] && len(out) < maxReasons {
			had[folded] = true
			out = append(out, m)
		}
	}
	return out
}

// ends shortens a span of many words to its two ends: a span of two terms reaches from one to the other.
func ends(span string) string {
	words := strings.Fields(span)
	if len(words) <= atEnds {
		return span
	}
	return strings.Join(words[:atEnds/2-1], " ") + " … " + strings.Join(words[len(words)-atEnds/2+1:], " ")
}

// title returns the title of the topic.
func (v *verdicts) title(j judged) string {
	return cmp.Or(line(j.Title), v.titles[j.Topic], line(j.Topic))
}

// sentence returns the reason of a fitted topic as a sentence: of its parts in the language of the page, or else in
// English. It has no words if there is no reason.
func (v *verdicts) sentence(e *topic.Explanation) page.Sentence {
	says := line(e.Reason)
	if e.Because != nil && v.lang == "ur" {
		says = line(e.Because.Sentence(func(part string) string { return v.words.Say(v.lang, part) }))
		return page.Sentence{Text: says + "۔", Lang: "ur", Dir: "rtl"}
	}
	if says == "" {
		return page.Sentence{}
	}
	return page.Sentence{Text: text.Capital(says) + ".", Lang: "en", Dir: "ltr"}
}
