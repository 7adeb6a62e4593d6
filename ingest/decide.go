package ingest

import (
	"slices"
	"strings"
	"time"

	"oped"
	"oped/dedup"
	"oped/text"
	"oped/topic"
)

// Decide turns what was known and what was fetched into a plan. entries are those of the fetch, prepared, in their order.
func Decide(k oped.Known, f oped.Fetched, entries []Prepared, r *Rules) oped.Plan {
	d := decision{known: k, feed: Remember(k.Feed, f), fetched: &f, rules: r, changes: map[oped.PieceID]*oped.PieceChange{}, taken: map[string]bool{}, sharing: map[string][]*oped.PieceChange{}, counted: map[int64]int{}, here: map[int64]bool{}}
	found := d.identities(entries)
	for _, known := range found {
		if known != nil {
			d.here[known.Row] = true
		}
	}
	looked, faults := d.lookAtGUIDs(entries, found)
	dedup.CountGUIDs(&d.feed, looked, faults)
	seen := d.note(entries, found)
	for i, known := range found {
		d.entry(&entries[i], i, known)
	}
	plan := oped.Plan{Feed: d.feed, Seen: seen, Blocks: d.blocks, Unchanged: d.unchanged}
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
	feed      oped.FeedState // as it is after the fetch
	fetched   *oped.Fetched
	rules     *Rules
	changes   map[oped.PieceID]*oped.PieceChange // of stored pieces
	sharing   map[string][]*oped.PieceChange     // new pieces and those that have new entries, by piece key
	order     []*oped.PieceChange
	taken     map[string]bool // AtomIDs, by new pieces
	blocks    []int64         // of new pieces
	counted   map[int64]int   // how often each of them stands there
	unchanged int
	fresh     bool           // something was new to us
	here      map[int64]bool // rows of the stored entries that stand in the document
}

// entry decides the fate of one entry, the at-th of the lookup; known is which stored one it is, nil if none.
func (d *decision) entry(p *Prepared, at int, known *oped.KnownEntry) {
	switch {
	case known != nil && known.Hash == p.Hash:
		d.unchanged++
		return
	case !p.ready:
		// It was known as it is when it was prepared and is not any more, which takes another fetch of the same feed in between.
		p = &Prepared{Entry: p.Entry, Keys: p.Keys}
		p.make(d.fetched, d.rules, &memory{})
	}
	if known != nil {
		d.change(p, at, *known)
		return
	}
	d.fresh = true
	p = d.furnish(d.minted(p), nil)
	k := d.find(p, at, nil)
	c := k.home
	if c != nil {
		p.Joined = k.why
		d.join(p, c)
		c = d.unite(c, k.others, k.reasons)
	} else {
		c = d.make(p)
	}
	d.relate(c, k.related)
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
func (d *decision) change(p *Prepared, at int, known oped.KnownEntry) {
	c := d.touch(known.Piece)
	if c == nil {
		return // cannot be: the piece of every known entry is loaded
	}
	i := slices.IndexFunc(c.Piece.Entries, func(e oped.Entry) bool { return e.Row == known.Row })
	if i < 0 {
		return // cannot be either
	}
	have := &c.Piece.Entries[i]
	switch {
	case have.Text != p.Text:
		p = d.furnish(p, have)
	case len(have.Furniture) > 0: // what was learned of a text stays with it
		p = p.with(have.Furniture, d.rules)
	}
	e, keys := p.Entry, p.PieceKeys
	e.Row, e.FirstSeen, e.Joined = known.Row, have.FirstSeen, have.Joined
	if !have.Published.IsZero() {
		e.Published = have.Published // it was published once, whatever date an edited entry bears
	}
	if dedup.CutShort(have, &e) { // what we have is more; who subscribes shall not lose it
		e.Summary, e.Content, e.Text, e.Furniture = have.Summary, have.Content, have.Text, have.Furniture
		keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return strings.HasPrefix(key, "t:") })
	}
	reads := have.Text != e.Text
	c.Entries = append(c.Entries, oped.EntryChange{Fate: oped.Changed, Index: i, Keys: p.Keys, News: News(have, &e)})
	c.Piece.Entries[i] = e
	d.share(c, keys)
	if reads && i == 0 { // it may be seen only now that others are the same
		k := d.find(p, at, c)
		c = d.unite(c, k.others, k.reasons)
		d.relate(c, k.related)
	}
}

