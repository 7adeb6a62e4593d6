package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// numbered is a store with its changes checked one after the other.
type numbered struct {
	*testing.T
	*store.Store
	last int64
}

// want checks the changes since the last check.
func (n *numbered) want(what string, want oped.ChangeSet) {
	n.Helper()
	got, err := n.Changes.Since(n.Context(), n.last)
	check(n.T, err)
	changed := len(want.Pieces)+len(want.Editions)+len(want.Feeds)+len(want.Archives) > 0
	if changed != (got.Number > n.last) {
		n.Errorf("%s: the number is %d, was %d", what, got.Number, n.last)
	}
	want.Number, n.last = got.Number, got.Number
	if !equal(got, want) {
		n.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

func (n *numbered) header(id oped.PieceID) oped.PieceHeader {
	n.Helper()
	all, err := n.Pieces.Headers(n.Context(), []oped.PieceID{id})
	check(n.T, err)
	if len(all) != 1 {
		n.Fatalf("%d headers of piece %d", len(all), id)
	}
	return all[0]
}

// changes lists the changes of each write, and none for a write invisible on pages.
func changes(t *testing.T, p place) {
	s := p.Open(t)
	defer func() { s.Close() }()
	n := &numbered{t, s, 0}
	n.want("an empty store", oped.ChangeSet{})
	configured, editions := feeds(), []oped.Edition{{Name: "all"}, {Name: "pak-us"}}
	sync := func() {
		t.Helper()
		check(t, s.Feeds.Sync(t.Context(), configured, epoch))
		check(t, s.Editions.Sync(t.Context(), editions, "oped.example", epoch))
	}
	sync()
	n.want("a configuration", oped.ChangeSet{Feeds: []string{dawn, nation}, Editions: []string{"all", "pak-us"}})
	sync()
	n.want("the same configuration", oped.ChangeSet{})

	fetch := func(at time.Time, seen func(*oped.FeedState)) {
		t.Helper()
		_, err := s.Entries.Ingest(t.Context(), oped.Lookup{FeedURL: dawn}, func(k oped.Known) oped.Plan {
			k.Feed.LastFetch, k.Feed.LastSuccess, k.Feed.NextFetch = at, at, at.Add(time.Hour)
			seen(&k.Feed)
			return oped.Plan{Feed: k.Feed}
		})
		check(t, err)
	}
	fetch(epoch, func(f *oped.FeedState) { f.DocTitle = "Dawn" })
	n.want("a first document", oped.ChangeSet{Feeds: []string{dawn}})
	for h := range 11 {
		at := epoch.Add(time.Duration(h) * time.Hour)
		fetch(at, func(f *oped.FeedState) { f.Validators.ETag, f.Failures = fmt.Sprint(h), h })
	}
	n.want("a day of 304", oped.ChangeSet{})
	fetch(epoch.Add(12*time.Hour), func(*oped.FeedState) {})
	n.want("another day", oped.ChangeSet{Feeds: []string{dawn}})

	put(t, s, epoch, []string{"all"}, entry(dawn, 1), entry(dawn, 2))
	n.want("new entries", oped.ChangeSet{Pieces: []oped.PieceID{1, 2}, Editions: []string{"all"}})
	put(t, s, epoch, []string{"all"}, entry(dawn, 1), entry(dawn, 2))
	n.want("the same entries", oped.ChangeSet{})
	at := n.header(1).Version
	fetch(epoch.Add(36*time.Hour), func(*oped.FeedState) {})
	if h := n.header(1); h.Version != at {
		t.Errorf("a day that no page of a piece shows moves a piece from %d to %d", at, h.Version)
	}
	fetch(epoch.Add(36*time.Hour), func(f *oped.FeedState) { f.DocTitle = "DAWN.COM" })
	n.want("another title of the feed", oped.ChangeSet{Feeds: []string{dawn}})
	if h := n.header(1); h.Version != n.last || feed(t, s, dawn).Version != n.last {
		t.Errorf("another title of the feed: piece %+v, feed at %d, number %d", h, feed(t, s, dawn).Version, n.last)
	}

	check(t, s.Feeds.SetPaused(t.Context(), dawn, true))
	check(t, s.Feeds.MakeDue(t.Context(), epoch))
	check(t, s.Outbox.Sync(t.Context(), map[string][]string{"all": {"all.atom"}}, []string{"http://hub.example/"}))
	check(t, s.Outbox.Published(t.Context(), map[string]int64{"all": 2}))
	n.want("what no page shows", oped.ChangeSet{})

	configured[1].Title = "The Nation (Pakistan)"
	editions[1].Title = "Pakistan and the USA"
	sync()
	n.want("other titles", oped.ChangeSet{Feeds: []string{nation}, Editions: []string{"pak-us"}})
	editions = editions[1:]
	sync()
	// the first one now
	n.want("a removed edition", oped.ChangeSet{Pieces: []oped.PieceID{1, 2}, Editions: []string{"pak-us"}})
	if h := n.header(1); h.Editions != nil {
		t.Errorf("in a removed edition: %+v", h)
	}
	editions = []oped.Edition{{Name: "all"}, editions[0]}
	sync()
	n.want("an edition that is back", oped.ChangeSet{Pieces: []oped.PieceID{1, 2}, Editions: []string{"all", "pak-us"}})

	s.Close()
	s = p.Open(t)
	n.Store = s
	n.want("another process", oped.ChangeSet{})
	all, err := s.Changes.Since(t.Context(), 0)
	pieces, urls := []oped.PieceID{1, 2}, []string{dawn, nation}
	if err != nil || !slices.Equal(all.Pieces, pieces) || !slices.Equal(all.Feeds, urls) || all.Number != n.last {
		t.Errorf("all changes: %+v, %v", all, err)
	}
}

// headers checks the targets of pieces, and moves a piece with its related ones.
func headers(t *testing.T, p place) {
	s := fresh(t, p)
	n := &numbered{t, s, 0}
	put(t, s, epoch, []string{"pak-us", "all"}, entry(dawn, 1), entry(dawn, 2), entry(dawn, 3))
	put(t, s, epoch, nil, entry(nation, 4))
	r := &rearranging{t, s, epoch.Add(time.Hour)}
	relate := entry(nation, 5)
	_, err := s.Entries.Ingest(t.Context(), lookup(nation, relate), func(k oped.Known) oped.Plan {
		plan := simple(epoch, nil, relate)(k)
		plan.Pieces[0].Relations = []oped.Relation{{Other: 1, Kind: oped.RerunOf, At: epoch}}
		return plan
	})
	check(t, err)
	n.last = n.header(4).Version
	n.want("a related piece", oped.ChangeSet{Pieces: []oped.PieceID{1, 5}})

	want := func(what string, headers ...string) {
		t.Helper()
		all, err := s.Pieces.Headers(t.Context(), []oped.PieceID{5, 4, 99, 3, 1, 2, 1})
		check(t, err)
		var got []string
		for _, h := range all {
			got = append(got, fmt.Sprintf("%d>%d %v %d %v", h.ID, h.Into, h.Withdrawn, h.Entries, h.Editions))
		}
		if !slices.Equal(got, headers) {
			t.Errorf("%s: %q, want %q", what, got, headers)
		}
	}
	want("as ingested", "5>0 false 1 []", "4>0 false 1 []", "3>0 false 1 [all pak-us]", "1>0 false 1 [all pak-us]",
		"2>0 false 1 [all pak-us]", "1>0 false 1 [all pak-us]")
	r.do(oped.Merge, 0, []oped.PieceID{2, 1}, mergeAll)
	n.want("a merge", oped.ChangeSet{Pieces: []oped.PieceID{1, 2}, Editions: []string{"all", "pak-us"}})
	if h := n.header(5); h.Version != n.last {
		t.Errorf("a piece that is related to a merged one is at %d, want %d", h.Version, n.last)
	}
	last, _ := r.do(oped.Merge, 0, []oped.PieceID{3, 2}, mergeAll)
	want("merged", "5>0 false 1 []", "4>0 false 1 []", "3>0 false 3 [all pak-us]", "1>3 false 0 []",
		"2>3 false 0 []", "1>3 false 0 []")
	ids, err := s.Pieces.IDs(t.Context(), 1, 3)
	if err != nil || !slices.Equal(ids, []oped.PieceID{2, 3, 4}) {
		t.Errorf("ids: %v, %v", ids, err)
	}
	for after, want := range map[int64][]oped.PieceID{0: {3}, n.last: nil} {
		if ids, err := s.Pieces.IDsOfFeed(t.Context(), dawn, after); err != nil || !slices.Equal(ids, want) {
			t.Errorf("of a feed, after change %d: %v, want %v, %v", after, ids, want, err)
		}
	}

	withdraw := oped.Decision{At: epoch, By: "amna", Action: oped.Withdraw, Piece: 3}
	keep := func(p oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) { return oped.PieceChange{}, false }
	decision, _, err := s.Decisions.Decide(
		t.Context(), withdraw, store.Verdict{Pieces: []oped.PieceID{3}, Decide: keep},
	)
	check(t, err)
	if h := n.header(1); !h.Withdrawn || h.Into != 3 || h.Version != n.header(3).Version ||
		h.Version != n.header(5).Version {
		t.Errorf("merged into a withdrawn piece: %+v", h)
	}
	before := n.header(1).Version
	undo := oped.Decision{At: epoch, By: "amna", Action: oped.Undo, Undoes: decision.ID}
	_, _, err = s.Decisions.Decide(t.Context(), undo, store.Verdict{Pieces: []oped.PieceID{3}, Decide: keep})
	check(t, err)
	if h := n.header(1); h.Withdrawn || h.Version <= before {
		t.Errorf("taken back: %+v, at %d before", h, before)
	}
	before = n.header(1).Version
	r.do(oped.Undo, last.ID, nil, back)
	want("unmerged", "5>0 false 1 []", "4>0 false 1 []", "3>0 false 1 [all pak-us]", "1>2 false 0 []",
		"2>0 false 2 [all]", "1>2 false 0 []")
	if h := n.header(1); h.Version <= before || n.header(5).Version <= before {
		t.Errorf("what it leads to was unmerged: %+v, at %d before", h, before)
	}
}

// tombstones follows the tombstone of a merged piece while its target is merged and comes back. The edition
// has neither.
func tombstones(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, []string{"pak-us"}, entry(dawn, 1))
	put(t, s, epoch, nil, entry(dawn, 2), entry(dawn, 3))
	r := &rearranging{t, s, epoch.Add(time.Hour)}
	version := int64(0)
	want := func(what, into string) {
		t.Helper()
		b, err := s.Archives.Backlog(t.Context(), "pak-us")
		check(t, err)
		e := ask(t, s.Editions.All)[1]
		if len(b.Gone) != 1 || b.Gone[0].Into != into || e.Version <= version {
			t.Errorf("%s: tombstones %+v, want one into %q; version %d, was %d", what, b.Gone, into, e.Version, version)
		}
		version = e.Version
	}
	merge := func(f store.Found) ([]oped.PieceChange, error) { // into no edition
		all, err := mergeAll(f)
		all[0].Enter = nil
		return all, err
	}
	unmerge := func(f store.Found) ([]oped.PieceChange, error) {
		all, err := back(f)
		all[1].Enter = nil
		return all, err
	}
	first, _ := r.do(oped.Merge, 0, []oped.PieceID{2, 1}, merge)
	want("merged", "urn:Piece 2")
	second, _ := r.do(oped.Merge, 0, []oped.PieceID{3, 2}, merge)
	want("merged again", "urn:Piece 3")
	r.do(oped.Undo, second.ID, nil, unmerge)
	want("taken back", "urn:Piece 2")
	r.do(oped.Undo, first.ID, nil, unmerge)
	want("taken back to the beginning", "")
}

// archiveNumbers cuts archives, and undoes the decision behind one.
func archiveNumbers(t *testing.T, p place) {
	s := fresh(t, p)
	put(t, s, epoch, []string{"all"}, entry(dawn, 1), entry(dawn, 2))
	n := &numbered{t, s, 0}
	n.last = n.header(1).Version
	cut := func(number, previous int64, pieces ...oped.PieceID) {
		t.Helper()
		b, err := s.Archives.Backlog(t.Context(), "all")
		check(t, err)
		check(t, s.Archives.Put(t.Context(), oped.Archive{
			Edition:  "all",
			Number:   number,
			Previous: previous,
			Position: b.Position,
			Cut:      b.Position,
			Pieces:   pieces,
			Atom:     []byte("a"),
			JSON:     []byte("j"),
		}))
	}
	numbers := func(want ...int64) {
		t.Helper()
		if got, err := s.Archives.Numbers(t.Context(), "all"); err != nil || !slices.Equal(got, want) {
			t.Errorf("archives %v, %v, want %v", got, err, want)
		}
	}
	numbers()
	all, archives := []string{"all"}, []oped.ArchiveRef{{Edition: "all", Number: 1}, {Edition: "all", Number: 2}}
	cut(1, 0, 1)
	n.want("a first archive", oped.ChangeSet{Editions: all, Archives: archives[:1]})
	d := applied(epoch.Add(time.Hour), "amna", "", "one")
	revises := true
	revise := func(p oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
		return oped.PieceChange{Piece: p, Revise: all}, revises
	}
	d, _, err := s.Decisions.Decide(t.Context(), d, store.Verdict{Pieces: []oped.PieceID{2}, Decide: revise})
	check(t, err)
	n.want("a decision", oped.ChangeSet{Pieces: []oped.PieceID{2}, Editions: all, Rules: true})
	cut(2, 1, 2)
	n.want("a second archive", oped.ChangeSet{Editions: all, Archives: archives})
	numbers(1, 2)
	undo := oped.Decision{At: epoch.Add(2 * time.Hour), By: "amna", Action: oped.Undo, Undoes: d.ID}
	revises = false
	_, _, err = s.Decisions.Decide(t.Context(), undo, store.Verdict{Decide: revise})
	check(t, err)
	n.want("an undo", oped.ChangeSet{Editions: all, Archives: archives})
	numbers(1)
}

// authorKeys lists authors, all of them and those of some pieces.
func authorKeys(t *testing.T, p place) {
	s := fresh(t, p)
	by := func(n int, names ...string) oped.Entry {
		e := entry(dawn, n)
		for _, name := range names {
			e.Authors = append(e.Authors, oped.Person{Name: name})
		}
		return e
	}
	put(t, s, epoch, nil, by(1, "Zahid Hussain"), by(2, "Amna Khan", "Zahid Hussain"), by(3, "Moeed Yusuf"), by(4))
	want := func(got []string, err error, keys ...string) {
		t.Helper()
		if err != nil || !slices.Equal(got, keys) {
			t.Errorf("authors %q, %v, want %q", got, err, keys)
		}
	}
	all, err := s.People.AuthorKeys(t.Context(), "", 2)
	want(all, err, "amna-khan", "moeed-yusuf")
	all, err = s.People.AuthorKeys(t.Context(), "moeed-yusuf", 2)
	want(all, err, "zahid-hussain")
	of, err := s.People.AuthorKeysOf(t.Context(), []oped.PieceID{2, 1, 4})
	want(of, err, "amna-khan", "zahid-hussain")
	of, err = s.People.AuthorKeysOf(t.Context(), nil)
	want(of, err)
}
