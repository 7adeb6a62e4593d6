package fit

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"oped/logistic"
	"oped/topic"
)

// The penalties of the squares of weights. Words are many, and each says little.
const (
	featurePenalty = 1.5
	wordPenalty    = .15
	biasPenalty    = 1e-3

	nearBiasPenalty = .3 // near shared weights

	flat = 1e-5 // training ends at this slope of the loss
)

// model is a logistic regression.
type model struct {
	index   map[string]int // of names
	weights []float64      // the last is the bias
	rule    float64        // of the written rule
}

func (m *model) bias() float64 { return m.weights[len(m.weights)-1] }

// ruleName is the name of the written rule among the values of an example.
const ruleName = "rule"

// ruleSlope is the usual slope of the log-odds of a written rule, whose value is its score in thresholds: an even chance
// at the threshold, one in fifty at 0.
const ruleSlope = 3.9

// fitRule returns the slope of the log-odds of the written rule alone.
func fitRule(examples []Example) float64 {
	m := &model{index: map[string]int{ruleName: 0}, weights: []float64{ruleSlope, -ruleSlope}}
	m.minimize(examples, []float64{featurePenalty, biasPenalty}, slices.Clone(m.weights))
	return max(0, m.weights[0])
}

func isFeature(name string) bool { return strings.HasPrefix(name, "f ") }

// names returns the features and words with a weight, in alphabetical order. Words are counted in examples of known
// sources only.
func names(examples []Example) []string {
	type seen struct {
		pieces  int
		sources []string // at most minSources
	}
	all := map[string]*seen{}
	for i := range examples {
		for name := range examples[i].Values {
			if name == ruleName || !isFeature(name) && examples[i].Source == "" {
				continue
			}
			s := all[name]
			if s == nil {
				s = &seen{}
				all[name] = s
			}
			s.pieces++
			if len(s.sources) < minSources && !slices.Contains(s.sources, examples[i].Source) {
				s.sources = append(s.sources, examples[i].Source)
			}
		}
	}
	var kept []string
	for name, s := range all {
		if s.pieces >= minPieces && (isFeature(name) || len(s.sources) >= minSources) {
			kept = append(kept, name)
		}
	}
	slices.Sort(kept)
	return kept
}

// train fits weights, given half of the log-odds of the written rule. It begins with those of another model, and ends
// at the same ones from anywhere: the loss has one minimum.
func train(examples []Example, o Options, from *model) *model {
	kept := names(examples)
	bias := biasPenalty
	if o.Near != nil {
		kept = slices.Compact(slices.Sorted(slices.Values(slices.AppendSeq(kept, maps.Keys(o.Near.Values)))))
		bias = nearBiasPenalty
	}
	near := cmp.Or(o.Near, &topic.Weights{})
	n := len(kept)
	m := &model{index: make(map[string]int, n)}
	if o.Rule {
		m.rule = fitRule(examples) / 2
	}
	penalties, centers := make([]float64, n+1), make([]float64, n+1)
	for i, name := range kept {
		m.index[name] = i
		penalties[i] = wordPenalty
		if isFeature(name) {
			penalties[i] = featurePenalty
		}
		centers[i] = near.Values[name]
	}
	penalties[n], centers[n] = bias, near.Prior
	m.weights = slices.Clone(centers)
	if from != nil {
		m.startFrom(from)
	}
	m.minimize(examples, penalties, centers)
	return m
}

// minimize moves the weights to the minimum of the loss.
func (m *model) minimize(examples []Example, penalties, centers []float64) {
	l := &logistic.Loss{Penalties: penalties, Centers: centers}
	for i := range examples {
		e := &examples[i]
		l.Add(m.row(e), e.On, m.rule*e.Values[ruleName])
	}
	l.Minimize(m.weights, flat)
}

// startFrom copies the weights of another model.
func (m *model) startFrom(from *model) {
	for name, i := range m.index {
		if j, ok := from.index[name]; ok {
			m.weights[i] = from.weights[j]
		}
	}
	m.weights[len(m.weights)-1] = from.bias()
}

// odds returns the log-odds of an example.
func (m *model) odds(e *Example) float64 {
	return logistic.Odds(m.row(e), m.weights) + m.rule*e.Values[ruleName]
}

// row returns the values of an example known to the model, by column: the order of a map would change the last bits
// of sums.
func (m *model) row(e *Example) []logistic.Cell {
	cells := make([]logistic.Cell, 0, len(e.Values))
	for name, x := range e.Values {
		if i, ok := m.index[name]; ok {
			cells = append(cells, logistic.Cell{Column: int32(i), Value: x})
		}
	}
	slices.SortFunc(cells, func(a, b logistic.Cell) int { return int(a.Column - b.Column) })
	return cells
}

// outOfFold returns the log-odds of each example by a model trained on all without its group.
func outOfFold(examples, all []Example, o Options, whole *model, folds int, group func(*Example) string) []float64 {
	foldOf := deal(examples, folds, group)
	odds := make([]float64, len(examples))
	var wait sync.WaitGroup
	for f := range folds {
		wait.Go(func() {
			rest := slices.DeleteFunc(slices.Clone(all), func(e Example) bool {
				fold, dealt := foldOf[group(&e)]
				return dealt && fold == f
			})
			m := train(rest, o, whole)
			for i := range examples {
				if foldOf[group(&examples[i])] == f {
					odds[i] = m.odds(&examples[i])
				}
			}
		})
	}
	wait.Wait()
	return odds
}

// deal deals whole groups to folds, the largest first, each to the smallest fold.
func deal(examples []Example, folds int, group func(*Example) string) map[string]int {
	sizes := map[string]int{}
	for i := range examples {
		sizes[group(&examples[i])]++
	}
	order := slices.SortedFunc(maps.Keys(sizes), func(a, b string) int {
		return cmp.Or(cmp.Compare(sizes[b], sizes[a]), strings.Compare(a, b))
	})
	filled, foldOf := make([]int, folds), map[string]int{}
	for _, name := range order {
		f := slices.Index(filled, slices.Min(filled))
		foldOf[name] = f
		filled[f] += sizes[name]
	}
	return foldOf
}
