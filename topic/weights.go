package topic

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Weights are the parts of a fitted topic, in log-odds: natural logarithms of the odds that a piece is on the topic.
// A part is the weight times the value of its feature or word, rounded to 1/64, so that sums are exact.
type Weights struct {
	Head   []Line             // what a person wants to know: who fitted it to what, with which success
	Prior  float64            // of every piece
	Tag    float64            // the lowest log-odds of a piece on the topic
	Review float64            // the lowest log-odds of a candidate for review
	Values map[string]float64 // by name: "f head a", "h trump visits", "l envoy", "rule"
}

// OutOfReach is a Tag beyond every piece: a topic with it only offers candidates for review.
const OutOfReach = 1000.

// Line is a line of the head of a file of weights.
type Line struct{ Name, Value string }

// The kinds of the names in Weights.Values.
const (
	featureKind  = "f " // a feature
	headlineKind = "h " // a word, or a pair of words, of the headline
	leadKind     = "l " // a word of the lead

	ruleName = "rule" // the score of the written rule
)

// String returns the file of the weights: lines of a name and a number, sorted. [ParseWeights] reads it.
func (w *Weights) String() string {
	var b strings.Builder
	for _, l := range w.Head {
		b.WriteString(strings.TrimSuffix("# "+oneLine(l.Name)+": "+oneLine(l.Value), ": ") + "\n")
	}
	fmt.Fprintf(&b, "features %s\nvalues %d\nprior %s\ntag %s\nreview %s\n", featuresVersion, len(w.Values),
		decimal64(w.Prior), decimal64(w.Tag), decimal64(w.Review))
	for _, name := range sorted(w.Values) {
		fmt.Fprintf(&b, "%s %s\n", name, decimal64(w.Values[name]))
	}
	return b.String()
}

// HeadOf returns the head of a file of weights, also of one for the features of another release.
func HeadOf(file string) (head []Line) {
	for line := range strings.Lines(file) {
		if l, ok := headLine(line); ok {
			head = append(head, l)
		}
	}
	return head
}

func headLine(line string) (l Line, ok bool) {
	text, ok := strings.CutPrefix(line, "#")
	l.Name, l.Value, _ = strings.Cut(strings.TrimSpace(text), ": ")
	return l, ok
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func decimal64(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// maxWeight bounds all numbers of a file of weights, so that sums stay exact.
const maxWeight = 1 << 20

// ParseWeights reads a file of weights. Its error names the line.
func ParseWeights(file string) (*Weights, error) {
	w := &Weights{Values: map[string]float64{}}
	bounds := map[string]*float64{"prior": &w.Prior, "tag": &w.Tag, "review": &w.Review}
	seen := map[string]bool{}
	n, values := 0, -1
	for line := range strings.Lines(file) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if l, ok := headLine(line); ok {
			w.Head = append(w.Head, l)
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		if at < 0 {
			return nil, fmt.Errorf("line %d: %q is not a name and a number", n, line)
		}
		name, value := line[:at], line[at+1:]
		if seen[name] {
			return nil, fmt.Errorf("line %d: a second %q", n, name)
		}
		seen[name] = true
		if name == "features" {
			if value != featuresVersion {
				return nil, fmt.Errorf("line %d: the weights are for features %s; this release has features %s", n, value,
					featuresVersion)
			}
			continue
		}
		if name == "values" {
			values, _ = strconv.Atoi(value)
			continue
		}
		x, err := strconv.ParseFloat(value, 64)
		if err != nil || x != sixtyFourths(x) || math.Abs(x) > maxWeight {
			return nil, fmt.Errorf("line %d: %q is not a multiple of 1/64", n, value)
		}
		if bound := bounds[name]; bound != nil {
			*bound = x
			continue
		}
		if !known(name) {
			return nil, fmt.Errorf("line %d: %q is neither a feature nor a word", n, name)
		}
		w.Values[name] = x
	}
	for _, name := range [...]string{"features", "prior", "tag", "review"} {
		if !seen[name] {
			return nil, fmt.Errorf("line %d: the line of %q is missing", n+1, name)
		}
	}
	if seen["values"] && values != len(w.Values) {
		return nil, fmt.Errorf("line %d: it has %d weights and should have %d: it was cut off", n+1, len(w.Values), values)
	}
	return w, nil
}

// known reports whether a name in a file of weights is a feature, a word or the written rule.
func known(name string) bool {
	if name == ruleName {
		return true
	}
	if of, ok := strings.CutPrefix(name, featureKind); ok {
		return slices.ContainsFunc(features, func(f feature) bool { return f.name == of })
	}
	return len(name) > 2 && (strings.HasPrefix(name, headlineKind) || strings.HasPrefix(name, leadKind))
}

// isOf returns an error if the weights say that they are those of another topic.
func (w *Weights) isOf(topic string) error {
	for _, l := range w.Head {
		if l.Name == "topic" && l.Value != topic {
			return fmt.Errorf("these are the weights of %s, not of %s", l.Value, topic)
		}
	}
	return nil
}

// Matters reports whether a weight can have a part of 1/32 or more. A file of weights keeps no smaller one.
func Matters(name string, weight float64) bool {
	most := 1. // the largest value
	switch {
	case strings.HasPrefix(name, headlineKind):
		most = headValue(0)
	case strings.HasPrefix(name, leadKind):
		most = leadValue(0)
	}
	return math.Abs(sixtyFourths(weight*most)) > 1./64
}
