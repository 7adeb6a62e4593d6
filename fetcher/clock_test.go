package fetcher

import (
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

// TestAClockThatCameBack: a next fetch beyond the longest interval of a feed is due now, and the log names the feed.
func TestAClockThatCameBack(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name     string
		next     time.Duration // from now
		every    time.Duration
		kind     oped.FailureKind
		maxEvery time.Duration
		due      bool
	}{
		{"a year ahead", 365 * day, 0, "", 0, true},
		{"a century ahead", 36500 * day, 0, "", 0, true},
		{"a week ahead", 7 * day, 0, "", 0, true},
		{"a year ahead, failing", 365 * day, 0, oped.Server, 0, true},
		{"a year ahead, asked to wait", 365 * day, 0, oped.Throttled, 0, true},
		{"a year ahead, fetched monthly", 365 * day, 30 * day, "", 0, true},
		{"a year ahead, long freshness", 365 * day, 0, "", 7 * day, true},

		{"a day", day, 0, "", 0, false},
		{"a day and its spread", day + day/10, 0, "", 0, false},
		{"asked to wait 30 days", 30 * day, 0, oped.Throttled, 0, false},
		{"fetched monthly", 32 * day, 30 * day, "", 0, false},
		{"fresh for a week", 7 * day, 0, "", 7 * day, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, forever := range []bool{true, false} {
				synctest.Test(t, func(t *testing.T) {
					log := &strings.Builder{}
					s := script(reply{body: edition("one")})
					feeds := due("http://ahead.example/", "http://later.example/")
					feeds.feeds[0].NextFetch = time.Now().Add(c.next)
					feeds.feeds[0].Every, feeds.feeds[0].LastKind = c.every, c.kind
					feeds.feeds[1].NextFetch = time.Now().Add(time.Hour)
					f := New(Options{
						Transport: s,
						MaxEvery:  c.maxEvery,
						Log:       slog.New(slog.NewTextHandler(log, nil)),
					})
					if forever {
						runFor(t, f, feeds, time.Minute)
					} else if err := f.Once(t.Context(), feeds, feeds.keep); err != nil {
						t.Fatal(err)
					}
					if got := len(s.asked) == 1; got != c.due || strings.Contains(log.String(), "ahead.example") != c.due {
						t.Errorf("asked %v, log:\n%s", s.urls(), log)
					}
				})
			}
		})
	}
}

// TestAClockThatComesBackMeanwhile: a running daemon notices it, and forgets the waits of the future.
func TestAClockThatComesBackMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var back atomic.Bool
		began := time.Now()
		now := func() time.Time {
			if !back.Load() {
				return time.Now().AddDate(1, 0, 0)
			}
			return time.Now()
		}
		s := pages(map[string]reply{
			"http://one.example/": {body: edition("one")},
			"http://two.example/": {status: 429, header: headers("Retry-After", "7200")},
		})
		timer := time.AfterFunc(10*time.Minute, func() { back.Store(true) })
		defer timer.Stop()
		feeds := due("http://one.example/", "http://two.example/")
		runFor(t, New(Options{Transport: s, Now: now}), feeds, 11*time.Minute)
		if n := len(s.asked); n != 4 || s.at[3].Sub(began) > 11*time.Minute {
			t.Errorf("%d requests: %v", n, s.at)
		}
	})
}

// TestStoredWaitsOfTheFuture: a next fetch and the waits of a clock that came back are dropped, and the log says so
// once.
func TestStoredWaitsOfTheFuture(t *testing.T) {
	for _, forever := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			log := &strings.Builder{}
			feeds := due("http://one.example/", "http://two.example/", "http://three.example/")
			future := time.Now().AddDate(10, 0, 0)
			for i := range feeds.feeds {
				feeds.feeds[i].NextFetch = future
			}
			feeds.waits = map[string]oped.Wait{}
			for _, domain := range []string{"", "two.example"} {
				feeds.waits[domain] = oped.Wait{Domain: domain, Since: future, Until: future.Add(time.Hour)}
			}
			s := script(reply{body: edition("one")})
			f := New(Options{Transport: s, Log: slog.New(slog.NewTextHandler(log, nil))})
			if forever {
				runFor(t, f, feeds, time.Minute)
			} else if err := f.Once(t.Context(), feeds, feeds.keep); err != nil {
				t.Fatal(err)
			}
			if len(s.asked) != 3 || len(feeds.waits) != 0 || strings.Count(log.String(), "\n") != 1 {
				t.Errorf("forever %v: asked %v, waits %v, log:\n%s", forever, s.urls(), feeds.waits, log)
			}
		})
	}
}
