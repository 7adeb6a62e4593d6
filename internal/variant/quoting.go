package variant

import (
	"fmt"
	"strings"

	"oped"
	"oped/text"
)

// rebuttal answers a piece, and quotes nearly a third of it. Its own words are at least as many again as those that it quotes.
func (s *source) rebuttal() Pair {
	a, own := s.pair()
	all := sentences(a.Body)
	wanted := len(a.words) * 3 / 10
	if len(own.words) < wanted*6/5 { // the shorter text is answered
		a, own = own, a
		all, wanted = sentences(a.Body), len(a.words)*3/10
	}
	parts := s.quotations(all, wanted)
	answer := s.interleave(sentences(head(own.Body, min(len(own.words), wanted*s.between(12, 30)/10))), parts)
	pa, pb := s.two()
	return Pair{A: s.column(pa, a.headline(), s.pen(), a.Body, 0), B: s.column(pb, own.headline(), s.pen(), answer, s.between(1, 10))}
}

// quotations are stretches of whole sentences with so many words in all, in their order.
func (s *source) quotations(all []string, words int) []string {
	var parts []string
	for at := s.IntN(max(1, len(all)/4)); at < len(all) && words > 0; {
		part := ""
		for n := s.between(2, 5); n > 0 && at < len(all) && words > 0; n-- {
			sentence := head(all[at], words)
			words -= len(foldedWords(sentence))
			part += sentence
			at++
		}
		parts = append(parts, "“"+strings.TrimSpace(part)+"”")
		at += s.IntN(max(1, len(all)/6))
	}
	return parts
}

// interleave sets quotations among sentences, in paragraphs of their own or within one.
func (s *source) interleave(own, quoted []string) string {
	var b strings.Builder
	every := len(own)/(len(quoted)+1) + 1
	for i, sentence := range own {
		b.WriteString(sentence)
		if (i+1)%every == 0 && len(quoted) > 0 {
			b.WriteString(some(s, []string{"\n\n", " The column goes on: "}) + quoted[0] + "\n\n")
			quoted = quoted[1:]
		}
	}
	return b.String() + "\n\n" + strings.Join(quoted, "\n\n")
}

// digest lists what other papers say: the beginning of each piece under a heading.
func (s *source) digest() Pair {
	texts := s.several(s.between(3, 6))
	t := some(s, texts)
	pa, pb := s.two()
	return Pair{A: s.column(pa, t.headline(), s.pen(), t.Body, 0), B: s.column(pb, "What the papers say", "", s.press(texts), s.between(0, 3))}
}

// twoDigests share half of what they list.
func (s *source) twoDigests() Pair {
	n := 2 * s.between(2, 3)
	texts := s.several(n * 3 / 2)
	first, second := texts[:n], texts[n/2:]
	pa, pb := s.two()
	return Pair{A: s.column(pa, "What the papers say", "", s.press(first), 0), B: s.column(pb, some(s, []string{"Press review", "What the papers say"}), "", s.press(second), s.between(0, 3))}
}

// several are so many different texts of one language.
func (s *source) several(n int) []*Text {
	first := &s.corpus[s.IntN(len(s.corpus))]
	out := []*Text{first}
	for _, i := range s.Perm(len(s.corpus)) {
		if o := &s.corpus[i]; len(out) < n && o != first && o.Lang == first.Lang {
			out = append(out, o)
		}
	}
	return out
}

// press is a review of the press.
func (s *source) press(texts []*Text) string {
	var b strings.Builder
	b.WriteString(some(s, []string{"", "A daily look at what is being said elsewhere.\n\n", "Good morning. Here is what we are reading today.\n\n"}))
	for _, i := range s.Perm(len(texts)) {
		t := texts[i]
		fmt.Fprintf(&b, "%s\n\n%s…\n\n", strings.ToUpper(t.headline()), head(t.Body, s.between(40, 80)))
	}
	return b.String()
}

