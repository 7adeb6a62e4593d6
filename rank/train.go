package rank

import "math"

// The constants of training. The queue hardly depends on them. With cost from 10 to 200, or priorRatio from 2
// to 8, learning from the first decision, the counts of reviews on the labelled topics change by one or two
// pieces, and by six at most.
const (
	cost       = 50 // the weight of one decision against keeping the weights small
	priorRatio = 4  // log-odds of a score at the threshold, over those of a score of 0, before training
	ruleValue  = .3 // of a rule with a match, where all the words of a piece together have length 1
)

// Training ends if no piece moves its own log-odds by more than converged in a round, or after maxRounds. That
// is short of the optimum. Going on costs ten times as much. It changes the counts of reviews by a few with a
// rule (by far more without), and probabilities near the middle by a tenth or two.
const (
	converged = .05
	maxRounds = 50
)

// weights are the result of training: the contribution of each feature to the log-odds, and a bias for every
// piece.
type weights struct {
	feature []float64
	bias    float64
	ratio   float64
}

// of returns the log-odds of a piece by the weights.
func (w *weights) of(r *row) float64 {
	sum := w.bias + w.ratio*r.ratio
	for _, e := range r.words {
		sum += w.feature[e.feature] * e.value
	}
	for _, e := range r.rules {
		sum += w.feature[e.feature] * e.value
	}
	return sum
}

// add moves the weights towards a piece.
func (w *weights) add(r *row, by float64) {
	w.bias += by
	w.ratio += by * r.ratio
	for _, e := range r.words {
		w.feature[e.feature] += by * e.value
	}
	for _, e := range r.rules {
		w.feature[e.feature] += by * e.value
	}
}

// square returns the squared length of a piece.
func (r *row) square() float64 {
	sum := 1 + r.ratio*r.ratio
	for _, e := range r.words {
		sum += e.value * e.value
	}
	for _, e := range r.rules {
		sum += e.value * e.value
	}
	return sum
}

// sample is a decided piece for training.
type sample struct {
	row    *row
	sign   float64 // 1 on the topic, -1 off it
	offset float64 // the log-odds before training
	square float64
	pull   float64 // the piece's share in the weights: between 0 and cost
}

// descend trains the weights of an L2-regularised logistic regression. It minimises, or nearly so,
//
//	½ |weights|² + cost × Σ log(1 + exp(-sign × (offset + weights of the piece)))
//
// by coordinate descent on the dual, one sample after the other in their order. The weights are always the sum
// of sign × pull × piece over the samples, so it can begin at any pulls.
func descend(samples []sample, w *weights) {
	for range maxRounds {
		limit := 0.
		for i := range samples {
			s := &samples[i]
			pull := nextPull(s.sign*(s.offset+w.of(s.row)), s.pull, s.square)
			moved := pull - s.pull
			s.pull = pull
			w.add(s.row, s.sign*moved)
			limit = max(limit, math.Abs(moved)*s.square)
		}
		if limit < converged {
			return
		}
	}
}

// nextPull returns the optimal pull of a sample if all others stay the same: pull = cost × sigmoid(-margin),
// where the margin itself grows by square for each unit of pull. It solves u + square × cost × sigmoid(u) +
// rest = 0 by Newton's steps between bounds. The left side of the equation only grows.
func nextPull(margin, pull, square float64) float64 {
	rest := margin - square*pull
	low, high := -rest-square*cost, -rest
	u := low + (high-low)/2
	if pull > 0 && pull < cost {
		u = min(max(math.Log(pull/(cost-pull)), low), high)
	}
	for range 50 {
		p := sigmoid(u)
		over := u + square*cost*p + rest
		if math.Abs(over) < 1e-9 {
			break
		}
		if over > 0 {
			high = u
		} else {
			low = u
		}
		next := u - over/(1+square*cost*p*(1-p))
		if next <= low || next >= high {
			next = low + (high-low)/2
		}
		u = next
	}
	return cost * sigmoid(u)
}

// sigmoid returns the probability for log-odds.
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}
