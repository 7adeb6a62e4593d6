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

// survivor returns the index of the piece that keeps its id when some pieces become one, so that the fewest
// readers see a change. A piece once in an edition goes before one never in any, then the first to enter, the
// first seen, the lower id.
func survivor(pieces []oped.Piece) int {
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

// Merge makes one piece of several stored ones, under the id of the survivor. It takes over the entries of
// the others, and the decisions on them.
func Merge(pieces []oped.Piece, on []oped.InEffect, r *Rules, at time.Time) oped.PieceChange {
	first := survivor(pieces)
	before := &pieces[first]
	c := oped.PieceChange{Piece: *before, Why: "a curator says so"}
	c.Piece.Entries = slices.Clone(before.Entries)
	for i := range pieces {
		if i != first {
			mergeInto(&c, &oped.PieceChange{Piece: pieces[i]})
		}
	}
	changes := []oped.PieceChange{c}
	assign(changes, on, r)
	rearranged(&changes[0], before, r, at)
	return changes[0]
}

// mergeInto merges another piece into the piece of a change, with all changes to it. Its lead, topics and
// editions are still to be judged.
func mergeInto(c, other *oped.PieceChange) {
	n := len(c.Piece.Entries)
	c.Piece.Entries = append(c.Piece.Entries, other.Piece.Entries...)
	for _, e := range other.Entries {
		e.Index += n
		c.Entries = append(c.Entries, e)
	}
	c.Piece.Withdrawn = c.Piece.Withdrawn || other.Piece.Withdrawn
	c.Piece.AddChoices(other.Piece.Choices)
	c.Keys = append(c.Keys, other.Keys...)
	c.Relations = append(c.Relations, other.Relations...)
	if c.MergedIDs = append(c.MergedIDs, other.MergedIDs...); other.Piece.ID != 0 {
		c.MergedIDs = append(c.MergedIDs, other.Piece.ID)
	}
	for _, t := range byCurators(other.Piece.Tags, "") {
		i := slices.IndexFunc(
			c.Piece.Tags, func(have oped.Tag) bool { return have.Topic == t.Topic && have.By != oped.ByRule },
		)
		switch {
		case i < 0:
			c.Piece.Tags = append(slices.Clip(c.Piece.Tags), t)
		case t.At.After(c.Piece.Tags[i].At): // of two decisions the later counts
			c.Piece.Tags = slices.Clone(c.Piece.Tags)
			c.Piece.Tags[i] = t
		}
	}
}

// Split splits a piece: the entries with these rows make a piece of their own. number is that of the
// decision, to make its id unique. Decisions on the old piece stay with it; those on pieces merged into it go with
// their lead entries. The error is about rows outside the piece, and about a piece left without entries.
func Split(
	p oped.Piece, rows []int64, number int64, on []oped.InEffect, r *Rules, at time.Time,
) ([]oped.PieceChange, error) {
	moves := func(e oped.Entry) bool { return slices.Contains(rows, e.Row) }
	rest := oped.PieceChange{Piece: p, Rekey: true}
	rest.Piece.Entries = slices.DeleteFunc(slices.Clone(p.Entries), moves)
	off := oped.PieceChange{Rekey: true, Piece: oped.Piece{AtomID: mint(&p, number, r, at), Updated: at, Revision: 1}}
	off.Piece.Entries = slices.DeleteFunc(slices.Clone(p.Entries), func(e oped.Entry) bool { return !moves(e) })
	switch {
	case len(rows) == 0 || len(off.Piece.Entries) != len(rows):
		return nil, fmt.Errorf("piece %d does not have all the entries to split off", p.ID)
	case len(rest.Piece.Entries) == 0:
		return nil, errors.New("the split would leave the piece without entries")
	}
	off.Piece.FirstSeen = firstSeen(&off.Piece)
	changes := []oped.PieceChange{rest, off}
	assign(changes, on, r)
	rearranged(&changes[0], &p, r, at)
	rearranged(&changes[1], &oped.Piece{}, r, at)
	return changes, nil
}

// firstSeen returns when the first of a piece's entries was seen.
func firstSeen(p *oped.Piece) time.Time {
	first := p.Lead().FirstSeen
	for i := range p.Entries {
		if seen := p.Entries[i].FirstSeen; !seen.IsZero() && (first.IsZero() || seen.Before(first)) {
			first = seen
		}
	}
	return first
}

// mint returns the id of a piece split from p, a tag: URI (RFC 4151).
func mint(p *oped.Piece, number int64, r *Rules, at time.Time) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d", p.AtomID, number, at.UnixMilli()))
	return fmt.Sprintf("tag:%s,%s:piece/%s", r.Authority, at.UTC().Format(time.DateOnly), hex.EncodeToString(sum[:16]))
}

