package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// publications follows a piece through an edition: the record grows line by line and no line changes.
func publications(t *testing.T, p place) {
	s := fresh(t, p)
	at := func(h int) time.Time { return epoch.Add(time.Duration(h) * time.Hour) }
	record := func() []store.Publication {
		t.Helper()
		r, err := s.Editions.Publications(t.Context(), "all", 0, 0)
		check(t, err)
		return r
	}
	state := func() oped.EditionState { t.Helper(); return ask(t, s.Editions.All)[0] }

	put(t, s, at(5), []string{"all"}, entry(dawn, 1))
	put(t, s, at(3), []string{"all"}, entry(dawn, 2)) // an earlier time: the edition's does not go back
	if e := state(); !e.Updated.Equal(at(5)) || e.Pieces != 2 {
		t.Fatalf("edition %+v", e)
	}
	before := record()
	changed := entry(dawn, 1)
	changed.Hash[9] = 9
	if c := put(t, s, at(7), nil, changed); !slices.Equal(c.Editions, []string{"all"}) || c.Changed != 1 {
		t.Errorf("changes %+v", c)
	}
	p1, err := s.Pieces.Get(t.Context(), "urn:Piece 1")
	check(t, err)
	move := func(enter, leave, revise []string) oped.Changes {
		t.Helper()
		c, err := s.Entries.Ingest(t.Context(), oped.Lookup{FeedURL: dawn}, func(k oped.Known) oped.Plan {
			k.Feed.LastFetch = at(9)
			return oped.Plan{
				Feed:   k.Feed,
				Pieces: []oped.PieceChange{{Piece: p1, Enter: enter, Leave: leave, Revise: revise}},
			}
		})
		check(t, err)
		return c
	}
	if c := move([]string{"all"}, nil, []string{"pak-us"}); len(c.Editions) != 0 {
		t.Errorf("what was so already is news: %+v", c)
	}
	if c := move(nil, []string{"all"}, nil); !slices.Equal(c.Editions, []string{"all"}) {
		t.Errorf("leaving: %+v", c)
	}
	want := []store.Publication{
		{Position: 1, Piece: p1.ID, Revision: 1, Action: store.Enter, At: at(5)},
		{Position: 2, Piece: p1.ID + 1, Revision: 1, Action: store.Enter, At: at(3)},
		{Position: 3, Piece: p1.ID, Revision: 2, Action: store.Revise, At: at(7)},
		{Position: 4, Piece: p1.ID, Revision: 2, Action: store.Leave, At: at(9)},
	}
	got := record()
	if !slices.Equal(got, want) || !slices.Equal(got[:2], before) {
		t.Errorf("record\n%v\nwant\n%v", got, want)
	}
	if part, err := s.Editions.Publications(t.Context(), "all", 1, 2); err != nil || !slices.Equal(part, want[1:3]) {
		t.Errorf("part of the record: %v, %v", part, err)
	}
	if e := state(); !e.Updated.Equal(at(9)) || e.Pieces != 1 {
		t.Errorf("edition %+v", e)
	}
}

