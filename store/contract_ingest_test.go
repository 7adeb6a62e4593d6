package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/store"
)

func equal(a, b any) bool { return reflect.DeepEqual(a, b) }

// roundTrip writes a piece with everything a piece can have and wants it back.
func roundTrip(t *testing.T, p place) {
	s := fresh(t, p)
	e := entry(dawn, 1)
	e.ID, e.Title, e.Summary = "a\x00b\xff", "پاک–امریکا", strings.Repeat("<p>long", 5000)
	e.Authors = []oped.Person{{Name: "A", Email: "a@b.example", URL: "http://a.example/"}, {Name: "B"}}
	e.Categories, e.Rights, e.Source, e.Updated = []string{
		"Opinion", "é",
	}, "all", "Reuters", epoch.Add(time.Millisecond)
	e.Publisher, e.Joined = "Dawn", "same text"
	e.Hash = [32]byte{0: 1, 31: 9}
	piece := oped.Piece{
		AtomID:    "urn:x",
		Kind:      oped.Letter,
		Entries:   []oped.Entry{e},
		FirstSeen: epoch,
		Updated:   epoch.Add(time.Second),
		Revision:  7,
		Tags: []oped.Tag{
			{Topic: "pak-us",
				Outcome:     oped.Tagged,
				By:          oped.ByRule,
				Score:       1.5,
				Threshold:   1,
				RuleVersion: "v1",
				At:          epoch,
				Why: []oped.Span{{
					Zone:   "title",
					Field:  "title",
					Start:  0,
					End:    4,
					Text:   "پا",
					Weight: 0.1,
					Rule:   `"x" NEAR/5 y`,
				}}},
			{Topic: "economy", Outcome: oped.Review, By: "ayesha"},
		},
	}
	changes, err := s.Entries.Ingest(t.Context(), oped.Lookup{FeedURL: dawn}, func(k oped.Known) oped.Plan {
		return oped.Plan{Feed: k.Feed,
			Unchanged: 4,
			Pieces: []oped.PieceChange{{Piece: piece,
				Keys:    []string{"u:x", "t:y"},
				Enter:   []string{"all", "pak-us"},
				Entries: []oped.EntryChange{{Outcome: oped.New, Keys: []string{e.ID, "l:1"}}}}}}
	})
	check(t, err)
	got, err := s.Pieces.Get(t.Context(), "urn:x")
	check(t, err)
	piece.ID, piece.Editions, piece.Entered = got.ID, []string{"all", "pak-us"}, piece.Updated
	piece.Entries[0].Row = got.Entries[0].Row
	if got.ID == 0 || got.Entries[0].Row == 0 || !equal(got, piece) {
		t.Errorf("got\n%+v\nwant\n%+v", got, piece)
	}
	want := oped.Changes{
		New:       1,
		Unchanged: 4,
		Pieces:    []oped.PieceID{got.ID},
		Tags:      1,
		Editions:  []string{"all", "pak-us"},
	}
	if !equal(changes, want) {
		t.Errorf("changes %+v, want %+v", changes, want)
	}
	if counts := ask(t, s.Counts); counts != (store.Counts{Feeds: 2, Entries: 1, Pieces: 1, Tags: 1, Editions: 2}) {
		t.Errorf("counts %+v", counts)
	}
	known, err := s.Entries.Unchanged(t.Context(), dawn, []string{"l:1", e.ID, "l:2"})
	check(t, err)
	if !equal(known, map[string][32]byte{"l:1": e.Hash, e.ID: e.Hash}) {
		t.Errorf("unchanged %v", known)
	}
}

