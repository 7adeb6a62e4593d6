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

// Decide turns known state and a fetch into a plan. entries are the prepared ones of the fetch, in their
// order.
//
// Its work is bounded: the comparisons of a fetch have a budget, and an entry is compared with
// oped.MaxCandidates pieces at most. An entry beyond that makes a piece of its own, and its Limits say so. Of
// new entries it takes only the rest of the feed's daily quota, the first of the document first. The others
// are deferred: until the whole document is in, the feed keeps its earlier validators, so that the next fetch
// brings them again.
func Decide(k oped.Known, f oped.Fetched, entries []Prepared, r *Rules) oped.Plan {
	return newPlanner(context.Background(), k, &f, r).plan(entries)
}

// newPlanner begins a plan. After the end of ctx the plan is void.
func newPlanner(ctx context.Context, k oped.Known, f *oped.Fetched, r *Rules) *planner {
	return &planner{
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
		waiting:      map[int64]bool{},
		reread:       map[int64]bool{},
	}
}

// plan decides on the entries of the fetch.
func (d *planner) plan(entries []Prepared) oped.Plan {
	f := d.fetched
	found := d.identities(entries)
	for _, known := range found {
		if known != nil {
			d.here[known.Row] = true
		}
	}
	looked, faults := d.lookAtGUIDs(entries, found)
	dedup.CountGUIDs(&d.feed, looked, faults)
	for i, known := range found {
		if d.stopped() {
			return oped.Plan{}
		}
		d.entry(&entries[i], i, known)
	}
	plan := oped.Plan{Seen: d.note(found), Blocks: d.blocks, Unchanged: d.unchanged}
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
	belowHeads(plan.Pieces, &d.known.Feed, d.rules, f.At)
	if d.added > 0 {
		d.feed.LastNew = f.At
	}
	if f.Read() {
		d.closeDay()
	}
	plan.Feed = d.feed
	return plan
}

// stopped reports whether no caller waits for the plan any more.
func (d *planner) stopped() bool { return d.ctx.Err() != nil }

// planner is one plan in the making.
type planner struct {
	ctx     context.Context
	known   oped.Known
	feed    oped.FeedState // its state after the fetch
	fetched *oped.Fetched
	rules   *Rules
	compare *dedup.Comparer
	editor  *editor
	topics  oped.Budget // of steps: of entries
	// of steps: of pieces with further entries
	judging oped.Budget
	quota   int                                     // rest of the day's quota of new entries; -1: no quota
	changes map[oped.PieceID]*oped.PieceChange      // of stored pieces
	into    map[*oped.PieceChange]*oped.PieceChange // changes merged into another one, with that one
	// new pieces and those with new entries, by piece key; the first maxSharing
	sharing      map[string][]*oped.PieceChange
	fingerprints map[*oped.PieceChange][]uint64 // fingerprints of the first entry of a new piece
	editions     map[*oped.PieceChange][]string // editions of a new piece, by its first entry alone
	order        []*oped.PieceChange
	taken        map[string]bool // AtomIDs, by new pieces
	blocks       []int64         // of new pieces
	counted      map[int64]int   // number of each of them in this document
	unchanged    int
	added        int // new entries
	// new entries over the quota, changed ones of pieces too large to load, and those over the budget of
	// steps
	deferred  int
	late      bool           // some are over the budget
	revisions int            // rest of the day's quota of revised pieces
	revised   int            // pieces
	versions  int            // bytes of earlier versions of this day
	reached   oped.Limits    // by changed entries
	cut       bool           // an entry was not compared with all its candidates
	here      map[int64]bool // rows of the stored entries in the document
	waiting   map[int64]bool // rows of the deferred ones
	reread    map[int64]bool // rows of the reread ones
	set       text.WordSet   // memory for the words of pieces
}

// entry decides the outcome of one entry, the at-th of the lookup. known is its stored entry, nil if there is
// none.
func (d *planner) entry(p *Prepared, at int, known *oped.KnownEntry) {
	over := d.topics.Left() == 0
	d.topics.Spend(p.steps)
	switch {
	case known != nil && known.Hash == p.Hash:
		d.unchanged++
		return
	case over:
		d.defers(known)
		d.late = true
		return
	case known == nil && (p.waits || d.quota == 0):
		d.defers(nil)
		return
	case !p.ready:
		// It was unchanged during the preparation and is not any more: that takes another fetch of the same
		// feed in between.
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
		c = d.merge(c, k.others)
	} else {
		c = d.make(p)
	}
	d.relate(c, k.related)
}

