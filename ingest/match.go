package ingest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"oped"
	"oped/dedup"
)

// matches are the pieces related to an entry.
type matches struct {
	target  *oped.PieceChange // its piece; nil: none
	why     string            // the reason for target
	others  []match           // the same piece, by this entry
	related []dedup.Match     // pieces related to it, but not the same
	cut     bool              // not all candidates were compared
}

// match is a piece and the reason why it is the piece of an entry.
type match struct {
	change *oped.PieceChange
	why    string
}

// find returns the pieces related to an entry, stored ones and new ones of this plan. at is its place in the
// lookup; own is its present piece, nil if it is new.
func (d *planner) find(p *Prepared, at int, own *oped.PieceChange) matches {
	q := &dedup.Query{Entry: &p.Entry, Keys: p.PieceKeys, Common: d.known.Common, Together: d.together(p)}
	made, candidates, cut := d.candidates(p, at, own, q)
	d.cut = d.cut || cut
	if len(candidates) == 0 {
		return matches{cut: cut}
	}
	answer := d.compare.Find(q, candidates)
	k := matches{related: answer.Related, cut: cut || answer.Cut}
	d.cut = d.cut || k.cut
	same := answer.Same
	if parts := d.compare.PartsOf(&p.Entry, same, candidates); len(parts) > 0 {
		in := func(m dedup.Match) bool { return slices.Contains(parts, m.Piece) }
		k.related = append(
			k.related,
			guarded(slices.DeleteFunc(slices.Clone(same), func(m dedup.Match) bool { return !in(m) }))...,
		)
		same = slices.DeleteFunc(slices.Clone(same), in)
	}
	for i, m := range same {
		c := d.changeOf(m.Piece, made)
		switch {
		case c == nil: // impossible: it is among the candidates
		case own == nil && i == 0:
			k.target, k.why = c, m.Why
		case d.mayMerge(k.target, own, c, m) &&
			!slices.ContainsFunc(k.others, func(o match) bool { return d.cannotMerge(o.change, c) }):
			k.others = append(k.others, match{c, m.Why})
		}
	}
	return k
}

// candidate is a piece an entry may belong to, with the evidence for it.
type candidate struct {
	oped.Piece
	text         bool // it has the very text
	address      bool // it has an address of the entry
	fingerprints int  // the more, the more fingerprints it shares
}

// candidates returns the pieces an entry may belong to, and the changes of new ones among them: their ids are
// -1, -2, … It completes the query. cut: there were more than oped.MaxCandidates, and the strongest were
// taken, or some could not be loaded.
func (d *planner) candidates(
	p *Prepared, at int, own *oped.PieceChange, q *dedup.Query,
) (made []*oped.PieceChange, pieces []oped.Piece, cut bool) {
	stored, fresh := map[oped.PieceID]*candidate{}, map[*oped.PieceChange]*candidate{}
	of := func(id oped.PieceID) *candidate {
		piece, loaded := d.known.Pieces[id]
		switch c := d.changed(id); {
		case c != nil && c == own:
			return &candidate{}
		case c != nil: // it may have been merged a moment ago
			piece = c.Piece
		case !loaded:
			cut = true
			return &candidate{}
		}
		if stored[piece.ID] == nil {
			stored[piece.ID] = &candidate{Piece: piece}
		}
		return stored[piece.ID]
	}
	for _, key := range p.PieceKeys {
		says := func(c *candidate) {
			c.text = c.text || strings.HasPrefix(key, textPrefix)
			c.address = c.address || strings.HasPrefix(key, addressPrefix)
		}
		for _, id := range d.known.Matches[key] {
			says(of(id))
		}
		for _, c := range d.sharing[key] {
			switch c = d.root(c); {
			case c == own:
				continue
			case c.Piece.ID != 0:
				says(of(c.Piece.ID))
				continue
			case fresh[c] == nil:
				made = append(made, c)
				fresh[c] = &candidate{Piece: c.Piece}
			}
			says(fresh[c])
		}
	}
	if at < len(d.known.Alike) {
		for i, id := range d.known.Alike[at] {
			of(id).fingerprints = len(d.known.Alike[at]) - i
		}
	}
	all := make([]*candidate, 0, len(stored)+len(made))
	for _, id := range slices.Sorted(maps.Keys(stored)) {
		all = append(all, stored[id])
	}
	for i, c := range made {
		fresh[c].ID = oped.PieceID(-1 - i)
		all = append(all, fresh[c])
	}
	if len(all) > oped.MaxCandidates {
		cut = true
		for i, c := range made {
			fresh[c].fingerprints = d.compare.Shared(p.Fingerprints, d.fingerprints[made[i]])
		}
		all = d.strongest(all, q)
	}
	for _, c := range all {
		pieces = append(pieces, c.Piece)
	}
	return made, pieces, cut
}

