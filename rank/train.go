package rank

import "math"

// The constants of learning. The queue hardly depends on them: with cost from 10 to 200, or priorRatio from 2 to 8, learning from the
// first decision, the counts of reviews on the labelled topics change by one or two pieces, and by six at most.
const (
	cost       = 50 // how much one decision weighs against keeping the weights small
	priorRatio = 4  // log-odds of a score as high as the threshold, over those of a score of 0, before anything is learned
	ruleValue  = .3 // of a rule that found something, where all the words of a piece together have length 1
)

// When learning ends: no piece moves its own log-odds by more than this in a round, or after so many rounds. That is short of the
// optimum: going on costs ten times as much, changes the counts of reviews by a few with a rule (by far more without), and moves probabilities near the middle by a tenth or two.
const (
	converged = .05
	maxRounds = 50
)

// weights are what was learned: what each feature adds to the log-odds, and what every piece has.
type weights struct {
	feature []float64
	bias    float64
	ratio   float64
}

// of is what the weights say of a piece.
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

// square is the squared length of a piece.
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

// sample is a decided piece to learn from.
type sample struct {
	row    *row
	sign   float64 // 1 on the topic, -1 off it
	offset float64 // the log-odds before anything is learned
	square float64
	pull   float64 // how much the piece has moved the weights: between 0 and cost
}

// descend finds the weights of an L2-regularised logistic regression: those that make
//
//	½ |weights|² + cost × Σ log(1 + exp(-sign × (offset + weights of the piece)))
//
// least, or nearly so. It does so by coordinate descent on the dual, one sample after the other in their order. The weights are always the sum of
// sign × pull × piece over the samples, so it can begin at any pulls.
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

// nextPull is the pull at which a sample is content, if all others stay as they are: pull = cost × sigmoid(-margin), where the margin
// itself grows by square for each unit of pull. It solves u + square × cost × sigmoid(u) + rest = 0, whose left side only grows, by
// Newton's steps between bounds.
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

// sigmoid is the probability of log-odds.
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}
