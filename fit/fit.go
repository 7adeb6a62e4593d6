// Package fit fits the weights of topics to labelled pieces.
//
// A fitted topic scores a piece by a sum of parts, one for each feature and each word of the piece: package topic
// measures them, and this package finds their weights, by logistic regression with an L2 penalty. To fit a topic,
// measure its pieces with [topic.Tagger.Measure], and call [Fit] with them. To see whether the weights hold for a paper
// that nobody has seen, read [Report.Sources]: each piece is judged by weights fitted without its source.
//
// The same examples give the same weights, in any order.
package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"oped/logistic"
	"oped/topic"
)

// Example is a labelled piece.
type Example struct {
	ID     string
	On     bool               // it is on the topic
	Event  string             // pieces of one event are judged together; "": an event of its own
	Source string             // the paper; "": unknown
	Train  bool               // for training only: chosen or written for it, it says nothing about the success
	Values map[string]float64 // as [topic.Tagger.Measure] gives them
}

// Measured reports whether the example is judged by weights fitted without it.
func (e *Example) Measured() bool { return e.Source != "" && !e.Train }

// Options are the choices of a fit. The zero value is the usual one.
type Options struct {
	// Share is the expected share of pieces on the topic; 0 means the share in the examples. The tag's threshold
	// depends on it, since the same words say less where a topic is rare.
	Share float64

	// Near are shared weights, for a topic with few examples: see [Shared]. Its weights stay near them, and its tag is
	// out of reach, so that curators review all it finds. nil: the examples are enough.
	Near *topic.Weights

	Rule bool // the topic has a written rule
	// Own are the examples that the topic itself gives. They are for training only, and count ownTimes.
	Own []Example
}

const (
	// target is the mean probability of the pieces tagged, out of fold. reviewFrom is the lowest probability of a
	// candidate for review.
	target     = .95
	reviewFrom = .10

	eventFolds, sourceFolds = 10, 20

	// ownTimes is how often the words of the curator on a topic count.
	ownTimes = 3

	// A word of fewer pieces, or of one source only, has no weight: so no labelled text can be read from the weights.
	minPieces, minSources = 3, 2
)

// Report has the figures of a fit.
type Report struct {
	Pieces      int    `json:"pieces"`
	On          int    `json:"on"` // pieces on the topic
	Papers      int    `json:"papers"`
	ReviewOnly  bool   `json:"review_only"` // the weights tag no piece; the figures are those of a probability of .5
	InSample    Score  `json:"in_sample"`   // with the weights themselves: always too good
	Events      Score  `json:"by_event"`    // each piece judged by weights fitted without its event
	Sources     Score  `json:"by_source"`   // and without its source: the forecast for a new paper
	Calibration []Bin  `json:"calibration"` // of the pieces judged without their source
	Parts       []Part `json:"parts"`       // all weights, the largest first
}

// Score counts verdicts: true and false positives, false and true negatives.
type Score struct {
	TP int `json:"tp"`
	FP int `json:"fp"`
	FN int `json:"fn"`
	TN int `json:"tn"`
}

// Add counts a verdict.
func (s *Score) Add(got, want bool) {
	switch {
	case got && want:
		s.TP++
	case got:
		s.FP++
	case want:
		s.FN++
	default:
		s.TN++
	}
}

// Pieces returns the number of verdicts.
func (s Score) Pieces() int { return s.TP + s.FP + s.FN + s.TN }

// Precision returns the share of right tags.
func (s Score) Precision() float64 { return ratio(s.TP, s.TP+s.FP) }

// Recall returns the share of pieces found.
func (s Score) Recall() float64 { return ratio(s.TP, s.TP+s.FN) }

// F1 returns the harmonic mean of precision and recall.
func (s Score) F1() float64 { return ratio(2*s.TP, 2*s.TP+s.FP+s.FN) }

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// Estimate is a share, and its 95 % interval (Wilson's).
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Estimates returns precision and recall with their intervals. Without verdicts, the interval is 0 to 1.
func (s Score) Estimates() (precision, recall Estimate) {
	return estimate(s.TP, s.TP+s.FP), estimate(s.TP, s.TP+s.FN)
}

