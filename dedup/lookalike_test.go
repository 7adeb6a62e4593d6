package dedup

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// lookalike makes two entries with much in common that are not one piece.
type lookalike struct {
	name     string
	relation Verdict // the right relation; "": nothing clear
	make     func(p *press) (a, b *oped.Entry)
}

var lookalikes = []lookalike{
	{"rebuttal", "", rebuttal},
	{"digest and piece", "", digestAndPiece},
	{"digest and stub", ExcerptOf, digestAndStub},
	{"two digests", "", twoDigests},
	{"numbered series", SeriesWith, twoParts},
	{"shared bio", "", sharedBio},
	{"form letter", "", formLetters},
	{"daily report", "", dailyReports},
	{"notice on stories", "", noticed(60, 400)},
	{"notice on teasers", "", noticed(18, 60)},
	{"shared statement", "", sharedStatement},
	{"correction", CorrectionOf, correctionNote},
	{"subscriber stubs", "", subscriberStubs},
	{"liveblogs", "", liveblogs},
	{"re-run", RerunOf, rerun},
	{"excerpt", ExcerptOf, excerpt},
}

// press makes entries as papers print them.
type press struct {
	*rand.Rand
	all []realText
}

// entry returns an entry of a paper, in its feed or in one of its feeds.
func (p *press) entry(paper, title, text string) *oped.Entry {
	return &oped.Entry{
		Publisher: paper,
		Title:     title,
		Text:      text,
		Authors:   []oped.Person{{Name: pick(p.Rand, people)}},
		Published: noon.Add(time.Duration(p.IntN(5*24*60)) * time.Minute),
	}
}

// piece returns a real text under another headline than the given ones.
func (p *press) piece(than ...*realText) *realText {
	for {
		of := another(p.Rand, p.all, than...)
		if !slices.ContainsFunc(than, func(t *realText) bool { return t.Title == of.Title }) {
			return of
		}
	}
}

// part returns consecutive words of a text, from lowest to limit of them, from anywhere.
func (p *press) part(of *realText, lowest, limit int) string {
	n := min(between(p.Rand, lowest, limit), len(of.words))
	from := p.IntN(len(of.words) - n + 1)
	return strings.Join(of.words[from:from+n], " ")
}

// twoPapers returns two papers, the same one half of the time.
func (p *press) twoPapers() (a, b string) {
	a, b = pick(p.Rand, papers), pick(p.Rand, papers)
	if p.IntN(2) == 0 {
		b = a
	}
	return a, b
}

// bared removes, once in a while, details missing in some feeds.
func (p *press) bared(e *oped.Entry, title bool) {
	if p.IntN(5) == 0 {
		e.Published = time.Time{}
	}
	if p.IntN(4) == 0 {
		e.Authors = nil
	}
	if title && p.IntN(5) == 0 {
		e.Title = ""
	}
}

// rebuttal quotes 30 % of a piece, and adds half as much of its own.
func rebuttal(p *press) (a, b *oped.Entry) {
	of := p.piece()
	own := p.piece(of)
	for len(own.words) < len(of.words)*45/100 {
		own = p.piece(of)
	}
	quotes := between(p.Rand, 2, 4)
	each := len(of.words) * 3 / 10 / quotes
	var text []string
	for i := range quotes {
		text = append(text, strings.Join(own.words[i*len(own.words)/quotes:(i+1)*len(own.words)/quotes], " "))
		from := i * len(of.words) / quotes
		text = append(text, "“"+strings.Join(of.words[from:from+each], " ")+"”")
	}
	if p.IntN(3) == 0 {
		slices.Reverse(text)
	}
	x, y := p.twoPapers()
	title := pick(p.Rand, []string{
		own.Title, "A reply to “" + of.Title + "”", "Why the author of " + of.Title + " is wrong",
	})
	a, b = p.entry(x, of.Title, of.Text), p.entry(y, title, strings.Join(text, "\n\n"))
	p.bared(a, true)
	p.bared(b, true)
	return a, b
}

// digest returns the beginnings of pieces, each under its headline.
func (p *press) digest(of []*realText) string {
	var parts []string
	words := between(p.Rand, 40, 80)
	for _, t := range of {
		parts = append(parts,
			t.Title+pick(p.Rand, []string{"\n", ": "})+upTo(t, words)+pick(p.Rand, []string{"…", "", " Read more"}))
	}
	return strings.Join(parts, "\n\n")
}

var digestTitles = []string{
	"Opinion digest", "What our columnists say today", "From the opinion pages this week", "Editorials at a glance",
	"Morning briefing", "",
}

// pieces returns n texts, none of them a copy of another.
func (p *press) pieces(n int) (all []*realText) {
	for range n {
		all = append(all, p.piece(all...))
	}
	return all
}

func digestAndPiece(p *press) (a, b *oped.Entry) {
	of := p.pieces(between(p.Rand, 3, 6))
	one := pick(p.Rand, of)
	x, y := p.twoPapers()
	a, b = p.entry(x, one.Title, one.Text), p.entry(y, pick(p.Rand, digestTitles), p.digest(of))
	p.bared(a, true)
	p.bared(b, true)
	return a, b
}

