package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/store"
)

func feedsFollow(t *testing.T, p place) {
	s := fresh(t, p)
	ctx := t.Context()
	got := ask(t, s.Feeds.All)
	if len(got) != 2 || !sameFeed(got[0].Feed, feeds()[0]) || !sameFeed(got[1].Feed, feeds()[1]) {
		t.Fatalf("the feeds are not those of the configuration: %+v", got)
	}
	put(t, s, epoch, nil, entry(dawn, 1))
	check(t, s.Feeds.SetPaused(ctx, nation, true))
	before := feed(t, s, dawn)

	later := epoch.Add(time.Hour)
	changed := feeds()[0]
	changed.Publisher, changed.Implies = "Dawn (Karachi)", nil
	moved := feeds()[1]
	moved.URL = "http://nation.example/new"
	check(t, s.Feeds.Sync(ctx, []oped.Feed{moved, changed}, later))

	got = ask(t, s.Feeds.All)
	var urls []string
	for _, f := range got {
		urls = append(urls, f.URL)
	}
	if want := []string{moved.URL, dawn, nation}; !slices.Equal(urls, want) {
		t.Fatalf("feeds %v, want %v", urls, want)
	}
	if got[2].Enabled || !got[2].Paused {
		t.Error("a feed that is not configured any more is enabled, or has forgotten that it was paused")
	}
	if !got[0].NextFetch.Equal(later) {
		t.Error("a feed with a new URL is not due at once")
	}
	if got[1].Publisher != changed.Publisher || got[1].Implies != nil || !got[1].NextFetch.Equal(before.NextFetch) ||
		got[1].Entries != 1 {
		t.Errorf("a feed with a new publisher lost its state: %+v", got[1])
	}
	if p, err := s.Pieces.Get(ctx, "urn:Piece 1"); err != nil || p.Lead().Publisher != changed.Publisher {
		t.Errorf("the entries of a renamed publisher: %+v, %v", p, err)
	}
	if err := s.Feeds.SetPaused(ctx, "http://no.example/", true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("pausing a feed that is not there: %v", err)
	}
}

func sameFeed(a, b oped.Feed) bool {
	same := slices.Equal(a.Implies, b.Implies)
	a.Implies, b.Implies = nil, nil
	return same && a.Name == b.Name && a.URL == b.URL && a.Title == b.Title && a.Publisher == b.Publisher &&
		a.Lang == b.Lang &&
		a.Every == b.Every && a.Opinion == b.Opinion && a.Kind == b.Kind && a.Enabled == b.Enabled &&
		a.Full == b.Full &&
		a.Reserved == b.Reserved &&
		a.Excerpt == b.Excerpt
}

func claims(t *testing.T, p place) {
	s := fresh(t, p)
	ctx := t.Context()
	claim := func(now time.Time, n int) (urls []string) {
		t.Helper()
		due, err := s.Feeds.ClaimDue(ctx, now, 10*time.Minute, n)
		check(t, err)
		for _, f := range due {
			urls = append(urls, f.URL)
		}
		return urls
	}
	next := func() time.Time { t.Helper(); return ask(t, s.Feeds.NextDue) }

	if got := claim(epoch.Add(-time.Second), 9); got != nil {
		t.Fatalf("claimed before it was due: %v", got)
	}
	if !next().Equal(epoch) {
		t.Errorf("next due %v, want %v", next(), epoch)
	}
	for ago, want := range map[time.Duration]int{time.Second: 2, 0: 0} {
		if after, err := s.Feeds.DueAfter(ctx, epoch.Add(-ago)); err != nil || len(after) != want {
			t.Errorf("%d feeds due after %v before, %v", len(after), ago, err)
		}
	}
	if got := claim(epoch, 1); !slices.Equal(got, []string{dawn}) {
		t.Fatalf("claimed %v, want the first feed", got)
	}
	if got := claim(epoch, 9); !slices.Equal(got, []string{nation}) {
		t.Fatalf("claimed %v, want the second feed only: the first one is leased", got)
	}
	if got := claim(epoch, 9); got != nil {
		t.Fatalf("claimed leased feeds %v", got)
	}
	if want := epoch.Add(10 * time.Minute); !next().Equal(want) {
		t.Errorf("next due %v, want the end of the leases %v", next(), want)
	}
	put(t, s, epoch.Add(time.Minute), nil, entry(dawn, 1)) // due again an hour later
	if got := claim(epoch.Add(11*time.Minute), 9); !slices.Equal(got, []string{nation}) {
		t.Fatalf("claimed %v, want the feed whose lease ran out", got)
	}
	check(t, s.Feeds.SetPaused(ctx, dawn, true))
	if got := claim(epoch.Add(2*time.Hour), 9); !slices.Equal(got, []string{nation}) {
		t.Fatalf("claimed %v, want the feed that is not paused", got)
	}
	check(t, s.Feeds.SetPaused(ctx, dawn, false))
	if got := claim(epoch.Add(2*time.Hour), 9); !slices.Equal(got, []string{dawn}) {
		t.Fatalf("claimed %v, want the feed that goes on", got)
	}

	never := func(k oped.Known) oped.Plan { k.Feed.NextFetch = time.Time{}; return oped.Plan{Feed: k.Feed} }
	for _, f := range []string{dawn, nation} {
		if _, err := s.Entries.Ingest(ctx, oped.Lookup{FeedURL: f}, never); err != nil {
			t.Fatal(err)
		}
	}
	if got := claim(epoch.AddDate(100, 0, 0), 9); got != nil || !next().IsZero() {
		t.Fatalf("claimed %v, next %v, though nothing is scheduled", got, next())
	}
	check(t, s.Feeds.MakeDue(ctx, epoch, nation))
	if got := claim(epoch, 9); !slices.Equal(got, []string{nation}) {
		t.Fatalf("claimed %v, want the one that was made due", got)
	}
	check(t, s.Feeds.MakeDue(ctx, epoch))
	if got := claim(epoch, 9); !slices.Equal(got, []string{dawn}) {
		t.Fatalf("claimed %v, want the one that was made due with all", got)
	}
	if err := s.Feeds.MakeDue(ctx, epoch, "http://no.example/"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("making a feed due that is not there: %v", err)
	}
}

