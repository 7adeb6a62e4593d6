package ingest

import (
	"slices"

	"oped"
)

// lead puts the entry first that the piece is republished from, and keeps c.Entries true to it. A late full text takes the lead
// from a stub; else who leads goes on leading, so that readers see no flutter.
func lead(c *oped.PieceChange) {
	best := 0
	for i := range c.Piece.Entries {
		if fuller(&c.Piece.Entries[i], &c.Piece.Entries[best]) {
			best = i
		}
	}
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

// fuller tells whether a says so much more than b that it should lead: half as much again, and a hundred letters at least.
func fuller(a, b *oped.Entry) bool {
	return len(a.Text) > len(b.Text)+len(b.Text)/2 && len(a.Text) > len(b.Text)+100
}

// significant tells whether a reader who knows the piece would want to see it again: it has another title, text, author or page. Further
// copies and other categories are no news.
func significant(before, after *oped.Piece) bool {
	a, b := before.Lead(), after.Lead()
	return a.Title != b.Title || a.Text != b.Text || a.URL != b.URL || !slices.Equal(a.Authors, b.Authors)
}