func digestAndStub(p *press) (a, b *oped.Entry) {
	of := p.pieces(between(p.Rand, 3, 6))
	one := pick(p.Rand, of)
	x, y := p.twoPapers()
	a, b = p.entry(x, one.Title, upTo(one, between(p.Rand, 18, 60))),
		p.entry(y, pick(p.Rand, digestTitles), p.digest(of))
	b.Authors = nil
	p.bared(a, false) // a stub without a headline is the beginning of any text with the same beginning
	p.bared(b, true)
	return a, b
}

// twoDigests share half of their pieces.
func twoDigests(p *press) (a, b *oped.Entry) {
	half := between(p.Rand, 2, 3)
	of := p.pieces(3 * half)
	first, second := slices.Clone(of[:2*half]), slices.Clone(of[half:])
	for _, list := range [][]*realText{first, second} {
		if p.IntN(2) == 0 {
			p.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
	}
	x, y := p.twoPapers()
	title := pick(p.Rand, digestTitles)
	a, b = p.entry(x, title, p.digest(first)),
		p.entry(y, pick(p.Rand, []string{title, pick(p.Rand, digestTitles)}), p.digest(second))
	a.Authors, b.Authors = nil, nil
	p.bared(a, true)
	p.bared(b, true)
	return a, b
}

// twoParts are two parts of a series with the same beginning.
func twoParts(p *press) (a, b *oped.Entry) {
	of := p.pieces(3)
	intro := p.part(of[0], 40, 80)
	name := of[0].Title
	part := pick(p.Rand, [][2]string{
		{" (part 1)", " (part 2)"},
		{" - II", " - III"},
		{": Part One", ": Part Two"},
		{" قسط 3", " قسط 4"},
		{" 12", " 13"},
		{" (قسط اول)", " (قسط دوم)"},
	})
	x, y := p.twoPapers()
	a = p.entry(x, name+part[0], intro+"\n\n"+p.part(of[1], 100, 500))
	b = p.entry(y, name+part[1], intro+"\n\n"+p.part(of[2], 100, 500))
	b.Authors = a.Authors
	p.bared(a, false)
	p.bared(b, false)
	return a, b
}

// sharedBio are two columns of one author with the same note and the same last lines.
func sharedBio(p *press) (a, b *oped.Entry) {
	of := p.pieces(4)
	by := pick(p.Rand, people)
	note := by + pick(p.Rand, []string{
		" is a columnist. ", " writes on Tuesdays. ",
		", a lawyer and author of three books, has written for this page since 1998. ",
	}) + p.part(of[0], 60, 120) + "\n\n" + p.part(of[1], 10, 25)
	x, y := p.twoPapers()
	a = p.entry(x, of[2].Title, p.part(of[2], 150, 500)+"\n\n"+note)
	b = p.entry(y, of[3].Title, p.part(of[3], 150, 500)+"\n\n"+note)
	a.Authors = []oped.Person{{Name: by}}
	b.Authors = a.Authors
	p.bared(a, true)
	p.bared(b, true)
	return a, b
}

// noticed are distinct stories, or teasers, with the same notice before or after them, in one paper.
func noticed(lowest, limit int) func(p *press) (a, b *oped.Entry) {
	return func(p *press) (a, b *oped.Entry) {
		of := p.pieces(2)
		words := notice(p, between(p.Rand, 300, 3000))
		first := p.IntN(2) == 0
		with := func(t *realText) *oped.Entry {
			story := upTo(t, between(p.Rand, lowest, limit))
			if first {
				return p.entry(papers[0], t.Title, words+"\n\n"+story)
			}
			return p.entry(papers[0], t.Title, story+"\n\n"+words)
		}
		a, b = with(of[0]), with(of[1])
		for _, e := range []*oped.Entry{a, b} {
			if authorsNote(e.Text) { // the only sign of it is its look: it has no words of its own
				return noticed(lowest, limit)(p)
			}
			p.bared(e, true)
		}
		return a, b
	}
}

// authorsNote reports whether a text has a paragraph like an author's note.
func authorsNote(s string) bool {
	var ts text.Tokens
	ts.Scan(s)
	ts.MarkZones()
	return slices.ContainsFunc(ts.List, func(w text.Token) bool { return w.Zone == text.Bio })
}

// sharedStatement are two stories with the same 60 words of an office's statement.
func sharedStatement(p *press) (a, b *oped.Entry) {
	of := p.pieces(3)
	said := "“" + p.part(of[0], 60, 60) + "”, the spokesperson said."
	story := func(t *realText) string {
		return p.part(t, 60, 200) + "\n\n" + said + "\n\n" + p.part(t, 40, 200)
	}
	x, y := p.twoPapers()
	a, b = p.entry(x, of[1].Title, story(of[1])), p.entry(y, of[2].Title, story(of[2]))
	p.bared(a, true)
	p.bared(b, true)
	return a, b
}

// correctionNote corrects a mistake in a column, and quotes it.
func correctionNote(p *press) (a, b *oped.Entry) {
	of := p.piece()
	passage := p.part(of, 15, 60)
	text := pick(p.Rand, []string{
		fmt.Sprintf(
			"Correction: our column “%s” on 12 March said: “%s” This is wrong. The figure was that of another year, "+
				"and the remark was made by another member of the committee. We regret the error.", of.Title, passage),
		fmt.Sprintf(
			"CORRECTION — A column published on 12 March said that “%s”. It was the provincial government that "+
				"decided so, not the federal one. The text has been amended online.", passage),
		fmt.Sprintf(
			"Clarification: In “%s” (12 March) we wrote: “%s” The ministry has asked us to state that it was never "+
				"consulted on the matter, which we do with pleasure.", of.Title, passage),
	})
	if isUrdu(of.Text) {
		text = fmt.Sprintf(
			"تصحیح: ہمارے کالم ”%s“ مورخہ 12 مارچ میں لکھا گیا تھا: ”%s“ یہ درست نہیں، یہ اعداد و شمار کسی اور سال "+
				"کے تھے۔ ادارہ اس غلطی پر معذرت خواہ ہے۔", of.Title, passage)
	}
	a = p.entry(papers[1], of.Title, of.Text)
	b = p.entry(papers[1], pick(p.Rand, []string{
		"Correction", "Corrections and clarifications", "Correction: " + of.Title, "تصحیح",
	}), text)
	b.Authors = nil
	p.bared(a, false)
	p.bared(b, true)
	return a, b
}

// subscriberStubs are two pieces in a feed with nothing but a note that they are for subscribers.
func subscriberStubs(p *press) (a, b *oped.Entry) {
	of := p.pieces(2)
	for titleLikeness(of[0].mine(), of[1].mine()) != otherTitles { // alike ones may be one headline, revised
		of = p.pieces(2)
	}
	words := strings.Fields(notice(p, 60))
	note := strings.Join(words[:min(60, len(words))], " ")
	a, b = p.entry(papers[2], of[0].Title, note), p.entry(papers[2], of[1].Title, note)
	if p.IntN(2) == 0 {
		a.FeedURL, b.FeedURL = "https://ledger.example/rss", "https://ledger.example/rss"
		a.ID, b.ID = "1", "2"
	}
	p.bared(a, false)
	p.bared(b, false)
	return a, b
}

// liveblogs share some paragraphs about earlier events, less than half of their texts.
func liveblogs(p *press) (a, b *oped.Entry) {
	of := p.pieces(3)
	for len(of[1].words) < 300 || len(of[2].words) < 300 {
		of = p.pieces(3)
	}
	var both []string
	for range between(p.Rand, 3, 5) {
		both = append(both, p.part(of[0], 30, 60))
	}
	blog := func(t *realText) string {
		n := len(strings.Fields(strings.Join(both, " ")))
		own := []string{p.part(t, n/2+40, n), p.part(t, n/2+40, n)}
		paragraphs := slices.Concat(own[:1], both, own[1:])
		if p.IntN(2) == 0 {
			paragraphs = slices.Concat(own, both)
		}
		return strings.Join(paragraphs, "\n\n")
	}
	x, y := p.twoPapers()
	title := pick(p.Rand, []string{"Live: ", "As it happened: ", "LIVE UPDATES | "})
	a, b = p.entry(x, title+of[1].Title, blog(of[1])), p.entry(y, title+of[2].Title, blog(of[2]))
	p.bared(a, true)
	p.bared(b, true)
	return a, b
}

// rerun is a piece published once more after weeks or years.
func rerun(p *press) (a, b *oped.Entry) {
	of := p.piece()
	x, y := p.twoPapers()
	a, b = p.entry(x, of.Title, of.Text), p.entry(y, of.Title, of.Text)
	if p.IntN(2) == 0 {
		b.Text = edited(p.Rand, p.all, of, .02)
	}
	b.Published = a.Published.AddDate(0, 0, between(p.Rand, 22, 800))
	b.Authors = a.Authors
	return a, b
}

// excerpt is a passage from the middle of a piece. It repeats nothing of the beginning, or it would be a
// teaser.
func excerpt(p *press) (a, b *oped.Entry) {
	of := p.piece()
	for len(of.words) < 300 {
		of = p.piece()
	}
	n := min(between(p.Rand, 40, 120), len(of.words)*3/10)
	from := between(p.Rand, 80, len(of.words)-n)
	beginning, passage := strings.Join(of.words[:80], " "), strings.Join(of.words[from:from+n], " ")
	if share, _ := unbounded().overlap(beginning, passage); share > 0 {
		return excerpt(p)
	}
	x, y := p.twoPapers()
	a = p.entry(x, of.Title, of.Text)
	b = p.entry(y, pick(p.Rand, []string{"Quote of the day", "What others say", p.piece(of).Title}), passage)
	p.bared(a, false)
	p.bared(b, true)
	return a, b
}
