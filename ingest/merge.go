package ingest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"oped"
	"oped/dedup"
	"oped/text"
	"oped/topic"
)

// Survivor tells which of some pieces that are one goes on under its id, so that fewest readers see it
// change: one that ever entered an edition before one that never did, then the one that entered first, that
// was seen first, that has the lower id.
func Survivor(pieces []oped.Piece) int {
	best := 0
	for i := range pieces {
		if older(&pieces[i], &pieces[best]) < 0 {
			best = i
		}
	}
	return best
}

func older(a, b *oped.Piece) int {
	if a.Entered.IsZero() != b.Entered.IsZero() {
		if b.Entered.IsZero() {
			return -1
		}
		return 1
	}
	return cmp.Or(a.Entered.Compare(b.Entered), a.FirstSeen.Compare(b.FirstSeen), cmp.Compare(a.ID, b.ID))
}

// Merge makes one piece of several stored ones, of which Survivor goes on. What the others had is its own
// from then on: appearances, and what curators decided.
func Merge(pieces []oped.Piece, r *Rules, at time.Time) oped.PieceChange {
	first := Survivor(pieces)
	before := &pieces[first]
	c := oped.PieceChange{Piece: *before, Why: "a curator says so"}
	c.Piece.Entries = slices.Clone(before.Entries)
	for i := range pieces {
		if i != first {
			mergeInto(&c, &oped.PieceChange{Piece: pieces[i]})
		}
	}
	rearranged(&c, before, r, at)
	return c
}

// mergeInto lets a change take another piece in, with all that was to be changed of it. Who leads, what it is
// on and where it stands is still to be judged.
func mergeInto(c, other *oped.PieceChange) {
	n := len(c.Piece.Entries)
	c.Piece.Entries = append(c.Piece.Entries, other.Piece.Entries...)
	for _, e := range other.Entries {
		e.Index += n
		c.Entries = append(c.Entries, e)
	}
	c.Piece.Withdrawn = c.Piece.Withdrawn || other.Piece.Withdrawn
	c.Keys = append(c.Keys, other.Keys...)
	c.Relations = append(c.Relations, other.Relations...)
	if c.MergedIDs = append(c.MergedIDs, other.MergedIDs...); other.Piece.ID != 0 {
		c.MergedIDs = append(c.MergedIDs, other.Piece.ID)
	}
	for _, t := range pinned(other.Piece.Tags, "") {
		i := slices.IndexFunc(
			c.Piece.Tags, func(have oped.Tag) bool { return have.Topic == t.Topic && have.By != oped.ByRule },
		)
		switch {
		case i < 0:
			c.Piece.Tags = append(slices.Clip(c.Piece.Tags), t)
		case t.At.After(c.Piece.Tags[i].At): // of two decisions the later is meant
			c.Piece.Tags = slices.Clone(c.Piece.Tags)
			c.Piece.Tags[i] = t
		}
	}
}

// Split parts a piece: the appearances with these rows make a piece of their own. number is that of the
// decision, which makes its id another one than any before it. What curators decided on the piece stays with
// it; what was parted from it is judged by the rules alone.
func Split(p oped.Piece, rows []int64, number int64, r *Rules, at time.Time) ([]oped.PieceChange, error) {
	goes := func(e oped.Entry) bool { return slices.Contains(rows, e.Row) }
	rest := oped.PieceChange{Piece: p, Rekey: true}
	rest.Piece.Entries = slices.DeleteFunc(slices.Clone(p.Entries), goes)
	off := oped.PieceChange{Rekey: true, Piece: oped.Piece{AtomID: mint(&p, number, r, at), Updated: at, Revision: 1}}
	off.Piece.Entries = slices.DeleteFunc(slices.Clone(p.Entries), func(e oped.Entry) bool { return !goes(e) })
	switch {
	case len(rows) == 0 || len(off.Piece.Entries) != len(rows):
		return nil, fmt.Errorf("piece %d has not all of the appearances that are to be parted from it", p.ID)
	case len(rest.Piece.Entries) == 0:
		return nil, errors.New("nothing would be left of the piece")
	}
	off.Piece.FirstSeen = firstSeen(&off.Piece)
	rearranged(&rest, &p, r, at)
	rearranged(&off, &oped.Piece{}, r, at)
	return []oped.PieceChange{rest, off}, nil
}

// firstSeen is when the first of a piece's appearances was met.
func firstSeen(p *oped.Piece) time.Time {
	first := p.Lead().FirstSeen
	for i := range p.Entries {
		if seen := p.Entries[i].FirstSeen; !seen.IsZero() && (first.IsZero() || seen.Before(first)) {
			first = seen
		}
	}
	return first
}

// mint makes the id of what is parted from a piece, a tag: URI (RFC 4151).
func mint(p *oped.Piece, number int64, r *Rules, at time.Time) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d", p.AtomID, number, at.UnixMilli()))
	return fmt.Sprintf("tag:%s,%s:piece/%s", r.Authority, at.UTC().Format(time.DateOnly), hex.EncodeToString(sum[:16]))
}

