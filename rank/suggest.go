package rank

import (
	"cmp"
	"math"
	"slices"
)

// Suggestion is a term that speaks for a topic or against it.
type Suggestion struct {
	Term    string  // a folded word, or two with a space between
	LogOdds float64 // what it adds to the log-odds of a decided piece that has it, on average: above 0 for the topic, below against it
	For     int     // approved pieces that have it
	Against int     // rejected pieces that have it
}

const (
	leastPieces = 3 // a term of fewer decided pieces is not suggested
	common      = 4 // a phrase with a word that one piece in so many has is not suggested: "of trade"
)

// Suggest gives the n terms that speak most for the topic, and then the n that speak most against it. The caller tells by known
// which folded words and phrases the topic's lists have already; a phrase of known words is known too.
func (m *Model) Suggest(known func(term string) bool, n int) []Suggestion {
	var out []Suggestion
	for f, t := range m.tallies() {
		if t.on+t.off < leastPieces || !m.tells(f, known) {
			continue
		}
		out = append(out, Suggestion{m.corpus.lexicon.name(m.corpus.lexicon.terms[f]), t.sum / float64(t.on+t.off), t.on, t.off})
	}
	slices.SortFunc(out, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.strength(), a.strength()), cmp.Compare(a.Term, b.Term))
	})
	pro, contra := 0, len(out)
	for pro < min(n, len(out)) && out[pro].LogOdds > 0 {
		pro++
	}
	for contra > max(len(out)-n, pro) && out[contra-1].LogOdds < 0 {
		contra--
	}
	against := slices.Clone(out[contra:])
	slices.Reverse(against)
	return append(out[:pro:pro], against...)
}

// strength orders suggestions: a term that many pieces have counts more than one that says as much in few.
func (s *Suggestion) strength() float64 { return s.LogOdds * math.Sqrt(float64(s.For+s.Against)) }

// tally is what a term did in the decided pieces.
type tally struct {
	on, off int
	sum     float64 // log-odds
}

// tallies are the terms' tallies, by feature.
func (m *Model) tallies() []tally {
	out := make([]tally, len(m.corpus.lexicon.terms))
	for _, d := range m.decided {
		for _, e := range m.corpus.rows[d.place].words {
			t := &out[e.feature]
			t.sum += m.scale.slope * m.weights.feature[e.feature] * e.value
			if d.on {
				t.on++
			} else {
				t.off++
			}
		}
	}
	return out
}

// tells reports whether a term would tell a curator something new.
func (m *Model) tells(feature int, known func(string) bool) bool {
	l := &m.corpus.lexicon
	t := l.terms[feature]
	if known(l.name(t)) {
		return false
	}
	if t.second() < 0 {
		return true
	}
	return !l.isCommon(t.first()) && !l.isCommon(t.second()) && !(known(l.words[t.first()]) && known(l.words[t.second()]))
}

// isCommon tells a word that stands in many pieces of the corpus.
func (l *lexicon) isCommon(word int32) bool {
	f, ok := slices.BinarySearch(l.terms, single(word))
	return ok && l.idf[f] < math.Log(common)
}