func estimate(count, of int) Estimate {
	if of == 0 {
		return Estimate{High: 1}
	}
	const z = 1.96
	n, p := float64(of), ratio(count, of)
	middle, reach := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Estimate{p, max(0, middle-reach) / (1 + z*z/n), min(1, (middle+reach)/(1+z*z/n))}
}

// LowPrecision returns the lower end of the interval of the precision.
func (s Score) LowPrecision() float64 {
	precision, _ := s.Estimates()
	return precision.Low
}

// Bin is a row of a calibration table: the pieces with a probability in [From, To).
type Bin struct {
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	Pieces int     `json:"pieces"`
	Mean   float64 `json:"mean"` // of the probabilities
	On     int     `json:"on"`   // pieces on the topic
}

// Part is a weight.
type Part struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight"`
}

// maxGap is the largest allowed difference between F1 by event and by source, and minPrecision the smallest lower
// bound of the precision by source. A forecast for other papers needs minPapers.
const (
	maxGap       = .05
	minPrecision = .85
	minPapers    = 5
)

// Refusal returns why weights with these figures are not fit for use, or "".
func (r *Report) Refusal() string {
	switch gap := r.Events.F1() - r.Sources.F1(); {
	case r.ReviewOnly: // they publish nothing
	case gap > maxGap:
		return "F1 is more than .05 lower for unseen papers: the weights know the papers, not the topic"
	case r.Sources.LowPrecision() < minPrecision:
		return "the precision for unseen papers may be under .85"
	case r.Papers < minPapers:
		return fmt.Sprintf("the pieces are of %d papers, and %d are needed to forecast for others", r.Papers, minPapers)
	case r.On < MinOn:
		return fmt.Sprintf("fewer than %d pieces are on the topic", MinOn)
	}
	return ""
}

// Fit fits the weights of a topic, and measures them. It needs examples on the topic and others, unless Near is set:
// then none is enough. An example without a source is for training only.
func Fit(all []Example, o Options) (*topic.Weights, *Report) {
	r := &Report{Pieces: len(all), ReviewOnly: o.Near != nil}
	all, examples, share := r.count(all)
	for range ownTimes {
		all = append(all, o.Own...)
	}
	shift := 0.
	if o.Near == nil {
		o.Share = cmp.Or(o.Share, share)
		shift = logit(o.Share) - logit(share)
	} else {
		shift = fewShift(r.On, r.Pieces, o)
		o.Near = &topic.Weights{Prior: o.Near.Prior - shift, Values: o.Near.Values}
	}
	whole := train(all, o, nil)
	bySource := outOfFold(examples, all, o, whole, sourceFolds, func(e *Example) string { return e.Source })
	byEvent := outOfFold(examples, all, o, whole, eventFolds, func(e *Example) string { return e.Event })
	slope, intercept := 1., 0.
	if o.Near == nil {
		slope, intercept = logistic.Calibrate(byEvent, func(i int) bool { return examples[i].On }, logistic.Prior{})
	}
	scale := func(odds []float64, shift float64) []float64 {
		out := make([]float64, len(odds))
		for i, z := range odds {
			out[i] = round(slope*z + intercept + shift)
		}
		return out
	}
	w := whole.weigh(slope)
	w.Prior = round(slope*whole.bias() + intercept + shift)
	w.Tag, w.Review = topic.OutOfReach, round(logit(reviewFrom))
	at := 0.
	if o.Near == nil {
		w.Tag = threshold(scale(byEvent, shift), examples, o.Share/share, (1-o.Share)/(1-share))
		at = w.Tag
	}
	r.Sources = score(scale(bySource, shift), examples, at)
	r.Events = score(scale(byEvent, shift), examples, at)
	inSample := make([]float64, len(examples))
	for i := range examples {
		inSample[i] = whole.odds(&examples[i])
	}
	r.InSample = score(scale(inSample, shift), examples, at)
	r.Calibration = bins(scale(bySource, 0), examples) // the examples have their own share
	for name, x := range w.Values {
		r.Parts = append(r.Parts, Part{name, x})
	}
	slices.SortFunc(r.Parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)), strings.Compare(a.Name, b.Name))
	})
	return w, r
}

