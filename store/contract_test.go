package store_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// place is the path of a database. Whoever opens the same place sees the same rows: a test can close a store
// and open it again.
type place string

func (p place) Open(t *testing.T) *store.Store {
	t.Helper()
	if _, err := os.Stat(string(p)); os.IsNotExist(err) {
		store.EmptyAt(t, string(p))
	}
	return open(t, string(p), store.Options{})
}

// TestContract is the contract of a store: the behaviour required of every database. Each test gets a new,
// empty place.
func TestContract(t *testing.T) {
	tests := []struct {
		name string
		test func(*testing.T, place)
	}{
		{"feeds follow the configuration", feedsFollow},
		{"feeds are claimed when they are due", claims},
		{"spellings of an address are one feed", spellings},
		{"waits are stored, replaced and removed", waits},
		{"restart keeps the schedule", restart},
		{"an entry comes back whole", roundTrip},
		{"known is what the lookup names", knownIs},
		{"blocks are counted", blocks},
		{"the health of guids and the sight of entries", health},
		{"the days on which a feed prints", publicationDays},
		{"the hours at which a feed prints", publicationTimes},
		{"the pieces of each week", piecesPerWeek},
		{"the names of authors", authorNames},
		{"validators never before entries", validators},
		{"many at once, no duplicate", concurrent},
		{"a failing plan fails alone", isolation},
		{"an AtomID is taken once", atomIDs},
		{"ids outlive a restore", recoveredIDs},
		{"the record of publication", publications},
		{"the head of an edition", head},
		{"editions keep their ids", editionIDs},
		{"judging again", rejudge},
		{"decisions are carried out and taken back", decisions},
		{"pieces are merged and parted", rearranged},
		{"links hold", constraintsHold},
		{"links hold elsewhere", constraintsHoldElsewhere},
		{"a fetch merges pieces", fetchMerges},
		{"what was decided follows a merge", decisionsFollow},
		{"the log selects decisions", logged},
		{"a piece takes another's place", cursors},
		{"pieces are related", related},
		{"the index names candidates", candidates},
		{"pieces are found", refs},
		{"the latest arrival comes first", arrivals},
		{"earlier versions stay", revisions},
		{"a reread entry has no earlier version", rereads},
		{"changes are numbered", changes},
		{"headers of pieces", headers},
		{"pieces by month", monthLists},
		{"a tombstone moves with where it leads", tombstones},
		{"archives are numbered", archiveNumbers},
		{"the keys of authors", authorKeys},
		{"R14 R17 hubs hear of changes once", outbox},
		{"hubs hear of the issues of a digest", closePeriod},
		{"hubs hear of another head", retitled},
		{"O30 subscribers are owed what is published", subscribers},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, place(filepath.Join(t.TempDir(), "oped.db"))) })
	}
}

// epoch is when the tests take place.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const dawn, nation = "http://dawn.example/rss", "http://nation.example/rss"

func feeds() []oped.Feed {
	return []oped.Feed{
		{
			Name:      "dawn",
			URL:       dawn,
			Publisher: "Dawn",
			Lang:      "en",
			Every:     time.Hour,
			Implies:   []string{"pakistan"},
			Enabled:   true,
		},
		{Name: "nation", URL: nation, Publisher: "The Nation", Lang: "en", Enabled: true, Reserved: true},
	}
}

// fresh is a store with two feeds and two editions.
func fresh(t *testing.T, p place) *store.Store {
	t.Helper()
	s := p.Open(t)
	t.Cleanup(func() { s.Close() })
	check(t, s.Feeds.Sync(t.Context(), feeds(), epoch))
	check(t, s.Editions.Sync(t.Context(), []oped.Edition{{Name: "all"}, {Name: "pak-us"}}, "oped.example", epoch))
	return s
}

// ask returns the answer of a store to a valid question.
func ask[T any](t *testing.T, ask func(context.Context) (T, error)) T {
	t.Helper()
	v, err := ask(t.Context())
	check(t, err)
	return v
}

// entry is the n-th entry of a feed, as ingest would hand it over.
func entry(feed string, n int) oped.Entry {
	e := oped.Entry{
		FeedURL:   feed,
		ID:        fmt.Sprintf("guid-%d", n),
		URL:       fmt.Sprintf("%s/%d", feed, n),
		Title:     fmt.Sprintf("Piece %d", n),
		Text:      "It is said.",
		Content:   "<p>It is said.</p>",
		Lang:      "en",
		Published: epoch.Add(time.Duration(n) * time.Minute),
		FirstSeen: epoch.Add(24 * time.Hour),
	}
	e.Hash[0], e.Hash[1] = byte(n), byte(n>>8)
	return e
}

