package newstest

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// Variant is a way in which copies differ from the original.
type Variant struct {
	Name   string  // unique, for reports
	Recall float64 // minimum share of recognised copies
	rewrite
}

// rewrite turns a text into the version of another paper. It may use other texts of the corpus.
type rewrite func(*source, *Text) (title, body string)

// Variants returns all variants of copies.
func Variants() []Variant {
	return []Variant{
		{"wrapper", .999, body((*source).wrapped)},
		{"tail cut", .999, body((*source).withoutTail)},
		{"half text", .999, body(func(_ *source, t *Text) string { return head(t.Body, len(t.words)/2) })},
		{"sentence drop", .999, body((*source).withoutSentences)},
		{"edit 2 %", .999, body(edit(.02))},
		{"edit 5 %", .999, body(edit(.05))},
		{"edit 10 %", .99, body(edit(.10))},
		{"typography", .999, body((*source).typeset)},
		{"headline", .999, func(s *source, t *Text) (string, string) { return s.other(t).headline(), t.Body }},
		{"truncation 60", .999, body(truncate(60))},
		{"truncation 40", .999, body(truncate(40))},
		{"truncation 25", .999, body(truncate(25))},
		{"truncation 18", .999, body(truncate(18))},
		{"standfirst", .999, body((*source).withStandfirst)},
		{"paragraphs", .999, body((*source).reparted)},
		{"byline", .999, body((*source).withByline)},
	}
}

// body returns a rewrite that keeps the headline.
func body(f func(*source, *Text) string) rewrite {
	return func(s *source, t *Text) (string, string) { return t.Title, f(s, t) }
}

// source is the source of a copy's random choices.
type source struct {
	rand   *rand.Rand
	corpus []Text
}

// Copy returns the original of a text in its paper and a copy of a kind in another paper, up to five days apart.
// The third result is the index of the text. The same seed and number yield the same copy.
func Copy(corpus []Text, v *Variant, seed uint64, number int) (original, copied oped.Entry, of int) {
	s := newSource(corpus, seed, v.Name, number)
	of = s.rand.IntN(len(corpus))
	t := &corpus[of]
	original = s.print(t, of)
	copied = original
	copied.Title, copied.Text = v.rewrite(s, t)
	s.elsewhere(&copied, fmt.Sprintf("%s-%d", strings.NewReplacer(" ", "", "%", "").Replace(v.Name), number))
	if !copied.Published.IsZero() {
		copied.Published = copied.Published.Add(time.Duration(s.rand.IntN(241)-120) * time.Hour)
	}
	if s.rand.IntN(4) == 0 {
		copied.Authors = nil
	}
	return original, copied, of
}

func newSource(corpus []Text, seed uint64, name string, number int) *source {
	h := uint64(number)
	for _, c := range name {
		h = h*31 + uint64(c)
	}
	return &source{rand.New(rand.NewPCG(seed, h)), corpus}
}

// papers is the number of papers with originals, and of papers with copies.
const papers = 20

// Epoch returns the day around which everything is published.
func Epoch() time.Time { return time.Date(2026, 3, 10, 6, 0, 0, 0, time.UTC) }

// Original returns a text of the corpus as an entry of its paper.
func Original(corpus []Text, of int) oped.Entry {
	return newSource(corpus, 1, "original", of).print(&corpus[of], of)
}

// print returns a text as an entry of its first paper. One in eight has no date.
func (s *source) print(t *Text, number int) oped.Entry {
	paper := fmt.Sprintf("Paper %d", number%papers)
	e := entry(paper, fmt.Sprintf("text-%d", number), *t, Epoch().Add(time.Duration(number*37%100)*time.Hour))
	if s.rand.IntN(8) == 0 {
		e.Published = time.Time{}
	}
	return e
}

// elsewhere moves an entry to another paper.
func (s *source) elsewhere(e *oped.Entry, slug string) {
	authors := e.Authors
	*e = entry(fmt.Sprintf("Gazette %d", s.rand.IntN(papers)), slug,
		Text{Title: e.Title, Body: e.Text, Lang: e.Lang}, e.Published)
	e.Authors = authors
}

// entry returns an entry of a paper's only feed.
func entry(paper, slug string, t Text, published time.Time) oped.Entry {
	host := "https://" + strings.ToLower(strings.ReplaceAll(paper, " ", "")) + ".example/"
	e := oped.Entry{
		FeedURL:   host + "rss",
		Publisher: paper,
		ID:        host + "?p=" + slug,
		URL:       host + slug,
		Title:     t.Title,
		Text:      t.Body,
		Lang:      t.Lang,
		Published: published,
	}
	if t.Author != "" {
		e.Authors = []oped.Person{{Name: t.Author}}
	}
	return e
}

