package ingest_test

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oped"
	"oped/ingest"
	"oped/internal/testkit"
	"oped/store"
	"oped/topic"
)

const (
	dawn   = "https://dawn.example/rss"
	nation = "https://nation.example/rss"
	wire   = "https://wire.example/rss"
	mixed  = "https://mixed.example/rss" // carries news; its opinion pieces are in the category Opinion
)

var feeds = []oped.Feed{
	{Name: "dawn", URL: dawn, Publisher: "Dawn", Lang: "en", Opinion: "always", Enabled: true},
	{Name: "nation", URL: nation, Publisher: "The Nation", Lang: "en", Enabled: true},
	{Name: "wire", URL: wire, Publisher: "The Wire", Lang: "en", Kind: oped.Analysis, Enabled: true},
	{Name: "mixed", URL: mixed, Publisher: "Mixed", Lang: "en", Opinion: "category:Opinion", Enabled: true},
}

var editions = []oped.Edition{
	{Name: "all"}, // every kind of opinion
	{Name: "water", Filter: oped.Filter{Topics: []string{"water"}}},
	{Name: "editorials", Filter: oped.Filter{Kinds: []oped.PieceKind{oped.Editorial}}},
	{Name: "everything", Filter: oped.Filter{Kinds: oped.PieceKinds()}},
}

