package app

import (
	"maps"
	"slices"

	"oped/fit"
)

// Score counts the verdicts of a scorer.
type Score struct{ fit.Score }

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
	Offered          Score    // of topics: a piece for review counts as found
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

// add counts a verdict.
func (s *Scores) add(kind string, got, want bool) {
	s.all.Add(got, want)
	if k := s.kinds[kind]; k != nil {
		k.Add(got, want)
	}
}

// list keeps the line of a wrong verdict.
func (s *Scores) list(got, want bool, line string) {
	switch {
	case got && !want:
		s.Wrong = append(s.Wrong, line)
	case want && !got:
		s.Missed = append(s.Missed, line)
	}
}