// head wants the newest pieces first, by the date of the lead entry; of equal dates, the first stored one, also after a lead has changed.
func head(t *testing.T, p place) {
	s := fresh(t, p)
	var all []oped.Entry
	for i := range 150 {
		e := entry(dawn, i)
		e.Published = epoch.Add(time.Duration(i/3) * time.Hour) // three of each date
		all = append(all, e)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i := range all {
		all[i].FirstSeen = epoch.AddDate(1, 0, 0)
	}
	put(t, s, epoch, []string{"all"}, all...)
	inOrder := func(pieces []oped.Piece) bool {
		return slices.IsSortedFunc(pieces, func(a, b oped.Piece) int {
			if c := b.Lead().Date().Compare(a.Lead().Date()); c != 0 {
				return c
			}
			return int(a.ID - b.ID)
		})
	}
	pieces := headOf(t, s, "all", 0)
	if len(pieces) != 150 || !inOrder(pieces) {
		t.Fatalf("%d pieces in the edition, in order: %v", len(pieces), inOrder(pieces))
	}
	for _, limit := range []int{1, 2, 50, 64, 65, 149, 150, 151} {
		if part := headOf(t, s, "all", limit); !equal(part, pieces[:min(limit, 150)]) {
			t.Errorf("the first %d are not the first of all", limit)
		}
	}
	if got := headOf(t, s, "no such edition", 5); got != nil {
		t.Errorf("an edition that is not there has pieces: %v", got)
	}

	// A newer entry joins the oldest piece, and leads it from now on.
	oldest := pieces[149]
	joined := entry(nation, 1000)
	joined.Published, joined.FirstSeen = epoch.AddDate(0, 6, 0), epoch.AddDate(1, 0, 0)
	_, err := s.Entries.Ingest(t.Context(), lookup(nation, joined), func(k oped.Known) oped.Plan {
		p := oldest
		p.Entries = append([]oped.Entry{joined}, p.Entries...)
		return oped.Plan{
			Feed: k.Feed,
			Pieces: []oped.PieceChange{{
				Piece:   p,
				Entries: []oped.EntryChange{{Outcome: oped.Joined, Keys: []string{joined.ID}}},
				Revise:  p.Editions,
			}},
		}
	})
	check(t, err)
	pieces = headOf(t, s, "all", 0)
	if first := pieces[0]; first.ID != oldest.ID || len(first.Entries) != 2 || first.Lead().FeedURL != nation ||
		!inOrder(pieces) {
		t.Errorf("the piece with a new lead entry is not at the head: %+v", first)
	}
}

func editionIDs(t *testing.T, p place) {
	s := fresh(t, p)
	first := ask(t, s.Editions.All)
	if len(first) != 2 || first[0].AtomID == first[1].AtomID ||
		first[0].AtomID != "tag:oped.example,2026-03-01:edition/all" ||
		!first[0].Created.Equal(epoch) {
		t.Fatalf("editions %+v", first)
	}
	later := epoch.AddDate(1, 0, 0)
	full := oped.Edition{Name: "pak-us", Title: "T", Subtitle: "S", Lang: "en", Limit: 3, Excerpt: 4, Full: true,
		Filter: oped.Filter{
			Topics:     []string{"pak-us"},
			Kinds:      []oped.PieceKind{oped.News},
			Publishers: []string{"D"},
			Langs:      []string{"ur"},
			Feeds:      []string{dawn},
		}}
	check(t, s.Editions.Sync(t.Context(), []oped.Edition{full}, "other.example", later))
	got := ask(t, s.Editions.All)
	if len(got) != 1 || !equal(got[0].Edition, full) || got[0].AtomID != first[1].AtomID ||
		!got[0].Updated.Equal(epoch) {
		t.Errorf("edition %+v", got)
	}
	if gone := ask(t, s.Editions.Removed); len(gone) != 1 || gone[0] != "all" {
		t.Errorf("removed editions %q", gone)
	}
	check(t, s.Editions.Sync(t.Context(), []oped.Edition{full, {Name: "all"}}, "other.example", later))
	if gone := ask(t, s.Editions.Removed); len(gone) != 0 {
		t.Errorf("removed editions %q after all of them came back", gone)
	}
	if got = ask(t, s.Editions.All); len(got) != 2 || got[1].AtomID != first[0].AtomID || !got[1].Created.Equal(epoch) {
		t.Errorf("an edition that came back is another one: %+v", got)
	}
}

func rejudge(t *testing.T, p place) {
	s := fresh(t, p)
	for i := range 100 {
		put(t, s, epoch, []string{"all"}, entry(dawn, i))
	}
	at := epoch.Add(time.Hour)
	judge := func(piece oped.Piece) (oped.PieceChange, bool) {
		n, err := strconv.Atoi(piece.AtomID[len("urn:Piece "):])
		if err != nil || n%2 == 1 {
			return oped.PieceChange{}, false
		}
		piece.Tags = []oped.Tag{{Topic: "pak-us", Outcome: oped.Tagged, By: oped.ByRule, At: at}}
		return oped.PieceChange{Piece: piece, Enter: []string{"pak-us"}}, true
	}
	versions := map[string]string{"pak-us": "1"}
	calls := 0
	stop := func(piece oped.Piece) (oped.PieceChange, bool) {
		if calls++; calls == 90 {
			panic("bug")
		}
		return judge(piece)
	}
	func() {
		defer func() { recover() }()
		s.Topics.Rejudge(t.Context(), versions, stop)
	}()
	if got := headOf(t, s, "pak-us", 0); got != nil {
		t.Fatalf("a judgement that broke off left %d pieces in the edition", len(got))
	}
	c, err := s.Topics.Rejudge(t.Context(), versions, judge)
	check(t, err)
	if len(c.Pieces) != 50 || c.Tags != 50 || !slices.Equal(c.Editions, []string{"pak-us"}) {
		t.Errorf("changes %+v", c)
	}
	got := headOf(t, s, "pak-us", 0)
	if len(got) != 50 || len(got[0].Tags) != 1 || !got[0].Tags[0].At.Equal(at) {
		t.Errorf("%d pieces in the edition", len(got))
	}
	if e := ask(t, s.Editions.All)[1]; !e.Updated.Equal(at) || e.Pieces != 50 {
		t.Errorf("edition %+v", e)
	}
	never := func(oped.Piece) (oped.PieceChange, bool) {
		t.Error("judged again by the same rules")
		return oped.PieceChange{}, false
	}
	versions[store.FeedVersion+nation] = "a feed that is new and has no pieces"
	check(t, s.Feeds.Sync(t.Context(), feeds(), epoch))
	if _, err := s.Topics.Rejudge(t.Context(), versions, never); err != nil {
		t.Error(err)
	}
	if c, err := s.Topics.Rejudge(t.Context(), versions, never); err != nil || len(c.Pieces) != 0 {
		t.Errorf("judging again by the same rules: %+v, %v", c, err)
	}
	seen := 0
	count := func(oped.Piece) (oped.PieceChange, bool) { seen++; return oped.PieceChange{}, false }
	if _, err := s.Topics.Rejudge(t.Context(), map[string]string{"pak-us": "2"}, count); err != nil || seen != 100 {
		t.Errorf("judging by new rules saw %d pieces: %v", seen, err)
	}
}

func refs(t *testing.T, p place) {
	s := fresh(t, p)
	for i := range 200 {
		put(t, s, epoch, nil, entry(dawn, i))
	}
	want, err := s.Pieces.Get(t.Context(), "urn:Piece 7")
	check(t, err)
	for _, ref := range []string{fmt.Sprint(want.ID), want.AtomID, want.Lead().URL} {
		if got, err := s.Pieces.Get(t.Context(), ref); err != nil || !equal(got, want) {
			t.Errorf("piece %s: %+v, %v", ref, got, err)
		}
	}
	canonical := entry(nation, 500)
	_, err = s.Entries.Ingest(t.Context(), lookup(nation, canonical), func(k oped.Known) oped.Plan {
		plan := simple(epoch, nil, canonical)(k)
		plan.Pieces[0].Keys = []string{"u:https://nation.example/500"}
		return plan
	})
	check(t, err)
	if got, err := s.Pieces.Get(t.Context(), "https://nation.example/500"); err != nil || got.Lead().ID != canonical.ID {
		t.Errorf("a piece by its canonical address: %+v, %v", got, err)
	}
	for _, ref := range []string{"", "0", "-1", "99999999", "urn:none", "http://no.example/"} {
		if _, err := s.Pieces.Get(t.Context(), ref); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("piece %q: %v, want ErrNotFound", ref, err)
		}
	}
	all := collect(t, s.Pieces.All(t.Context(), 0, 0))
	if len(all) != 201 || !equal(collect(t, s.Pieces.All(t.Context(), all[9].ID, 70)), all[10:80]) {
		t.Errorf("a scan gives %d pieces, or its parts differ", len(all))
	}
}

