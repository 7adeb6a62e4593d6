package ingest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oped"
	"oped/dedup"
	"oped/topic"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const paper = "https://a.example/rss"

func plainRules(t testing.TB) *Rules {
	t.Helper()
	tagger, err := topic.Compile(
		nil, []oped.Topic{{Name: "water", Score: []oped.Rule{{Expr: "river", Weight: 1}}, Threshold: 1}},
	)
	if err != nil {
		t.Fatal(err)
	}
	return &Rules{
		Tagger:    tagger,
		Feeds:     map[string]oped.Feed{},
		Editions:  Editions([]oped.Edition{{Name: "all"}}, nil),
		Authority: "oped.example",
	}
}

// fetchedColumns are entries of one fetch, prepared, each a column of 700 words.
func fetchedColumns(f *oped.Fetched, r *Rules, from, to int) []Prepared {
	for i := from; i < to; i++ {
		e := oped.Entry{
			FeedURL: paper, ID: fmt.Sprint("urn:", i), URL: fmt.Sprint("https://a.example/", i),
			Title: fmt.Sprint("Column ", i), Published: noon,
			Content: "<p>" + strings.Repeat(
				fmt.Sprintf("The river%d runs past the court and the minister. ", i), 70,
			) + "</p>"}
		e.Hash[0] = byte(i + 1)
		f.Entries = append(f.Entries, e)
	}
	var out []Prepared
	for i, keys := range dedup.Identify(f.Entries) {
		p := Prepared{Entry: f.Entries[i], Keys: keys}
		p.make(f, r, &memory{})
		out = append(out, p)
	}
	return out
}

// knownBy returns the Known of a store after a plan for an empty one.
func knownBy(plan oped.Plan) oped.Known {
	k := oped.Known{
		Entries:  map[string]oped.KnownEntry{},
		Matches:  map[string][]oped.PieceID{},
		Pieces:   map[oped.PieceID]oped.Piece{},
		TakenIDs: map[string]oped.PieceID{},
	}
	for i, c := range plan.Pieces {
		c.Piece.ID = oped.PieceID(i + 1)
		c.Piece.Entries[0].Row = int64(i + 1)
		for _, key := range c.Entries[0].Keys {
			k.Entries[key] = oped.KnownEntry{Row: int64(i + 1), Piece: c.Piece.ID, Hash: c.Piece.Entries[0].Hash}
		}
		for _, key := range c.Keys {
			k.Matches[key] = append(k.Matches[key], c.Piece.ID)
		}
		k.Pieces[c.Piece.ID] = c.Piece
		k.TakenIDs[c.Piece.AtomID] = c.Piece.ID
	}
	return k
}

// TestDecide: the fates of four entries, decided twice from the same.
func TestDecide(t *testing.T) {
	r := plainRules(t)
	f := &oped.Fetched{Feed: oped.FeedState{Feed: oped.Feed{URL: paper}}, At: noon}
	k := knownBy(Decide(oped.Known{}, *f, fetchedColumns(f, r, 0, 3), r))
	entries := fetchedColumns(f, r, 3, 4)
	entries[1].Hash[1] = 1 // reads differently
	delete(k.Entries, "g:urn:2")
	delete(k.Entries, entries[2].Keys[1])
	delete(k.Entries, entries[2].Keys[2])
	before := fmt.Sprintf("%+v %+v", k, entries)
	plan := Decide(k, *f, entries, r)
	if diff := cmp.Diff(plan, Decide(k, *f, entries, r)); diff != "" {
		t.Errorf("decided otherwise when asked again:\n%s", diff)
	}
	if after := fmt.Sprintf("%+v %+v", k, entries); after != before {
		t.Error("what was known or fetched has changed")
	}
	var outcomes []oped.EntryOutcome
	for _, c := range plan.Pieces {
		for _, e := range c.Entries {
			outcomes = append(outcomes, e.Outcome)
		}
	}
	// The third entry is not known by any name, but by its words, and reads as it did.
	if want := []oped.EntryOutcome{oped.Changed, oped.New}; plan.Unchanged != 2 || !cmp.Equal(outcomes, want) {
		t.Errorf("%d unchanged, then %v, want 2, then %v", plan.Unchanged, outcomes, want)
	}
}

// TestDecideTakenID: the id of another piece is not given again, even with every choice taken.
func TestDecideTakenID(t *testing.T) {
	r := plainRules(t)
	f := &oped.Fetched{Feed: oped.FeedState{Feed: oped.Feed{URL: paper}}, At: noon}
	entries := fetchedColumns(f, r, 0, 1)
	taken := map[string]oped.PieceID{}
	for range 3 {
		id := Decide(oped.Known{TakenIDs: taken}, *f, entries, r).Pieces[0].Piece.AtomID
		if _, again := taken[id]; again {
			t.Errorf("%s was given again", id)
		}
		if len(taken) == 2 && !strings.HasPrefix(id, "tag:oped.example,2026-03-01:piece/") {
			t.Errorf("the last resort is %s", id)
		}
		taken[id] = 1
	}
}