// epoch is when the tests take place.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// rules returns the rules of the tests: one topic of the given word.
func rules(t testing.TB, word string) *ingest.Rules {
	t.Helper()
	tagger, err := topic.Compile(
		nil, []oped.Topic{{Name: "water", Score: []oped.Rule{{Expr: word, Weight: 1}}, Threshold: 1}},
	)
	check(t, err)
	expr, err := topic.CompileExpr(nil, oped.Rule{Expr: "category:Opinion"})
	check(t, err)
	r := &ingest.Rules{
		Tagger:    tagger,
		Opinion:   map[string]*topic.Expr{mixed: expr},
		Feeds:     map[string]oped.Feed{},
		Editions:  ingest.Editions(editions, nil),
		Authority: "oped.example",
	}
	for _, f := range feeds {
		r.Feeds[f.URL] = f
	}
	return r
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestMain lets a property try few cases, since each has a store of its own and the race detector makes SQLite slow;
// -rapid.checks and -rapid.steps ask for more.
func TestMain(m *testing.M) {
	flag.Set("rapid.checks", "8")
	flag.Set("rapid.steps", "6")
	m.Run()
}

// house is a real store with an Ingester before it, and the promises on its pieces so far.
type house struct {
	t      failer
	store  *store.Store
	in     *ingest.Ingester
	rules  *ingest.Rules
	pieces map[oped.PieceID]oped.Piece
	merged int // pieces merged away
}

// failer is a test, or one case of a property.
type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

// newHouse opens a store on a copy of one empty database.
func newHouse(t *testing.T) *house {
	t.Helper()
	path := filepath.Join(memory(t), "oped.db")
	testkit.EmptyStore(t, path)
	h := open(t, path)
	t.Cleanup(func() { h.store.Close() })
	return h
}

func open(t *testing.T, path string) *house {
	t.Helper()
	st, err := store.Open(t.Context(), path, store.Options{})
	check(t, err)
	check(t, st.Feeds.Sync(t.Context(), feeds, epoch))
	check(t, st.Editions.Sync(t.Context(), editions, "oped.example", epoch))
	r := rules(t, "river")
	h := &house{t: t, store: st, rules: r, pieces: map[oped.PieceID]oped.Piece{}}
	h.in = ingest.New(asksTwice{h}, r)
	return h
}

// asksTwice is the real store. It calls decide twice, and requires equal plans, made without a trace.
type asksTwice struct{ *house }

func (s asksTwice) Unchanged(ctx context.Context, feedURL string, keys []string) (map[string][32]byte, error) {
	return s.store.Entries.Unchanged(ctx, feedURL, keys)
}

func (s asksTwice) Ingest(ctx context.Context, l oped.Lookup, decide func(oped.Known) oped.Plan) (oped.Changes, error) {
	return s.store.Entries.Ingest(ctx, l, func(k oped.Known) oped.Plan {
		before := fmt.Sprintf("%+v", k)
		first := decide(k)
		second := decide(k)
		if diff := cmp.Diff(first, second); diff != "" {
			s.t.Errorf("asked again, it is decided otherwise:\n%s", diff)
		}
		if after := fmt.Sprintf("%+v", k); after != before {
			s.t.Errorf("what was known has changed:\n%s\n%s", before, after)
		}
		return second
	})
}

// fetch takes in a document of a feed, and checks the invariants.
func (h *house) fetch(feed string, at time.Time, entries ...oped.Entry) oped.Changes {
	h.t.Helper()
	return h.handle(oped.Fetched{
		Feed:    oped.FeedState{Feed: h.rules.Feeds[feed]},
		At:      at,
		Status:  200,
		Next:    at.Add(time.Hour),
		Entries: entries,
	})
}

func (h *house) handle(f oped.Fetched) oped.Changes {
	h.t.Helper()
	before := fmt.Sprintf("%+v", f)
	changes, err := h.in.Handle(context.Background(), f)
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	if after := fmt.Sprintf("%+v", f); after != before {
		h.t.Errorf("what was fetched has changed:\n%s\n%s", before, after)
	}
	h.holds()
	return changes
}

// holds checks the promises over all fetches: no piece vanishes, its AtomID stays, its time and revision
// never go back, no AtomID is used twice, and it is in the editions with a matching filter.
func (h *house) holds() {
	h.t.Helper()
	now := map[oped.PieceID]oped.Piece{}
	ids := map[string]bool{}
	for _, p := range h.all() {
		now[p.ID] = p
		if ids[p.AtomID] {
			h.t.Errorf("two pieces are %s", p.AtomID)
		}
		ids[p.AtomID] = true
		for _, e := range ingest.Editions(editions, nil) {
			if isIn := slices.Contains(p.Editions, e.Name); isIn != (e.Filter.Refuses(&p, nil, nil) == topic.Taken) {
				h.t.Errorf("piece %d (%s, topics %v) is in %s: %v", p.ID, p.Kind, p.Topics(), e.Name, isIn)
			}
		}
	}
	for id, was := range h.pieces {
		is, ok := now[id]
		if to, err := h.store.Pieces.Get(context.Background(), was.AtomID); !ok && err == nil && now[to.ID].ID != 0 &&
			len(to.Entries) > len(was.Entries) {
			now[id] = was // it was merged, and its id leads to an existing piece
			h.merged++
			continue
		}
		if !ok || is.AtomID != was.AtomID || is.Updated.Before(was.Updated) || is.Revision < was.Revision ||
			len(is.Entries) < len(was.Entries) {
			h.t.Errorf("piece %d was %s (%v, revision %d, %d entries) and is %s (%v, revision %d, %d entries)",
				id, was.AtomID, was.Updated, was.Revision, len(was.Entries), is.AtomID, is.Updated, is.Revision,
				len(is.Entries))
		}
	}
	h.pieces = now
}

// all are the stored pieces, oldest first.
func (h *house) all() (all []oped.Piece) {
	h.t.Helper()
	for p, err := range h.store.Pieces.All(context.Background(), 0, 0) {
		if err != nil {
			h.t.Fatalf("%v", err)
		}
		all = append(all, p)
	}
	return all
}

// want holds the number of stored entries and pieces.
func (h *house) want(entries, pieces int) {
	h.t.Helper()
	c, err := h.store.Counts(context.Background())
	if err != nil || c.Entries != entries || c.Pieces != pieces {
		h.t.Errorf("%d entries in %d pieces (%v), want %d in %d", c.Entries, c.Pieces, err, entries, pieces)
	}
}

// record returns the record of the editions, in short.
func (h *house) record() string {
	h.t.Helper()
	var all []string
	for _, e := range editions {
		lines, err := h.store.Editions.Publications(context.Background(), e.Name, 0, 0)
		if err != nil {
			h.t.Fatalf("%v", err)
		}
		for _, p := range lines {
			all = append(all, fmt.Sprintf("%s: %s %d.%d", e.Name, p.Action, p.Piece, p.Revision))
		}
	}
	return strings.Join(all, "; ")
}

// essay returns a text of n words, different for every number.
func essay(number, n int) string {
	vocabulary := strings.Fields(
		"the state court prime minister canal treaty border trade election budget price army school reform debt tax city power",
	)
	words := make([]string, n)
	for i := range words {
		words[i] = vocabulary[(i*i+i*number+number)%len(vocabulary)]
	}
	words[0] = fmt.Sprintf("Number%d", number)
	return strings.Join(words, " ")
}

// column returns the op-ed of a number in the version of a feed: with a guid and an address of that feed's
// own.
func column(feed string, number int) oped.Entry {
	site := strings.TrimSuffix(feed, "rss")
	return signed(oped.Entry{
		FeedURL:   feed,
		ID:        fmt.Sprintf("%s?p=%d", site, number),
		URL:       fmt.Sprintf("%scolumn-%d", site, number),
		Title:     fmt.Sprintf("Column %d", number),
		Authors:   []oped.Person{{Name: "A. Writer"}},
		Content:   "<p>" + essay(number, 60) + "</p>",
		Published: epoch.Add(time.Duration(number)*time.Hour - 2000*time.Hour + time.Minute),
	})
}

// signed gives an entry the hash of its content.
func signed(e oped.Entry) oped.Entry {
	e.Hash = [32]byte{}
	e.Hash = sha256.Sum256(fmt.Appendf(nil, "%+v", e))
	return e
}

// edited is an entry after a change.
func edited(e oped.Entry, change func(*oped.Entry)) oped.Entry {
	e.Authors, e.Categories = slices.Clone(e.Authors), slices.Clone(e.Categories)
	change(&e)
	return signed(e)
}
