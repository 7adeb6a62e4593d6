package ingest

import (
	"slices"
	"strings"

	"oped"
	"oped/dedup"
	"oped/text"
)

// lead puts the lead entry first, and adapts c.Entries. A late full text replaces a stub, and an entry of the
// credited publisher replaces its copy. Otherwise the lead stays, so that readers see no flutter.
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

// originOf returns the entry of the publisher credited by a copy, if it has about as much text; else the copy
// itself. Two entries crediting each other are both copies.
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

// fuller reports whether a has so much more text than b that it should lead: half as much again, and a
// hundred letters at least. A copy from another feed must also contain the text of b: a foreign text under
// another paper's address leads nothing.
func fuller(a, b *oped.Entry) bool {
	more := len(a.Text) > len(b.Text)+len(b.Text)/2 && len(a.Text) > len(b.Text)+100
	return more && (a.FeedURL == b.FeedURL || completes(a, b))
}

const (
	openingWords = 12 // enough to identify a text
	stubTail     = 3  // words at the end of a stub, possibly not in the text: one cut in half, "read more"
)

// completes reports whether a has the beginning of b somewhere in its text and names no other author. A stub
// of next to no text is identified by its title.
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