// count counts the examples, and returns them in order, those measured, and the share of the latter on the topic.
func (r *Report) count(in []Example) (all, measured []Example, share float64) {
	all = slices.Clone(in)
	slices.SortStableFunc(all, func(a, b Example) int { return strings.Compare(a.ID, b.ID) })
	papers := map[string]bool{}
	on := 0
	for i := range all {
		e := &all[i]
		e.Event = cmp.Or(e.Event, e.ID)
		if e.On {
			r.On++
		}
		if !e.Measured() {
			continue
		}
		measured = append(measured, *e)
		papers[e.Source] = true
		if e.On {
			on++
		}
	}
	r.Papers = len(papers)
	return all, measured, ratio(on, len(measured))
}

// weigh returns the weights of a model, times the slope of its calibration, without those too small for any part.
func (m *model) weigh(slope float64) *topic.Weights {
	w := &topic.Weights{Values: map[string]float64{}}
	for name, i := range m.index {
		if x := round(slope * m.weights[i]); topic.Matters(name, x) {
			w.Values[name] = x
		}
	}
	if x := round(slope * m.rule); x != 0 {
		w.Values[ruleName] = x
	}
	return w
}

// usualShare is the share of the pieces on a topic among those labelled for shipped topics.
const usualShare = .06

// fewShift returns how much lower log-odds are than among few examples: curators label more pieces on a topic than they
// meet. Without an expected share it is half of the distance to the usual one.
func fewShift(on, pieces int, o Options) float64 {
	among := ratio(on+1, pieces+2)
	if o.Share != 0 {
		return logit(o.Share) - logit(among)
	}
	return (logit(usualShare) - logit(among)) / 2
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// round rounds to 1/64, as package topic adds.
func round(x float64) float64 { return math.Round(x*64) / 64 }

func score(odds []float64, examples []Example, tag float64) (s Score) {
	for i, z := range odds {
		s.Add(z >= tag, examples[i].On)
	}
	return s
}

// threshold returns the lowest log-odds from which on the mean probability is at least target, and each one at least
// a half. on and off are the weights of an example on the topic and of one that is not. Without any such log-odds it is
// out of reach. It is a little below the last piece tagged, if no other is near, since the rounded parts of a piece add
// up to a little less.
func threshold(odds []float64, examples []Example, on, off float64) float64 {
	order := make([]int, len(odds))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(odds[b], odds[a]) })
	best := topic.OutOfReach
	sum, n := 0., 0.
	for at, i := range order {
		weight := off
		if examples[i].On {
			weight = on
		}
		sum, n = sum+weight*logistic.Sigmoid(odds[i]), n+weight
		next := odds[i] - 2*below
		if at+1 < len(order) {
			next = max(next, odds[order[at+1]])
		}
		if odds[i] >= 0 && next < odds[i] && sum/n >= target {
			best = max(0, (odds[i]+next)/2)
		}
	}
	return round(best)
}

const below = .25

// bins returns a calibration table of tenths.
func bins(odds []float64, examples []Example) []Bin {
	const n = 10
	table := make([]Bin, n)
	for i := range table {
		table[i].From, table[i].To = float64(i)/n, float64(i+1)/n
	}
	for i, z := range odds {
		p := logistic.Sigmoid(z)
		b := &table[min(int(p*n), n-1)]
		b.Pieces++
		b.Mean += p
		if examples[i].On {
			b.On++
		}
	}
	for i := range table {
		if table[i].Pieces > 0 {
			table[i].Mean /= float64(table[i].Pieces)
		}
	}
	return table
}
