package rank

import (
	"cmp"
	"slices"
	"strings"

	"oped/text"
)

// The counts of a word by its zone. Author's notes, credit lines and boilerplate are not the piece, and count
// nothing.
const (
	titleCount = 2
	leadCount  = 1
	bodyCount  = .5
)

// maxWords is the number of words read of one text.
const maxWords = 20_000

// term is a word or two consecutive words, as ids of words. The upper half is the first word's id. The lower
// half is 0 for a single word, or the second word's id plus 1.
type term uint64

func single(word int32) term { return term(word) << 32 }
func double(a, b int32) term { return term(a)<<32 | term(b+1) }
func (t term) first() int32  { return int32(t >> 32) }
func (t term) second() int32 { return int32(uint32(t)) - 1 } // -1 for a single word

// draft holds the counts of one piece: its terms with their counts, ordered by term.
type draft []count

type count struct {
	term  term
	times float64
}

// counter counts the terms of a piece.
type counter struct {
	words  func(folded []byte) int32 // returns the id of a word, or -1 for an unknown one
	tokens text.Tokens
	found  draft
}

func (k *counter) draft(p *Piece) draft {
	k.found = k.found[:0]
	k.tokens.Scan(p.Title)
	k.tokens.MarkAll(text.Headline)
	k.count(&k.tokens)
	if p.Summary != "" && !strings.Contains(p.Text, strings.TrimRight(p.Summary, " .…")) {
		k.tokens.Scan(p.Summary)
		k.tokens.MarkAll(text.Lead)
		k.count(&k.tokens)
	}
	k.tokens.Scan(p.Text)
	k.tokens.MarkZones()
	k.count(&k.tokens)
	slices.SortFunc(k.found, func(a, b count) int {
		return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(b.times, a.times))
	})
	return k.merged()
}

func (k *counter) count(ts *text.Tokens) {
	before := int32(-1)
	for i := range ts.List[:min(len(ts.List), maxWords)] {
		t := &ts.List[i]
		id := int32(-1)
		times := countOf(t.Zone)
		if times > 0 && t.FoldEnd > t.Fold {
			id = k.words(ts.Folded(i))
		}
		if id >= 0 {
			k.found = append(k.found, count{single(id), times})
			if before >= 0 && ts.List[i-1].Sentence == t.Sentence {
				k.found = append(k.found, count{double(before, id), times})
			}
		}
		before = id
	}
}

// merged returns the counts found, summed by term.
func (k *counter) merged() draft {
	var out draft
	for _, one := range k.found {
		if n := len(out); n > 0 && out[n-1].term == one.term {
			out[n-1].times += one.times
			continue
		}
		out = append(out, one)
	}
	return out
}

func countOf(z text.Zone) float64 {
	switch {
	case z.Beside():
		return 0
	case z == text.Headline:
		return titleCount
	case z == text.Lead:
		return leadCount
	}
	return bodyCount
}
