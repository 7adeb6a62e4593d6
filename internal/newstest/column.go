package newstest

import (
	"fmt"
	"strings"
	"time"

	"oped"
)

// column returns an entry with an author and an address.
func (s *source) column(paper int, title, author, body string, day int) oped.Entry {
	slug := fmt.Sprintf("c%x", s.rand.Uint32())
	return entry(fmt.Sprintf("Paper %d", paper), slug, Text{Title: title, Author: author, Body: body},
		Epoch().AddDate(0, 0, day).Add(time.Duration(s.rand.IntN(600))*time.Minute))
}

// pen returns one of five hundred author names.
func (s *source) pen() string { return some(s, firstNames) + " " + some(s, lastNames) }

// several returns up to n different texts of one language.
func (s *source) several(n int) []*Text {
	first := &s.corpus[s.rand.IntN(len(s.corpus))]
	out := []*Text{first}
	for _, i := range s.rand.Perm(len(s.corpus)) {
		if o := &s.corpus[i]; len(out) < n && o != first && o.Lang == first.Lang {
			out = append(out, o)
		}
	}
	return out
}

// press returns a review of the press.
func (s *source) press(texts []*Text) string {
	var b strings.Builder
	b.WriteString(some(s, []string{
		"",
		"A daily look at what is being said elsewhere.\n\n",
		"Good morning. Here is what we are reading today.\n\n",
	}))
	for _, i := range s.rand.Perm(len(texts)) {
		t := texts[i]
		fmt.Fprintf(&b, "%s\n\n%s…\n\n", strings.ToUpper(t.headline()), head(t.Body, s.between(40, 80)))
	}
	return b.String()
}

// Names of invented authors.
var (
	firstNames = []string{
		"Anna", "Bilal", "Clara", "Daud", "Edith", "Farah", "George", "Hina", "Ivan", "Judith", "Karim",
		"Lena", "Moses", "Naila", "Omar", "Paula", "Qasim", "Rosa", "Samuel", "Tara", "Usman", "Vera",
		"William", "Xenia", "Yusuf",
	}
	lastNames = []string{
		"Abbott", "Baloch", "Carver", "Dunn", "Eliot", "Farrow", "Greer", "Hasan", "Ingram", "Jafri", "Kerr",
		"Lowell", "Mirza", "Norris", "Osei", "Pratt", "Quinn", "Rao", "Sutton", "Thorne",
	}
)
