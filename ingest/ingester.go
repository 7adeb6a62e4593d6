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

// New makes an Ingester. It is safe for use by many goroutines.
func New(st Store, rules *Rules) *Ingester { return &Ingester{st, rules} }

// Prepared is a fetched entry with all that depends on it alone.
type Prepared struct {
	oped.Entry
	Keys         []string // identity within the feed
	PieceKeys    []string
	Beginning    string // of its text
	AtomIDs      []string
	Kind         oped.PieceKind
	Tags         []oped.Tag // of the piece that it would make alone
	Editions     []string   // that would take that piece
	Words        string     // of that piece, for the index
	Blocks       []text.Block
	Fingerprints []uint64 // fingerprints of its text
	steps        int      // that its topics took, its feed's expression and the queries of editions
	ready        bool
	waits        bool // it is new and over the quota, or over the budget of steps, and not made
}

// limited is a copy of an entry that reached a limit.
func (p *Prepared) limited(l oped.Limit) *Prepared {
	q := *p
	q.Limits = p.Limits.With(l)
	return &q
}

// A Panic is the error of a fetch over whose entries our own code panicked, where nothing was written yet: a bug that
// one document brings out.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("a bug in oped: %v", p.Value) }

// caught makes a panic of pure code one that Handle recognises.
func caught() {
	if v := recover(); v != nil {
		panic(&Panic{v, debug.Stack()})
	}
}

// Handle takes one fetch, whatever came of it, into the store. Its error is our own fault, never the feed's; a *Panic
// is one that no other feed brings out.
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
		return newDecision(ctx, k, &f, in.rules).plan(entries)
	})
	if err != nil {
		return changes, fmt.Errorf("ingest %s: %w", f.Feed.Name, err)
	}
	return changes, nil
}

// prepare does the work that depends on the entries alone, outside of any transaction, and spares it those
// that are known as they are.
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
			continue // the very same entry stands twice in the document
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

// hashOf is the hash under which the strongest key that is known is known.
func hashOf(known map[string][32]byte, keys []string) (hash [32]byte, ok bool) {
	for _, key := range keys {
		if hash, ok = known[key]; ok {
			return hash, true
		}
	}
	return hash, false
}

// memory serves to read one entry after another with.
type memory struct {
	words text.Tokens
	set   text.WordSet
}

// make computes all that depends on an entry alone.
func (p *Prepared) make(f *oped.Fetched, r *Rules, m *memory) {
	words := &m.words
	e := &p.Entry
	e.FirstSeen = f.At
	e.FeedURL = f.Feed.URL
	if e.Publisher == "" {
		e.Publisher = f.Feed.Publisher
	}
	body := e.Content
	if body == "" {
		body = e.Summary
	}
	e.Text = text.Clip(text.FromHTML(body).Text, oped.MaxContent)
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

// judge says what kind of piece the entry would make alone, which topics that would be on, and which editions
// would take it. words are those of its text, with their zones. It gives what the piece was judged by.
func (p *Prepared) judge(r *Rules, words *text.Tokens) *topic.Doc {
	alone := oped.Piece{Entries: []oped.Entry{p.Entry}}
	doc := r.Doc(&alone)
	doc.Words = words
	p.steps = judge(&alone, doc, r, p.FirstSeen)
	p.Kind, p.Tags = alone.Kind, alone.Tags
	p.Editions = r.takenBy(&alone, r.fulfils(doc, &p.steps))
	return doc
}

// language is what an entry is in: what it, its document or else its feed declares, if it is written so. Many
// a feed of Urdu pieces was set up in English.
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
