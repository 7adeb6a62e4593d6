package app

import (
	"context"
	"strings"

	"oped/dedup"
	"oped/publish/page"
	"oped/text"
)

// PairKind counts the pairs to review with one guard.
type PairKind struct {
	Guard dedup.Guard
	Pairs int
}

// ComparedPair is a pair to review, with both texts.
type ComparedPair struct {
	GuardedPair
	Sides [2]ComparedSide // in the order of Pieces
}

// ComparedSide is one text of a pair. Marked parts are not in the other one.
type ComparedSide struct {
	PairedPiece
	Authors []string
	Lang    string
	Words   int
	Title   []page.Marked
	Text    []page.Marked // may be shortened
}

// Pair returns a pair to review by its place in the queue of a guard, from 0 on, and the number of pairs of each
// guard. An empty guard is the queue of all; a place after the last pair returns nil.
func (v Pieces) Pair(ctx context.Context, guard dedup.Guard, at int) (*ComparedPair, []PairKind, error) {
	queue, err := v.guarded(ctx)
	if err != nil {
		return nil, nil, err
	}
	var kinds []PairKind
	index := map[dedup.Guard]int{}
	chosen := queue[:0:0]
	for _, d := range queue {
		g := dedup.Guard(d.Guard)
		if _, known := index[g]; !known {
			index[g], kinds = len(kinds), append(kinds, PairKind{Guard: g})
		}
		if kinds[index[g]].Pairs++; guard == "" || g == guard {
			chosen = append(chosen, d)
		}
	}
	for ; at >= 0 && at < len(chosen); at++ { // a pair may be gone since
		pairs, err := v.queuedPairs(ctx, chosen[at:at+1])
		if err != nil {
			return nil, kinds, err
		}
		if len(pairs) > 0 {
			return comparePair(&pairs[0]), kinds, nil
		}
	}
	return nil, kinds, nil
}

// comparePair compares the texts of a pair, the earlier one with the later one.
func comparePair(p *GuardedPair) *ComparedPair {
	c := &ComparedPair{GuardedPair: *p}
	for i := range c.Sides {
		e, x := p.entries[i], &c.Sides[i]
		x.PairedPiece, x.Lang, x.Words = p.Pieces[i], e.Lang, len(strings.Fields(e.Text))
		x.Authors = authorNames(e)
	}
	later, earlier := p.entries[0], p.entries[1]
	c.Sides[1].Title, c.Sides[0].Title = differences(earlier.Title, later.Title)
	c.Sides[1].Text, c.Sides[0].Text = differences(earlier.Text, later.Text)
	return c
}

// The most words shown of a stretch of text.
const (
	maxKept    = 60 // in both texts
	maxDiffers = 400
)

// differences returns two texts with the parts missing from the other marked. Long parts are shortened.
func differences(before, after string) (one, other []page.Marked) {
	for _, e := range text.Diff(before, after) {
		switch e.Op {
		case text.Removed:
			one = append(one, page.Marked{Text: shortened(before[e.Before[0]:e.Before[1]], maxDiffers), Marked: true})
		case text.Added:
			other = append(other, page.Marked{Text: shortened(after[e.After[0]:e.After[1]], maxDiffers), Marked: true})
		default:
			one = append(one, page.Marked{Text: shortened(before[e.Before[0]:e.Before[1]], maxKept)})
			other = append(other, page.Marked{Text: shortened(after[e.After[0]:e.After[1]], maxKept)})
		}
	}
	return one, other
}

// shortened returns a text with at most n words, those of its beginning and its end. White space around it stays.
func shortened(s string, n int) string {
	words := strings.Fields(s)
	if len(words) <= n {
		return s
	}
	const space = " \t\n"
	begin, end := s[:len(s)-len(strings.TrimLeft(s, space))], s[len(strings.TrimRight(s, space)):]
	return begin + strings.Join(words[:n/2], " ") + " … " + strings.Join(words[len(words)-n/2:], " ") + end
}
