package topic

import (
	"fmt"
	"strings"

	"oped"
)

// titleWords is the longest example, in words, read as a headline if it has no line end.
const titleWords = 25

// ExampleDoc returns the piece described by an inline test. Text with a line end is a headline and a text,
// separated by the first line end. A single line of at most 25 words is a headline; a longer one is text.
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

// Test runs the inline tests of every topic, apart from fitted ones that tag nothing yet. It returns a diagnostic with
// the reason for each failed test.
func (t *Tagger) Test() oped.Diagnostics {
	var failed oped.Diagnostics
	for i := range t.topics {
		k := &t.topics[i]
		if !k.tags() {
			continue
		}
		for _, x := range k.Tests {
			e, _ := t.Explain(ExampleDoc(x.Text), k.Name)
			if (e.Outcome == oped.Tagged) == x.Want {
				continue
			}
			m := &oped.Diagnostic{Pos: x.Pos, Line: strings.TrimSpace(x.Text)}
			m.Message = fmt.Sprintf("this example of %s should be on the topic and is not: %s", k.Name, e.Reason)
			m.Hint = "widen the rule, or move the example to `no:`"
			if !x.Want {
				m.Message = fmt.Sprintf("this example of %s should not be on the topic and is: %s", k.Name, e.Reason)
				m.Hint = "narrow the rule, or move the example to `yes:`"
			}
			switch {
			case k.fitted != nil:
				m.Hint = "label pieces like it, and fit the topic again"
			case !x.Want:
				m.Message += words(spansOf(e.Parts))
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