func knownIs(t *testing.T, p place) {
	s := fresh(t, p)
	a, b, c := entry(dawn, 1), entry(dawn, 2), entry(dawn, 3)
	put(t, s, epoch, []string{"all"}, a, b)
	put(t, s, epoch, nil, entry(nation, 2)) // joins b's piece
	b.Hash[5] = 1
	look := func(l oped.Lookup) (k oped.Known) {
		t.Helper()
		_, err := s.Entries.Ingest(
			t.Context(), l, func(known oped.Known) oped.Plan { k = known; return oped.Plan{Feed: known.Feed} },
		)
		check(t, err)
		return k
	}
	k := look(lookup(dawn, a, b, c))
	if len(k.Entries) != 2 || k.Entries[a.ID].Hash != a.Hash || k.Entries[b.ID].Piece == 0 {
		t.Errorf("known entries: %+v", k.Entries)
	}
	pb := k.Entries[b.ID].Piece
	if len(k.Pieces) != 1 || len(k.Pieces[pb].Entries) != 2 || !slices.Equal(k.Pieces[pb].Editions, []string{"all"}) {
		t.Errorf(
			"of an unchanged, a changed and a new entry the changed one's piece is wanted, whole; got %+v",
			k.Pieces,
		)
	}
	if !equal(k.Matches, map[string][]oped.PieceID{"k:Piece 2": {pb}}) ||
		!equal(k.TakenIDs, map[string]oped.PieceID{"urn:Piece 2": pb}) {
		t.Errorf("matches %v, taken %v", k.Matches, k.TakenIDs)
	}
	if k := look(lookup(nation, entry(nation, 1))); len(k.Entries) != 0 || len(k.Matches["k:Piece 1"]) != 1 {
		t.Errorf("an entry of another feed: %+v", k)
	}
	if _, err := s.Entries.Ingest(t.Context(), oped.Lookup{FeedURL: "http://no.example/"}, simple(epoch, nil)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("ingest of a feed that is not there: %v", err)
	}

	// Many pieces under one key: the oldest few are given, in order.
	for i := range 12 {
		e := entry(dawn, 100+i)
		_, err := s.Entries.Ingest(t.Context(), lookup(dawn, e), func(k oped.Known) oped.Plan {
			plan := simple(epoch, nil, e)(k)
			plan.Pieces[0].Keys = append(plan.Pieces[0].Keys, "home")
			return plan
		})
		check(t, err)
	}
	k = look(oped.Lookup{
		FeedURL: dawn,
		Entries: []oped.EntryLookup{{Keys: []string{"x"}, PieceKeys: []string{"home"}}},
	})
	if home := k.Matches["home"]; len(home) == 0 || len(home) >= 12 || !slices.IsSorted(home) ||
		k.Pieces[home[0]].AtomID != "urn:Piece 100" {
		t.Errorf("matches of a key that many share: %v", home)
	}
}

// blocks counts blocks, for each publisher alone, and returns the requested ones; the boilerplate of an entry
// is stored with it.
func blocks(t *testing.T, p place) {
	s := fresh(t, p)
	asked := []int64{1, -1, math.MaxInt64, math.MinInt64, 5}
	count := func(feed string, n int, blocks ...int64) (known map[int64]int) {
		e := entry(feed, n)
		e.Boilerplate = [][2]int{{0, 2}, {3, 5}}
		l := lookup(feed, e)
		l.Entries[0].Blocks = asked
		_, err := s.Entries.Ingest(t.Context(), l, func(k oped.Known) oped.Plan {
			known = k.Blocks
			plan := simple(epoch, nil, e)(k)
			plan.Blocks = blocks
			return plan
		})
		check(t, err)
		return known
	}
	count(dawn, 1, 1, -1, math.MaxInt64, 1)
	count(dawn, 2, 1, math.MinInt64, 9)
	if got, want := count(nation, 3, 1), (map[int64]int{}); !maps.Equal(got, want) {
		t.Errorf("another publisher has %v", got)
	}
	if got, want := count(dawn, 4), (map[int64]int{
		1:             3,
		-1:            1,
		math.MaxInt64: 1,
		math.MinInt64: 1,
	}); !maps.Equal(got, want) {
		t.Errorf("known %v, want %v", got, want)
	}
	for _, piece := range collect(t, s.Pieces.All(t.Context(), 0, 0)) {
		if got, want := piece.Lead().Boilerplate, [][2]int{{0, 2}, {3, 5}}; !equal(got, want) {
			t.Errorf("boilerplate %v, want %v", got, want)
		}
	}
}

