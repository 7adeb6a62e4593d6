package ingest_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"oped"
	"oped/ingest"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/store"
	"oped/topic"
)

// corpus is the labelled real texts; the test is skipped, aloud, where there are none.
func corpus(t *testing.T) []newstest.Text {
	t.Helper()
	texts, err := newstest.Corpus(cmp.Or(os.Getenv("OPED_DATA"), "../../shared/data"))
	if err != nil {
		t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
	}
	return texts
}

// seedOf returns the seed of a test: the same in each run, so that a failure is reproducible. OPED_SEED sets
// another, or "now" a new one.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	asked := cmp.Or(os.Getenv("OPED_SEED"), "2026")
	if asked == "now" {
		asked = fmt.Sprint(time.Now().UnixNano())
	}
	seed, err := strconv.ParseUint(asked, 10, 64)
	check(t, err)
	t.Logf("OPED_SEED=%d", seed)
	return seed
}

// hall is a real store with an Ingester before it, for many papers and many fetches: it is not asked
// everything twice as a house is.
type hall struct {
	t     *testing.T
	store *store.Store
	in    *ingest.Ingester
	feeds map[string]oped.Feed
	at    time.Time
	ids   map[oped.PieceID]string // AtomIDs given out
}

// newHall returns a hall on a copy of an empty database; nil: on one without feeds. All papers of the variants have
// their feed in it.
func newHall(t *testing.T, empty []byte) *hall {
	t.Helper()
	path := filepath.Join(memory(t), "oped.db")
	if empty == nil {
		testkit.EmptyStore(t, path)
	} else {
		check(t, os.WriteFile(path, empty, 0o600))
	}
	st, err := store.Open(t.Context(), path, store.Options{})
	check(t, err)
	t.Cleanup(func() { st.Close() })
	h := &hall{
		t:     t,
		store: st,
		feeds: map[string]oped.Feed{},
		at:    newstest.Epoch().AddDate(0, 0, 10),
		ids:   map[oped.PieceID]string{},
	}
	if empty == nil {
		check(t, st.Feeds.Sync(t.Context(), newstest.Feeds(), epoch))
	}
	for _, f := range newstest.Feeds() {
		h.feeds[f.URL] = f
	}
	tagger, err := topic.Compile(nil, nil)
	check(t, err)
	h.in = ingest.New(st.Entries, &ingest.Rules{Tagger: tagger, Feeds: h.feeds, Authority: "oped.example"})
	return h
}

// emptyHall returns the database of an empty hall.
func emptyHall(t *testing.T) []byte {
	t.Helper()
	h := newHall(t, nil)
	check(t, h.store.Close())
	data, err := os.ReadFile(h.store.Path())
	check(t, err)
	return data
}

// fetch takes a document in, a minute after the last one.
func (h *hall) fetch(entries ...oped.Entry) {
	h.t.Helper()
	h.at = h.at.Add(time.Minute)
	for i := range entries {
		e := &entries[i]
		e.Hash = sha256.Sum256([]byte(e.ID + e.URL + e.Title + e.Content))
	}
	f := oped.Fetched{
		Feed:    oped.FeedState{Feed: h.feeds[entries[0].FeedURL]},
		At:      h.at,
		Status:  200,
		Next:    h.at.Add(time.Hour),
		Entries: entries,
	}
	if _, err := h.in.Handle(context.Background(), f); err != nil {
		h.t.Fatal(err)
	}
}

// all returns the existing pieces. None may have changed its AtomID.
func (h *hall) all() (all []oped.Piece) {
	h.t.Helper()
	for p, err := range h.store.Pieces.All(context.Background(), 0, 0) {
		check(h.t, err)
		all = append(all, p)
		if was, ok := h.ids[p.ID]; ok && was != p.AtomID {
			h.t.Errorf("piece %d was %s and is %s", p.ID, was, p.AtomID)
		}
		h.ids[p.ID] = p.AtomID
	}
	return all
}

// lead checks that each AtomID ever given leads to an existing piece.
func (h *hall) lead() {
	h.t.Helper()
	all := h.all()
	for id, atomID := range h.ids {
		to, err := h.store.Pieces.ResolveID(context.Background(), id)
		if err != nil || !slices.ContainsFunc(all, func(p oped.Piece) bool { return p.ID == to }) {
			h.t.Errorf("piece %d (%s) leads to %d: %v", id, atomID, to, err)
		}
		if p, err := h.store.Pieces.Get(context.Background(), atomID); err != nil || p.ID != to {
			h.t.Errorf("%s leads to %d (%v), want %d", atomID, p.ID, err, to)
		}
	}
}
