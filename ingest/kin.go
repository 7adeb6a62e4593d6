package ingest

import (
	"slices"

	"oped"
	"oped/dedup"
)

// kin are the pieces that an entry has to do with.
type kin struct {
	home    *oped.PieceChange // which it belongs to; nil: none
	why     string            // it does
	others  []*oped.PieceChange
	reasons []string      // why each of the others is the same piece, by this entry
	related []dedup.Match // pieces that it is not one with
}

// find gives the pieces that an entry has to do with, stored ones and those that were made a moment ago. at is its place in the lookup; own is the
// piece that it stands in already, nil if it is new.
func (d *decision) find(p *Prepared, at int, own *oped.PieceChange) kin {
	made, candidates := d.candidates(p, at, own)
	if len(candidates) == 0 {
		return kin{}
	}
	answer := dedup.Find(&dedup.Question{Entry: &p.Entry, Keys: p.PieceKeys, Common: d.known.Common, Together: d.together(p)}, candidates)
	k := kin{related: answer.Related}
	same := answer.Same
	if parts := digested(p, same, candidates); len(parts) > 0 {
		in := func(m dedup.Match) bool { return slices.Contains(parts, m.Piece) }
		k.related = append(k.related, keptApart(slices.DeleteFunc(slices.Clone(same), func(m dedup.Match) bool { return !in(m) }))...)
		same = slices.DeleteFunc(slices.Clone(same), in)
	}
	for i, m := range same {
		c := d.changeOf(m.Piece, made)
		switch {
		case c == nil: // cannot be: it is among the candidates
		case own == nil && i == 0:
			k.home, k.why = c, m.Why
		case d.mayMerge(k.home, own, c, m) && !slices.ContainsFunc(k.others, func(o *oped.PieceChange) bool { return d.kept(o, c) }):
			k.others, k.reasons = append(k.others, c), append(k.reasons, m.Why)
		}
	}
	return k
}

// candidates are the pieces that share a key or fingerprints with an entry. made are those among them that have no id yet: they go by -1, -2, …
func (d *decision) candidates(p *Prepared, at int, own *oped.PieceChange) (made []*oped.PieceChange, all []oped.Piece) {
	var stored []oped.PieceID
	for _, key := range p.PieceKeys {
		stored = append(stored, d.known.Matches[key]...)
		for _, c := range d.sharing[key] {
			if c.Piece.ID != 0 {
				stored = append(stored, c.Piece.ID)
			} else if !slices.Contains(made, c) && c != own {
				made = append(made, c)
			}
		}
	}
	if at < len(d.known.Alike) {
		stored = append(stored, d.known.Alike[at]...)
	}
	for i, id := range stored {
		if c := d.changes[id]; c != nil {
			stored[i] = c.Piece.ID // it may have been merged a moment ago
		}
	}
	slices.Sort(stored)
	for _, id := range slices.Compact(stored) {
		switch c := d.changes[id]; {
		case own != nil && c == own:
		case c != nil:
			all = append(all, c.Piece)
		default:
			all = append(all, d.known.Pieces[id])
		}
	}
	for i, c := range made {
		piece := c.Piece
		piece.ID = oped.PieceID(-1 - i)
		all = append(all, piece)
	}
	return made, all
}

// changeOf is the change of a candidate.
func (d *decision) changeOf(id oped.PieceID, made []*oped.PieceChange) *oped.PieceChange {
	if id < 0 {
		return made[-1-id]
	}
	return d.touch(id)
}

// together tells of stored and of new entries whether they stand in the document that an entry came in.
func (d *decision) together(p *Prepared) func(*oped.Entry) bool {
	return func(e *oped.Entry) bool { return e.FeedURL == p.FeedURL && (e.Row == 0 || d.here[e.Row]) }
}

// mayMerge tells whether two stored pieces are one because an entry is the same as both. It must say much of what either says: an address
// alone joins an entry to a piece, but no two pieces. No curator may have parted them, and no guard may keep their leads apart.
func (d *decision) mayMerge(home, own, other *oped.PieceChange, m dedup.Match) bool {
	if home == nil {
		home = own
	}
	if home == nil || home == other || len(home.Piece.Entries)+len(other.Piece.Entries) > dedup.Frozen {
		return false
	}
	if m.Score < .5 && !dedup.SaysLittle(other.Piece.Lead()) {
		return false
	}
	return !d.kept(home, other)
}