// share adds the piece keys of an entry to the piece that it is in.
func (d *decision) share(c *oped.PieceChange, keys []string) {
	for _, key := range keys {
		c.Keys = append(c.Keys, key)
		d.sharing[key] = append(d.sharing[key], c)
	}
}

// join adds an entry to a piece that others carry.
func (d *decision) join(p *Prepared, c *oped.PieceChange) {
	c.Piece.Entries = append(c.Piece.Entries, p.Entry)
	c.Entries = append(c.Entries, oped.EntryChange{Fate: oped.Joined, Index: len(c.Piece.Entries) - 1, Keys: p.Keys})
	d.share(c, p.PieceKeys)
}

// make lets an entry make a piece of its own.
func (d *decision) make(p *Prepared) *oped.PieceChange {
	piece := oped.Piece{Kind: p.Kind, Entries: []oped.Entry{p.Entry}, Tags: slices.Clone(p.Tags), FirstSeen: d.fetched.At, Updated: d.fetched.At, Revision: 1}
	for _, id := range d.choices(p) {
		if _, used := d.known.TakenIDs[id]; !used && !d.taken[id] {
			piece.AtomID = id
			break
		}
	}
	if piece.AtomID == "" { // every choice is taken: an entry that came back under a key that we had forgotten
		piece.AtomID = p.AtomIDs[len(p.AtomIDs)-1] + "-" + d.fetched.At.UTC().Format("20060102T150405.000000000")
	}
	d.taken[piece.AtomID] = true
	c := &oped.PieceChange{Piece: piece, Entries: []oped.EntryChange{{Fate: oped.New, Index: 0, Keys: p.Keys}}, Words: p.Words}
	d.order = append(d.order, c)
	d.share(c, p.PieceKeys)
	d.count(p)
	return c
}

// choices are the ids that a new piece may take, in order of choice: that under which readers know it from before an older database was restored, then its own.
func (d *decision) choices(p *Prepared) []string {
	var ids []string
	for _, key := range append(slices.Clone(p.PieceKeys), p.Beginning) {
		for _, o := range d.known.Outlived[key] {
			if dedup.Outlives(&o, &p.Entry, p.Beginning) {
				ids = append(ids, o.AtomID)
			}
		}
	}
	return append(ids, p.AtomIDs...)
}

// finish chooses the lead entry, judges the piece as it is now, and says which editions it enters, leaves and reads differently in.
func (d *decision) finish(c *oped.PieceChange) {
	alone := c.Piece.ID == 0 && len(c.Piece.Entries) == 1
	before := d.known.Pieces[c.Piece.ID]
	lead(c)
	if c.Piece.ID == 0 || !sameLead(&before, &c.Piece) {
		c.Prints, c.Reprint = dedup.PrintsOf(c.Piece.Lead()), true
	}
	if !alone {
		judge(&c.Piece, d.rules, d.fetched.At)
		c.Words = topic.Words(&c.Piece, &text.WordSet{})
	} else {
		stamp(c.Piece.Tags, d.fetched.At)
	}
	if c.Piece.ID != 0 && significant(&before, &c.Piece) {
		c.Piece.Revision++
		c.Piece.Updated = later(before.Updated, d.fetched.At)
	}
	place(c, &before, d.rules, c.Piece.ID != 0, func(*oped.Edition) bool { return true })
}

// sameLead tells whether copies of a piece are found by the same words as before.
func sameLead(before, after *oped.Piece) bool {
	a, b := before.Lead(), after.Lead()
	return a.Text == b.Text && slices.Equal(a.Furniture, b.Furniture) && a.Publisher == b.Publisher && a.Date().Equal(b.Date())
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

// place says which editions a piece enters, leaves, and reads differently in. atHead tells whether it would stand at the head of one that it
// enters.
func place(c *oped.PieceChange, before *oped.Piece, r *Rules, revised bool, atHead func(*oped.Edition) bool) {
	authors := authorsOf(&c.Piece)
	for i := range r.Editions {
		name := r.Editions[i].Name
		stood, stands := slices.Contains(before.Editions, name), r.takes(&r.Editions[i], &c.Piece, authors)
		switch {
		case stands && !stood && !atHead(&r.Editions[i]):
			c.Archive = append(c.Archive, name)
		case stands && !stood:
			c.Enter = append(c.Enter, name)
		case stood && !stands:
			c.Leave = append(c.Leave, name)
		case stood && revised:
			c.Revise = append(c.Revise, name)
		}
	}
}