func TestRemember(t *testing.T) {
	failing := oped.FeedState{
		Failures:     2,
		FailingSince: noon.AddDate(0, 0, -1),
		LastKind:     oped.Server,
		LastError:    "500",
		LastSuccess:  noon.AddDate(0, 0, -2),
		DocTitle:     "A",
		TTL:          time.Hour,
	}
	doc := oped.Document{ID: "urn:a", Title: "B", SiteURL: "https://a.example/", Lang: "en", Rights: "(c)", TTL: time.Minute}
	after := func(change func(*oped.FeedState)) oped.FeedState {
		s := failing
		s.LastFetch, s.NextFetch = noon, noon.Add(time.Hour)
		change(&s)
		return s
	}
	works := func(s *oped.FeedState) {
		s.LastSuccess, s.Failures, s.FailingSince, s.LastKind, s.LastError = noon, 0, time.Time{}, "", ""
	}
	for _, tt := range []struct {
		name string
		f    oped.Fetched
		want oped.FeedState
	}{
		{"one more failure",
			oped.Fetched{
				Err:      &oped.FetchError{Kind: oped.Network, Err: errors.New("refused")},
				Document: doc,
			}, after(func(s *oped.FeedState) {
				s.Failures, s.LastKind, s.LastError = 3, oped.Network, "network: refused"
			})},
		{
			"not modified", oped.Fetched{NotModified: true, Status: 304},
			after(func(s *oped.FeedState) { works(s); s.LastStatus = 304 }),
		},
		{
			"same bytes", oped.Fetched{SameBody: true, Status: 200},
			after(func(s *oped.FeedState) { works(s); s.LastStatus = 200 }),
		},
		{"read", oped.Fetched{Status: 200, Document: doc, Freshness: time.Second}, after(func(s *oped.FeedState) {
			works(s)
			s.LastStatus, s.Freshness = 200, time.Second
			s.DocID, s.DocTitle, s.DocSite, s.DocLang, s.Rights, s.TTL = "urn:a", "B", "https://a.example/", "en", "(c)", time.Minute
		})},
		{"read with a flaw",
			oped.Fetched{
				Status:   200,
				Document: oped.Document{Title: "A", TTL: time.Hour},
				Warning:  "cut off",
			}, after(func(s *oped.FeedState) {
				works(s)
				s.LastStatus, s.LastError = 200, "cut off"
			})},
	} {
		tt.f.At, tt.f.Next = noon, noon.Add(time.Hour)
		if diff := cmp.Diff(tt.want, Remember(failing, tt.f)); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
	first := Remember(
		oped.FeedState{},
		oped.Fetched{At: noon, Err: &oped.FetchError{Kind: oped.Gone, Err: errors.New("410")}},
	)
	if first.Failures != 1 || !first.FailingSince.Equal(noon) {
		t.Errorf("the first failure: %+v", first)
	}
}

func TestLead(t *testing.T) {
	of := func(feed string, words int) oped.Entry {
		return oped.Entry{
			FeedURL: feed,
			Title:   "One",
			Text:    strings.TrimSpace(strings.Repeat("the river runs past the court. ", words/6)),
		}
	}
	for _, tt := range []struct {
		name    string
		entries []oped.Entry
		index   int // of the last entry to arrive
		lead    string
		moved   int // its place then
	}{
		{"alone", []oped.Entry{of("a", 60)}, 0, "a", 0},
		{"a copy", []oped.Entry{of("a", 60), of("b", 60)}, 1, "a", 1},
		{"a little more", []oped.Entry{of("a", 60), of("b", 84)}, 1, "a", 1},
		{"half as much again", []oped.Entry{of("a", 60), of("b", 96)}, 1, "b", 0},
		{"much more, of very little", []oped.Entry{of("a", 6), of("b", 18)}, 1, "a", 1},
		{"the fullest of three", []oped.Entry{of("a", 60), of("b", 96), of("c", 600)}, 2, "c", 0},
		{"the fullest is in the middle", []oped.Entry{of("a", 60), of("b", 600), of("c", 96)}, 2, "b", 2},
		{"the lead shrank", []oped.Entry{of("a", 12), of("b", 60), of("c", 60)}, 0, "b", 1},
	} {
		c := &oped.PieceChange{Piece: oped.Piece{Entries: tt.entries}, Entries: []oped.EntryChange{{Index: tt.index}}}
		last := tt.entries[tt.index].FeedURL
		lead(c)
		if got := c.Piece.Lead().FeedURL; got != tt.lead || c.Entries[0].Index != tt.moved ||
			c.Piece.Entries[tt.moved].FeedURL != last {
			t.Errorf("%s: %s leads, and %s is number %d", tt.name, got, last, c.Entries[0].Index)
		}
	}
}

// BenchmarkDecide decides a usual document: thirty unchanged entries, and three new ones.
func BenchmarkDecide(b *testing.B) {
	r := plainRules(b)
	f := &oped.Fetched{Feed: oped.FeedState{Feed: oped.Feed{URL: paper}}, At: noon}
	k := knownBy(Decide(oped.Known{}, *f, fetchedColumns(f, r, 0, 30), r))
	entries := fetchedColumns(f, r, 30, 33)
	if plan := Decide(k, *f, entries, r); plan.Unchanged != 30 || len(plan.Pieces) != 3 {
		b.Fatalf("%d unchanged, %d pieces", plan.Unchanged, len(plan.Pieces))
	}
	b.ReportAllocs()
	for b.Loop() {
		Decide(k, *f, entries, r)
	}
}
