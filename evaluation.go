package oped

import "time"

// Evaluation is how well the rule of a topic did on labelled pieces.
type Evaluation struct {
	Topic   string
	Version string // of the rule that was measured
	File    string // with the labels: its base name
	At      time.Time
	Records int // labelled pieces
	Kinds   []KindEvaluation
}

// KindEvaluation is a Evaluation of the pieces with one kind of text. The sums are over the labels.
type KindEvaluation struct {
	Kind   string `json:"kind"`   // all, full, summary or title-only
	Found  int    `json:"found"`  // on the topic, and tagged
	Wrong  int    `json:"wrong"`  // not on it, and tagged
	Missed int    `json:"missed"` // on it, and not tagged
}

// Precision is which part of what was tagged is on the topic; 0 where nothing was tagged.
func (k KindEvaluation) Precision() float64 { return part(k.Found, k.Wrong) }

// Recall is which part of what is on the topic was tagged; 0 where nothing is.
func (k KindEvaluation) Recall() float64 { return part(k.Found, k.Missed) }

// F1 is the harmonic mean of precision and recall.
func (k KindEvaluation) F1() float64 {
	return part(2*k.Found, k.Wrong+k.Missed)
}

func part(good, bad int) float64 {
	if good+bad == 0 {
		return 0
	}
	return float64(good) / float64(good+bad)
}
