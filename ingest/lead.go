package ingest

import (
	"slices"
	"strings"

	"oped"
	"oped/dedup"
	"oped/text"
)

// lead puts the entry first that the piece is republished from, and keeps c.Entries true to it. A late full
// text takes the lead from a stub, and whom a copy credits takes it from the copy; else who leads goes on
// leading, so that readers see no flutter.
func lead(c *oped.PieceChange) {
	best := 0
	for i := range c.Piece.Entries {
		if fuller(&c.Piece.Entries[i], &c.Piece.Entries[best]) {
			best = i
		}
	}
	best = originOf(c.Piece.Entries, best)
	if best == 0 {
		return
	}
	e := c.Piece.Entries[best]
	c.Piece.Entries = slices.Insert(slices.Delete(slices.Clone(c.Piece.Entries), best, best+1), 0, e)
	for i := range c.Entries {
		switch at := &c.Entries[i].Index; {
		case *at == best:
			*at = 0
		case *at < best:
			*at++
		}
	}
}

// originOf is the entry of the publisher that a copy credits, if it says about as much; else the copy itself.
// Two that credit each other are both copies.
func originOf(entries []oped.Entry, copied int) int {
	from := &entries[copied]
	credits := dedup.Crediting(from)
	for i := range entries {
		e := &entries[i]
		if i != copied && e.URL != "" && len(e.Text)*5 >= len(from.Text)*4 && credits(e.Publisher) &&
			!dedup.Credits(e, from.Publisher) {
			return i
		}
	}
	return copied
}

// fuller tells whether a says so much more than b that it should lead: half as much again, and a hundred
// letters at least. A copy from another feed has to be the same with more of its text: who puts a long text
// of his own under another paper's address leads nothing.
func fuller(a, b *oped.Entry) bool {
	more := len(a.Text) > len(b.Text)+len(b.Text)/2 && len(a.Text) > len(b.Text)+100
	return more && (a.FeedURL == b.FeedURL || completes(a, b))
}

const (
	openingWords = 12 // are enough to tell a text by
	stubTail     = 3  // words at the end of a stub that may be no part of the text: one cut in half, "read more"
)

// completes tells whether a has the beginning of b somewhere in its text and names no other author. A stub
// that says next to nothing is told by its title.
func completes(a, b *oped.Entry) bool {
	if len(a.Authors) > 0 && len(b.Authors) > 0 &&
		!slices.ContainsFunc(a.Authors, func(p oped.Person) bool { return wrote(p, b) }) {
		return false
	}
	stub := text.FoldedWords(b.Text)
	if n := min(openingWords, len(stub)-stubTail); n >= stubTail {
		return strings.Contains(
			" "+strings.Join(text.FoldedWords(a.Text), " ")+" ", " "+strings.Join(stub[:n], " ")+" ",
		)
	}
	return text.Fold(a.Title) == text.Fold(b.Title)
}

func wrote(p oped.Person, e *oped.Entry) bool {
	return slices.ContainsFunc(
		e.Authors, func(have oped.Person) bool { return text.Fold(have.Name) == text.Fold(p.Name) },
	)
}