// restart closes a store in the middle of a fetch: the schedule is as before, and the feeds being fetched are
// due again.
func restart(t *testing.T, p place) {
	s := fresh(t, p)
	if _, err := s.Feeds.ClaimDue(t.Context(), epoch, time.Hour, 9); err != nil {
		t.Fatal(err)
	}
	state := func(k oped.Known) oped.Plan {
		f := k.Feed
		f.Validators = oped.Validators{URL: dawn, ETag: "W/\"\xe9\"", LastModified: "yesterday"}
		f.BodyHash, f.Freshness, f.TTL = [32]byte{1}, time.Minute, time.Hour
		f.DocTitle, f.DocSite, f.DocLang, f.DocID, f.Rights = "T", "S", "L", "I", "R"
		f.DocSignals = oped.Signals{Reserved: true, Policy: "https://p.example/", NoSearch: true, NoInput: true, NoTrain: true}
		f.NextFetch, f.LastFetch = epoch.Add(time.Hour), epoch.Add(1)
		f.LastSuccess, f.LastNew = epoch.Add(2*time.Millisecond), epoch.Add(3*time.Millisecond)
		f.Failures, f.FailingSince, f.LastStatus, f.LastKind, f.LastError = 3, epoch, 503, oped.Server, "busy"
		return oped.Plan{Feed: f}
	}
	if _, err := s.Entries.Ingest(t.Context(), oped.Lookup{FeedURL: dawn}, state); err != nil {
		t.Fatal(err)
	}
	before := feed(t, s, dawn)
	if before.Validators.ETag != "W/\"\xe9\"" || before.LastKind != oped.Server || before.TTL != time.Hour ||
		before.BodyHash != [32]byte{1} ||
		before.Rights != "R" ||
		before.DocSignals != (oped.Signals{Reserved: true, Policy: "https://p.example/", NoSearch: true, NoInput: true, NoTrain: true}) {
		t.Errorf("the state is not as it was written: %+v", before)
	}
	check(t, s.Close())

	s = p.Open(t)
	defer s.Close()
	check(t, s.Feeds.Sync(t.Context(), feeds(), epoch.Add(time.Minute)))
	if after := feed(t, s, dawn); !equal(before, after) {
		t.Errorf("after a restart\n%+v\nbefore\n%+v", after, before)
	}
	due, err := s.Feeds.ClaimDue(t.Context(), epoch.Add(time.Minute), time.Hour, 9)
	check(t, err)
	if len(due) != 1 || due[0].URL != nation {
		t.Errorf("after a restart %v are due, want what was being fetched and nothing else", due)
	}
}

// spellings of an address are one feed. It keeps its state.
func spellings(t *testing.T, p place) {
	s := fresh(t, p)
	ctx := t.Context()
	put(t, s, epoch, nil, entry(dawn, 1))
	before := feed(t, s, dawn)
	key := oped.FeedKey(dawn)
	for _, address := range []string{
		strings.Replace(dawn, "http", "HTTP", 1), dawn + "#top", strings.Replace(dawn, "dawn", "DAWN", 1),
		strings.Replace(dawn, ".example/", ".example:80/", 1), strings.Replace(dawn, ".example/", ".example./", 1), dawn,
	} {
		all := feeds()
		all[0].URL = address
		check(t, s.Feeds.Sync(ctx, all, epoch.Add(time.Hour)))
		got := ask(t, s.Feeds.All)
		if len(got) != 2 || oped.FeedKey(address) != key || got[0].URL != address || got[0].ID != before.ID ||
			got[0].Entries != 1 || got[0].Removed || got[1].Removed {
			t.Errorf("%s: %+v", address, got)
		}
	}
	check(t, s.Feeds.Sync(ctx, feeds()[1:], epoch.Add(time.Hour)))
	if got := ask(t, s.Feeds.All); !got[1].Removed || got[1].Enabled || got[0].Removed {
		t.Errorf("without the first feed: %+v", got)
	}
	back := feeds()
	back[0].URL += "#again"
	check(t, s.Feeds.Sync(ctx, back, epoch.Add(time.Hour)))
	if got := ask(t, s.Feeds.All); len(got) != 2 || got[0].ID != before.ID || got[0].Removed || !got[0].Enabled {
		t.Errorf("with it again: %+v", got)
	}
}

// waits stores, replaces and removes times without requests. They outlive the process.
func waits(t *testing.T, p place) {
	s := fresh(t, p)
	ctx := t.Context()
	want := []oped.Wait{
		{Since: epoch, Until: epoch.Add(time.Minute)},
		{Domain: "paper.example", Since: epoch, Until: epoch.Add(2 * time.Hour)},
	}
	check(t, s.Feeds.SetWait(ctx, oped.Wait{Domain: "paper.example", Since: epoch, Until: epoch.Add(time.Hour)}))
	for _, w := range want {
		check(t, s.Feeds.SetWait(ctx, w))
	}
	if got := ask(t, s.Feeds.Waits); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	check(t, s.Feeds.SetWait(ctx, oped.Wait{}))
	if got := ask(t, s.Feeds.Waits); !slices.Equal(got, want[1:]) {
		t.Errorf("after the end of one: %v", got)
	}
}