// arrivals checks that a piece new on arrival goes before earlier arrivals, whatever the hour of its date; an
// old one is sorted by its date.
func arrivals(t *testing.T, p place) {
	s := fresh(t, p)
	at := epoch
	come := func(n int, published time.Time) {
		e := entry(dawn, n)
		e.Published, e.FirstSeen = published, at
		put(t, s, at, []string{"all"}, e)
		at = at.Add(time.Hour)
	}
	come(1, epoch.Add(-time.Hour))
	come(2, epoch.Add(-12*time.Hour))    // dated by the day
	come(3, epoch.Add(-90*24*time.Hour)) // found in an archive
	come(4, time.Time{})
	var got []string
	for _, piece := range headOf(t, s, "all", 0) {
		got = append(got, piece.Lead().Title)
	}
	if want := []string{"Piece 4", "Piece 2", "Piece 1", "Piece 3"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// revisions checks that every version of an entry is kept once, however often it returns, in the order of the
// last replacements.
func revisions(t *testing.T, p place) {
	s := fresh(t, p)
	version := func(n byte) oped.Entry {
		e := entry(dawn, 1)
		e.Content, e.Hash[31] = fmt.Sprintf("<p>Version %d</p>", n), n
		return e
	}
	for i, n := range []byte{0, 1, 0, 2} {
		put(t, s, epoch.Add(time.Duration(i)*time.Hour), nil, version(n))
	}
	all, err := s.Entries.Revisions(t.Context(), collect(t, s.Pieces.All(t.Context(), 0, 0))[0].Lead().Row)
	check(t, err)
	for i, r := range all { // 1 was replaced by 0 after two hours, 0 by 2 after three
		n := 1 - i
		if r.Entry.Content != fmt.Sprintf("<p>Version %d</p>", n) || r.Text != fmt.Sprint("Version ", n) ||
			int(r.Entry.Hash[31]) != n ||
			!r.At.Equal(epoch.Add(time.Duration(2+i)*time.Hour)) || r.News != "text" {
			t.Errorf("version %d: %+v", i, r)
		}
	}
	if len(all) != 2 {
		t.Errorf("%d versions, want 2", len(all))
	}
	of, err := s.Entries.RevisionsOf(t.Context(), []int64{7, 1, 1})
	if err != nil || len(of) != 1 || len(of[1]) != 2 {
		t.Errorf("of several at once: %v, %v", of, err)
	}
}

// rereads checks that a plan replaces a reread entry without a revision, and that the version of the feed's parser comes
// back, with its time.
func rereads(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, []string{"all"}, entry(dawn, 1))
	again := entry(dawn, 1)
	again.Title, again.Hash[31] = "Read again", 9
	changes, err := s.Entries.Ingest(t.Context(), lookup(dawn, again), func(k oped.Known) oped.Plan {
		plan := simple(epoch.Add(time.Hour), nil, again)(k)
		c := &plan.Pieces[0]
		c.Piece.Updated, c.Piece.Revision, c.Revise = epoch, 1, nil
		c.Entries[0].Outcome, c.Entries[0].Drop = oped.Reread, true
		plan.Feed.Parser, plan.Feed.ParserSince = "7", epoch.Add(time.Hour)
		return plan
	})
	if err != nil || changes.Reread != 1 || changes.Changed != 0 || len(changes.Editions) > 0 {
		t.Errorf("%+v, %v", changes, err)
	}
	piece := collect(t, s.Pieces.All(t.Context(), 0, 0))[0]
	all, err := s.Entries.Revisions(t.Context(), piece.Lead().Row)
	if err != nil || len(all) > 0 || piece.Lead().Title != "Read again" || piece.Lead().Hash != again.Hash {
		t.Errorf("%v, %v; %+v", all, err, piece.Lead())
	}
	if f := feed(t, s, dawn); f.Parser != "7" || !f.ParserSince.Equal(epoch.Add(time.Hour)) {
		t.Errorf("%s since %v", f.Parser, f.ParserSince)
	}
}
