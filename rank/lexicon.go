package rank

import (
	"math"
	"slices"

	"oped/logistic"
)

// lexicon numbers the terms and rules of a corpus. The number is the feature: terms first, in the order of
// their ids, then rules.
type lexicon struct {
	words []string         // by id
	ids   map[string]int32 // of words
	terms []term           // by feature, ascending
	idf   []float64        // by feature: the rarer the term, the greater its weight
	rules []string         // ascending
}

// builder collects the words of a corpus.
type builder struct {
	counter
	words []string
	ids   map[string]int32
}

func newBuilder() *builder {
	b := &builder{ids: map[string]int32{}}
	b.counter.words = func(folded []byte) int32 {
		id, ok := b.ids[string(folded)]
		if !ok {
			id = int32(len(b.words))
			b.words = append(b.words, string(folded))
			b.ids[b.words[id]] = id
		}
		return id
	}
	return b
}

// lexicon returns the terms that are not rare, and all rules.
func (b *builder) lexicon(pieces []Piece, drafts []draft) *lexicon {
	l := &lexicon{words: b.words, ids: b.ids}
	var all []term
	for _, d := range drafts {
		for _, one := range d {
			all = append(all, one.term)
		}
	}
	slices.Sort(all)
	for i, j := 0, 0; i < len(all); i = j {
		for j = i; j < len(all) && all[j] == all[i]; j++ {
		}
		if j-i >= rare {
			l.terms = append(l.terms, all[i])
			l.idf = append(l.idf, math.Log(float64(len(drafts)+1)/float64(j-i)))
		}
	}
	for i := range pieces {
		l.rules = append(l.rules, pieces[i].Rules...)
	}
	slices.Sort(l.rules)
	l.rules = slices.Compact(l.rules)
	return l
}

// draft counts the words of a piece outside the corpus.
func (l *lexicon) draft(p *Piece) draft {
	k := counter{words: func(folded []byte) int32 {
		if id, ok := l.ids[string(folded)]; ok {
			return id
		}
		return -1
	}}
	return k.draft(p)
}

// row turns counts into numbers: the logarithm of each count times the weight of its term, scaled to length 1.
func (l *lexicon) row(p *Piece, d draft) row {
	var r row
	squares := 0.
	for _, one := range d {
		if f, ok := slices.BinarySearch(l.terms, one.term); ok {
			x := math.Log1p(one.times) * l.idf[f]
			squares += x * x
			r = append(r, logistic.Cell{Column: int32(f), Value: x})
		}
	}
	for i := range r {
		r[i].Value /= math.Sqrt(squares)
	}
	for _, rule := range slices.Compact(slices.Sorted(slices.Values(p.Rules))) {
		if f, ok := slices.BinarySearch(l.rules, rule); ok {
			r = append(r, logistic.Cell{Column: int32(len(l.terms) + f), Value: ruleValue})
		}
	}
	return append(r, logistic.Cell{Column: int32(l.score()), Value: ratio(p.Score, p.Threshold)})
}

// score is the feature of the rule's score, after those of terms and rules. The bias is the next.
func (l *lexicon) score() int { return len(l.terms) + len(l.rules) }

// name returns a term in words.
func (l *lexicon) name(t term) string {
	if t.second() < 0 {
		return l.words[t.first()]
	}
	return l.words[t.first()] + " " + l.words[t.second()]
}
