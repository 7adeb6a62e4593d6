package dedup

import (
	"slices"

	"oped"
)

// RulesVersion is the version of the rules for one piece: of [Comparer.Find], [Comparer.Strangers] and
// [Comparer.SameItem]. With another one, they are asked again about stored pieces, for the queue of curators.
const RulesVersion = "1"

// WouldJoin returns the piece that a stored entry would join if it came now, with the reason. The pieces are those of
// [Comparer.Find].
func (c *Comparer) WouldJoin(q *Query, pieces []oped.Piece) (Match, bool) {
	q.Together = func(o *oped.Entry) bool { return cameTogether(q.Entry, o) }
	same := c.Find(q, pieces).Same
	parts := c.PartsOf(q.Entry, same, pieces)
	same = slices.DeleteFunc(same, func(m Match) bool { return slices.Contains(parts, m.Piece) })
	if len(same) == 0 {
		return Match{}, false
	}
	return same[0], true
}

// PartsOf returns the pieces contained in an entry one after the other, if it is a roundup: they are not one piece,
// and it is longer than they are. same are the matches of the entry with the candidates.
func (c *Comparer) PartsOf(e *oped.Entry, same []Match, candidates []oped.Piece) (parts []oped.PieceID) {
	var matching []*oped.Piece
	for _, m := range same {
		for i := range candidates {
			if candidates[i].ID == m.Piece && m.Score > 0 {
				matching = append(matching, &candidates[i])
			}
		}
	}
	for i, a := range matching {
		for _, b := range matching[:i] {
			if c.beside(a.Lead(), b.Lead(), e) && !c.MayBeOne(a.Lead(), b.Lead(), false) {
				parts = append(parts, a.ID, b.ID)
			}
		}
	}
	return parts
}

// Stranger is an entry of a piece, with the reason why it is another one.
type Stranger struct {
	Entry *oped.Entry
	Match // with the lead entry
}

// Strangers returns the entries of a piece that would not join it if they came now: not by the lead entry, and not by
// copies of it, or of those. linked reports whether a curator made one piece of two entries.
func (c *Comparer) Strangers(p *oped.Piece, linked func(a, b *oped.Entry) bool) (strangers []Stranger) {
	same := func(a, b *oped.Entry) bool {
		return linked(a, b) || compare(c.read(a, nil), c.read(b, nil), cameTogether(a, b)).Verdict == Same
	}
	var rest []*oped.Entry
	for i := range p.Entries[1:] {
		rest = append(rest, &p.Entries[1+i])
	}
	for joined := []*oped.Entry{p.Lead()}; len(joined) > 0; joined = joined[1:] {
		rest = slices.DeleteFunc(rest, func(e *oped.Entry) bool {
			if !same(joined[0], e) {
				return false
			}
			joined = append(joined, e)
			return true
		})
	}
	for _, e := range rest {
		strangers = append(strangers, Stranger{e, compare(c.read(p.Lead(), nil), c.read(e, nil), cameTogether(p.Lead(), e))})
	}
	if c.spent() {
		return nil
	}
	return strangers
}

// SameItem reports whether a stored entry of a feed is an earlier one of it with this identity key, if it came now:
// under another name, or after an edit. The earlier one had left the document.
func (c *Comparer) SameItem(have, e *oped.Entry, key string) bool {
	if cameTogether(have, e) || c.Recycled(have, e) {
		return false
	}
	if IsWeakKey(key) {
		return c.Republished(have, e, have.FirstSeen, e.FirstSeen)
	}
	return c.SaysTheSame(have, e)
}

// cameTogether reports whether two entries came with one document.
func cameTogether(a, b *oped.Entry) bool {
	return a.FeedURL != "" && a.FeedURL == b.FeedURL && !a.FirstSeen.IsZero() && a.FirstSeen.Equal(b.FirstSeen)
}
