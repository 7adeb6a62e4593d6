// Package storetest is the contract of a store: what every back end must do, as a test suite that each runs against itself.
package storetest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// Store is what every back end offers.
type Store interface {
	SyncFeeds(ctx context.Context, feeds []oped.Feed, now time.Time) error
	SyncEditions(ctx context.Context, editions []oped.Edition, authority string, now time.Time) error
	ClaimDue(ctx context.Context, now time.Time, lease time.Duration, n int) ([]oped.FeedState, error)
	NextDue(ctx context.Context) (time.Time, error)
	Feeds(ctx context.Context) ([]oped.FeedState, error)
	SetPaused(ctx context.Context, url string, paused bool) error
	PublicationDays(ctx context.Context, feedURL string, limit int) ([]time.Time, error)
	MakeDue(ctx context.Context, now time.Time, urls ...string) error
	Unchanged(ctx context.Context, feedURL string, keys []string) (map[string][32]byte, error)
	Ingest(ctx context.Context, l oped.Lookup, decide func(oped.Known) oped.Plan) (oped.Changes, error)
	PutRecoveredIDs(ctx context.Context, pieces []oped.RecoveredID) (int64, error)
	Rejudge(ctx context.Context, versions map[string]string, decide func(oped.Piece) (oped.PieceChange, bool)) (oped.Changes, error)
	Decide(ctx context.Context, d oped.Decision, v store.Verdict) (oped.Decision, oped.Changes, error)
	Rearrange(ctx context.Context, d oped.Decision, ids []oped.PieceID, arrange func(store.Found) ([]oped.PieceChange, error)) (oped.Decision, oped.Changes, error)
	ResolveID(ctx context.Context, id oped.PieceID) (oped.PieceID, error)
	AliasesOf(ctx context.Context, id oped.PieceID) ([]oped.PieceID, error)
	Relations(ctx context.Context, id oped.PieceID) ([]oped.Relation, error)
	RelationsOf(ctx context.Context, ids []oped.PieceID) (map[oped.PieceID][]oped.Relation, error)
	GuardedPairs(ctx context.Context) ([]oped.Relation, error)
	DecisionsOn(ctx context.Context, id oped.PieceID) ([]oped.Decision, error)
	Aliases(ctx context.Context, id oped.PieceID) ([]store.Alias, error)
	Decisions(ctx context.Context, n int) ([]oped.Decision, error)
	LastDecision(ctx context.Context, rules bool) (oped.Decision, error)
	Judgements(ctx context.Context, topic string) ([]oped.Decision, error)
	ActiveRules(ctx context.Context) ([]store.ActiveRule, error)
	Candidates(ctx context.Context, wheres []store.CandidateQuery, topics []string) ([]oped.PieceID, error)
	SeenPieces(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	Editions(ctx context.Context) ([]oped.EditionState, error)
	RemovedEditions(ctx context.Context) ([]string, error)
	Head(ctx context.Context, edition string, limit int) ([]oped.PieceID, error)
	PiecesOf(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	Publications(ctx context.Context, edition string, after int64, n int) ([]store.Publication, error)
	Piece(ctx context.Context, ref string) (oped.Piece, error)
	Pieces(ctx context.Context, after oped.PieceID, n int) iter.Seq2[oped.Piece, error]
	Revisions(ctx context.Context, row int64) ([]store.Revision, error)
	RevisionsOf(ctx context.Context, rows []int64) (map[int64][]store.Revision, error)
	Counts(ctx context.Context) (store.Counts, error)
	MembershipChanges(ctx context.Context, edition string) ([]oped.MembershipChange, error)
	Backlog(ctx context.Context, edition string) (oped.Backlog, error)
	PutArchive(ctx context.Context, a oped.Archive) error
	ChangesSince(ctx context.Context, number int64) (oped.ChangeSet, error)
	PieceHeaders(ctx context.Context, ids []oped.PieceID) ([]oped.PieceHeader, error)
	PieceIDs(ctx context.Context, after oped.PieceID, n int) ([]oped.PieceID, error)
	PieceIDsOfFeed(ctx context.Context, url string, after int64) ([]oped.PieceID, error)
	AuthorKeys(ctx context.Context, after string, n int) ([]string, error)
	AuthorKeysOf(ctx context.Context, ids []oped.PieceID) ([]string, error)
	ArchiveNumbers(ctx context.Context, edition string) ([]int64, error)
	SyncOutbox(ctx context.Context, documents map[string][]string, hubs []string) error
	Changed(ctx context.Context) (map[string]int64, error)
	Published(ctx context.Context, positions map[string]int64) error
	ClosePeriod(ctx context.Context, edition string, began, ends time.Time, reach time.Duration) error
	DuePings(ctx context.Context, now time.Time) ([]oped.Ping, error)
	NextPing(ctx context.Context) (time.Time, error)
	Pinged(ctx context.Context, p oped.Ping) error
	PingFailed(ctx context.Context, p oped.Ping, why string, next time.Time) error
	Subscribe(ctx context.Context, sub oped.Subscriber, now time.Time) error
	Unsubscribe(ctx context.Context, callback, document string) error
	Subscribers(ctx context.Context, host string, now time.Time) (all, atHost int, err error)
	DueSubscribers(ctx context.Context, now time.Time, busy []string, n int) ([]oped.Subscriber, error)
	NextSubscriber(ctx context.Context, now time.Time) (time.Time, error)
	Delivered(ctx context.Context, sub oped.Subscriber) error
	DeliveryFailed(ctx context.Context, sub oped.Subscriber, why string, next time.Time) error
	Close() error
}

// Place is where a store keeps its rows; every Open of the same place sees the same rows, so that a test can close a store and
// open it again.
type Place interface {
	Open(t *testing.T) Store
}

// Run runs the contract. Each test gets a new, empty place.
func Run(t *testing.T, newPlace func(t *testing.T) Place) {
	tests := []struct {
		name string
		test func(*testing.T, Place)
	}{
		{"feeds follow the configuration", feedsFollow},
		{"feeds are claimed when they are due", claims},
		{"restart keeps the schedule", restart},
		{"an entry comes back whole", roundTrip},
		{"known is what the lookup names", knownIs},
		{"blocks are counted", blocks},
		{"the health of guids and the sight of entries", health},
		{"the days on which a feed prints", publicationDays},
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
		{"a piece takes another's place", cursors},
		{"pieces are related", related},
		{"the index names candidates", candidates},
		{"pieces are found", refs},
		{"the latest to come stands first", arrivals},
		{"earlier versions stay", revisions},
		{"changes are numbered", changes},
		{"headers of pieces", headers},
		{"a tombstone moves with where it leads", tombstones},
		{"archives are numbered", archiveNumbers},
		{"the keys of authors", authorKeys},
		{"R14 R17 hubs hear of changes once", outbox},
		{"hubs hear of the issues of a digest", closePeriod},
		{"hubs hear of another head", retitled},
		{"O30 subscribers are owed what is published", subscribers},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, newPlace(t)) })
	}
}

