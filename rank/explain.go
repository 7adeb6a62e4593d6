package rank

import (
	"cmp"
	"math"
	"slices"
)

// Part is the origin of a contribution.
type Part string

// The parts.
const (
	Base  Part = "base"  // common to all pieces of the topic
	Score Part = "score" // the rule's score compared with its threshold
	Rule  Part = "rule"  // an expression of the rule with a match
	Word  Part = "word"  // a word, or two in a row
)

// Contribution is the share of one part of a piece in its log-odds. LogOdds is a natural logarithm, and a
// multiple of 2^-20.
type Contribution struct {
	Part    Part    `json:"part"`
	Name    string  `json:"name"` // the folded word or words, or the expression
	LogOdds float64 `json:"log_odds"`
}

// Explain returns all contributions to the log-odds of a piece: the base first, then the weightiest. They sum
// to LogOdds to the bit, in any order. Zero contributions are left out.
func (m *Model) Explain(p *Piece) []Contribution {
	r := m.corpus.row(p)
	var out []Contribution
	m.eachContribution(r, func(feature int, x float64) {
		if x != 0 || len(out) == 0 { // the base
			out = append(out, m.contribution(feature, x))
		}
	})
	slices.SortFunc(out[1:], func(a, b Contribution) int {
		if c := cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds)); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func (m *Model) contribution(feature int, logOdds float64) Contribution {
	l := m.corpus.lexicon
	switch {
	case feature < len(l.terms):
		return Contribution{Word, l.name(l.terms[feature]), logOdds}
	case feature < l.score():
		return Contribution{Rule, l.rules[feature-len(l.terms)], logOdds}
	case feature == l.score():
		return Contribution{Score, "", logOdds}
	}
	return Contribution{Base, "", logOdds}
}
