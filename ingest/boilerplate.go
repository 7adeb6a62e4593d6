package ingest

import (
	"cmp"
	"slices"

	"oped"
	"oped/dedup"
	"oped/text"
)

// learnedFrom is the number of other pieces of the publisher with a block that makes it boilerplate.
const learnedFrom = 3

// hashes returns the hashes of blocks.
func hashes(blocks []text.Block) []int64 {
	if len(blocks) == 0 {
		return nil
	}
	all := make([]int64, len(blocks))
	for i, b := range blocks {
		all[i] = b.Hash
	}
	return all
}

// furnish marks the publisher's boilerplate in an entry. It returns the entry itself if its text has none,
// else a copy with keys, kind and tags of its own words. itself is the entry being replaced, whose piece does
// not count among the other pieces; nil if there is none.
func (d *planner) furnish(p *Prepared, itself *oped.Entry) *Prepared {
	boilerplate := d.boilerplate(p.Blocks, itself)
	if len(boilerplate) == 0 {
		return p
	}
	return d.with(p, boilerplate)
}

// with is Prepared.with, out of the budget of steps.
func (d *planner) with(p *Prepared, boilerplate [][2]int) *Prepared {
	p = p.with(boilerplate, d.rules)
	d.topics.Spend(p.steps)
	return p
}

// boilerplate returns the ranges of a text found in enough other pieces of the publisher, in their order.
func (d *planner) boilerplate(blocks []text.Block, itself *oped.Entry) [][2]int {
	pieces := func(b text.Block) int { return d.known.Blocks[b.Hash] + d.counted[b.Hash] }
	var own []int64 // blocks of the entry's earlier version, possibly counted already
	if itself != nil && slices.ContainsFunc(blocks, func(b text.Block) bool { return pieces(b) >= learnedFrom }) {
		own = blocksOf(itself.Text)
	}
	var stretches [][2]int
	for _, b := range blocks {
		others := pieces(b)
		if slices.Contains(own, b.Hash) {
			others--
		}
		if others >= learnedFrom {
			stretches = append(stretches, [2]int{b.Start, b.End})
		}
	}
	slices.SortFunc(stretches, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	return stretches
}

func blocksOf(s string) []int64 {
	var words text.Tokens
	words.Scan(s)
	words.MarkZones()
	return hashes(words.Blocks(nil))
}

// with returns a copy of an entry with newly learned boilerplate in its text.
func (p *Prepared) with(boilerplate [][2]int, r *Rules) *Prepared {
	var words text.Tokens
	words.Scan(p.Text)
	words.MarkZones(boilerplate...)
	learned := *p
	learned.Boilerplate = boilerplate
	learned.PieceKeys = dedup.Learned(p.PieceKeys, &words)
	learned.judge(r, &words)
	return &learned
}

// count counts the blocks of the entry of a new piece.
func (d *planner) count(p *Prepared) {
	for _, b := range p.Blocks {
		d.blocks = append(d.blocks, b.Hash)
		d.counted[b.Hash]++
	}
}