// Unmerge is the inverse of Merge. Each restored piece takes back its entries, the decisions on it, and the
// copies of it that arrived since the time of the merge.
func Unmerge(
	p oped.Piece, back []oped.Piece, on []oped.InEffect, since time.Time, r *Rules, at time.Time,
) []oped.PieceChange {
	changes := []oped.PieceChange{{Piece: p, Rekey: true}}
	kept := slices.Clone(p.Entries)
	for _, b := range withCopies(&p, back, since) {
		if len(b.Entries) == len(kept) {
			continue // nothing else is left of the target: it keeps these entries, for both pieces
		}
		kept = slices.DeleteFunc(kept, func(e oped.Entry) bool {
			return slices.ContainsFunc(b.Entries, func(gone oped.Entry) bool { return gone.Row == e.Row })
		})
		c := oped.PieceChange{Piece: b, Rekey: true}
		if p.Updated.After(since) { // it was changed meanwhile, and may be so now
			c.Piece.Revision++
			c.Piece.Updated = later(b.Updated, at)
		}
		changes = append(changes, c)
	}
	if len(changes) == 1 {
		return nil
	}
	changes[0].Piece.Entries = kept
	assign(changes, on, r)
	for i := range changes {
		before := &oped.Piece{}
		if i == 0 {
			before = &p
		}
		rearranged(&changes[i], before, r, at)
	}
	return changes
}

// withCopies adds to restored pieces their copies among the entries that arrived since the merge.
func withCopies(p *oped.Piece, back []oped.Piece, since time.Time) []oped.Piece {
	back = slices.Clone(back)
	has := func(b *oped.Piece, row int64) bool {
		return slices.ContainsFunc(b.Entries, func(e oped.Entry) bool { return e.Row == row })
	}
	rest := *p
	rest.Entries = nil
	var arrived []oped.Entry
	for _, e := range p.Entries {
		switch {
		case slices.ContainsFunc(back, func(b oped.Piece) bool { return has(&b, e.Row) }):
		case e.FirstSeen.After(since):
			arrived = append(arrived, e)
		default:
			rest.Entries = append(rest.Entries, e)
		}
	}
	candidates := slices.Clone(back)
	if len(rest.Entries) > 0 {
		candidates = append([]oped.Piece{rest}, candidates...)
	}
	for i := range arrived {
		found := dedup.Find(&dedup.Query{Entry: &arrived[i], Keys: dedup.KeysOfOne(&arrived[i])}, candidates).Same
		if len(found) == 0 {
			continue
		}
		for j := range back {
			if back[j].ID == found[0].Piece {
				back[j].Entries = append(slices.Clip(back[j].Entries), arrived[i])
			}
		}
	}
	return back
}

// assign gives the pieces of changes the decisions in effect: those on the pieces themselves, and those on pieces merged
// into others, each with its lead entry.
func assign(changes []oped.PieceChange, on []oped.InEffect, r *Rules) {
	var known []oped.Tag
	for i := range changes {
		p := &changes[i].Piece
		known = append(known, byCurators(p.Tags, "")...)
		p.Tags = slices.DeleteFunc(slices.Clone(p.Tags), func(t oped.Tag) bool { return t.By != oped.ByRule })
		p.Withdrawn, p.Choices = false, nil
	}
	for i := range on {
		s := &on[i]
		p := &changes[holder(changes, s)].Piece
		switch s.Action {
		case oped.Withdraw:
			p.Withdrawn = true
		case oped.TagIt, oped.Untag:
			i := slices.IndexFunc(p.Tags, func(t oped.Tag) bool { return t.Topic == s.Topic && t.By != oped.ByRule })
			if t := tagOf(s, known, r); i >= 0 {
				p.Tags[i] = t
			} else {
				p.Tags = append(p.Tags, t)
			}
		default:
			p.Choices = append(p.Choices, s.Choice)
		}
	}
}

// holder returns the change of the piece that a decision is on.
func holder(changes []oped.PieceChange, s *oped.InEffect) int {
	at := slices.IndexFunc(changes, func(c oped.PieceChange) bool { return c.Piece.ID == s.Piece })
	if at < 0 {
		at = slices.IndexFunc(changes, func(c oped.PieceChange) bool {
			return slices.ContainsFunc(c.Piece.Entries, func(e oped.Entry) bool { return e.Row == s.Lead })
		})
	}
	return max(at, 0)
}

// tagOf returns the tag of a decision on a topic: the known one, or one by the present version of the rule.
func tagOf(s *oped.InEffect, known []oped.Tag, r *Rules) oped.Tag {
	tag := curatorsTag(s.Topic, s.Action == oped.TagIt, s.By, r, s.At)
	for _, t := range known {
		if t.Topic == tag.Topic && t.Outcome == tag.Outcome && t.By == tag.By && t.At.Equal(tag.At) {
			return t
		}
	}
	return tag
}

// rearranged finishes the change of a piece with other entries: its lead, topics, keys and editions. An old
// piece enters no head as news; the store gives it the place of a piece merged into it.
func rearranged(c *oped.PieceChange, before *oped.Piece, r *Rules, at time.Time) {
	lead(c)
	takes := rejudge(&c.Piece, r, at)
	c.Words = topic.Words(&c.Piece, &text.WordSet{})
	c.Fingerprints, c.UpdateFingerprints = dedup.FingerprintsOf(c.Piece.Lead()), true
	if c.Rekey {
		c.Keys = dedup.KeysOf(&c.Piece)
	}
	if before.ID != 0 && newEditor().significant(before, &c.Piece) {
		c.Piece.Revision++
		c.Piece.Updated = later(before.Updated, at)
	}
	place(
		c, before, r, takes, before.ID != 0,
		func(e *Edition) bool { return r.New[e.Name] || !old(&c.Piece, e, at) },
	)
}
