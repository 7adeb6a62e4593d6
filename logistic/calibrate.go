package logistic

import "math"

// Prior holds penalties on the distance of a slope from 1, and of an intercept from 0.
type Prior struct{ Slope, Intercept float64 }

// Calibrate returns the slope and the intercept by which log-odds become calibrated ones (Platt's), by Newton's method.
// isOn reports the label of an example. The targets leave the doubt due to the number of examples. A slope is never
// negative: if higher log-odds mean less, they mean nothing.
func Calibrate(odds []float64, isOn func(i int) bool, prior Prior) (slope, intercept float64) {
	on := 0.
	for i := range odds {
		if isOn(i) {
			on++
		}
	}
	off := float64(len(odds)) - on
	slope = 1
	for range 100 {
		gs, gi, hsi := prior.Slope*(slope-1), prior.Intercept*intercept, 0.
		hss, hii := prior.Slope+1e-6, prior.Intercept+1e-6
		for i, z := range odds {
			want := 1 / (off + 2)
			if isOn(i) {
				want = (on + 1) / (on + 2)
			}
			p := Sigmoid(slope*z + intercept)
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
	if !(slope > 0) {
		p := (on + 1) / (on + off + 2)
		return 0, math.Log(p / (1 - p))
	}
	return slope, intercept
}

// bounded keeps a step within bounds, in which the curve of the loss is still like that at the beginning.
func bounded(step float64) float64 { return max(-1, min(1, step)) }