// other returns another text of the corpus in the same language. It does not terminate if there is none.
func (s *source) other(t *Text) *Text {
	for {
		if o := &s.corpus[s.rand.IntN(len(s.corpus))]; o.Lang == t.Lang && o != t && o.Body != t.Body {
			return o
		}
	}
}

// between returns a number from lowest to limit.
func (s *source) between(lowest, limit int) int { return lowest + s.rand.IntN(limit-lowest+1) }

// some returns one of several values.
func some[T any](s *source, of []T) T { return of[s.rand.IntN(len(of))] }

func (s *source) wrapped(t *Text) string {
	f := boilerplate[t.Lang]
	size := s.between(100, 250)
	before, after := some(s, f.before), ""
	for _, i := range s.rand.Perm(len(f.after)) {
		if len(strings.Fields(before+after+f.after[i])) > size && after != "" {
			continue
		}
		if s.rand.IntN(4) == 0 {
			before = f.after[i] + "\n\n" + before
		} else {
			after += "\n\n" + f.after[i]
		}
	}
	return before + "\n\n" + t.Body + after
}

func (s *source) withoutTail(t *Text) string {
	keep := .60 + .20*s.rand.Float64()
	end := some(s, []string{"…", " ...", "… Read more", " [...]", "\n\nRead more", ""})
	return head(t.Body, int(keep*float64(len(t.words)))) + end
}

func (s *source) withoutSentences(t *Text) string {
	all := sentences(t.Body)
	share := .10 + .05*s.rand.Float64()
	for _, i := range s.rand.Perm(len(all))[:int(share*float64(len(all))+.5)] {
		all[i] = ""
	}
	return strings.Join(all, "")
}

var wordAndSpace = regexp.MustCompile(`\S+\s*`)

// edit changes a share of the words: it replaces a third of them, removes a third, and inserts words at a third.
func edit(share float64) func(*source, *Text) string {
	return func(s *source, t *Text) string {
		other := s.other(t).words
		words := wordAndSpace.FindAllString(t.Body, -1)
		for _, i := range s.rand.Perm(len(words))[:int(share*float64(len(words))+.5)] {
			switch s.rand.IntN(3) {
			case 0:
				words[i] = some(s, other) + words[i][len(strings.TrimRight(words[i], " \n")):]
			case 1:
				words[i] = ""
			default:
				words[i] = some(s, other) + " " + words[i]
			}
		}
		return strings.Join(words, "")
	}
}

// truncate shortens a text to n words, as in a teaser.
func truncate(n int) func(*source, *Text) string {
	return func(s *source, t *Text) string {
		end := some(s, []string{"…", " ...", "... Read more", " [&hellip;]", "", "…\n\nContinue reading"})
		return head(t.Body, n) + end
	}
}

// withStandfirst prepends a sentence from another text.
func (s *source) withStandfirst(t *Text) string {
	var ts text.Tokens
	o := s.other(t)
	ts.Scan(o.Body)
	n := s.between(20, 35)
	at := s.rand.IntN(len(ts.List) - n)
	own := strings.ReplaceAll(o.Body[ts.List[at].Start:ts.List[at+n-1].End], "\n\n", " ")
	return own + some(s, []string{".\n\n", ". ", "\n\n"}) + t.Body
}

// reparted joins the paragraphs of a text, or splits a text without paragraphs.
func (s *source) reparted(t *Text) string {
	if strings.Contains(t.Body, "\n\n") {
		return strings.ReplaceAll(t.Body, "\n\n", " ")
	}
	var b strings.Builder
	for _, sentence := range sentences(t.Body) {
		b.WriteString(sentence)
		if s.rand.IntN(3) == 0 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

// withByline puts a byline and a credit into the text itself.
func (s *source) withByline(t *Text) string {
	f := boilerplate[t.Lang]
	r := strings.NewReplacer("NAME", some(s, f.names), "CITY", some(s, f.cities), "DAY", fmt.Sprint(s.between(1, 28)),
		"PAPER", some(s, f.papers))
	return r.Replace(some(s, f.bylines)) + t.Body + r.Replace(some(s, f.credits))
}

// Feeds returns the feeds of all papers.
func Feeds() []oped.Feed {
	var feeds []oped.Feed
	for i := range papers {
		for _, paper := range []string{"Paper", "Gazette"} {
			e := entry(fmt.Sprintf("%s %d", paper, i), "", Text{}, time.Time{})
			feeds = append(feeds, oped.Feed{
				Name:      strings.ToLower(fmt.Sprintf("%s-%d", paper, i)),
				URL:       e.FeedURL,
				Publisher: e.Publisher,
				Enabled:   true,
			})
		}
	}
	return feeds
}
