package ingest

import (
	"slices"
	"time"

	"oped"
	"oped/dedup"
	"oped/text"
)

// Decide turns what was known and what was fetched into a plan. entries are those of the fetch, prepared, in their order.
func Decide(k oped.Known, f oped.Fetched, entries []Prepared, r *Rules) oped.Plan {
	d := decision{known: k, fetched: &f, rules: r, changes: map[oped.PieceID]*oped.PieceChange{}, taken: map[string]bool{}, claimed: map[int64]bool{}, made: map[string][]*oped.PieceChange{}}
	for i := range entries {
		d.entry(&entries[i])
	}
	plan := oped.Plan{Feed: Remember(k.Feed, f), Unchanged: d.unchanged}
	for _, c := range d.order {
		d.finish(c)
		plan.Pieces = append(plan.Pieces, *c)
	}
	if d.fresh {
		plan.Feed.LastNew = f.At
	}
	return plan
}

// decision is one plan in the making.
type decision struct {
	known     oped.Known
	fetched   *oped.Fetched
	rules     *Rules
	changes   map[oped.PieceID]*oped.PieceChange // of stored pieces
	made      map[string][]*oped.PieceChange     // new pieces, by piece key
	order     []*oped.PieceChange
	taken     map[string]bool // AtomIDs, by new pieces
	claimed   map[int64]bool  // stored entries that an entry of this fetch turned out to be
	unchanged int
	fresh     bool // something was new to us
}

// entry decides the fate of one entry.
func (d *decision) entry(p *Prepared) {
	known, has := d.identity(p)
	has = has && !d.claimed[known.Row] // one entry is not two: what comes second is new
	if has {
		d.claimed[known.Row] = true
	}
	switch {
	case has && known.Hash == p.Hash:
		d.unchanged++
		return
	case !p.ready:
		// It was known as it is when it was prepared and is not any more, which takes another fetch of the same feed in between.
		p = &Prepared{Entry: p.Entry, Keys: p.Keys}
		p.make(d.fetched, d.rules, &text.Tokens{})
	}
	if has {
		d.change(p, known)
		return
	}
	d.fresh = true
	if c := d.find(p); c != nil {
		d.join(p, c)
		return
	}
	d.make(p)
}

// identity finds the entry under the strongest of its keys that is known. Under a key weaker than a guid that we have not seen, it must be
// the same entry by more than its link.
func (d *decision) identity(p *Prepared) (oped.KnownEntry, bool) {
	for i, key := range p.Keys {
		known, ok := d.known.Entries[key]
		if !ok {
			continue
		}
		if i == 0 || known.Hash == p.Hash {
			return known, true
		}
		have := d.stored(known)
		return known, have == nil || dedup.SameEntry(have, &p.Entry)
	}
	return oped.KnownEntry{}, false
}

// stored is an entry as it was loaded; nil if it was not.
func (d *decision) stored(known oped.KnownEntry) *oped.Entry {
	piece := d.known.Pieces[known.Piece]
	for i := range piece.Entries {
		if piece.Entries[i].Row == known.Row {
			return &piece.Entries[i]
		}
	}
	return nil
}

// touch is the change of a stored piece, begun if there is none yet.
func (d *decision) touch(id oped.PieceID) *oped.PieceChange {
	if c := d.changes[id]; c != nil {
		return c
	}
	piece, ok := d.known.Pieces[id]
	if !ok {
		return nil
	}
	piece.Entries = slices.Clone(piece.Entries)
	c := &oped.PieceChange{Piece: piece}
	d.changes[id] = c
	d.order = append(d.order, c)
	return c
}

// change replaces a known entry by what it reads now.
func (d *decision) change(p *Prepared, known oped.KnownEntry) {
	c := d.touch(known.Piece)
	if c == nil {
		return // cannot be: the piece of every known entry is loaded
	}
	i := slices.IndexFunc(c.Piece.Entries, func(e oped.Entry) bool { return e.Row == known.Row })
	if i < 0 {
		return // cannot be either
	}
	e := p.Entry
	e.Row, e.FirstSeen = known.Row, c.Piece.Entries[i].FirstSeen
	if e.Published.IsZero() {
		e.Published = c.Piece.Entries[i].Published
	}
	c.Piece.Entries[i] = e
	c.Entries = append(c.Entries, oped.EntryChange{Fate: oped.Changed, Index: i, Keys: p.Keys})
	c.Keys = append(c.Keys, p.PieceKeys...)
}

