package ingest

import (
	"context"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/dedup"
	"oped/text"
	"oped/topic"
)

// Decide turns what was known and what was fetched into a plan. entries are those of the fetch, prepared, in
// their order.
//
// What it takes is counted: the comparisons of a fetch have a budget, and an entry is compared with oped.MaxCandidates
// pieces at most. What cannot be compared is a piece of its own, and its Limits say so. Of new entries it takes as many
// as the feed's quota for the day has left, the first of the document first; the others are deferred: until the whole
// document is in, the feed keeps the validators that it had, so that the next fetch brings them again.
func Decide(k oped.Known, f oped.Fetched, entries []Prepared, r *Rules) oped.Plan {
	return newDecision(context.Background(), k, &f, r).plan(entries)
}

// newDecision begins a plan. When ctx ends the plan is good for nothing.
func newDecision(ctx context.Context, k oped.Known, f *oped.Fetched, r *Rules) *decision {
	return &decision{
		ctx:     ctx,
		known:   k,
		feed:    Remember(k.Feed, *f),
		fetched: f,
		rules:   r,
		compare: dedup.NewComparer(ctx, oped.MaxCompareSteps),
		editor:  newEditor(),
		topics:  r.topicBudget(),
		judging: r.topicBudget(),
		quota:   quotaLeft(&k.Feed, f.At, r),
		versions: oped.MaxRevisionBytesPerDay - left(
			&k.Feed, f.At, oped.MaxRevisionBytesPerDay, k.Feed.RevisionBytesToday,
		),
		revisions:    left(&k.Feed, f.At, r.quota(k.Feed.URL), k.Feed.RevisedToday),
		changes:      map[oped.PieceID]*oped.PieceChange{},
		into:         map[*oped.PieceChange]*oped.PieceChange{},
		fingerprints: map[*oped.PieceChange][]uint64{},
		editions:     map[*oped.PieceChange][]string{},
		taken:        map[string]bool{},
		sharing:      map[string][]*oped.PieceChange{},
		counted:      map[int64]int{},
		here:         map[int64]bool{},
	}
}

// plan decides on the entries of the fetch.
func (d *decision) plan(entries []Prepared) oped.Plan {
	f := d.fetched
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
		if d.stopped() {
			return oped.Plan{}
		}
		d.entry(&entries[i], i, known)
	}
	plan := oped.Plan{Seen: seen, Blocks: d.blocks, Unchanged: d.unchanged}
	for _, c := range d.order {
		if d.into[c] != nil {
			continue
		}
		if d.stopped() {
			return oped.Plan{}
		}
		d.finish(c)
		plan.Pieces = append(plan.Pieces, *c)
	}
	if d.added > 0 {
		d.feed.LastNew = f.At
	}
	if f.Read() {
		d.closeDay()
	}
	plan.Feed = d.feed
	return plan
}

// stopped reports whether nobody waits for the plan any more.
func (d *decision) stopped() bool { return d.ctx.Err() != nil }

// decision is one plan in the making.
type decision struct {
	ctx     context.Context
	known   oped.Known
	feed    oped.FeedState // as it is after the fetch
	fetched *oped.Fetched
	rules   *Rules
	compare *dedup.Comparer
	editor  *editor
	topics  oped.Budget // of steps: of entries
	// of steps: of pieces that have more than the entry that makes them
	judging oped.Budget
	quota   int                                     // new entries that the day has left; -1: it has no quota
	changes map[oped.PieceID]*oped.PieceChange      // of stored pieces
	into    map[*oped.PieceChange]*oped.PieceChange // changes that another one took, by which
	// new pieces and those that have new entries, by piece key; the first maxSharing
	sharing      map[string][]*oped.PieceChange
	fingerprints map[*oped.PieceChange][]uint64 // fingerprints of the entry that made a new piece
	editions     map[*oped.PieceChange][]string // that take a new piece as its entry made it
	order        []*oped.PieceChange
	taken        map[string]bool // AtomIDs, by new pieces
	blocks       []int64         // of new pieces
	counted      map[int64]int   // how often each of them stands there
	unchanged    int
	added        int // new entries
	// new entries over the quota, changed ones whose pieces were too much to load, those over the budget of
	// steps
	deferred  int
	late      bool           // there are such ones over the budget
	revisions int            // pieces that the day allows to be revised still
	revised   int            // pieces
	versions  int            // bytes of earlier versions of this day
	reached   oped.Limits    // by changed entries
	cut       bool           // an entry was not compared with everything that it may be
	here      map[int64]bool // rows of the stored entries that stand in the document
	set       text.WordSet   // memory for the words of pieces
}

