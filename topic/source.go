package topic

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"oped"
)

// source is all that a topic's verdict depends on: what is kept when a rule is put in force, so that it can be compared and restored.
type source struct {
	Score     []scored            `json:"score"`
	Require   string              `json:"require,omitempty"`
	Exclude   string              `json:"exclude,omitempty"`
	Threshold float64             `json:"threshold"`
	Review    float64             `json:"review,omitempty"`
	Lists     map[string][]string `json:"lists,omitempty"` // those that the expressions name
}

type scored struct {
	Expr   string  `json:"expr"`
	Weight float64 `json:"weight"`
}

// Source is a topic's rule with the lists that it uses, as JSON: the same rule gives the same bytes. Title, description and tests are
// no part of it. Lists that a topic brings come before those of the same name that all share.
func Source(lists []oped.List, t oped.Topic) string { return sourceOf(byName(lists), t) }

func byName(lists []oped.List) map[string]*oped.List {
	out := make(map[string]*oped.List, len(lists))
	for i := range lists {
		out[lists[i].Name] = &lists[i]
	}
	return out
}

func sourceOf(shared map[string]*oped.List, t oped.Topic) string {
	s := source{Require: t.Require.Expr, Exclude: t.Exclude.Expr, Threshold: t.Threshold, Review: t.Review, Lists: map[string][]string{}}
	own := byName(t.Lists)
	uses := func(expr string) {
		lexemes, _ := lex(expr)
		for _, l := range lexemes {
			named, ok := own[l.text]
			if !ok {
				named, ok = shared[l.text]
			}
			if _, have := s.Lists[l.text]; l.kind != list || !ok || have {
				continue
			}
			terms := make([]string, len(named.Terms))
			for i, term := range named.Terms {
				terms[i] = term.Source
			}
			slices.Sort(terms) // neither order nor repetition matters
			s.Lists[l.text] = slices.Compact(terms)
		}
	}
	for _, r := range t.Score {
		s.Score = append(s.Score, scored{r.Expr, r.Weight})
		uses(r.Expr)
	}
	uses(t.Require.Expr)
	uses(t.Exclude.Expr)
	raw, err := json.Marshal(s)
	if err != nil {
		return "" // plain values always marshal, but for a weight that is no number, which no configuration can hold
	}
	return string(raw)
}

// WithSource is a topic with the rule that a source holds, in place of its own; the lists come with it.
func WithSource(t oped.Topic, src string) (oped.Topic, error) {
	var s source
	if err := json.Unmarshal([]byte(src), &s); err != nil {
		return t, fmt.Errorf("read the stored rule of %s: %w", t.Name, err)
	}
	t.Score, t.Lists = nil, nil
	for _, r := range s.Score {
		t.Score = append(t.Score, oped.Rule{Expr: r.Expr, Weight: r.Weight})
	}
	t.Require, t.Exclude = oped.Rule{Expr: s.Require}, oped.Rule{Expr: s.Exclude}
	t.Threshold, t.Review = s.Threshold, s.Review
	for _, name := range sorted(s.Lists) {
		l := oped.List{Name: name}
		for _, term := range s.Lists[name] {
			l.Terms = append(l.Terms, oped.Term{Source: term})
		}
		t.Lists = append(t.Lists, l)
	}
	return t, nil
}

// version names a source together with the semantics of this package.
func version(src string) string {
	sum := sha256.Sum256(append([]byte(semantics+"\n"), src...))
	return hex.EncodeToString(sum[:6])
}

// Compare tells in words what differs between two sources, a line a difference: what was goes with "-", what is with "+". An empty source is
// no rule at all.
func Compare(before, after string) (lines []string) {
	var a, b source
	json.Unmarshal([]byte(before), &a) // an empty or broken one is the zero source
	json.Unmarshal([]byte(after), &b)
	one := func(name, x, y string) {
		if x == y {
			return
		}
		if x != "" {
			lines = append(lines, "- "+name+": "+x)
		}
		if y != "" {
			lines = append(lines, "+ "+name+": "+y)
		}
	}
	one("threshold", number(a.Threshold), number(b.Threshold))
	one("review", number(a.Review), number(b.Review))
	one("require", a.Require, b.Require)
	one("exclude", a.Exclude, b.Exclude)
	lines = append(lines, differing("score", rulesOf(a), rulesOf(b))...)
	for _, name := range sorted(a.Lists, b.Lists) {
		lines = append(lines, differing("$"+name, a.Lists[name], b.Lists[name])...)
	}
	return lines
}

func rulesOf(s source) (all []string) {
	for _, r := range s.Score {
		all = append(all, r.Expr+": "+number(r.Weight))
	}
	return all
}

// differing lists what is in one of two lists only, in one line for each side.
func differing(name string, before, after []string) (lines []string) {
	only := func(mark string, these, those []string) {
		var found []string
		for _, x := range these {
			if !slices.Contains(those, x) {
				found = append(found, x)
			}
		}
		if len(found) > 0 {
			lines = append(lines, mark+" "+name+": "+strings.Join(found, ", "))
		}
	}
	only("-", before, after)
	only("+", after, before)
	return lines
}

func sorted[V any](ms ...map[string]V) (keys []string) {
	for _, m := range ms {
		for k := range m {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Source is the rule of a topic as Source gives it; "" if there is no such topic.
func (t *Tagger) Source(topic string) string {
	for i := range t.topics {
		if t.topics[i].Name == topic {
			return t.topics[i].source
		}
	}
	return ""
}
