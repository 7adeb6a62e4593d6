package logistic

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// drawn returns a loss of n examples with 20 columns, and their rows and labels.
func drawn(n int) (l *Loss, rows [][]Cell, on []bool) {
	const columns = 20
	random := rand.New(rand.NewPCG(1, 1))
	l = &Loss{Penalties: slices.Repeat([]float64{.5}, columns+1), Centers: make([]float64, columns+1)}
	for range n {
		var row []Cell
		for c := range int32(columns) {
			if random.IntN(3) == 0 {
				row = append(row, Cell{c, random.Float64()})
			}
		}
		is := len(row) > 0 && row[0].Column%2 == 0
		rows, on = append(rows, row), append(on, is)
		l.Add(row, is, random.Float64()-.5)
	}
	return l, rows, on
}

// TestMinimize: from anywhere, training ends at weights around which the loss is larger.
func TestMinimize(t *testing.T) {
	l, _, _ := drawn(200)
	l.Centers[3] = 2
	random := rand.New(rand.NewPCG(2, 2))
	weights := make([]float64, len(l.Centers))
	l.Minimize(weights, 1e-7)
	lowest := l.at(weights)
	for range 20 {
		other := make([]float64, len(weights))
		for i := range other {
			other[i] = 20 * (random.Float64() - .5)
		}
		near := slices.Clone(weights)
		for i := range near {
			near[i] += .1 * (random.Float64() - .5)
		}
		if l.at(near) <= lowest {
			t.Fatal("the loss is smaller near the minimum")
		}
		l.Minimize(other, 1e-7)
		for i := range other {
			if math.Abs(other[i]-weights[i]) > 1e-5 {
				t.Fatalf("weight %d is %v, and %v from elsewhere", i, weights[i], other[i])
			}
		}
	}
}

// TestMinimize_NoExamples: the weights are the centers.
func TestMinimize_NoExamples(t *testing.T) {
	l := &Loss{Penalties: []float64{1, 2, 3}, Centers: []float64{4, -5, 6}}
	weights := make([]float64, 3)
	l.Minimize(weights, 1e-6)
	for i := range weights {
		if math.Abs(weights[i]-l.Centers[i]) > 1e-6 {
			t.Errorf("%v, want %v", weights, l.Centers)
		}
	}
}

// TestCalibrate: log-odds of thrice the right size, and off by one, become right ones.
func TestCalibrate(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	odds, on := make([]float64, 20_000), make([]bool, 20_000)
	for i := range odds {
		z := 4 * (random.Float64() - .5)
		odds[i], on[i] = 3*z+1, random.Float64() < Sigmoid(z)
	}
	slope, intercept := Calibrate(odds, func(i int) bool { return on[i] }, Prior{})
	if math.Abs(slope-1./3) > .02 || math.Abs(intercept+1./3) > .05 {
		t.Errorf("slope %v, intercept %v", slope, intercept)
	}
	if near, _ := Calibrate(odds, func(i int) bool { return on[i] }, Prior{Slope: 1e6}); near < .9 {
		t.Errorf("slope %v with a strong prior", near)
	}
	slope, intercept = Calibrate(odds, func(i int) bool { return !on[i] }, Prior{})
	if slope != 0 || math.Abs(intercept) > .1 {
		t.Errorf("slope %v, intercept %v of log-odds that mean less", slope, intercept)
	}
}
