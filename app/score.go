package app

import (
	"maps"
	"slices"
)

// Score counts the verdicts of a scorer: true and false positives, false and true negatives.
type Score struct{ TP, FP, FN, TN int }

func (s *Score) add(got, want bool) {
	switch {
	case got && want:
		s.TP++
	case got:
		s.FP++
	case want:
		s.FN++
	default:
		s.TN++
	}
}

// Precision returns the share of the positives that are right.
func (s *Score) Precision() float64 { return ratio(s.TP, s.TP+s.FP) }

// Recall returns the share of the labelled pieces that were found.
func (s *Score) Recall() float64 { return ratio(s.TP, s.TP+s.FN) }

// F1 returns the harmonic mean of precision and recall.
func (s *Score) F1() float64 { return ratio(2*s.TP, 2*s.TP+s.FP+s.FN) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// json returns the score in JSON.
func (s *Score) json() map[string]any {
	return map[string]any{
		"tp":        s.TP,
		"fp":        s.FP,
		"fn":        s.FN,
		"precision": s.Precision(),
		"recall":    s.Recall(),
		"f1":        s.F1(),
	}
}

// Scores holds the scores of one topic, or of pairs, and the wrong verdicts.
type Scores struct {
	all              Score
	kinds, languages map[string]*Score
	Wrong, Missed    []string // false positives and false negatives, a line each
}

func newScores(kinds ...string) *Scores {
	s := &Scores{kinds: map[string]*Score{}, languages: map[string]*Score{}}
	for _, kind := range kinds {
		s.kinds[kind] = &Score{}
	}
	return s
}

// Row is a score with its name: all, a kind, or "lang:" and a language.
type Row struct {
	Name string
	Score
}

// Rows returns the scores in order.
func (s *Scores) Rows() []Row {
	rows := []Row{{"all", s.all}}
	for _, kind := range slices.Sorted(maps.Keys(s.kinds)) {
		rows = append(rows, Row{kind, *s.kinds[kind]})
	}
	for _, lang := range slices.Sorted(maps.Keys(s.languages)) {
		rows = append(rows, Row{"lang:" + lang, *s.languages[lang]})
	}
	return rows
}

// add counts a verdict, and keeps the line of a wrong one.
func (s *Scores) add(kind string, got, want bool, line string) {
	s.all.add(got, want)
	if k := s.kinds[kind]; k != nil {
		k.add(got, want)
	}
	switch {
	case got && !want:
		s.Wrong = append(s.Wrong, line)
	case want && !got:
		s.Missed = append(s.Missed, line)
	}
}
