package topic

import (
	"bufio"
	"cmp"
	"fmt"
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
	Values map[string]float64 // by name: "f head a", "h trump visits", "l envoy"
}

// Line is a line of the head of a file of weights.
type Line struct{ Name, Value string }

// The kinds of the names in Weights.Values.
const (
	featureKind  = "f " // a feature
	headlineKind = "h " // a word, or a pair of words, of the headline
	leadKind     = "l " // a word of the lead
)

// String returns the file of the weights: lines of a name and a number, sorted. ParseWeights reads it.
func (w *Weights) String() string {
	var b strings.Builder
	for _, l := range w.Head {
		fmt.Fprintf(&b, "# %s: %s\n", l.Name, l.Value)
	}
	fmt.Fprintf(&b, "features %s\nprior %s\ntag %s\nreview %s\n", FeaturesVersion, decimal64(w.Prior), decimal64(w.Tag), decimal64(w.Review))
	for _, name := range sorted(w.Values) {
		fmt.Fprintf(&b, "%s %s\n", name, decimal64(w.Values[name]))
	}
	return b.String()
}

func decimal64(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// ParseWeights reads a file of weights. Its error names the line.
func ParseWeights(file string) (*Weights, error) {
	w := &Weights{Values: map[string]float64{}}
	lines := bufio.NewScanner(strings.NewReader(file))
	version := ""
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if text, ok := strings.CutPrefix(line, "# "); ok {
			name, value, _ := strings.Cut(text, ": ")
			w.Head = append(w.Head, Line{name, value})
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		if at < 0 {
			return nil, fmt.Errorf("line %d: %q is not a name and a number", n, line)
		}
		name := line[:at]
		if name == "features" {
			version = line[at+1:]
			continue
		}
		x, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil || x != sixtyFourths(x) {
			return nil, fmt.Errorf("line %d: %s is not a multiple of 1/64", n, line[at+1:])
		}
		switch {
		case name == "prior":
			w.Prior = x
		case name == "tag":
			w.Tag = x
		case name == "review":
			w.Review = x
		case len(name) > 2 && slices.Contains([]string{featureKind, headlineKind, leadKind}, name[:2]):
			w.Values[name] = x
		default:
			return nil, fmt.Errorf("line %d: %q is neither a feature nor a word", n, name)
		}
	}
	if version != FeaturesVersion {
		return nil, fmt.Errorf("the weights are for features %s, and this release has features %s",
			cmp.Or(version, "without a version"), FeaturesVersion)
	}
	return w, lines.Err()
}
