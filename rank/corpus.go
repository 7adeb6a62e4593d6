package rank

import (
	"cmp"
	"math"
	"slices"
)

// rare is in how many pieces a word or phrase has to stand to be learned from: what stands in one tells nothing of another.
const rare = 2

// Corpus is the pieces of one topic, read once, with the words that more than one of them has.
type Corpus struct {
	pieces  []Piece // by ID, each once
	rows    []row   // of the same pieces
	lexicon lexicon
}

// row is a piece as numbers.
type row struct {
	words []entry // by feature; their squares sum to 1, or to 0 where no word is known
	rules []entry // by feature
	ratio float64 // what the rule's score is to its threshold: 0 for a score of 0, 1 at the threshold, growing as a logarithm
}

// entry is one feature of a piece that is not 0.
type entry struct {
	feature int32
	value   float64
}

// Read makes a corpus of pieces. Of several with one ID the first in the order of their contents is taken.
func Read(pieces []Piece) *Corpus {
	c := &Corpus{pieces: slices.Clone(pieces)}
	slices.SortFunc(c.pieces, compare)
	c.pieces = slices.CompactFunc(c.pieces, func(a, b Piece) bool { return a.ID == b.ID })
	drafts := make([]draft, len(c.pieces))
	b := newBuilder()
	for i := range c.pieces {
		drafts[i] = b.draft(&c.pieces[i])
	}
	c.lexicon = b.lexicon(c.pieces, drafts)
	c.rows = make([]row, len(c.pieces))
	for i := range c.pieces {
		c.rows[i] = c.lexicon.row(&c.pieces[i], drafts[i])
	}
	return c
}

// compare puts pieces into an order that does not depend on the one they came in.
func compare(a, b Piece) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Summary, b.Summary), cmp.Compare(a.Text, b.Text),
		cmp.Compare(a.Score, b.Score), cmp.Compare(a.Threshold, b.Threshold), slices.Compare(a.Rules, b.Rules))
}

// find is where the piece of an ID stands, or -1.
func (c *Corpus) find(id string) int {
	i, ok := slices.BinarySearchFunc(c.pieces, id, func(p Piece, id string) int { return cmp.Compare(p.ID, id) })
	if !ok {
		return -1
	}
	return i
}

// row is the piece as numbers, read anew only where the corpus does not hold it as it is.
func (c *Corpus) row(p *Piece) row {
	if i := c.find(p.ID); i >= 0 && compare(c.pieces[i], *p) == 0 {
		return c.rows[i]
	}
	return c.lexicon.row(p, c.lexicon.draft(p))
}

// ratio is how far a score is on the way to its threshold, on a scale on which twice as far is not twice as much.
func ratio(score, threshold float64) float64 {
	score, threshold = finite(score), finite(threshold)
	if threshold <= 0 {
		threshold = 1
	}
	r := math.Log2(1 + min(math.Abs(score)/threshold, 1e6))
	return math.Copysign(r, score)
}

// finite makes a number of what is none.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
