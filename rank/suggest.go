package rank

import (
	"cmp"
	"math"
	"slices"
)

// Suggestion is a term with evidence for a topic or against it.
type Suggestion struct {
	Term string `json:"term"` // a folded word, or two with a space between
	// LogOdds is the log-odds ratio, as a natural logarithm: of the term among the terms of approved pieces, to the
	// term among those of rejected pieces.
	LogOdds float64 `json:"log_odds"`
	For     int     `json:"for"`     // approved pieces with the term
	Against int     `json:"against"` // rejected pieces with the term
}

const (
	minPieces = 3 // a term of fewer decided pieces is not suggested
	common    = 4 // nor is a term with a word of one piece in this many: "of trade"
)

// Suggest returns the n terms with the surest evidence for the topic, and then the n with the surest evidence
// against it. known reports whether the topic's lists have a folded word or phrase already. A phrase of known
// words counts as known.
//
// Suggest counts terms instead of using the model's weights. If the rule already covers a word, the model gives
// the word no weight, yet it may be the better rule. Long pieces do not count more than short ones: a term is
// compared with the terms of its own side.
func (m *Model) Suggest(known func(term string) bool, n int) []Suggestion {
	tallies, all := m.tallies()
	var pro, contra []graded
	for f, t := range tallies {
		if t.on+t.off < minPieces || !m.isNew(f, known) {
			continue
		}
		g := t.grade(all)
		g.Term = m.corpus.lexicon.name(m.corpus.lexicon.terms[f])
		if g.LogOdds > 0 {
			pro = append(pro, g)
		} else {
			contra = append(contra, g)
		}
	}
	return append(surest(pro, n), surest(contra, n)...)
}

// graded is a suggestion with its certainty: the number of deviations between its log-odds and 0.
type graded struct {
	Suggestion
	certainty float64
}

func surest(list []graded, n int) []Suggestion {
	slices.SortFunc(list, func(a, b graded) int {
		return cmp.Or(cmp.Compare(b.certainty, a.certainty), cmp.Compare(a.Term, b.Term))
	})
	out := make([]Suggestion, max(min(n, len(list)), 0))
	for i := range out {
		out[i] = list[i].Suggestion
	}
	return out
}

// tally counts the approved and rejected pieces with a term.
type tally struct{ on, off int }

// tallies returns the tallies of the terms, by feature, and their sum.
func (m *Model) tallies() (each []tally, all tally) {
	each = make([]tally, len(m.corpus.lexicon.terms))
	for _, d := range m.decided {
		for _, c := range m.corpus.rows[d.index] {
			switch {
			case int(c.Column) >= len(each): // no term
			case d.on:
				each[c.Column].on++
				all.on++
			default:
				each[c.Column].off++
				all.off++
			}
		}
	}
	return each, all
}

// grade compares a term's share of all terms on either side. It adds half a piece on each side, so that no
// divisor is 0.
func (t tally) grade(all tally) graded {
	on, off := float64(t.on)+.5, float64(t.off)+.5
	restOn, restOff := float64(all.on-t.on)+.5, float64(all.off-t.off)+.5
	logOdds := math.Log(on/restOn) - math.Log(off/restOff)
	deviation := math.Sqrt(1/on + 1/restOn + 1/off + 1/restOff)
	return graded{Suggestion{"", logOdds, t.on, t.off}, math.Abs(logOdds) / deviation}
}

// isNew reports whether a term is new to a curator.
func (m *Model) isNew(feature int, known func(string) bool) bool {
	l := m.corpus.lexicon
	t := l.terms[feature]
	if known(l.name(t)) {
		return false
	}
	if l.isCommon(t.first()) {
		return false
	}
	if t.second() < 0 {
		return true
	}
	return !l.isCommon(t.second()) && !(known(l.words[t.first()]) && known(l.words[t.second()]))
}

// isCommon reports whether a word is in many pieces of the corpus.
func (l *lexicon) isCommon(word int32) bool {
	f, ok := slices.BinarySearch(l.terms, single(word))
	return ok && l.idf[f] < math.Log(common)
}
