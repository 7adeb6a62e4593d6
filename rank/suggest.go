package rank

import (
	"cmp"
	"math"
	"slices"
)

// Suggestion is a term that speaks for a topic or against it.
type Suggestion struct {
	Term    string  `json:"term"`     // a folded word, or two with a space between
	LogOdds float64 `json:"log_odds"` // how much likelier one finds it among the terms of approved pieces than of rejected ones, as a natural logarithm
	For     int     `json:"for"`      // approved pieces that have it
	Against int     `json:"against"`  // rejected pieces that have it
}

const (
	minPieces = 3 // a term of fewer decided pieces is not suggested
	common    = 4 // nor is one with a word that one piece in so many has: "of trade"
)

// Suggest gives the n terms that speak most surely for the topic, and then the n that speak most surely against it. The caller tells
// by known which folded words and phrases the topic's lists have already; a phrase of known words is known too.
//
// Terms are counted, not weighed by the model: where the rule says all that a word could say, the model gives the word no weight, yet
// it may be the better rule. Long pieces do not count more than short ones: a term is measured among the terms of its own side.
func (m *Model) Suggest(known func(term string) bool, n int) []Suggestion {
	tallies, all := m.tallies()
	var pro, contra []graded
	for f, t := range tallies {
		if t.on+t.off < minPieces || !m.isNews(f, known) {
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

// graded is a suggestion with how sure it is: how many deviations lie between its log-odds and none.
type graded struct {
	Suggestion
	sure float64
}

func surest(list []graded, n int) []Suggestion {
	slices.SortFunc(list, func(a, b graded) int { return cmp.Or(cmp.Compare(b.sure, a.sure), cmp.Compare(a.Term, b.Term)) })
	out := make([]Suggestion, max(min(n, len(list)), 0))
	for i := range out {
		out[i] = list[i].Suggestion
	}
	return out
}

// tally is in how many approved and rejected pieces a term is.
type tally struct{ on, off int }

// tallies are the terms' tallies, by feature, and their sum.
func (m *Model) tallies() (each []tally, all tally) {
	each = make([]tally, len(m.corpus.lexicon.terms))
	for _, d := range m.decided {
		words := m.corpus.rows[d.index].words
		for _, e := range words {
			if d.on {
				each[e.feature].on++
			} else {
				each[e.feature].off++
			}
		}
		if d.on {
			all.on += len(words)
		} else {
			all.off += len(words)
		}
	}
	return each, all
}

// grade compares a term's share of all terms on either side, with half a piece more on each, so that nothing is divided by nothing.
func (t tally) grade(all tally) graded {
	on, off := float64(t.on)+.5, float64(t.off)+.5
	restOn, restOff := float64(all.on-t.on)+.5, float64(all.off-t.off)+.5
	logOdds := math.Log(on/restOn) - math.Log(off/restOff)
	deviation := math.Sqrt(1/on + 1/restOn + 1/off + 1/restOff)
	return graded{Suggestion{"", logOdds, t.on, t.off}, math.Abs(logOdds) / deviation}
}

// isNews reports whether a term would tell a curator something new.
func (m *Model) isNews(feature int, known func(string) bool) bool {
	l := &m.corpus.lexicon
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

// isCommon tells a word that stands in many pieces of the corpus.
func (l *lexicon) isCommon(word int32) bool {
	f, ok := slices.BinarySearch(l.terms, single(word))
	return ok && l.idf[f] < math.Log(common)
}