// roundups are two days of one running page: ten to sixteen short items each, of which up to four in ten stand in both.
func (s *source) roundups() Pair {
	items := s.items(s.between(10, 16))
	shared := len(items) * s.between(2, 4) / 10
	fresh := s.items(len(items) - shared)
	a := strings.Join(items, "\n\n")
	second := append(fresh, items[:shared]...)
	if s.IntN(2) == 0 { // what was said before stands where it stood
		second = append(items[:shared:shared], fresh...)
	}
	author := s.pen()
	paper := s.IntN(papers)
	title := some(s, []string{"Live updates", "The week in brief", "Budget day as it happened"})
	return Pair{A: s.column(paper, title, author, a, 0), B: s.column(paper, title+some(s, []string{"", ": day two"}), author, strings.Join(second, "\n\n"), s.between(1, 7))}
}

// items are short paragraphs, each with its hour.
func (s *source) items(n int) []string {
	texts := s.several(n)
	var out []string
	for i := 0; len(out) < n; i++ {
		t := texts[i%len(texts)]
		from := s.IntN(len(t.words) - 100)
		out = append(out, fmt.Sprintf("%02d:%02d  %s", s.between(6, 22), s.IntN(60), stretch(t.Body, from, s.between(25, 60))))
	}
	return out
}

// stretch is so many words of a text from the word of a number.
func stretch(body string, from, n int) string {
	var ts text.Tokens
	ts.Scan(body)
	from = max(0, min(from, len(ts.List)-n))
	return body[ts.List[from].Start:ts.List[min(from+n, len(ts.List))-1].End]
}

// sharedStatement is two pieces that quote one official statement of sixty words.
func (s *source) sharedStatement() Pair {
	a, b := s.pair()
	statement := "“" + strings.ReplaceAll(stretch(s.other(a).Body, s.IntN(100), 60), "\n\n", " ") + "”"
	pa, pb := s.two()
	return Pair{
		A: s.column(pa, a.headline(), s.pen(), s.interleave(sentences(a.Body), []string{statement}), 0),
		B: s.column(pb, b.headline(), s.pen(), s.interleave(sentences(b.Body), []string{statement}), s.between(0, 2)),
	}
}

// correction is a note that quotes what was wrong.
func (s *source) correction() Pair {
	a, right := s.pair()
	for a.Lang != "en" {
		a, right = s.pair()
	}
	passage := strings.ReplaceAll(stretch(a.Body, s.IntN(len(a.words)-40), s.between(15, 35)), "\n\n", " ")
	truth := strings.ReplaceAll(head(right.Body, s.between(15, 35)), "\n\n", " ")
	r := strings.NewReplacer("TITLE", a.headline(), "DATE", Epoch().Format("2 January"), "PASSAGE", passage, "TRUTH", truth)
	paper := s.IntN(papers)
	return Pair{
		A:        s.column(paper, a.headline(), s.pen(), a.Body, 0),
		B:        s.column(paper, r.Replace(some(s, []string{"Correction", "Correction: TITLE", "Corrections and clarifications", "For the record"})), "", r.Replace(some(s, corrections)), s.between(1, 6)),
		Relation: oped.CorrectionOf,
	}
}

var corrections = []string{
	"Correction: our column “TITLE” on DATE said “PASSAGE”. That was wrong. It should have said that TRUTH. We regret the error.",
	"In the column “TITLE”, published on DATE, we wrote that “PASSAGE”. In fact, TRUTH. The online version has been corrected, and we apologise to our readers.",
	"An op-ed on DATE (“TITLE”) misstated a fact. It said: “PASSAGE”. The correct account is as follows: TRUTH.",
}

// excerpt is a part of a piece that is not its beginning, in another paper.
func (s *source) excerpt() Pair {
	a := &s.corpus[s.IntN(len(s.corpus))]
	for len(a.words) < 400 {
		a = &s.corpus[s.IntN(len(s.corpus))]
	}
	n := len(a.words) * s.between(15, 30) / 100
	part := stretch(a.Body, len(a.words)*s.between(35, 65)/100, n)
	author := s.pen()
	return Pair{A: s.column(1, a.headline(), author, a.Body, 0), B: s.column(2, s.other(a).headline(), author, part, s.between(0, 10)), Relation: oped.ExcerptOf}
}

// rerun is a piece that is printed again after a month or more.
func (s *source) rerun() Pair {
	a := &s.corpus[s.IntN(len(s.corpus))]
	pa, pb := s.two()
	author := s.pen()
	return Pair{A: s.column(pa, a.headline(), author, a.Body, 0), B: s.column(pb, a.headline(), author, a.Body, s.between(30, 400)), Relation: oped.RerunOf}
}
