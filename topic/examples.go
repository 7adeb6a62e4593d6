package topic

import (
	"fmt"
	"strings"

	"oped"
)

// titleWords is how long an example without a line end may be to be read as a headline.
const titleWords = 25

// ExampleDoc is the piece that an inline test stands for: a headline where it is a line of at most 25 words, else headline and
// text, parted by the first line end, or text alone.
func ExampleDoc(example string) *Doc {
	example = strings.TrimSpace(example)
	title, rest, more := strings.Cut(example, "\n")
	switch {
	case more:
		return &Doc{Title: strings.TrimSpace(title), Text: strings.TrimSpace(rest)}
	case len(strings.Fields(example)) <= titleWords:
		return &Doc{Title: example}
	}
	return &Doc{Text: example}
}

// Test runs the inline tests of every topic. Each that fails is a mistake, with the reason.
func (t *Tagger) Test() oped.Diagnostics {
	var failed oped.Diagnostics
	for i := range t.topics {
		k := &t.topics[i]
		for _, x := range k.Tests {
			e, _ := t.Explain(ExampleDoc(x.Text), k.Name)
			if (e.Outcome == oped.Tagged) == x.Want {
				continue
			}
			m := &oped.Diagnostic{Pos: x.Pos, Line: strings.TrimSpace(x.Text)}
			m.Message = fmt.Sprintf("this example of %s should be on the topic and is not: %s", k.Name, e.Reason)
			m.Hint = "widen the rule, or move the example to `no:`"
			if !x.Want {
				m.Message = fmt.Sprintf("this example of %s should not be on the topic and is: %s%s", k.Name, e.Reason, words(spansOf(e.Parts)))
				m.Hint = "narrow the rule, or move the example to `yes:`"
			}
			m.Pos.Col = 0
			failed = append(failed, m)
		}
	}
	return failed
}

func spansOf(parts []Part) []oped.Span {
	out := make([]oped.Span, len(parts))
	for i, p := range parts {
		out[i] = p.Span
	}
	return out
}
