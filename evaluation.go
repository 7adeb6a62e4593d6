package oped

import "time"

// Evaluation is the measured quality of a topic's rule on labelled pieces.
type Evaluation struct {
	Topic   string
	Version string // of the measured rule
	File    string // base name of the file of labels
	At      time.Time
	Records int // number of labelled pieces
	Kinds   []KindEvaluation
}

// KindEvaluation is the part of an [Evaluation] for pieces with one kind of text. Found, Wrong and Missed count labels.
type KindEvaluation struct {
	Kind   string `json:"kind"`   // all, full, summary or title-only
	Found  int    `json:"found"`  // on the topic, and tagged
	Wrong  int    `json:"wrong"`  // not on it, and tagged
	Missed int    `json:"missed"` // on it, and not tagged
}

// Precision returns the share of tagged labels that are on the topic, 0 to 1. It returns 0 if none was tagged.
func (k KindEvaluation) Precision() float64 { return part(k.Found, k.Wrong) }

// Recall returns the share of labels on the topic that were tagged, 0 to 1. It returns 0 if none is on it.
func (k KindEvaluation) Recall() float64 { return part(k.Found, k.Missed) }

// F1 returns the harmonic mean of precision and recall.
func (k KindEvaluation) F1() float64 {
	return part(2*k.Found, k.Wrong+k.Missed)
}

func part(good, bad int) float64 {
	if good+bad == 0 {
		return 0
	}
	return float64(good) / float64(good+bad)
}
