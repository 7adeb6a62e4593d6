package variant

import (
	"fmt"
	"strings"

	"oped"
)

// series is two parts of one essay, with the same introduction or none.
func (s *source) series() Pair {
	a, b := s.pair()
	intro := ""
	if s.IntN(3) > 0 {
		intro = stretch(s.other(a).Body, s.IntN(80), s.between(40, 100)) + "\n\n"
	}
	first, second := a.Body, b.Body
	if s.IntN(2) == 0 { // one text in two halves
		first = head(a.Body, len(a.words)/2)
		second = strings.TrimPrefix(a.Body, first)
	}
	title, author, paper := s.other(a).headline(), s.pen(), s.IntN(papers)
	marks := some(s, [][2]string{{": Part 1", ": Part 2"}, {" — I", " — II"}, {" (1)", " (2)"}, {" (Part I)", " (Part II)"}, {" (1/3)", " (2/3)"}})
	if a.Lang == "ur" {
		marks = some(s, [][2]string{{" (حصہ اول)", " (حصہ دوم)"}, {" (1)", " (2)"}})
	}
	return Pair{
		A: s.column(paper, title+marks[0], author, intro+first, 0), B: s.column(paper, title+marks[1], author, intro+second, s.between(1, 14)),
		Relation: oped.SeriesWith,
	}
}

// sharedBio is two columns of one author, who is introduced at length under both, and takes leave with the same words.
func (s *source) sharedBio() Pair {
	a, b := s.pair()
	bio := s.bio(a.Lang, s.between(60, 120))
	pa, pb := s.two()
	author := s.pen()
	body := func(t *Text) string { return head(t.Body, s.between(150, 700)) + "\n\n" + bio }
	return Pair{A: s.column(pa, a.headline(), author, body(a), 0), B: s.column(pb, b.headline(), author, body(b), s.between(0, 14))}
}

// bio is an author's note of about so many words, after two closing lines.
func (s *source) bio(lang string, words int) string {
	lines := closing[lang]
	out := lines[0]
	for _, line := range lines[1:] {
		if len(strings.Fields(out)) < words {
			out += " " + line
		}
	}
	return out
}

// formLetter is one letter that a campaign wrote, signed by two readers with names, places and numbers of their own. A paper that prints both
// prints two letters: each is its sender's word, and to drop one would drop a person. So they are two pieces.
func (s *source) formLetter() Pair {
	letter := some(s, letters)
	paper := s.IntN(papers)
	one := func(day int) oped.Entry {
		author := s.pen()
		r := strings.NewReplacer("NAME", author, "PLACE", s.place(), "SCHOOL", some(s, lastNames), "YEARS", fmt.Sprint(s.between(3, 60)), "COUNT", fmt.Sprint(s.between(100, 9000)), "STREET", some(s, lastNames), "CHILD", some(s, firstNames), "TRADE", some(s, trades))
		return s.column(paper, r.Replace(some(s, []string{"Letter to the editor", "Letter: Save our library", "A plea from PLACE", "Letters"})), author, r.Replace(letter), day)
	}
	a := one(0)
	b := one(s.between(0, 9))
	for b.Authors[0] == a.Authors[0] {
		b = one(1)
	}
	return Pair{A: a, B: b}
}

// place is a town that no map has: one of five hundred.
func (s *source) place() string {
	return some(s, lastNames) + some(s, []string{"ville", " Falls", "pur", "abad", " Heights"})
}

// template is two days of what a paper prints every day with other numbers.
func (s *source) template() Pair {
	t := some(s, templates)
	paper := s.IntN(papers)
	day := s.between(1, 28)
	one := func(after int) oped.Entry {
		var b strings.Builder
		for _, word := range strings.SplitAfter(t.body, " ") {
			b.WriteString(s.filled(word, day+after))
		}
		title := ""
		for _, word := range strings.SplitAfter(some(s, t.titles), " ") {
			title += s.filled(word, day+after)
		}
		return s.column(paper, title, "", b.String(), after)
	}
	return Pair{A: one(0), B: one(s.between(1, 3))}
}

// filled is a word of a template, or what stands for it on a day.
func (s *source) filled(word string, day int) string {
	r := strings.NewReplacer(
		"{day}", fmt.Sprint(day), "{rate}", fmt.Sprintf("%d.%02d", s.between(270, 299), s.IntN(100)), "{gold}", fmt.Sprintf("%d,%03d", s.between(220, 480), s.IntN(1000)),
		"{paisa}", fmt.Sprint(s.between(1, 95)), "{temp}", fmt.Sprint(s.between(8, 46)), "{percent}", fmt.Sprint(s.between(12, 98)), "{points}", fmt.Sprintf("%d,%03d.%02d", s.between(90, 170), s.IntN(1000), s.IntN(100)),
		"{year}", fmt.Sprint(s.between(1801, 2019)), "{town}", s.place(), "{person}", s.pen(), "{sky}", some(s, skies), "{updown}", some(s, []string{"rose", "fell", "gained", "lost"}),
		"{weekday}", some(s, []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}), "{ud}", some(s, []string{"اضافہ", "کمی"}), "{din}", some(s, []string{"پیر", "منگل", "بدھ", "جمعرات", "جمعہ"}), "{mausam}", some(s, []string{"خشک", "گرم", "ابر آلود", "مرطوب"}),
	)
	return r.Replace(word)
}

// noticeTeasers is a long notice on cookies or payment under two headlines, each with the few words that the reader may see.
func (s *source) noticeTeasers() Pair {
	return s.noticed(func(t *Text) string { return head(t.Body, s.between(12, 40)) + "…" })
}

// noticeStories is a long notice around two whole stories.
func (s *source) noticeStories() Pair { return s.noticed(func(t *Text) string { return t.Body }) }

func (s *source) noticed(own func(*Text) string) Pair {
	a, b := s.pair()
	notice := s.notice(s.between(300, 3000))
	pa, pb := s.two()
	before := s.IntN(3) > 0
	put := func(t *Text) string {
		if before {
			return notice + "\n\n" + own(t)
		}
		return own(t) + "\n\n" + notice
	}
	return Pair{A: s.column(pa, a.headline(), s.pen(), put(a), 0), B: s.column(pb, b.headline(), s.pen(), put(b), s.between(0, 9))}
}

// notice is a page's notice of so many words.
func (s *source) notice(words int) string {
	var b strings.Builder
	for n := 0; n < words; {
		sentence := strings.NewReplacer("{who}", some(s, noticeWho), "{what}", some(s, noticeWhat), "{why}", some(s, noticeWhy), "{vendor}", some(s, lastNames)+" "+some(s, []string{"Media", "Analytics", "Ads", "Data"}), "{days}", fmt.Sprint(s.between(1, 700))).Replace(some(s, noticeForms))
		n += len(strings.Fields(sentence))
		b.WriteString(sentence + some(s, []string{" ", " ", "\n\n"}))
	}
	return strings.TrimSpace(b.String())
}

// stub is the same note to subscribers under two headlines.
func (s *source) stub() Pair {
	a, b := s.pair()
	note := some(s, stubs[a.Lang])
	pa, pb := s.two()
	return Pair{A: s.column(pa, a.headline(), s.pen(), note, 0), B: s.column(pb, b.headline(), s.pen(), note, s.between(0, 9))}
}
