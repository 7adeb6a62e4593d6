package ingest

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"

	"oped"
	"oped/dedup"
	"oped/text"
	"oped/topic"
)

// Ingester takes fetches into a store.
type Ingester struct {
	store Store
	rules *Rules
}

// New returns an Ingester. It is safe for use by many goroutines.
func New(st Store, rules *Rules) *Ingester { return &Ingester{st, rules} }

// Prepared is a fetched entry with everything computed from it alone.
type Prepared struct {
	oped.Entry
	Keys         []string // identity within the feed
	PieceKeys    []string
	Beginning    string // of its text
	AtomIDs      []string
	Kind         oped.PieceKind
	Tags         []oped.Tag // of a piece made of it alone
	Editions     []string   // editions of that piece
	Words        string     // of that piece, for the index
	Blocks       []text.Block
	Fingerprints []uint64 // fingerprints of its text
	steps        int      // steps of its topics, its feed's expression and the queries of editions
	ready        bool
	waits        bool // it is new and over the quota, or over the budget of steps, and not prepared
}

// limited returns a copy of an entry with a further limit.
func (p *Prepared) limited(l oped.Limit) *Prepared {
	q := *p
	q.Limits = p.Limits.With(l)
	return &q
}

// A Panic is the error of a fetch after a panic of our own code over its entries, with nothing written yet: a
// bug exposed by one document.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("a bug in oped: %v", p.Value) }

// caught turns a panic of pure code into one recognised by Handle.
func caught() {
	if v := recover(); v != nil {
		panic(&Panic{v, debug.Stack()})
	}
}

// Handle takes one fetch, failed or not, into the store. Its error is our own fault, never the feed's; a
// *Panic concerns this feed alone.
func (in *Ingester) Handle(ctx context.Context, f oped.Fetched) (changes oped.Changes, err error) {
	defer func() {
		v := recover()
		if p, ok := v.(*Panic); ok {
			err = fmt.Errorf("ingest %s: %w", f.Feed.Name, p)
		} else if v != nil {
			panic(v)
		}
	}()
	entries, err := in.prepare(ctx, &f)
	if err != nil {
		return oped.Changes{}, fmt.Errorf("ingest %s: %w", f.Feed.Name, err)
	}
	lookup := oped.Lookup{FeedURL: f.Feed.URL, At: f.At, Entries: make([]oped.EntryLookup, len(entries))}
	for i := range entries {
		e := &entries[i]
		lookup.Entries[i] = oped.EntryLookup{
			Keys:         e.Keys,
			Hash:         e.Hash,
			PieceKeys:    e.PieceKeys,
			Beginning:    e.Beginning,
			AtomIDs:      e.AtomIDs,
			Blocks:       hashes(e.Blocks),
			Fingerprints: e.Fingerprints,
			Date:         e.Date(),
		}
		lookup.Bytes += len(e.Text)
	}
	changes, err = in.store.Ingest(ctx, lookup, func(k oped.Known) oped.Plan {
		defer caught()
		return newPlanner(ctx, k, &f, in.rules).plan(entries)
	})
	if err != nil {
		return changes, fmt.Errorf("ingest %s: %w", f.Feed.Name, err)
	}
	return changes, nil
}

// prepare does the work on the entries alone, outside of any transaction, and skips it for unchanged ones.
func (in *Ingester) prepare(ctx context.Context, f *oped.Fetched) ([]Prepared, error) {
	defer caught()
	if !f.Read() || len(f.Entries) == 0 {
		return nil, nil
	}
	keys := dedup.Identify(f.Entries)
	var all []string
	for _, k := range keys {
		all = append(all, k...)
	}
	known, err := in.store.Unchanged(ctx, f.Feed.URL, all)
	if err != nil {
		return nil, err
	}
	var m memory
	out := make([]Prepared, 0, len(keys))
	quota := quotaLeft(&f.Feed, f.At, in.rules)
	topics := in.rules.topicBudget()
	for i, k := range keys {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(k) == 0 {
			continue // the document has the very same entry twice
		}
		p := Prepared{Entry: f.Entries[i], Keys: k}
		switch hash, ok := hashOf(known, k); {
		case ok && hash == p.Hash:
		case topics.Left() == 0 || !ok && quota == 0:
			p.waits = true
		default:
			p.make(f, in.rules, &m)
			topics.Spend(p.steps)
			if !ok && quota > 0 {
				quota--
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// hashOf returns the stored hash of the strongest known key.
func hashOf(known map[string][32]byte, keys []string) (hash [32]byte, ok bool) {
	for _, key := range keys {
		if hash, ok = known[key]; ok {
			return hash, true
		}
	}
	return hash, false
}

// memory is reused from one entry to the next.
type memory struct {
	words text.Tokens
	set   text.WordSet
}

// make computes everything that depends on an entry alone.
func (p *Prepared) make(f *oped.Fetched, r *Rules, m *memory) {
	words := &m.words
	e := &p.Entry
	e.FirstSeen = f.At
	e.FeedURL = f.Feed.URL
	if e.Publisher == "" {
		e.Publisher = f.Feed.Publisher
	}
	e.Text = text.OfEntry(e)
	e.Lang = language(f, e)
	words.Scan(e.Text)
	words.MarkZones()
	p.PieceKeys = dedup.Keys(e, words)
	p.Beginning = dedup.Beginning(words)
	p.Fingerprints = dedup.Fingerprints(words)
	p.AtomIDs = dedup.AtomIDs(e, p.Keys, r.Authority, r.Since)
	doc := p.judge(r, words)
	p.Words = topic.WordsOf(doc, e.Authors, &m.set)
	if f.Feed.Publisher != "" { // papers without a name would learn from each other
		p.Blocks = words.Blocks(nil)
	}
	p.ready = true
}

// judge determines the kind, the topics and the editions of a piece made of the entry alone. words are those
// of its text, with their zones. It returns the document judged.
func (p *Prepared) judge(r *Rules, words *text.Tokens) *topic.Doc {
	alone := oped.Piece{Entries: []oped.Entry{p.Entry}}
	doc := r.Doc(&alone)
	doc.Words = words
	p.steps = judge(&alone, doc, r, p.FirstSeen)
	p.Kind, p.Tags = alone.Kind, alone.Tags
	p.Editions = r.takenBy(&alone, matching(doc, &p.steps))
	return doc
}

// language returns the language of an entry: the declared one of the entry, its document or else its feed, if
// the script agrees. Many a feed of Urdu pieces was set up in English.
func language(f *oped.Fetched, e *oped.Entry) string {
	s := e.Text
	if len(s) < len(e.Title) {
		s = e.Title
	}
	if lang := text.Language(cmp.Or(e.Lang, f.Document.Lang), s); lang != "" {
		return lang
	}
	return text.Language(f.Feed.Lang, s)
}
