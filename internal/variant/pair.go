package variant

import (
	"fmt"
	"strings"
	"time"

	"oped"
)

// Pair is two entries that are not one piece, though they have much in common.
type Pair struct {
	A, B     oped.Entry
	Relation oped.RelationKind // of the later one to the earlier one, where it is clear; "" where it is not
}

// PairKind is a way of not being a copy.
type PairKind struct {
	Name string
	make func(*source) Pair
	keep string // what tells the two apart and is never left out: t title, d date
}

// PairKinds are all of them.
func PairKinds() []PairKind {
	return []PairKind{
		{"rebuttal", (*source).rebuttal, ""},
		{"digest", (*source).digest, ""},
		{"two digests", (*source).twoDigests, ""},
		{"roundups", (*source).roundups, ""},
		{"series", (*source).series, "t"},
		{"shared bio", (*source).sharedBio, ""},
		{"form letter", (*source).formLetter, ""},
		{"daily template", (*source).template, ""},
		{"notice and teasers", (*source).noticeTeasers, ""},
		{"notice and stories", (*source).noticeStories, ""},
		{"shared statement", (*source).sharedStatement, ""},
		{"correction note", (*source).correction, "t"},
		{"subscriber stub", (*source).stub, "t"},
		{"excerpt", (*source).excerpt, ""},
		{"re-run", (*source).rerun, "td"},
	}
}

// Make gives a pair of this kind. The same seed and number give the same again. Three in ten lack what real data often lacks: dates, authors, or
// titles, on one side or on both.
func (k *PairKind) Make(corpus []Text, seed uint64, number int) Pair {
	s := newSource(corpus, seed, k.Name, number)
	p := k.make(s)
	sides := some(s, [][]*oped.Entry{{&p.A}, {&p.B}, {&p.A, &p.B}})
	lack := s.IntN(10)
	for _, e := range sides {
		switch {
		case lack == 0 && !strings.Contains(k.keep, "d"):
			e.Published = time.Time{}
		case lack == 1:
			e.Authors = nil
		case lack == 2 && !strings.Contains(k.keep, "t"):
			e.Title = ""
		}
	}
	return p
}

// column is an entry with an author and an address of its own.
func (s *source) column(paper int, title, author, body string, day int) oped.Entry {
	e := entry(fmt.Sprintf("Paper %d", paper), fmt.Sprintf("c%x", s.Uint32()), title, body, Epoch().AddDate(0, 0, day).Add(time.Duration(s.IntN(600))*time.Minute))
	if author != "" {
		e.Authors = []oped.Person{{Name: author}}
	}
	return e
}

// pen is an author's name: one of five hundred.
func (s *source) pen() string { return some(s, firstNames) + " " + some(s, lastNames) }

// two are papers: the same one every other time.
func (s *source) two() (int, int) {
	a := s.IntN(papers)
	if s.IntN(2) == 0 {
		return a, a
	}
	return a, (a + 1 + s.IntN(papers-1)) % papers
}

// pair are two different texts of one language.
func (s *source) pair() (*Text, *Text) {
	a := &s.corpus[s.IntN(len(s.corpus))]
	return a, s.other(a)
}