// strongest returns the oped.MaxCandidates candidates with the best evidence, in their order: those with the
// very text, then those with the address, unless too many share it to be evidence, then those sharing
// fingerprints.
func (d *planner) strongest(all []*candidate, q *dedup.Query) []*candidate {
	var sharing []oped.Piece
	for _, c := range all {
		if c.address {
			sharing = append(sharing, c.Piece)
		}
	}
	q.Poisoned = d.compare.Poisoned(d.compare.Canonical(q.Entry.URL), sharing)
	strength := func(c *candidate) int {
		switch {
		case c.text:
			return 3
		case c.address && !q.Poisoned:
			return 2
		case c.fingerprints > 0:
			return 1
		}
		return 0
	}
	order := make(map[oped.PieceID]int, len(all))
	for i, c := range all {
		order[c.ID] = i
	}
	best := slices.Clone(all)
	slices.SortStableFunc(best, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(strength(b), strength(a)), cmp.Compare(b.fingerprints, a.fingerprints))
	})
	best = best[:oped.MaxCandidates]
	slices.SortFunc(best, func(a, b *candidate) int { return cmp.Compare(order[a.ID], order[b.ID]) })
	return best
}

// changeOf returns the change of a candidate.
func (d *planner) changeOf(id oped.PieceID, made []*oped.PieceChange) *oped.PieceChange {
	if id < 0 {
		return made[-1-id]
	}
	return d.touch(id)
}

// together returns a function that reports whether an entry, stored or new, is in the same document as p.
func (d *planner) together(p *Prepared) func(*oped.Entry) bool {
	return func(e *oped.Entry) bool { return e.FeedURL == p.FeedURL && (e.Row == 0 || d.here[e.Row]) }
}

// mayMerge reports whether two stored pieces are one because an entry matches both. The match must cover much
// of either: an address alone joins an entry to a piece, but no two pieces. Neither a curator nor a guard on
// their leads may keep them separate.
func (d *planner) mayMerge(home, own, other *oped.PieceChange, m dedup.Match) bool {
	if home == nil {
		home = own
	}
	if home == nil || home == other || len(home.Piece.Entries)+len(other.Piece.Entries) > dedup.Frozen {
		return false
	}
	if m.Score < .5 && !d.compare.SaysLittle(other.Piece.Lead()) {
		return false
	}
	return !d.cannotMerge(home, other)
}

// cannotMerge reports whether anything keeps two pieces separate that match one entry.
func (d *planner) cannotMerge(one, other *oped.PieceChange) bool {
	a, b := one.Piece.Lead(), other.Piece.Lead()
	return d.cannotLink(one, other) || !d.compare.MayBeOne(a, b, d.sameDocument(a, b)) ||
		d.compare.InRoundup(a, other.Piece.Entries) || d.compare.InRoundup(b, one.Piece.Entries)
}

func (d *planner) sameDocument(a, b *oped.Entry) bool {
	here := func(e *oped.Entry) bool { return e.FeedURL == d.known.Feed.URL && (e.Row == 0 || d.here[e.Row]) }
	return here(a) && here(b)
}

// cannotLink reports whether two pieces, or pieces merged into them a moment ago, have a cannot-link: a
// curator separated them, or one is a roundup containing the other.
func (d *planner) cannotLink(a, b *oped.PieceChange) bool {
	if len(d.known.CannotLink) == 0 {
		return false
	}
	ids := func(c *oped.PieceChange) []oped.PieceID { return append(slices.Clip(c.MergedIDs), c.Piece.ID) }
	for _, one := range ids(a) {
		for _, two := range ids(b) {
			if d.known.CannotLink[[2]oped.PieceID{min(one, two), max(one, two)}] {
				return true
			}
		}
	}
	return false
}

// guarded returns the relations to the pieces in a roundup.
func guarded(same []dedup.Match) []dedup.Match {
	var out []dedup.Match
	for _, m := range same {
		m.Verdict, m.Guard = dedup.Different, dedup.GuardChain
		m.Why = "it contains several pieces; " + m.Why
		out = append(out, m)
	}
	return out
}

// merge merges pieces that an entry shows to be one. The older one survives.
func (d *planner) merge(c *oped.PieceChange, others []match) *oped.PieceChange {
	for _, m := range others {
		other := m.change
		if other == c {
			continue
		}
		if older(&other.Piece, &c.Piece) < 0 && other.Piece.ID != 0 || c.Piece.ID == 0 {
			c, other = other, c
		}
		mergeInto(c, other)
		c.Why = m.why
		d.into[other] = c
	}
	return c
}

// relate records the relations of an entry's piece.
func (d *planner) relate(c *oped.PieceChange, related []dedup.Match) {
	for _, m := range related {
		other := m.Piece
		if x := d.changed(other); x != nil {
			other = x.Piece.ID
		}
		if other <= 0 || other == c.Piece.ID {
			continue
		}
		kind := oped.RelationKind(m.Verdict)
		if m.Verdict == dedup.Different {
			kind = oped.Like
		}
		c.Relations = append(c.Relations, oped.Relation{
			Other: other,
			Kind:  kind,
			Guard: string(m.Guard),
			Score: m.Score,
			Why:   m.Why,
			At:    d.fetched.At,
		})
	}
}
