package rank

import "math"

// folds is the number of parts of the decisions. Each part is judged by a model trained without it.
const folds = 5

// scale turns the log-odds of a model into calibrated ones: slope × log-odds + shift.
type scale struct{ slope, shift float64 }

// With few decisions the scale stays near 1 and 0: slope and shift have a prior of these deviations. A slope is
// never below minSlope, so that calibration never changes the order.
const (
	slopeDeviation = .5
	shiftDeviation = 2
	minSlope       = .05
)

// calibrate returns the scale (Platt's) fitted to the log-odds of each decided piece, predicted from the
// decisions in other folds. samples and weights are those of a finished descent, which shortens the descent of
// each fold. They are not changed.
func calibrate(samples []sample, w *weights) scale {
	odds := make([]float64, len(samples))
	for fold := range folds {
		without := weights{feature: append([]float64(nil), w.feature...), bias: w.bias, ratio: w.ratio}
		var rest []sample
		var out []int
		for i, at := range foldsOf(samples) {
			if at != fold {
				rest = append(rest, samples[i])
				continue
			}
			out = append(out, i)
			without.add(samples[i].row, -samples[i].sign*samples[i].pull)
		}
		descend(rest, &without)
		for _, i := range out {
			odds[i] = samples[i].offset + without.of(samples[i].row)
		}
	}
	return platt(odds, samples)
}

// foldsOf deals approvals and rejections to the folds in turn.
func foldsOf(samples []sample) []int {
	out := make([]int, len(samples))
	next := map[float64]int{}
	for i := range samples {
		out[i] = next[samples[i].sign] % folds
		next[samples[i].sign]++
	}
	return out
}

// platt fits slope and shift by Newton's method, halving steps that do not help. Its targets are not 0 and 1,
// but leave the doubt due to the number of decisions of each kind.
func platt(odds []float64, samples []sample) scale {
	on := 0.
	for i := range samples {
		on += (samples[i].sign + 1) / 2
	}
	off := float64(len(samples)) - on
	want := func(i int) float64 {
		if samples[i].sign > 0 {
			return (on + 1) / (on + 2)
		}
		return 1 / (off + 2)
	}
	loss := func(s scale) float64 {
		sum := sq((s.slope-1)/slopeDeviation)/2 + sq(s.shift/shiftDeviation)/2
		for i, x := range odds {
			z := s.slope*x + s.shift
			sum += math.Log1p(math.Exp(-math.Abs(z))) + max(z, 0) - want(i)*z
		}
		return sum
	}
	at := scale{1, 0}
	for range 50 {
		step := plattStep(at, odds, want)
		before := loss(at)
		next := at
		for part := 1.; part > 1e-6; part /= 2 {
			if s := (scale{at.slope - part*step.slope, at.shift - part*step.shift}); loss(s) < before {
				next = s
				break
			}
		}
		if next == at {
			break
		}
		at = next
	}
	return scale{max(at.slope, minSlope), at.shift}
}

// plattStep returns Newton's step.
func plattStep(at scale, odds []float64, want func(int) float64) scale {
	g := scale{(at.slope - 1) / sq(slopeDeviation), at.shift / sq(shiftDeviation)}
	hss, hsb, hbb := 1/sq(slopeDeviation), 0., 1/sq(shiftDeviation)
	for i, x := range odds {
		p := sigmoid(at.slope*x + at.shift)
		g.slope += (p - want(i)) * x
		g.shift += p - want(i)
		v := p * (1 - p)
		hss, hsb, hbb = hss+v*x*x, hsb+v*x, hbb+v
	}
	det := hss*hbb - hsb*hsb
	return scale{(hbb*g.slope - hsb*g.shift) / det, (hss*g.shift - hsb*g.slope) / det}
}

func sq(x float64) float64 { return x * x }