// epoch is when the tests take place.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const dawn, nation = "http://dawn.example/rss", "http://nation.example/rss"

func feeds() []oped.Feed {
	return []oped.Feed{
		{Name: "dawn", URL: dawn, Publisher: "Dawn", Lang: "en", Every: time.Hour, Implies: []string{"pakistan"}, Enabled: true},
		{Name: "nation", URL: nation, Publisher: "The Nation", Lang: "en", Enabled: true},
	}
}

// fresh is a store with two feeds and two editions.
func fresh(t *testing.T, p Place) Store {
	t.Helper()
	s := p.Open(t)
	t.Cleanup(func() { s.Close() })
	check(t, s.SyncFeeds(t.Context(), feeds(), epoch))
	check(t, s.SyncEditions(t.Context(), []oped.Edition{{Name: "all"}, {Name: "pak-us"}}, "oped.example", epoch))
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must asks a store something that it has to know.
func must[T any](t *testing.T, ask func(context.Context) (T, error)) T {
	t.Helper()
	v, err := ask(t.Context())
	check(t, err)
	return v
}

// entry is the n-th entry of a feed, as ingest would hand it over.
func entry(feed string, n int) oped.Entry {
	e := oped.Entry{
		FeedURL: feed, ID: fmt.Sprintf("guid-%d", n), URL: fmt.Sprintf("%s/%d", feed, n), Title: fmt.Sprintf("Piece %d", n),
		Text: "It is said.", Content: "<p>It is said.</p>", Lang: "en", Published: epoch.Add(time.Duration(n) * time.Minute), FirstSeen: epoch.Add(24 * time.Hour),
	}
	e.Hash[0], e.Hash[1] = byte(n), byte(n>>8)
	return e
}

// lookup asks for entries by their guid as identity key and their number as piece key.
func lookup(feed string, entries ...oped.Entry) oped.Lookup {
	l := oped.Lookup{FeedURL: feed}
	for _, e := range entries {
		l.Entries = append(l.Entries, oped.EntryLookup{Keys: []string{e.ID}, Hash: e.Hash, PieceKeys: []string{"k:" + e.Title}, AtomIDs: []string{"urn:" + e.Title}})
	}
	return l
}

// simple decides in the simplest way that is right: an entry is known by its guid, a piece by its title; everything enters
// the given editions.
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
		p := oped.Piece{AtomID: "urn:" + e.Title, Kind: oped.Opinion, Entries: []oped.Entry{e}, FirstSeen: at, Updated: at, Revision: 1}
		return oped.PieceChange{Piece: p, Entries: []oped.EntryChange{{Outcome: oped.New, Keys: []string{e.ID}}}, Keys: []string{key}, Enter: editions}
	}
	p := k.Pieces[id]
	p.Entries = slices.Clone(p.Entries)
	i := slices.IndexFunc(p.Entries, func(have oped.Entry) bool { return have.Row == known.Row })
	if i < 0 {
		p.Entries = append(p.Entries, e)
		return oped.PieceChange{Piece: p, Entries: []oped.EntryChange{{Outcome: oped.Joined, Index: len(p.Entries) - 1, Keys: []string{e.ID}}}}
	}
	e.Row = known.Row
	p.Entries[i] = e
	p.Updated, p.Revision = at, p.Revision+1
	return oped.PieceChange{Piece: p, Entries: []oped.EntryChange{{Outcome: oped.Changed, Index: i, News: "text"}}, Revise: p.Editions}
}

// put ingests entries in the simplest way.
func put(t *testing.T, s Store, at time.Time, editions []string, entries ...oped.Entry) oped.Changes {
	t.Helper()
	feed := entries[0].FeedURL
	changes, err := s.Ingest(t.Context(), lookup(feed, entries...), simple(at, editions, entries...))
	check(t, err)
	return changes
}

// feed is the state of one feed.
func feed(t *testing.T, s Store, url string) oped.FeedState {
	t.Helper()
	all, err := s.Feeds(t.Context())
	check(t, err)
	i := slices.IndexFunc(all, func(f oped.FeedState) bool { return f.URL == url })
	if i < 0 {
		t.Fatalf("there is no feed %s", url)
	}
	return all[i]
}

// collect gathers what a sequence yields.
// headOf gives the newest pieces of an edition.
func headOf(t *testing.T, s Store, edition string, limit int) []oped.Piece {
	t.Helper()
	ids, err := s.Head(t.Context(), edition, limit)
	check(t, err)
	pieces, err := s.PiecesOf(t.Context(), ids)
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