// entry decides the fate of one entry, the at-th of the lookup; known is which stored one it is, nil if none.
func (d *decision) entry(p *Prepared, at int, known *oped.KnownEntry) {
	over := d.topics.Left() == 0
	d.topics.Spend(p.steps)
	switch {
	case known != nil && known.Hash == p.Hash:
		d.unchanged++
		return
	case over:
		d.deferred++
		d.late = true
		return
	case known == nil && (p.waits || d.quota == 0):
		d.deferred++
		return
	case !p.ready:
		// It was known as it is when it was prepared and is not any more, which takes another fetch of the
		// same feed in between.
		p = &Prepared{Entry: p.Entry, Keys: p.Keys}
		p.make(d.fetched, d.rules, &memory{})
		d.topics.Spend(p.steps)
	}
	if known != nil {
		d.change(p, at, *known)
		return
	}
	d.added++
	if d.quota > 0 {
		d.quota--
	}
	p = d.furnish(d.minted(p), nil)
	k := d.find(p, at, nil)
	if k.cut {
		p = p.limited(oped.CompareLimit)
	}
	c := k.target
	if c != nil {
		p.Joined = k.why
		d.join(p, c)
		c = d.merge(c, k.others, k.reasons)
	} else {
		c = d.make(p)
	}
	d.relate(c, k.related)
}

// changed is the change of a stored piece, or of the one that took it; nil if there is none.
func (d *decision) changed(id oped.PieceID) *oped.PieceChange { return d.root(d.changes[id]) }

// root is the change that a change is now: itself, unless another one took it.
func (d *decision) root(c *oped.PieceChange) *oped.PieceChange {
	for d.into[c] != nil {
		c = d.into[c]
	}
	return c
}