// find gives the piece that an entry is a copy of, stored or made a moment ago; nil if there is none.
func (d *decision) find(p *Prepared) *oped.PieceChange {
	var candidates []oped.Piece
	for _, key := range p.PieceKeys {
		for _, id := range d.known.Matches[key] {
			if !slices.ContainsFunc(candidates, func(c oped.Piece) bool { return c.ID == id }) {
				candidates = append(candidates, d.known.Pieces[id])
			}
		}
	}
	slices.SortFunc(candidates, func(a, b oped.Piece) int { return int(a.ID - b.ID) })
	if m, ok := dedup.Find(&p.Entry, p.PieceKeys, candidates); ok {
		return d.touch(m.Piece)
	}
	for _, key := range p.PieceKeys {
		for _, c := range d.made[key] {
			if _, ok := dedup.Find(&p.Entry, p.PieceKeys, []oped.Piece{c.Piece}); ok {
				return c
			}
		}
	}
	return nil
}

// join adds an entry to a piece that others carry.
func (d *decision) join(p *Prepared, c *oped.PieceChange) {
	c.Piece.Entries = append(c.Piece.Entries, p.Entry)
	c.Entries = append(c.Entries, oped.EntryChange{Fate: oped.Joined, Index: len(c.Piece.Entries) - 1, Keys: p.Keys})
	c.Keys = append(c.Keys, p.PieceKeys...)
}

// make lets an entry make a piece of its own.
func (d *decision) make(p *Prepared) {
	piece := oped.Piece{Kind: p.Kind, Entries: []oped.Entry{p.Entry}, Tags: slices.Clone(p.Tags), FirstSeen: d.fetched.At, Updated: d.fetched.At, Revision: 1}
	for _, id := range p.AtomIDs {
		if _, used := d.known.TakenIDs[id]; !used && !d.taken[id] {
			piece.AtomID = id
			break
		}
	}
	if piece.AtomID == "" { // every choice is taken: an entry that came back under a key that we had forgotten
		piece.AtomID = p.AtomIDs[len(p.AtomIDs)-1] + "-" + d.fetched.At.UTC().Format("20060102T150405.000000000")
	}
	d.taken[piece.AtomID] = true
	c := &oped.PieceChange{Piece: piece, Entries: []oped.EntryChange{{Fate: oped.New, Index: 0, Keys: p.Keys}}, Keys: p.PieceKeys}
	d.order = append(d.order, c)
	for _, key := range p.PieceKeys {
		d.made[key] = append(d.made[key], c)
	}
}

// finish chooses the lead entry, judges the piece as it is now, and says which editions it enters, leaves and reads differently in.
func (d *decision) finish(c *oped.PieceChange) {
	alone := c.Piece.ID == 0 && len(c.Piece.Entries) == 1
	before := d.known.Pieces[c.Piece.ID]
	lead(c)
	if !alone {
		judge(&c.Piece, d.rules, d.fetched.At)
	} else {
		stamp(c.Piece.Tags, d.fetched.At)
	}
	if c.Piece.ID != 0 && significant(&before, &c.Piece) {
		c.Piece.Revision++
		c.Piece.Updated = later(before.Updated, d.fetched.At)
	}
	place(c, &before, d.rules, c.Piece.ID != 0)
}

// later is when something changed now, were it not for a clock that went back.
func later(before, now time.Time) time.Time {
	if now.After(before) {
		return now
	}
	return before.Add(time.Millisecond)
}

func stamp(tags []oped.Tag, at time.Time) {
	for i := range tags {
		tags[i].At = at
	}
}

// judge sets the kind and the tags of a piece. A curator's tag stays; a tag that says what it said keeps its time.
func judge(p *oped.Piece, r *Rules, at time.Time) {
	p.Kind = r.KindOf(p)
	before := p.Tags
	p.Tags = nil
	for _, t := range before {
		if t.By != oped.ByRule {
			p.Tags = append(p.Tags, t)
		}
	}
	for _, t := range r.Tagger.Tag(r.Doc(p)) {
		if slices.ContainsFunc(p.Tags, func(have oped.Tag) bool { return have.Topic == t.Topic }) {
			continue // a curator decided
		}
		t.At = at
		for _, old := range before {
			if old.Topic == t.Topic && old.By == t.By && old.Outcome == t.Outcome {
				t.At = old.At
			}
		}
		p.Tags = append(p.Tags, t)
	}
}

// place says which editions a piece enters, leaves, and reads differently in.
func place(c *oped.PieceChange, before *oped.Piece, r *Rules, revised bool) {
	for i := range r.Editions {
		name := r.Editions[i].Name
		stood, stands := slices.Contains(before.Editions, name), r.Editions[i].Filter.Takes(&c.Piece)
		switch {
		case stands && !stood:
			c.Enter = append(c.Enter, name)
		case stood && !stands:
			c.Leave = append(c.Leave, name)
		case stood && revised:
			c.Revise = append(c.Revise, name)
		}
	}
}