// lookup asks for entries by their guid as identity key and their number as piece key.
func lookup(feed string, entries ...oped.Entry) oped.Lookup {
	l := oped.Lookup{FeedURL: feed}
	for _, e := range entries {
		l.Entries = append(l.Entries, oped.EntryLookup{
			Keys:      []string{e.ID},
			Hash:      e.Hash,
			PieceKeys: []string{"k:" + e.Title},
			AtomIDs:   []string{"urn:" + e.Title},
		})
	}
	return l
}

// simple decides in the simplest right way: an entry is known by its guid, a piece by its title; everything
// enters the given editions.
func simple(at time.Time, editions []string, entries ...oped.Entry) func(oped.Known) oped.Plan {
	return func(k oped.Known) oped.Plan {
		plan := oped.Plan{Feed: k.Feed}
		plan.Feed.LastFetch = at
		plan.Feed.NextFetch = at.Add(time.Hour)
		for _, e := range entries {
			known, ok := k.Entries[e.ID]
			if ok && known.Hash == e.Hash {
				plan.Unchanged++
				continue
			}
			plan.Pieces = append(plan.Pieces, change(k, known, e, at, editions))
		}
		return plan
	}
}

func change(k oped.Known, known oped.KnownEntry, e oped.Entry, at time.Time, editions []string) oped.PieceChange {
	key := "k:" + e.Title
	id := known.Piece
	if id == 0 && len(k.Matches[key]) > 0 {
		id = k.Matches[key][0]
	}
	if id == 0 {
		p := oped.Piece{
			AtomID:    "urn:" + e.Title,
			Kind:      oped.Opinion,
			Entries:   []oped.Entry{e},
			FirstSeen: at,
			Updated:   at,
			Revision:  1,
		}
		return oped.PieceChange{
			Piece:   p,
			Entries: []oped.EntryChange{{Outcome: oped.New, Keys: []string{e.ID}}},
			Keys:    []string{key},
			Enter:   editions,
		}
	}
	p := k.Pieces[id]
	p.Entries = slices.Clone(p.Entries)
	i := slices.IndexFunc(p.Entries, func(have oped.Entry) bool { return have.Row == known.Row })
	if i < 0 {
		p.Entries = append(p.Entries, e)
		return oped.PieceChange{
			Piece:   p,
			Entries: []oped.EntryChange{{Outcome: oped.Joined, Index: len(p.Entries) - 1, Keys: []string{e.ID}}},
		}
	}
	e.Row = known.Row
	p.Entries[i] = e
	p.Updated, p.Revision = at, p.Revision+1
	return oped.PieceChange{
		Piece:   p,
		Entries: []oped.EntryChange{{Outcome: oped.Changed, Index: i, News: "text"}},
		Revise:  p.Editions,
	}
}

// put ingests entries in the simplest way.
func put(t *testing.T, s *store.Store, at time.Time, editions []string, entries ...oped.Entry) oped.Changes {
	t.Helper()
	feed := entries[0].FeedURL
	changes, err := s.Entries.Ingest(t.Context(), lookup(feed, entries...), simple(at, editions, entries...))
	check(t, err)
	return changes
}

// feed is the state of one feed.
func feed(t *testing.T, s *store.Store, url string) oped.FeedState {
	t.Helper()
	all, err := s.Feeds.All(t.Context())
	check(t, err)
	i := slices.IndexFunc(all, func(f oped.FeedState) bool { return f.URL == url })
	if i < 0 {
		t.Fatalf("there is no feed %s", url)
	}
	return all[i]
}

// headOf returns the newest pieces of an edition.
func headOf(t *testing.T, s *store.Store, edition string, limit int) []oped.Piece {
	t.Helper()
	ids, err := s.Editions.Head(t.Context(), edition, limit)
	check(t, err)
	pieces, err := s.Pieces.Of(t.Context(), ids)
	check(t, err)
	return pieces
}

func collect(t *testing.T, pieces iter.Seq2[oped.Piece, error]) (all []oped.Piece) {
	t.Helper()
	for p, err := range pieces {
		check(t, err)
		all = append(all, p)
	}
	return all
}