// kept tells whether something keeps two pieces apart that an entry is the same as.
func (d *decision) kept(one, other *oped.PieceChange) bool {
	a, b := one.Piece.Lead(), other.Piece.Lead()
	return d.apart(&one.Piece, &other.Piece) || !dedup.MayBeOne(a, b, d.sameDocument(a, b)) ||
		dedup.InDigest(a, other.Piece.Entries) || dedup.InDigest(b, one.Piece.Entries)
}

func (d *decision) sameDocument(a, b *oped.Entry) bool {
	here := func(e *oped.Entry) bool { return e.FeedURL == d.known.Feed.URL && (e.Row == 0 || d.here[e.Row]) }
	return here(a) && here(b)
}

// apart tells whether a curator parted two pieces, or one is a digest that has the other in it; or this was so of pieces that they took a moment ago.
func (d *decision) apart(a, b *oped.Piece) bool {
	for pair := range d.known.Apart {
		first, second := d.changes[pair[0]], d.changes[pair[1]]
		one, two := pair[0], pair[1]
		if first != nil {
			one = first.Piece.ID
		}
		if second != nil {
			two = second.Piece.ID
		}
		if a.ID == one && b.ID == two || a.ID == two && b.ID == one {
			return true
		}
	}
	return false
}

// digested are the pieces that stand in an entry one after the other, if it is a digest: they are not one, and it is longer than they are.
func digested(p *Prepared, same []dedup.Match, candidates []oped.Piece) (parts []oped.PieceID) {
	var leads []*oped.Entry
	var ids []oped.PieceID
	for _, m := range same {
		for i := range candidates {
			if candidates[i].ID == m.Piece && m.Score > 0 {
				leads, ids = append(leads, candidates[i].Lead()), append(ids, m.Piece)
			}
		}
	}
	for i, a := range leads {
		for j, b := range leads[:i] {
			if dedup.Beside(a, b, &p.Entry) && !dedup.MayBeOne(a, b, false) {
				parts = append(parts, ids[i], ids[j])
			}
		}
	}
	return parts
}

// keptApart are the relations to pieces that a digest has in it.
func keptApart(same []dedup.Match) []dedup.Match {
	var out []dedup.Match
	for _, m := range same {
		m.Verdict, m.Guard, m.Why = dedup.Different, "G5", "it has several pieces in it; "+m.Why
		out = append(out, m)
	}
	return out
}

// unite makes one piece of several that an entry showed to be one. The older goes on.
func (d *decision) unite(c *oped.PieceChange, others []*oped.PieceChange, reasons []string) *oped.PieceChange {
	for i, other := range others {
		if other == c {
			continue
		}
		if older(&other.Piece, &c.Piece) < 0 && other.Piece.ID != 0 || c.Piece.ID == 0 {
			c, other = other, c
		}
		absorb(c, other)
		c.Why = reasons[i]
		d.order = slices.DeleteFunc(d.order, func(x *oped.PieceChange) bool { return x == other })
		for id, x := range d.changes {
			if x == other {
				d.changes[id] = c
			}
		}
		for key, all := range d.sharing {
			for j := range all {
				if all[j] == other {
					d.sharing[key][j] = c
				}
			}
		}
	}
	return c
}

// relate keeps what an entry's piece has to do with others.
func (d *decision) relate(c *oped.PieceChange, related []dedup.Match) {
	for _, m := range related {
		other := m.Piece
		if x := d.changes[other]; x != nil {
			other = x.Piece.ID
		}
		if other <= 0 || other == c.Piece.ID {
			continue
		}
		kind := oped.RelationKind(m.Verdict)
		if m.Verdict == dedup.Different {
			kind = oped.Like
		}
		c.Relations = append(c.Relations, oped.Relation{Other: other, Kind: kind, Guard: m.Guard, Score: m.Score, Why: m.Why, At: d.fetched.At})
	}
}