// defers leaves an entry to the next fetch. known is its stored entry, nil if there is none.
func (d *planner) defers(known *oped.KnownEntry) {
	d.deferred++
	if known != nil {
		d.waiting[known.Row] = true
	}
}

// changed returns the change of a stored piece, or of its target; nil if there is none.
func (d *planner) changed(id oped.PieceID) *oped.PieceChange { return d.root(d.changes[id]) }

// root returns the target of a merged change, or else the change itself.
func (d *planner) root(c *oped.PieceChange) *oped.PieceChange {
	for d.into[c] != nil {
		c = d.into[c]
	}
	return c
}

// touch returns the change of a stored piece. It begins one if there is none yet.
func (d *planner) touch(id oped.PieceID) *oped.PieceChange {
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

// change replaces a known entry by its new version.
func (d *planner) change(p *Prepared, at int, known oped.KnownEntry) {
	c := d.touch(known.Piece)
	if c == nil { // no room to load its piece: the next fetch brings it again
		d.defers(&known)
		d.cut = true
		return
	}
	i := slices.IndexFunc(c.Piece.Entries, func(e oped.Entry) bool { return e.Row == known.Row })
	if i < 0 {
		return // impossible, too
	}
	have := &c.Piece.Entries[i]
	ours := d.ours(have, &p.Entry)
	switch {
	case have.Text != p.Text:
		p = d.furnish(p, have)
	case len(have.Boilerplate) > 0: // the boilerplate learned in a text stays
		p = d.with(p, have.Boilerplate)
	}
	e, keys := p.Entry, p.PieceKeys
	e.Row, e.FirstSeen, e.Joined = known.Row, have.FirstSeen, have.Joined
	reads := have.Text != e.Text
	for _, l := range have.Limits {
		// the others are those of the earlier version
		if l == oped.VersionLimit || l == oped.CompareLimit && !reads {
			e.Limits = e.Limits.With(l)
		}
	}
	if !have.Published.IsZero() && (!ours || e.Published.IsZero() || rezoned(have.Published, e.Published)) {
		e.Published = have.Published // it was published once, whatever date an edited entry has
	}
	if ours && rezoned(have.Updated, e.Updated) {
		e.Updated = have.Updated
	}
	if d.compare.CutShort(have, &e) { // the stored text is longer: subscribers keep it
		e.Summary, e.Content, e.Text, e.Boilerplate = have.Summary, have.Content, have.Text, have.Boilerplate
		keys = slices.DeleteFunc(
			slices.Clone(keys), func(key string) bool { return strings.HasPrefix(key, textPrefix) },
		)
	}
	reads = have.Text != e.Text
	change := oped.EntryChange{Outcome: oped.Changed, Index: i, Keys: d.lasting(p, known.Row)}
	if ours {
		change.Outcome, change.Drop = oped.Reread, true
		d.reread[known.Row] = true
	} else if change.News, change.Drop = d.weigh(have, &e); change.Drop {
		e.Limits = e.Limits.With(oped.VersionLimit)
		d.reached.Add(oped.VersionLimit)
	}
	c.Entries = append(c.Entries, change)
	c.Piece.Entries[i] = e
	d.share(c, keys)
	if reads && i == 0 && !ours { // identical copies may only show up now
		k := d.find(p, at, c)
		if k.cut {
			c.Piece.Entries[i].Limits = e.Limits.With(oped.CompareLimit)
		}
		c = d.merge(c, k.others)
		d.relate(c, k.related)
	}
}

// maxSharing is the most changed pieces kept for one key: the first ones.
const maxSharing = 2 * oped.MaxCandidates

// share adds the piece keys of an entry to its piece.
func (d *planner) share(c *oped.PieceChange, keys []string) {
	for _, key := range keys {
		c.Keys = append(c.Keys, key)
		if all := d.sharing[key]; len(all) < maxSharing && !slices.Contains(all, c) {
			d.sharing[key] = append(all, c)
		}
	}
}

// join adds an entry to an existing piece.
func (d *planner) join(p *Prepared, c *oped.PieceChange) {
	c.Piece.Entries = append(c.Piece.Entries, p.Entry)
	c.Entries = append(c.Entries, oped.EntryChange{Outcome: oped.Joined, Index: len(c.Piece.Entries) - 1, Keys: d.lasting(p, 0)})
	d.share(c, p.PieceKeys)
}

// make makes a new piece of an entry.
func (d *planner) make(p *Prepared) *oped.PieceChange {
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
	if piece.AtomID == "" { // every choice is taken: an entry came back under a forgotten key
		piece.AtomID = p.AtomIDs[len(p.AtomIDs)-1] + "-" + d.fetched.At.UTC().Format("20060102T150405.000000000")
	}
	d.taken[piece.AtomID] = true
	c := &oped.PieceChange{
		Piece:   piece,
		Entries: []oped.EntryChange{{Outcome: oped.New, Index: 0, Keys: d.lasting(p, 0)}},
		Words:   p.Words,
	}
	d.order = append(d.order, c)
	d.fingerprints[c], d.editions[c] = p.Fingerprints, p.Editions
	d.share(c, p.PieceKeys)
	d.count(p)
	return c
}

// choices returns the possible ids of a new piece, in order of preference: its id known to readers from
// before the restoration of an older database, then its own.
func (d *planner) choices(p *Prepared) []string {
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

// finish chooses the lead entry, judges the piece as it is now, and determines the editions it enters, leaves
// and is revised in.
func (d *planner) finish(c *oped.PieceChange) {
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
		was := rereading(before, c)
		d.revise(c, &was)
	}
	place(c, &before, d.rules, takes, c.Piece.ID != 0 && !onlyReread(c), func(*Edition) bool { return true })
}

// judge judges a piece as it is now, and returns the names of its editions. With the budget used up, the
// piece keeps its kind and topics, an edition with a query keeps its pieces, and the new entries are marked.
func (d *planner) judge(c *oped.PieceChange, before *oped.Piece) (takes []string) {
	if d.judging.Left() == 0 {
		for _, e := range c.Entries {
			limits := &c.Piece.Entries[e.Index].Limits
			*limits = limits.With(oped.TopicLimit)
		}
		d.reached.Add(oped.TopicLimit)
		had := append(slices.Clip(before.Editions), d.editions[c]...)
		return d.rules.takenBy(&c.Piece, func(edition string, _ *topic.Expr) bool { return slices.Contains(had, edition) })
	}
	doc := d.rules.Doc(&c.Piece)
	steps := judge(&c.Piece, doc, d.rules, d.fetched.At)
	takes = d.rules.takenBy(&c.Piece, matching(doc, &steps))
	d.judging.Spend(steps)
	return takes
}

// sameLead reports whether the words to find copies of a piece are unchanged.
func sameLead(before, after *oped.Piece) bool {
	a, b := before.Lead(), after.Lead()
	return a.Text == b.Text && slices.Equal(a.Boilerplate, b.Boilerplate) && a.Publisher == b.Publisher &&
		a.Date().Equal(b.Date())
}

// later returns the time of a change made now; after before even if the clock went back.
func later(before, now time.Time) time.Time {
	if now.After(before) {
		return now
	}
	return before.Add(time.Millisecond)
}

// judge sets the kind and the tags of a piece, and returns the steps taken. doc is the view of the rules on
// it. A curator's tag stays; an unchanged tag keeps its time.
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

// place determines the editions a piece enters, leaves, and is revised in. takes are the names of its
// editions now; atHead reports whether it would enter one at the head.
func place(
	c *oped.PieceChange, before *oped.Piece, r *Rules, takes []string, revised bool,
	atHead func(*Edition) bool,
) {
	for i := range r.Editions {
		name := r.Editions[i].Name
		wasIn, isIn := slices.Contains(before.Editions, name), slices.Contains(takes, name)
		switch {
		case isIn && !wasIn && !atHead(&r.Editions[i]):
			c.EnterBelow = append(c.EnterBelow, name)
		case isIn && !wasIn:
			c.Enter = append(c.Enter, name)
		case wasIn && !isIn:
			c.Leave = append(c.Leave, name)
		case wasIn && revised:
			c.Revise = append(c.Revise, name)
		}
	}
}