// Unmerge is the inverse of Merge: the pieces that come back take their appearances out of the piece that
// took them, and the tags of curators that they brought, and the copies of them that came in meanwhile. was
// are the tags that this one had before, since when it was merged.
func Unmerge(
	p oped.Piece, back []oped.Piece, was []oped.Tag, since time.Time, r *Rules, at time.Time,
) []oped.PieceChange {
	rest := oped.PieceChange{Piece: p, Rekey: true}
	rest.Piece.Entries = slices.Clone(p.Entries)
	rest.Piece.Tags = slices.Clone(p.Tags)
	var returned []oped.PieceChange
	back = withCopies(&p, back, since)
	for i := range back {
		b := &back[i]
		if len(b.Entries) == len(rest.Piece.Entries) {
			continue // it is all that is left of the piece, which stands for both from now on
		}
		rest.Piece.Entries = slices.DeleteFunc(rest.Piece.Entries, func(e oped.Entry) bool {
			return slices.ContainsFunc(b.Entries, func(gone oped.Entry) bool { return gone.Row == e.Row })
		})
		rest.Piece.Tags = giveBack(rest.Piece.Tags, b.Tags, was)
		c := oped.PieceChange{Piece: *b, Rekey: true}
		if p.Updated.After(since) { // it read differently meanwhile, and may do so now
			c.Piece.Revision++
			c.Piece.Updated = later(b.Updated, at)
		}
		rearranged(&c, &oped.Piece{}, r, at)
		returned = append(returned, c)
	}
	if len(returned) == 0 {
		return nil
	}
	rearranged(&rest, &p, r, at)
	return append([]oped.PieceChange{rest}, returned...)
}

// withCopies gives the pieces that come back those appearances that came in since they were merged and that
// would have joined them, had they stood.
func withCopies(p *oped.Piece, back []oped.Piece, since time.Time) []oped.Piece {
	back = slices.Clone(back)
	has := func(b *oped.Piece, row int64) bool {
		return slices.ContainsFunc(b.Entries, func(e oped.Entry) bool { return e.Row == row })
	}
	rest := *p
	rest.Entries = nil
	var came []oped.Entry
	for _, e := range p.Entries {
		switch {
		case slices.ContainsFunc(back, func(b oped.Piece) bool { return has(&b, e.Row) }):
		case e.FirstSeen.After(since):
			came = append(came, e)
		default:
			rest.Entries = append(rest.Entries, e)
		}
	}
	stood := slices.Clone(back)
	if len(rest.Entries) > 0 {
		stood = append([]oped.Piece{rest}, stood...)
	}
	for i := range came {
		found := dedup.Find(&dedup.Query{Entry: &came[i], Keys: keysOfOne(&came[i])}, stood).Same
		if len(found) == 0 {
			continue
		}
		for j := range back {
			if back[j].ID == found[0].Piece {
				back[j].Entries = append(slices.Clip(back[j].Entries), came[i])
			}
		}
	}
	return back
}

// giveBack takes those tags of curators from a piece that came from another one, and gives it what it had of
// these topics before.
func giveBack(tags, others, was []oped.Tag) []oped.Tag {
	for _, t := range pinned(others, "") {
		i := slices.IndexFunc(tags, func(have oped.Tag) bool { return sameDecision(have, t) })
		if i < 0 || slices.ContainsFunc(was, func(own oped.Tag) bool { return sameDecision(own, t) }) {
			continue // another one was decided since, or both had it
		}
		tags = slices.Delete(tags, i, i+1)
		for _, own := range pinned(was, "") {
			if own.Topic == t.Topic {
				tags = append(tags, own)
			}
		}
	}
	return tags
}

func sameDecision(a, b oped.Tag) bool {
	return a.Topic == b.Topic && a.By == b.By && a.Outcome == b.Outcome && a.At.Equal(b.At)
}

// rearranged finishes the change of a piece that has other appearances now: who leads it, what it is on, by
// what it is found, where it stands. What is old enters no head as news; the store lets it stand where the
// piece stood whose place it takes.
func rearranged(c *oped.PieceChange, before *oped.Piece, r *Rules, at time.Time) {
	lead(c)
	takes := rejudge(&c.Piece, r, at)
	c.Words = topic.Words(&c.Piece, &text.WordSet{})
	c.Fingerprints, c.UpdateFingerprints = dedup.FingerprintsOf(c.Piece.Lead()), true
	if c.Rekey {
		c.Keys = keysOf(&c.Piece)
	}
	if before.ID != 0 && newEditor().significant(before, &c.Piece) {
		c.Piece.Revision++
		c.Piece.Updated = later(before.Updated, at)
	}
	place(
		c, before, r, takes, before.ID != 0,
		func(e *oped.Edition) bool { return r.New[e.Name] || !old(&c.Piece, e, at) },
	)
}

// keysOf are the piece keys that the appearances of a piece make.
func keysOf(p *oped.Piece) []string {
	var all []string
	for i := range p.Entries {
		all = append(all, keysOfOne(&p.Entries[i])...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// keysOfOne are the piece keys that a stored entry makes, in the order that they are asked for in.
func keysOfOne(e *oped.Entry) []string {
	var words text.Tokens
	words.Scan(e.Text)
	words.MarkZones()
	keys := dedup.Keys(e, &words)
	if len(e.Boilerplate) > 0 {
		words.MarkZones(e.Boilerplate...)
		keys = dedup.Learned(keys, &words)
	}
	return keys
}
