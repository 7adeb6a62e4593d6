package fit

import (
	"math"
)

// loss is the function that training minimizes: minus the logarithm of the likelihood of the labels, and half the
// squares of the weights' distances from their centers, each times its penalty.
type loss struct {
	rows      [][]cell // of the examples
	on        []bool
	offsets   []float64 // log-odds of the examples without these weights
	penalties []float64
	centers   []float64

	p []float64 // the probability of each example
}

// cell is a value in a row. The last column, of the bias, is 1 in each row and has no cell.
type cell struct {
	column int32
	value  float64
}

func (l *loss) add(m *model, e *Example) {
	l.rows, l.on = append(l.rows, m.row(e)), append(l.on, e.On)
	l.offsets, l.p = append(l.offsets, m.rule*e.Values[ruleName]), append(l.p, 0)
}

const (
	maxSteps  = 100
	flat      = 1e-5 // the largest slope at the minimum
	precision = .05  // of a step, relative to the slope
)

// minimize moves weights to the minimum, by Newton's method. Conjugate gradients find each step.
func (l *loss) minimize(weights []float64) {
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
func (l *loss) at(weights []float64) float64 {
	sum := 0.
	for i, x := range weights {
		far := x - l.centers[i]
		sum += l.penalties[i] * far * far / 2
	}
	bias := weights[len(weights)-1]
	for i, row := range l.rows {
		z := bias + l.offsets[i]
		for _, c := range row {
			z += weights[c.column] * c.value
		}
		l.p[i] = sigmoid(z)
		if l.on[i] {
			z = -z
		}
		sum += max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
	}
	return sum
}

// slope leaves the slope of the loss in out, at the weights last given to at.
func (l *loss) slope(weights, out []float64) {
	for i, x := range weights {
		out[i] = l.penalties[i] * (x - l.centers[i])
	}
	for i, row := range l.rows {
		off := l.p[i]
		if l.on[i] {
			off--
		}
		out[len(out)-1] += off
		for _, c := range row {
			out[c.column] += off * c.value
		}
	}
}

// bend leaves in out how the slope changes along v.
func (l *loss) bend(v, out []float64) {
	for i, x := range v {
		out[i] = l.penalties[i] * x
	}
	bias := v[len(v)-1]
	for i, row := range l.rows {
		along := bias
		for _, c := range row {
			along += v[c.column] * c.value
		}
		along *= l.p[i] * (1 - l.p[i])
		out[len(out)-1] += along
		for _, c := range row {
			out[c.column] += along * c.value
		}
	}
}

// curves leaves the curve of the loss along each weight in out.
func (l *loss) curves(out []float64) {
	copy(out, l.penalties)
	for i, row := range l.rows {
		v := l.p[i] * (1 - l.p[i])
		out[len(out)-1] += v
		for _, c := range row {
			out[c.column] += v * c.value * c.value
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
func (s *solver) solve(l *loss, slope, step []float64) {
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