// validators ends ingests at every point: the feed must not store the validators of a document without its
// entries.
func validators(t *testing.T, p place) {
	s := fresh(t, p)
	e := entry(dawn, 1)
	decide := func(k oped.Known) oped.Plan {
		plan := simple(epoch, []string{"all"}, e)(k)
		plan.Feed.Validators = oped.Validators{URL: dawn, ETag: `"new"`}
		return plan
	}
	unwritten := func(how string) {
		t.Helper()
		if f := feed(t, s, dawn); f.Validators.ETag != "" || f.Entries != 0 || f.LastFetch != (time.Time{}) {
			t.Fatalf("%s: the feed remembers %+v", how, f)
		}
		if c := ask(t, s.Counts); c.Entries != 0 || c.Pieces != 0 {
			t.Fatalf("%s: %+v", how, c)
		}
	}
	func() {
		defer func() {
			if recover() != "bug" {
				t.Error("a panic of decide did not reach its caller")
			}
		}()
		s.Entries.Ingest(t.Context(), lookup(dawn, e), func(k oped.Known) oped.Plan { decide(k); panic("bug") })
	}()
	unwritten("after a panic")

	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Entries.Ingest(ctx, lookup(dawn, e), func(k oped.Known) oped.Plan { cancel(); return decide(k) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while it was decided: %v", err)
	}
	unwritten("after cancelling")

	_, err = s.Entries.Ingest(t.Context(), lookup(dawn, e), func(k oped.Known) oped.Plan {
		plan := decide(k)
		plan.Pieces = append(plan.Pieces, oped.PieceChange{Piece: oped.Piece{ID: 999, Entries: []oped.Entry{{Row: 1}}}})
		return plan
	})
	if err == nil {
		t.Error("a plan for a piece that is not there was carried out")
	}
	unwritten("after a bad plan")

	if _, err := s.Entries.Ingest(t.Context(), lookup(dawn, e), decide); err != nil {
		t.Fatal(err)
	}
	if f := feed(t, s, dawn); f.Validators.ETag != `"new"` || f.Entries != 1 {
		t.Fatalf("after all the feed remembers %+v", f)
	}
}

// concurrent lets four writers store the same 26 pieces over and over.
func concurrent(t *testing.T, p place) {
	s := fresh(t, p)
	const writers, rounds, keys = 4, 200, 26
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for w := range writers {
		wg.Go(func() {
			for i := range rounds {
				e := entry([]string{dawn, nation}[w%2], (i*7+w)%keys)
				if _, err := s.Entries.Ingest(
					context.Background(), lookup(e.FeedURL, e), simple(epoch, []string{"all"}, e),
				); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	c := ask(t, s.Counts)
	if c.Pieces != keys || c.Entries != 2*keys {
		t.Errorf("%d pieces and %d entries, want %d and %d", c.Pieces, c.Entries, keys, 2*keys)
	}
	if got := headOf(t, s, "all", 0); len(got) != keys {
		t.Errorf("%d pieces in the edition, want %d", len(got), keys)
	}
}

// isolation lets good and bad plans, panics and cancelled calls come at the same time: each bad one fails,
// and no good one.
func isolation(t *testing.T, p place) {
	s := fresh(t, p)
	const n = 60
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			e := entry(dawn, i)
			defer func() {
				if r := recover(); (r != nil) != (i%5 == 3) {
					t.Errorf("ingest %d: panic %v", i, r)
				}
			}()
			_, err := s.Entries.Ingest(ctx, lookup(dawn, e), func(k oped.Known) oped.Plan {
				plan := simple(epoch, []string{"all"}, e)(k)
				switch i % 5 {
				case 1:
					plan.Pieces[0].Enter = []string{"no such edition"}
				case 2:
					cancel()
				case 3:
					panic("bug")
				case 4: // fails in the middle: the first piece is written by then
					plan.Pieces = append(plan.Pieces, plan.Pieces[0])
				}
				return plan
			})
			if (err == nil) != (i%5 == 0) {
				t.Errorf("ingest %d: error %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	if c := ask(t, s.Counts); c.Pieces != n/5 || c.Entries != n/5 {
		t.Errorf("%+v, want %d pieces", c, n/5)
	}
	for i := range n {
		if _, err := s.Pieces.Get(t.Context(), fmt.Sprintf("urn:Piece %d", i)); (err == nil) != (i%5 == 0) {
			t.Errorf("piece %d: %v", i, err)
		}
	}
	if f := feed(t, s, dawn); f.Entries != n/5 {
		t.Errorf("the feed counts %d entries, want %d", f.Entries, n/5)
	}
}

func atomIDs(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, nil, entry(dawn, 1))
	thief := entry(dawn, 2)
	_, err := s.Entries.Ingest(t.Context(), lookup(dawn, thief), func(k oped.Known) oped.Plan {
		plan := simple(epoch, nil, thief)(k)
		plan.Pieces[0].Piece.AtomID = "urn:Piece 1"
		return plan
	})
	if err == nil {
		t.Error("two pieces got the same AtomID")
	}
	changed := entry(dawn, 1)
	changed.Hash[9] = 9
	_, err = s.Entries.Ingest(t.Context(), lookup(dawn, changed), func(k oped.Known) oped.Plan {
		plan := simple(epoch, nil, changed)(k)
		plan.Pieces[0].Piece.AtomID = "urn:other"
		return plan
	})
	got, found := s.Pieces.Get(t.Context(), "urn:Piece 1")
	if found != nil || got.Lead().Hash != changed.Hash && err == nil {
		t.Errorf("a plan changed an AtomID: %v, %v, %+v", err, found, got)
	}
}

func recoveredIDs(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, nil, entry(dawn, 1))
	two := oped.RecoveredID{AtomID: "urn:known", Title: "Two", Beginning: "b:two", Keys: []string{"k:Piece 2", "b:two"}}
	for i, want := range []int64{2, 0} {
		kept, err := s.Entries.PutRecoveredIDs(
			t.Context(), []oped.RecoveredID{{AtomID: "urn:Piece 1", Keys: []string{"k:Piece 1"}}, two},
		)
		check(t, err)
		if kept != want {
			t.Errorf("time %d: %d keys are new, of one piece that is there and one that is not", i, kept)
		}
	}
	second := entry(dawn, 2)
	known := oped.Known{}
	_, err := s.Entries.Ingest(t.Context(), lookup(dawn, second), func(k oped.Known) oped.Plan {
		known = k
		plan := simple(epoch, nil, second)(k)
		plan.Pieces[0].Piece.AtomID = "urn:known"
		return plan
	})
	check(t, err)
	if !equal(
		known.RecoveredIDs,
		map[string][]oped.RecoveredID{"k:Piece 2": {{AtomID: "urn:known", Title: "Two", Beginning: "b:two"}}},
	) ||
		len(known.TakenIDs) > 0 {
		t.Errorf("outlived %v, taken %v", known.RecoveredIDs, known.TakenIDs)
	}
	_, err = s.Entries.Ingest(
		t.Context(), lookup(nation, entry(nation, 2)),
		func(k oped.Known) oped.Plan { known = k; return oped.Plan{Feed: k.Feed} },
	)
	check(t, err)
	if known.TakenIDs["urn:known"] == 0 {
		t.Errorf("an id that a piece has taken is not said to be: %v", known.TakenIDs)
	}
}
