package rank

import (
	"cmp"
	"math"
	"slices"
)

// Model is what was learned from decisions on one topic. It does not change.
type Model struct {
	corpus  *Corpus
	weights weights
	scale   scale
	decided []decided
}

// decided is a decision on a piece of the corpus.
type decided struct {
	index int // of the piece in the corpus
	on    bool
}

// Learn makes a model of decisions on pieces of the corpus, in whatever order. Decisions on other pieces are passed over; a piece
// that was decided both ways counts as undecided. There is no model (nil, false) with fewer than MinPieces decisions of either kind.
func (c *Corpus) Learn(decisions []Decision, o Options) (*Model, bool) {
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
	m := &Model{corpus: c, decided: list, scale: scale{1, 0}}
	m.weights.feature = make([]float64, len(c.lexicon.terms)+len(c.lexicon.rules))
	samples := make([]sample, len(list))
	for i, d := range list {
		r := &c.rows[d.index]
		s := sample{row: r, sign: -1, offset: priorRatio * (r.ratio - 1), square: r.square()}
		if d.on {
			s.sign = 1
		}
		samples[i] = s
	}
	descend(samples, &m.weights)
	if enough {
		m.scale = calibrate(samples, &m.weights)
	}
	return m, true
}

// decided are the decisions that say something, in the order of the corpus, each piece once.
func (c *Corpus) decided(decisions []Decision) []decided {
	var list []decided
	for _, d := range decisions {
		if i := c.find(d.ID); i >= 0 {
			list = append(list, decided{i, d.On})
		}
	}
	slices.SortFunc(list, func(a, b decided) int {
		return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(btoi(a.on), btoi(b.on)))
	})
	list = slices.Compact(list)
	var out []decided
	for i, d := range list {
		if i > 0 && list[i-1].index == d.index || i+1 < len(list) && list[i+1].index == d.index {
			continue
		}
		out = append(out, d)
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// grain is what every contribution is a multiple of, so that they add up exactly, in whatever order.
const grain = 1. / (1 << 20)

// rounded is a multiple of grain, and not so large that sums of such numbers are no longer exact.
func rounded(x float64) float64 {
	const most = 1 << 24
	return math.Round(min(max(x, -most), most)/grain) * grain
}

// eachContribution gives what each part of a piece adds to its log-odds.
func (m *Model) eachContribution(r *row, do func(feature int, logOdds float64)) {
	do(baseFeature, rounded(m.scale.slope*(m.weights.bias-priorRatio)+m.scale.shift))
	do(scoreFeature, rounded(m.scale.slope*(m.weights.ratio+priorRatio)*r.ratio))
	for _, list := range [][]entry{r.words, r.rules} {
		for _, e := range list {
			do(int(e.feature), rounded(m.scale.slope*m.weights.feature[e.feature]*e.value))
		}
	}
}

// LogOdds is the logarithm of the odds that a piece is on the topic: the exact sum of what Explain gives.
func (m *Model) LogOdds(p *Piece) float64 {
	r := m.corpus.row(p)
	sum := 0.
	m.eachContribution(&r, func(_ int, x float64) { sum += x })
	return sum
}

// Probability is how likely a curator will approve of a piece, from 0 to 1.
func (m *Model) Probability(p *Piece) float64 { return sigmoid(m.LogOdds(p)) }
