// Package logistic fits logistic regressions. [Loss.Minimize] finds weights that turn the values of an example into
// log-odds. [Calibrate] makes log-odds agree with the share of examples on the topic.
//
// The same examples in the same order give the same numbers.
package logistic

import "math"

// Loss is the function that training minimizes: minus the logarithm of the likelihood of the labels, and half the
// squares of the weights' distances from their centers, each times its penalty. The last weight is the bias.
type Loss struct {
	Penalties []float64
	Centers   []float64

	rows    [][]Cell // of the examples
	on      []bool
	offsets []float64 // log-odds of the examples without these weights
	p       []float64 // the probability of each example
}

// Cell is a value in a row. The last column, of the bias, is 1 in each row and has no cell.
type Cell struct {
	Column int32
	Value  float64
}

// Add adds an example. The offset is its log-odds without the weights.
func (l *Loss) Add(row []Cell, on bool, offset float64) {
	l.rows, l.on = append(l.rows, row), append(l.on, on)
	l.offsets, l.p = append(l.offsets, offset), append(l.p, 0)
}

// Odds returns the log-odds of a row.
func Odds(row []Cell, weights []float64) float64 {
	sum := weights[len(weights)-1]
	for _, c := range row {
		sum += weights[c.Column] * c.Value
	}
	return sum
}

// Sigmoid returns the probability for log-odds.
func Sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

const (
	maxSteps  = 100
	precision = .05 // of a step, relative to the slope
)

// Minimize moves weights to the minimum, by Newton's method, until no slope of the loss is larger than flat. Conjugate
// gradients find each step.
func (l *Loss) Minimize(weights []float64, flat float64) {
	n := len(weights)
	slope, step, next := make([]float64, n), make([]float64, n), make([]float64, n)
	solver := newSolver(n)
	value := l.at(weights)
	for range maxSteps {
		l.slope(weights, slope)
		if largest(slope) < flat {
			return
		}
		solver.solve(l, slope, step)
		down := dot(slope, step)
		lower := false
		for size := 1.; size > 1e-6 && !lower; size /= 2 {
			for i := range next {
				next[i] = weights[i] - size*step[i]
			}
			to := l.at(next)
			if lower = to <= value-1e-4*size*down; lower {
				copy(weights, next)
				value = to
			}
		}
		if !lower {
			return // the rest is rounding
		}
	}
}

// at returns the loss, and leaves the probabilities in l.p.
func (l *Loss) at(weights []float64) float64 {
	sum := 0.
	for i, x := range weights {
		far := x - l.Centers[i]
		sum += l.Penalties[i] * far * far / 2
	}
	bias := weights[len(weights)-1]
	for i, row := range l.rows {
		z := bias + l.offsets[i]
		for _, c := range row {
			z += weights[c.Column] * c.Value
		}
		l.p[i] = Sigmoid(z)
		if l.on[i] {
			z = -z
		}
		sum += max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
	}
	return sum
}

// slope leaves the slope of the loss in out, at the weights last given to at.
func (l *Loss) slope(weights, out []float64) {
	for i, x := range weights {
		out[i] = l.Penalties[i] * (x - l.Centers[i])
	}
	for i, row := range l.rows {
		off := l.p[i]
		if l.on[i] {
			off--
		}
		out[len(out)-1] += off
		for _, c := range row {
			out[c.Column] += off * c.Value
		}
	}
}

// bend leaves in out how the slope changes along v.
func (l *Loss) bend(v, out []float64) {
	for i, x := range v {
		out[i] = l.Penalties[i] * x
	}
	bias := v[len(v)-1]
	for i, row := range l.rows {
		along := bias
		for _, c := range row {
			along += v[c.Column] * c.Value
		}
		along *= l.p[i] * (1 - l.p[i])
		out[len(out)-1] += along
		for _, c := range row {
			out[c.Column] += along * c.Value
		}
	}
}

// curves leaves the curve of the loss along each weight in out.
func (l *Loss) curves(out []float64) {
	copy(out, l.Penalties)
	for i, row := range l.rows {
		v := l.p[i] * (1 - l.p[i])
		out[len(out)-1] += v
		for _, c := range row {
			out[c.Column] += v * c.Value * c.Value
		}
	}
}

// solver is the memory of conjugate gradients.
type solver struct{ rest, scaled, along, bent, curves []float64 }

func newSolver(n int) *solver {
	memory := func() []float64 { return make([]float64, n) }
	return &solver{memory(), memory(), memory(), memory(), memory()}
}

// solve leaves in step a vector that bends to the slope, nearly.
func (s *solver) solve(l *Loss, slope, step []float64) {
	clear(step)
	l.curves(s.curves)
	copy(s.rest, slope)
	scale := func() float64 {
		for i := range s.rest {
			s.scaled[i] = s.rest[i] / s.curves[i]
		}
		return dot(s.rest, s.scaled)
	}
	size := scale()
	enough := precision * precision * size
	copy(s.along, s.scaled)
	for range len(slope) {
		l.bend(s.along, s.bent)
		far := size / dot(s.along, s.bent)
		for i := range step {
			step[i] += far * s.along[i]
			s.rest[i] -= far * s.bent[i]
		}
		before := size
		if size = scale(); size <= enough {
			return
		}
		for i := range s.along {
			s.along[i] = s.scaled[i] + size/before*s.along[i]
		}
	}
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func largest(v []float64) (most float64) {
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	return most
}
