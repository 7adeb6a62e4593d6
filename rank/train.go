package rank

import (
	"slices"
	"sync"

	"oped/logistic"
)

// The constants of training.
const (
	penalty    = .02 // of the squares of weights, against one decision
	flat       = .01 // training ends at this slope of the loss: a smaller one takes longer, with the same order
	priorRatio = 4   // log-odds of a score at the threshold, over those of a score of 0, before training
	ruleValue  = .3  // of a rule with a match, where all the words of a piece together have length 1
)

// prior returns the weights before training: an even chance for a score at the threshold.
func (c *Corpus) prior() []float64 {
	weights := make([]float64, c.lexicon.score()+2)
	weights[c.lexicon.score()], weights[len(weights)-1] = priorRatio, -priorRatio
	return weights
}

// train moves weights to the optimum for some decisions.
func (c *Corpus) train(list []decided, weights []float64) {
	l := logistic.Loss{Penalties: slices.Repeat([]float64{penalty}, len(weights)), Centers: c.prior()}
	for _, d := range list {
		l.Add(c.rows[d.index], d.on, 0)
	}
	l.Minimize(weights, flat)
}

// scale turns the log-odds of a model into calibrated ones: slope × log-odds + intercept.
type scale struct{ slope, intercept float64 }

// folds is the number of parts of the decisions. Each part is judged by a model trained without it.
const folds = 5

// With few decisions the scale stays near 1 and 0. A slope is never below minSlope, so that calibration never changes
// the order.
const (
	slopePrior     = 4
	interceptPrior = .25
	minSlope       = .05
)

// calibrate returns the scale (Platt's) fitted to the log-odds of each decided piece, predicted from the decisions in
// other folds. Approvals and rejections are dealt to the folds in turn. The weights of all decisions shorten the
// training.
func (c *Corpus) calibrate(list []decided, weights []float64) scale {
	foldOf, odds := make([]int, len(list)), make([]float64, len(list))
	dealt := map[bool]int{}
	for i, d := range list {
		foldOf[i] = dealt[d.on] % folds
		dealt[d.on]++
	}
	var wg sync.WaitGroup
	for fold := range folds {
		wg.Go(func() {
			var rest []decided
			for i, d := range list {
				if foldOf[i] != fold {
					rest = append(rest, d)
				}
			}
			without := slices.Clone(weights)
			c.train(rest, without)
			for i, d := range list {
				if foldOf[i] == fold {
					odds[i] = logistic.Odds(c.rows[d.index], without)
				}
			}
		})
	}
	wg.Wait()
	isOn := func(i int) bool { return list[i].on }
	slope, intercept := logistic.Calibrate(odds, isOn, logistic.Prior{Slope: slopePrior, Intercept: interceptPrior})
	return scale{max(slope, minSlope), intercept}
}
