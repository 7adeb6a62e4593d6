package newstest

import (
	"fmt"
	"strings"
	"time"

	"oped"
)

// Group is a few pieces with their copies, in feeds of several papers.
type Group struct {
	Entries []oped.Entry      // with Content, without Text; entries of one guid are versions of one entry
	Pieces  map[string]string // name of the piece of each entry, by ID
}

// NewGroup returns a group of twelve to twenty entries of three to five pieces. The same seed and number yield the
// same group.
func NewGroup(corpus []Text, seed uint64, number int) Group {
	s := newSource(corpus, seed, "group", number)
	g := Group{Pieces: map[string]string{}}
	var texts []*Text
	for _, t := range s.several(s.between(3, 5) * 3) {
		if len(t.words) >= 300 && len(texts) < 5 {
			texts = append(texts, t)
		}
	}
	for i, t := range texts {
		s.copies(&g, i, t)
	}
	if len(texts) >= 3 {
		e := s.column(19, "What the papers say", "", s.press(texts[:3]), 1)
		e.ID = "the digest"
		g.add(e, "the digest")
	}
	return g
}

// add adds an entry of a piece to the group.
func (g *Group) add(e oped.Entry, piece string) {
	if !e.Published.IsZero() {
		e.Published = e.Published.Truncate(time.Minute)
	}
	g.Pieces[e.ID] = piece
	g.Entries = append(g.Entries, Published(e))
}

// Published returns an entry as it appears in a document, with its text as HTML.
func Published(e oped.Entry) oped.Entry {
	e.Content, e.Text = paragraphs(e.Text), ""
	return e
}

// copies adds a piece with three or four copies to the group, each in its own feed.
func (s *source) copies(g *Group, number int, t *Text) {
	piece := fmt.Sprintf("piece %d", number)
	paper := number*4 - 1 // no two copies of a piece share a feed
	author := s.pen()
	next := func(what, body string) oped.Entry {
		paper++
		e := s.column(paper, t.headline(), author, body, s.between(0, 4))
		e.ID = fmt.Sprintf("%s of %s", what, piece)
		return e
	}
	first := next("the whole", t.Body)
	switch s.rand.IntN(3) {
	case 0: // two halves, recognisable only by the whole
		half := head(t.Body, len(t.words)/2)
		half += t.Body[len(half) : len(half)+strings.IndexAny(t.Body[len(half):]+" ", " \n")] // no word is cut in two
		g.add(next("the first half", half), piece)
		g.add(next("the second half", strings.TrimSpace(strings.TrimPrefix(t.Body, half))), piece)
	case 1: // a stub that becomes a full text
		stub := next("a stub that grows", truncate(40)(s, t))
		g.add(stub, piece)
		stub.Text = t.Body
		g.add(stub, piece)
		g.add(next("a wrapped copy", s.wrapped(t)), piece)
	default: // the same page with another feed's tracking parameter
		tracked := next("the same page", truncate(60)(s, t))
		tracked.URL = first.URL + "?utm_source=" + some(s, []string{"rss", "twitter"})
		g.add(tracked, piece)
		g.add(next("an edited copy", edit(.05)(s, t)), piece)
	}
	g.add(first, piece)
}
