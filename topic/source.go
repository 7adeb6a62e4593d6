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

// source holds everything a topic's verdict depends on. The store keeps it for every active rule, for comparing
// and restoring.
type source struct {
	Score     []scored            `json:"score"`
	Require   string              `json:"require,omitempty"`
	Exclude   string              `json:"exclude,omitempty"`
	Threshold float64             `json:"threshold"`
	Review    float64             `json:"review,omitempty"`
	Lists     map[string][]string `json:"lists,omitempty"` // the lists named in the expressions or by features

	// Of fitted topics.
	Sides    []string `json:"sides,omitempty"`
	Subject  []string `json:"subject,omitempty"`
	Bridge   []string `json:"bridge,omitempty"`
	Features string   `json:"features,omitempty"` // featuresVersion
	Weights  string   `json:"weights,omitempty"`
}

type scored struct {
	Expr   string  `json:"expr"`
	Weight float64 `json:"weight"`
}

// Source returns a topic's rule with its lists, as JSON. The same rule gives the same bytes. Title, description
// and tests are no part of it. A topic's own lists take precedence over shared ones of the same name.
func Source(lists []oped.List, t oped.Topic) string { return sourceOf(byName(lists), t) }

func byName(lists []oped.List) map[string]*oped.List {
	out := make(map[string]*oped.List, len(lists))
	for i := range lists {
		out[lists[i].Name] = &lists[i]
	}
	return out
}

func sourceOf(shared map[string]*oped.List, t oped.Topic) string {
	if t.Stored != "" {
		return t.Stored // whatever this release would write: it keeps its version
	}
	s := source{
		Require:   t.Require.Expr,
		Exclude:   t.Exclude.Expr,
		Threshold: t.Threshold,
		Review:    t.Review,
		Lists:     map[string][]string{},
		Sides:     t.Sides,
		Subject:   t.Subject,
		Bridge:    t.Bridge,
		Weights:   t.Weights,
	}
	own := byName(t.Lists)
	use := func(name string) {
		named, ok := own[name]
		if !ok {
			named, ok = shared[name]
		}
		if _, have := s.Lists[name]; !ok || have {
			return
		}
		terms := make([]string, len(named.Terms))
		for i, term := range named.Terms {
			terms[i] = term.Source
		}
		slices.Sort(terms) // neither order nor repetition matters
		s.Lists[name] = slices.Compact(terms)
	}
	uses := func(expr string) {
		lexemes, _ := lex(expr)
		for _, l := range lexemes {
			if l.kind == list {
				use(l.text)
			}
		}
	}
	if t.Fitted() {
		s.Features = featuresVersion
		groups := topicGroups(&t)
		for _, name := range sorted(own, shared) {
			if slices.ContainsFunc(groups, func(group string) bool { return inGroup(name, group) }) {
				use(name)
			}
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
		return "" // only a weight that is not a number fails to marshal, and no configuration holds one
	}
	return string(raw)
}

// WithSource returns the topic with its rule and lists replaced by those of a source. It fails if the source is
// not valid JSON.
func WithSource(t oped.Topic, src string) (oped.Topic, error) {
	var s source
	if err := json.Unmarshal([]byte(src), &s); err != nil {
		return t, fmt.Errorf("read the stored rule of %s: %w", t.Name, err)
	}
	t.Score, t.Lists, t.Stored = nil, nil, src
	for _, r := range s.Score {
		t.Score = append(t.Score, oped.Rule{Expr: r.Expr, Weight: r.Weight})
	}
	t.Require, t.Exclude = oped.Rule{Expr: s.Require}, oped.Rule{Expr: s.Exclude}
	t.Threshold, t.Review = s.Threshold, s.Review
	t.Sides, t.Subject, t.Bridge, t.Weights = s.Sides, s.Subject, s.Bridge, s.Weights
	for _, name := range sorted(s.Lists) {
		l := oped.List{Name: name}
		for _, term := range s.Lists[name] {
			l.Terms = append(l.Terms, oped.Term{Source: term})
		}
		t.Lists = append(t.Lists, l)
	}
	return t, nil
}

// Usable reports whether the weights of a topic, if any, are for the features of this release.
func Usable(t oped.Topic) bool {
	_, err := ParseWeights(t.Weights)
	return t.Weights == "" || err == nil
}

// version names a source together with the semantics of this package.
func version(src string) string {
	sum := sha256.Sum256(append([]byte(semantics+"\n"), src...))
	return hex.EncodeToString(sum[:6])
}

// Compare returns the differences between two sources, one a line. A line with "-" is the old value, a line
// with "+" the new one. An empty source is no rule at all.
func Compare(before, after string) (lines []string) {
	var a, b source
	json.Unmarshal([]byte(before), &a) // an empty or broken source is the zero source
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
	one("threshold", bound(a, a.Threshold), bound(b, b.Threshold))
	one("review", bound(a, a.Review), bound(b, b.Review))
	one("require", a.Require, b.Require)
	one("exclude", a.Exclude, b.Exclude)
	one("sides", strings.Join(a.Sides, ", "), strings.Join(b.Sides, ", "))
	one("subject", strings.Join(a.Subject, ", "), strings.Join(b.Subject, ", "))
	one("bridge", strings.Join(a.Bridge, ", "), strings.Join(b.Bridge, ", "))
	one("weights", weightsOf(a), weightsOf(b))
	lines = append(lines, differing("score", rulesOf(a), rulesOf(b))...)
	for _, name := range sorted(a.Lists, b.Lists) {
		lines = append(lines, differing("$"+name, a.Lists[name], b.Lists[name])...)
	}
	return lines
}

// bound returns a threshold of a written rule; "" without one.
func bound(s source, x float64) string {
	if len(s.Score) == 0 {
		return ""
	}
	return number(x)
}

// weightsOf returns the weights of a source in short: their number and a hash of them.
func weightsOf(s source) string {
	if s.Weights == "" {
		return ""
	}
	return fmt.Sprintf("%d lines, %s", strings.Count(s.Weights, "\n"), version(s.Weights))
}

func rulesOf(s source) (all []string) {
	for _, r := range s.Score {
		all = append(all, r.Expr+": "+number(r.Weight))
	}
	return all
}

// maxDiffering is the number of elements listed on one side of a comparison.
const maxDiffering = 8

// differing lists the elements found in only one of two lists, in one line for each side.
func differing(name string, before, after []string) (lines []string) {
	only := func(mark string, these, those []string) {
		var found []string
		for _, x := range these {
			if !slices.Contains(those, x) {
				found = append(found, x)
			}
		}
		if n := len(found) - maxDiffering; n > 0 {
			found = append(found[:maxDiffering], fmt.Sprintf("and %d more", n))
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

// Source returns the rule of a topic in the form of [Source]; "" if there is no such topic.
func (t *Tagger) Source(topic string) string {
	if i := t.find(topic); i >= 0 {
		return t.topics[i].source
	}
	return ""
}
