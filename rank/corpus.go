package rank

import (
	"cmp"
	"math"
	"slices"

	"oped/logistic"
)

// rare is the smallest number of pieces with a word or phrase for learning from it. A word of a single piece
// has no meaning for other pieces.
const rare = 2

// Corpus holds the pieces of one topic, read once, with the words found in more than one of them.
type Corpus struct {
	pieces  []Piece // by ID, each once
	rows    []row   // of the same pieces
	lexicon *lexicon
}

// row is a piece as numbers: terms, whose squares sum to 1, or to 0 without a known word, then rules, then the ratio of
// its score to the threshold.
type row []logistic.Cell

// Read builds a corpus of pieces. Of several pieces with one ID it takes the first in the order of their
// contents.
func Read(pieces []Piece) *Corpus {
	c := &Corpus{pieces: sorted(pieces)}
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

// With returns the corpus with more pieces, or with other contents of some. The words that count stay those of the
// pieces read first.
func (c *Corpus) With(pieces []Piece) *Corpus {
	more := sorted(pieces)
	all := &Corpus{lexicon: c.lexicon}
	for i := 0; i < len(c.pieces) || len(more) > 0; {
		if len(more) == 0 || i < len(c.pieces) && c.pieces[i].ID < more[0].ID {
			all.pieces, all.rows = append(all.pieces, c.pieces[i]), append(all.rows, c.rows[i])
			i++
			continue
		}
		if i < len(c.pieces) && c.pieces[i].ID == more[0].ID {
			i++
		}
		all.pieces, all.rows = append(all.pieces, more[0]), append(all.rows, c.row(&more[0]))
		more = more[1:]
	}
	return all
}

// sorted returns pieces by ID, each once.
func sorted(pieces []Piece) []Piece {
	all := slices.Clone(pieces)
	slices.SortFunc(all, compare)
	return slices.CompactFunc(all, func(a, b Piece) bool { return a.ID == b.ID })
}

// Has reports whether the corpus has a piece with the same contents.
func (c *Corpus) Has(p *Piece) bool {
	i := c.find(p.ID)
	return i >= 0 && compare(c.pieces[i], *p) == 0
}

// compare orders pieces by their contents, so that the order of input does not matter.
func compare(a, b Piece) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Summary, b.Summary),
		cmp.Compare(a.Text, b.Text),
		cmp.Compare(a.Score, b.Score), cmp.Compare(a.Threshold, b.Threshold), slices.Compare(a.Rules, b.Rules))
}

// find returns the index of the piece with an ID, or -1.
func (c *Corpus) find(id string) int {
	i, ok := slices.BinarySearchFunc(c.pieces, id, func(p Piece, id string) int { return cmp.Compare(p.ID, id) })
	if !ok {
		return -1
	}
	return i
}

// row returns the piece as numbers. It reads the piece again only if the corpus has no identical one.
func (c *Corpus) row(p *Piece) row {
	if c.Has(p) {
		return c.rows[c.find(p.ID)]
	}
	return c.lexicon.row(p, c.lexicon.draft(p))
}

// ratio returns the ratio of a score to its threshold on a logarithmic scale: 0 for a score of 0, 1 at the
// threshold. Twice the score is less than twice the ratio.
func ratio(score, threshold float64) float64 {
	score, threshold = finite(score), finite(threshold)
	if threshold <= 0 {
		threshold = 1
	}
	r := math.Log2(1 + min(math.Abs(score)/threshold, 1e6))
	return math.Copysign(r, score)
}

// finite returns x, or 0 if x is infinite or not a number.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
