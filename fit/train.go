package fit

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// The penalties of the squares of weights. Words are many, and each says little.
const (
	featurePenalty = 1.5
	wordPenalty    = .15
	maxSweeps      = 60
	settled        = 1e-3 // the largest step of the last sweep
)

// model is a logistic regression.
type model struct {
	index   map[string]int // of names
	weights []float64
	bias    float64
}

func isFeature(name string) bool { return strings.HasPrefix(name, "f ") }

// names returns the features and words with a weight, in alphabetical order.
func names(examples []Example) []string {
	type seen struct {
		pieces  int
		sources []string // at most minSources
	}
	all := map[string]*seen{}
	for i := range examples {
		for name := range examples[i].Values {
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

// column is the values of a feature or word, by example.
type column struct {
	rows    []int32
	values  []float64
	penalty float64
}

// train fits weights by Newton's method, one weight at a time. It begins with those of another model.
func train(examples []Example, from *model) *model {
	kept := names(examples)
	m := &model{index: make(map[string]int, len(kept)), weights: make([]float64, len(kept))}
	columns := make([]column, len(kept))
	for i, name := range kept {
		m.index[name] = i
		columns[i].penalty = wordPenalty
		if isFeature(name) {
			columns[i].penalty = featurePenalty
		}
		if from != nil {
			if j, ok := from.index[name]; ok {
				m.weights[i] = from.weights[j]
			}
		}
	}
	if from != nil {
		m.bias = from.bias
	}
	odds, p := make([]float64, len(examples)), make([]float64, len(examples))
	for row := range examples {
		for name, x := range examples[row].Values {
			if i, ok := m.index[name]; ok {
				columns[i].rows = append(columns[i].rows, int32(row))
				columns[i].values = append(columns[i].values, x)
			}
		}
		odds[row] = m.bias
	}
	for i := range columns {
		for j, row := range columns[i].rows {
			odds[row] += m.weights[i] * columns[i].values[j]
		}
	}
	for row := range odds {
		p[row] = sigmoid(odds[row])
	}
	for range maxSweeps {
		if m.sweep(examples, columns, odds, p) < settled {
			break
		}
	}
	return m
}

// sweep improves the bias and each weight once, and returns the largest step.
func (m *model) sweep(examples []Example, columns []column, odds, p []float64) float64 {
	want := func(row int) float64 {
		if examples[row].On {
			return 1
		}
		return 0
	}
	slope, curve := 0., 1e-3
	for row := range examples {
		slope += p[row] - want(row)
		curve += p[row] * (1 - p[row])
	}
	step := bounded(-slope / curve)
	m.bias += step
	for row := range odds {
		odds[row] += step
		p[row] = sigmoid(odds[row])
	}
	most := math.Abs(step)
	for i := range columns {
		c := &columns[i]
		slope, curve := c.penalty*m.weights[i], c.penalty
		for j, row := range c.rows {
			x := c.values[j]
			slope += (p[row] - want(int(row))) * x
			curve += p[row] * (1 - p[row]) * x * x
		}
		step := bounded(-slope / curve)
		if math.Abs(step) < settled/100 {
			continue
		}
		m.weights[i] += step
		most = max(most, math.Abs(step))
		for j, row := range c.rows {
			odds[row] += step * c.values[j]
			p[row] = sigmoid(odds[row])
		}
	}
	return most
}

// bounded keeps a step within bounds, in which the curve of the loss is still like that at the beginning.
func bounded(step float64) float64 { return max(-1, min(1, step)) }

// odds returns the log-odds of an example.
func (m *model) odds(e *Example) float64 {
	sum := m.bias
	known := make([]int, 0, len(e.Values))
	for name := range e.Values {
		if i, ok := m.index[name]; ok {
			known = append(known, i)
		}
	}
	slices.Sort(known) // the order of a map would change the last bits of the sum
	values := make(map[int]float64, len(known))
	for name, x := range e.Values {
		if i, ok := m.index[name]; ok {
			values[i] = x
		}
	}
	for _, i := range known {
		sum += m.weights[i] * values[i]
	}
	return sum
}

// outOfFold returns the log-odds of each example by a model trained without its group.
func outOfFold(examples []Example, whole *model, folds int, group func(*Example) string) []float64 {
	fold := deal(examples, folds, group)
	odds := make([]float64, len(examples))
	var wait sync.WaitGroup
	for f := range folds {
		wait.Go(func() {
			var rest []Example
			for i := range examples {
				if fold[i] != f {
					rest = append(rest, examples[i])
				}
			}
			m := train(rest, whole)
			for i := range examples {
				if fold[i] == f {
					odds[i] = m.odds(&examples[i])
				}
			}
		})
	}
	wait.Wait()
	return odds
}

// deal deals whole groups to folds, the largest first, each to the smallest fold.
func deal(examples []Example, folds int, group func(*Example) string) []int {
	sizes := map[string]int{}
	for i := range examples {
		sizes[group(&examples[i])]++
	}
	order := make([]string, 0, len(sizes))
	for name := range sizes {
		order = append(order, name)
	}
	slices.SortFunc(order, func(a, b string) int { return cmp.Or(cmp.Compare(sizes[b], sizes[a]), strings.Compare(a, b)) })
	filled, foldOf := make([]int, folds), map[string]int{}
	for _, name := range order {
		f := slices.Index(filled, slices.Min(filled))
		foldOf[name] = f
		filled[f] += sizes[name]
	}
	out := make([]int, len(examples))
	for i := range examples {
		out[i] = foldOf[group(&examples[i])]
	}
	return out
}

// platt returns the slope and the intercept by which log-odds become calibrated ones, by Newton's method. Its targets
// leave the doubt due to the number of examples.
func platt(odds []float64, examples []Example) (slope, intercept float64) {
	on := 0.
	for i := range examples {
		if examples[i].On {
			on++
		}
	}
	off := float64(len(examples)) - on
	slope = 1
	for range 100 {
		var gs, gi, hsi float64
		hss, hii := 1e-6, 1e-6
		for i, z := range odds {
			want := 1 / (off + 2)
			if examples[i].On {
				want = (on + 1) / (on + 2)
			}
			p := sigmoid(slope*z + intercept)
			gs, gi = gs+(p-want)*z, gi+p-want
			v := p * (1 - p)
			hss, hsi, hii = hss+v*z*z, hsi+v*z, hii+v
		}
		det := hss*hii - hsi*hsi
		ds, di := (hii*gs-hsi*gi)/det, (hss*gi-hsi*gs)/det
		slope, intercept = slope-bounded(ds), intercept-bounded(di)
		if math.Abs(ds)+math.Abs(di) < 1e-9 {
			break
		}
	}
	return slope, intercept
}
