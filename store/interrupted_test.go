package store_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// killed returns the store as the next process finds it after a kill: a copy of its files.
func killed(t *testing.T, path string) (*store.Store, string) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	check(t, err)
	next := filepath.Join(t.TempDir(), filepath.Base(path))
	for _, f := range files {
		raw, err := os.ReadFile(f)
		check(t, err)
		check(t, os.WriteFile(next+strings.TrimPrefix(f, path), raw, 0o600))
	}
	s, err := store.Open(t.Context(), next, store.Options{})
	check(t, err)
	t.Cleanup(func() { s.Close() })
	return s, next
}

// claimed returns the feeds claimed from a store; done ends their fetches.
func claimed(t *testing.T, s *store.Store, now time.Time, n int) (feeds []string) {
	t.Helper()
	due, err := s.Feeds.ClaimDue(t.Context(), now, time.Hour, n)
	check(t, err)
	for _, f := range due {
		feeds = append(feeds, f.URL)
	}
	return feeds
}

func done(t *testing.T, s *store.Store, url string, now time.Time) {
	t.Helper()
	_, err := s.Entries.Ingest(t.Context(), oped.Lookup{FeedURL: url, At: now}, func(k oped.Known) oped.Plan {
		k.Feed.LastFetch, k.Feed.NextFetch = now, now.Add(time.Hour)
		return oped.Plan{Feed: k.Feed}
	})
	check(t, err)
}

func TestFeedsOfADeadProcessAreFetchedLastAndAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	store.EmptyAt(t, path)
	first, err := store.Open(t.Context(), path, store.Options{})
	check(t, err)
	defer first.Close()
	var feeds []oped.Feed
	for n := range 6 {
		feeds = append(feeds, oped.Feed{Name: string(rune('a' + n)), URL: feedURL(n), Enabled: true})
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	check(t, first.Feeds.Sync(t.Context(), feeds, now))
	if got := claimed(t, first, now, 4); len(got) != 4 {
		t.Fatalf("claimed %v", got)
	}
	done(t, first, feedURL(1), now.Add(time.Second))

	// The process dies. Feeds 0, 2 and 3 are suspects; 1 was ingested.
	s, path2 := killed(t, path)
	now = now.Add(time.Minute)
	if _, _, found, err := s.Feeds.Interrupted(t.Context()); err != nil || found {
		t.Errorf("a feed is to blame (%v), but several were being fetched", err)
	}
	if got, want := claimed(t, s, now, 9), []string{feedURL(4), feedURL(5)}; !slices.Equal(got, want) {
		t.Fatalf("claimed %v first, want the feeds that are no suspects: %v", got, want)
	}
	if got := claimed(t, s, now, 9); len(got) != 0 {
		t.Errorf("claimed %v while others are being fetched", got)
	}
	done(t, s, feedURL(4), now)
	done(t, s, feedURL(5), now)
	for _, want := range []int{0, 2} {
		if got := claimed(t, s, now, 9); !slices.Equal(got, []string{feedURL(want)}) {
			t.Fatalf("claimed %v, want feed %d alone", got, want)
		}
		if got := claimed(t, s, now, 9); len(got) != 0 {
			t.Errorf("claimed %v while a suspect is being fetched", got)
		}
		if want == 0 {
			done(t, s, feedURL(0), now)
		}
	}

	// It dies again, of feed 2.
	s, _ = killed(t, path2)
	f, since, found, err := s.Feeds.Interrupted(t.Context())
	if err != nil || !found || f.URL != feedURL(2) || !since.Equal(now) {
		t.Errorf("to blame is %q since %v (%v, %v)", f.URL, since, found, err)
	}
	done(t, s, feedURL(2), now.Add(time.Second))
	if _, _, found, _ := s.Feeds.Interrupted(t.Context()); found {
		t.Error("it is still to blame after its fetch was ingested")
	}
}

// Untried suspects stay suspects over an orderly end.
func TestSuspectsOutliveAnOrderlyEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	store.EmptyAt(t, path)
	first, err := store.Open(t.Context(), path, store.Options{})
	check(t, err)
	defer first.Close()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	check(
		t,
		first.Feeds.Sync(
			t.Context(),
			[]oped.Feed{{Name: "a", URL: feedURL(0), Enabled: true}, {Name: "b", URL: feedURL(1), Enabled: true}},
			now,
		),
	)
	claimed(t, first, now, 1)
	s, path := killed(t, path)
	if got := claimed(t, s, now, 9); !slices.Equal(got, []string{feedURL(1)}) {
		t.Fatalf("claimed %v", got)
	}
	check(t, s.Close())
	for range 2 { // opening the store without a fetch changes nothing
		s, err = store.Open(t.Context(), path, store.Options{})
		check(t, err)
		check(t, s.Close())
	}
	s, err = store.Open(t.Context(), path, store.Options{})
	check(t, err)
	defer s.Close()
	if got := claimed(t, s, now, 9); !slices.Equal(got, []string{feedURL(1)}) {
		t.Errorf("claimed %v first, want the feed that is no suspect", got)
	}
	done(t, s, feedURL(1), now)
	if got := claimed(t, s, now, 9); !slices.Equal(got, []string{feedURL(0)}) {
		t.Errorf("claimed %v, want the suspect", got)
	}
	done(t, s, feedURL(0), now)
	check(t, s.Close())
	if _, err := os.Stat(path + ".fetching"); !os.IsNotExist(err) {
		t.Errorf("the mark is still there: %v", err)
	}
}

// A damaged, foreign or huge mark accuses no feed and stops nothing.
func TestADamagedMarkAccusesNobody(t *testing.T) {
	for _, mark := range []string{
		"", "{", "[]", `{"alone":true,"feeds":{"1":"x"}}`, `{"alone":true,"feeds":{"99":1}}`,
		strings.Repeat("9", 2<<20),
	} {
		path := filepath.Join(t.TempDir(), "oped.db")
		store.EmptyAt(t, path)
		check(t, os.WriteFile(path+".fetching", []byte(mark), 0o600))
		s, err := store.Open(t.Context(), path, store.Options{})
		check(t, err)
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		check(t, s.Feeds.Sync(t.Context(), []oped.Feed{{Name: "a", URL: feedURL(0), Enabled: true}}, now))
		if _, _, found, err := s.Feeds.Interrupted(t.Context()); found || err != nil {
			t.Errorf("%.40q: a feed is to blame (%v)", mark, err)
		}
		if got := claimed(t, s, now, 9); len(got) != 1 {
			t.Errorf("%.40q: claimed %v", mark, got)
		}
		check(t, s.Close())
	}
}

// TestMarkThatAccusesNobodyGoes: a mark of ingested feeds is removed. It would accuse feeds of an older
// backup put in place of the database.
func TestMarkThatAccusesNobodyGoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	store.EmptyAt(t, path)
	first, err := store.Open(t.Context(), path, store.Options{})
	check(t, err)
	defer first.Close()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	check(t, first.Feeds.Sync(t.Context(), []oped.Feed{{Name: "a", URL: feedURL(0), Enabled: true}}, now))
	claimed(t, first, now, 1)
	done(t, first, feedURL(0), now.Add(time.Second))

	s, next := killed(t, path)
	if _, err := os.Stat(next + ".fetching"); !os.IsNotExist(err) {
		t.Errorf("the mark is still there (%v)", err)
	}
	check(t, s.Close())
}
