package rank

import (
	"math"

	"oped/logistic"
)

// Model is trained on the decisions on one topic. It does not change.
type Model struct {
	corpus  *Corpus
	weights []float64 // by feature; the last is the bias
	scale   scale
	scaled  int // models learned since the scale was calibrated
	decided []decided
}

// decided is a decision on a piece of the corpus.
type decided struct {
	index int // of the piece in the corpus
	on    bool
}

// recalibrated is the number of decisions for each model that keeps the scale of the one before: among many, one decision
// hardly moves it, and it does not change the order.
const recalibrated = 20

// Learn trains a model on decisions on pieces of the corpus, in any order. It ignores decisions on other
// pieces; a piece with contradictory decisions counts as undecided. It returns nil, false with fewer than
// MinPieces decisions of either kind.
func (c *Corpus) Learn(decisions []Label, o Options) (*Model, bool) {
	list := c.decided(decisions)
	on := 0
	for _, d := range list {
		if d.on {
			on++
		}
	}
	enough := on >= MinPieces && len(list)-on >= MinPieces
	if !enough && !o.Early || len(list) == 0 {
		return nil, false
	}
	m := &Model{
		corpus:  c,
		weights: c.prior(),
		scale:   scale{1, 0},
		decided: list,
	}
	if o.After != nil && o.After.corpus.lexicon == c.lexicon {
		copy(m.weights, o.After.weights)
		m.scale, m.scaled = o.After.scale, o.After.scaled+1
	}
	c.train(list, m.weights)
	if enough && (m.scaled == 0 || m.scaled > len(list)/recalibrated) {
		m.scaled = 0
		m.scale = c.calibrate(list, m.weights)
	}
	return m, true
}

// decided returns the usable decisions in the order of the corpus, each piece once.
func (c *Corpus) decided(decisions []Label) (list []decided) {
	said := make([]struct{ on, off bool }, len(c.pieces))
	for _, d := range decisions {
		if i := c.find(d.ID); i >= 0 {
			said[i].on, said[i].off = said[i].on || d.On, said[i].off || !d.On
		}
	}
	for i, s := range said {
		if s.on != s.off {
			list = append(list, decided{i, s.on})
		}
	}
	return list
}

// grain is the unit of contributions: each is a multiple of it, so that they add up exactly in any order.
const grain = 1. / (1 << 20)

// rounded returns a multiple of grain, small enough for exact sums.
func rounded(x float64) float64 {
	const limit = 1 << 24
	return math.Round(min(max(x, -limit), limit)/grain) * grain
}

// eachContribution calls do for each part of a piece with its share of the log-odds.
func (m *Model) eachContribution(r row, do func(feature int, logOdds float64)) {
	bias := len(m.weights) - 1
	do(bias, rounded(m.scale.slope*m.weights[bias]+m.scale.intercept))
	for _, c := range r {
		do(int(c.Column), rounded(m.scale.slope*m.weights[c.Column]*c.Value))
	}
}

// logOdds returns the logarithm of the odds that a piece is on the topic: the exact sum of the contributions
// from [Model.Explain].
func (m *Model) logOdds(p *Piece) float64 {
	r := m.corpus.row(p)
	sum := 0.
	m.eachContribution(r, func(_ int, x float64) { sum += x })
	return sum
}

// Probability returns the probability of a curator's approval of a piece, from 0 to 1.
func (m *Model) Probability(p *Piece) float64 { return logistic.Sigmoid(m.logOdds(p)) }