// touch is the change of a stored piece, begun if there is none yet.
func (d *decision) touch(id oped.PieceID) *oped.PieceChange {
	if c := d.changed(id); c != nil {
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
	if c == nil { // its piece was too much to load beside those before it: the next fetch has it again
		d.deferred++
		d.cut = true
		return
	}
	i := slices.IndexFunc(c.Piece.Entries, func(e oped.Entry) bool { return e.Row == known.Row })
	if i < 0 {
		return // cannot be either
	}
	have := &c.Piece.Entries[i]
	switch {
	case have.Text != p.Text:
		p = d.furnish(p, have)
	case len(have.Boilerplate) > 0: // what was learned of a text stays with it
		p = d.with(p, have.Boilerplate)
	}
	e, keys := p.Entry, p.PieceKeys
	e.Row, e.FirstSeen, e.Joined = known.Row, have.FirstSeen, have.Joined
	reads := have.Text != e.Text
	for _, l := range have.Limits {
		if l == oped.VersionLimit || l == oped.CompareLimit && !reads { // the others are those of what it was
			e.Limits = e.Limits.With(l)
		}
	}
	if !have.Published.IsZero() {
		e.Published = have.Published // it was published once, whatever date an edited entry bears
	}
	if d.compare.CutShort(have, &e) { // the stored text is longer: subscribers keep it
		e.Summary, e.Content, e.Text, e.Boilerplate = have.Summary, have.Content, have.Text, have.Boilerplate
		keys = slices.DeleteFunc(
			slices.Clone(keys), func(key string) bool { return strings.HasPrefix(key, textPrefix) },
		)
	}
	reads = have.Text != e.Text
	news, drop := d.weigh(have, &e)
	if drop {
		e.Limits = e.Limits.With(oped.VersionLimit)
		d.reached.Add(oped.VersionLimit)
	}
	c.Entries = append(c.Entries, oped.EntryChange{
		Outcome: oped.Changed,
		Index:   i,
		Keys:    p.Keys,
		News:    news,
		Drop:    drop,
	})
	c.Piece.Entries[i] = e
	d.share(c, keys)
	if reads && i == 0 { // it may be seen only now that others are the same
		k := d.find(p, at, c)
		if k.cut {
			c.Piece.Entries[i].Limits = e.Limits.With(oped.CompareLimit)
		}
		c = d.merge(c, k.others, k.reasons)
		d.relate(c, k.related)
	}
}

// maxSharing is how many changed pieces are remembered by one key: those that come first.
const maxSharing = 2 * oped.MaxCandidates

// share adds the piece keys of an entry to the piece that it is in.
func (d *decision) share(c *oped.PieceChange, keys []string) {
	for _, key := range keys {
		c.Keys = append(c.Keys, key)
		if all := d.sharing[key]; len(all) < maxSharing && !slices.Contains(all, c) {
			d.sharing[key] = append(all, c)
		}
	}
}

// join adds an entry to a piece that others carry.
func (d *decision) join(p *Prepared, c *oped.PieceChange) {
	c.Piece.Entries = append(c.Piece.Entries, p.Entry)
	c.Entries = append(c.Entries, oped.EntryChange{Outcome: oped.Joined, Index: len(c.Piece.Entries) - 1, Keys: p.Keys})
	d.share(c, p.PieceKeys)
}

// make lets an entry make a piece of its own.
func (d *decision) make(p *Prepared) *oped.PieceChange {
	piece := oped.Piece{
		Kind:      p.Kind,
		Entries:   []oped.Entry{p.Entry},
		Tags:      slices.Clone(p.Tags),
		FirstSeen: d.fetched.At,
		Updated:   d.fetched.At,
		Revision:  1,
	}
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
	c := &oped.PieceChange{
		Piece:   piece,
		Entries: []oped.EntryChange{{Outcome: oped.New, Index: 0, Keys: p.Keys}},
		Words:   p.Words,
	}
	d.order = append(d.order, c)
	d.fingerprints[c], d.editions[c] = p.Fingerprints, p.Editions
	d.share(c, p.PieceKeys)
	d.count(p)
	return c
}

// choices are the ids that a new piece may take, in order of choice: that under which readers know it from
// before an older database was restored, then its own.
func (d *decision) choices(p *Prepared) []string {
	var ids []string
	for _, key := range append(slices.Clone(p.PieceKeys), p.Beginning) {
		for _, o := range d.known.RecoveredIDs[key] {
			if dedup.MatchesRecovered(&o, &p.Entry, p.Beginning) {
				ids = append(ids, o.AtomID)
			}
		}
	}
	return append(ids, p.AtomIDs...)
}

// finish chooses the lead entry, judges the piece as it is now, and says which editions it enters, leaves and
// reads differently in.
func (d *decision) finish(c *oped.PieceChange) {
	alone := c.Piece.ID == 0 && len(c.Piece.Entries) == 1
	before := d.known.Pieces[c.Piece.ID]
	takes := d.editions[c]
	lead(c)
	switch {
	case alone && len(c.Piece.Lead().Boilerplate) == 0:
		c.Fingerprints, c.UpdateFingerprints = d.fingerprints[c], true
	case c.Piece.ID == 0 || !sameLead(&before, &c.Piece):
		c.Fingerprints, c.UpdateFingerprints = dedup.FingerprintsOf(c.Piece.Lead()), true
	}
	if !alone {
		takes = d.judge(c, &before)
		c.Words = topic.Words(&c.Piece, &d.set)
	}
	if c.Piece.ID != 0 {
		d.revise(c, &before)
	}
	place(c, &before, d.rules, takes, c.Piece.ID != 0, func(*oped.Edition) bool { return true })
}

// judge judges a piece as it is now, and gives the names of the editions that take it. When the budget is
// used up, the piece keeps its kind and topics, an edition with a query keeps what it has, and the entries
// that came in say so.
func (d *decision) judge(c *oped.PieceChange, before *oped.Piece) (takes []string) {
	if d.judging.Left() == 0 {
		for _, e := range c.Entries {
			limits := &c.Piece.Entries[e.Index].Limits
			*limits = limits.With(oped.TopicLimit)
		}
		d.reached.Add(oped.TopicLimit)
		had := append(slices.Clip(before.Editions), d.editions[c]...)
		return d.rules.takenBy(&c.Piece, func(edition string) bool { return slices.Contains(had, edition) })
	}
	doc := d.rules.Doc(&c.Piece)
	steps := judge(&c.Piece, doc, d.rules, d.fetched.At)
	takes = d.rules.takenBy(&c.Piece, d.rules.fulfils(doc, &steps))
	d.judging.Spend(steps)
	return takes
}

// sameLead tells whether copies of a piece are found by the same words as before.
func sameLead(before, after *oped.Piece) bool {
	a, b := before.Lead(), after.Lead()
	return a.Text == b.Text && slices.Equal(a.Boilerplate, b.Boilerplate) && a.Publisher == b.Publisher &&
		a.Date().Equal(b.Date())
}

// later is when something changed now, were it not for a clock that went back.
func later(before, now time.Time) time.Time {
	if now.After(before) {
		return now
	}
	return before.Add(time.Millisecond)
}

// judge sets the kind and the tags of a piece, and gives the steps that this took. doc is what rules see of
// it. A curator's tag stays; a tag that says what it said keeps its time.
func judge(p *oped.Piece, doc *topic.Doc, r *Rules, at time.Time) (steps int) {
	p.Kind, steps = r.kindOf(p, doc)
	before := p.Tags
	p.Tags = nil
	for _, t := range before {
		if t.By != oped.ByRule {
			p.Tags = append(p.Tags, t)
		}
	}
	tags, n := r.Tagger.TagCounted(doc)
	for _, t := range tags {
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
	return steps + n
}

// place says which editions a piece enters, leaves, and reads differently in. takes are the names of those
// that take it; atHead tells whether it would stand at the head of one that it enters.
func place(
	c *oped.PieceChange, before *oped.Piece, r *Rules, takes []string, revised bool,
	atHead func(*oped.Edition) bool,
) {
	for i := range r.Editions {
		name := r.Editions[i].Name
		stood, stands := slices.Contains(before.Editions, name), slices.Contains(takes, name)
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
