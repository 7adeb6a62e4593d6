package fetcher

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

// TestRedirectsKeepTheSpacing (F28): requests to one domain are spaced, whether a feed or a redirect leads there.
func TestRedirectsKeepTheSpacing(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, target := range map[string]string{
			"one host":      "http://shared.example/%d",
			"several hosts": "http://h%d.shared.example/",
			"upgraded":      "https://shared.example/%d",
			"twice":         "http://middle%d.example/",
			"and its own":   "http://shared.example/%d",
		} {
			t.Run(fmt.Sprint(status, " ", name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					l := newLoad()
					s := &site{response: func(_ int, r *http.Request) reply {
						domain := domainOf(r.URL.String())
						l.come(domain, 1)
						l.come(domain, -1)
						var n int
						switch {
						case strings.HasPrefix(domain, "paper"):
							fmt.Sscanf(domain, "paper%d.", &n)
							return redirect(status, fmt.Sprintf(target, n))
						case strings.HasPrefix(domain, "middle"):
							fmt.Sscanf(domain, "middle%d.", &n)
							return redirect(status, fmt.Sprintf("http://shared.example/%d", n))
						}
						return reply{body: edition("one")}
					}}
					var all []string
					for i := range 20 {
						all = append(all, fmt.Sprintf("http://paper%d.example/", i))
						if name == "and its own" {
							all = append(all, fmt.Sprintf("http://shared.example/own/%d", i))
						}
					}
					feeds := due(all...)
					if err := New(Options{Transport: s, Timeout: 5 * time.Second}).Once(t.Context(), feeds, feeds.keep); err != nil {
						t.Fatal(err)
					}
					if got := l.spacing(); got < time.Second || len(l.starts["shared.example"]) != len(all) {
						t.Errorf("%d requests, two of them %v apart", len(l.starts["shared.example"]), got)
					}
					for _, f := range feeds.feeds {
						if f.Failures > 0 {
							t.Errorf("%s: %s", f.URL, f.LastError) // waiting for a turn is no delay of the server
						}
					}
				})
			})
		}
	}
}

// TestARedirectWithinADomainIsNotDelayed: it belongs to the same visit.
func TestARedirectWithinADomainIsNotDelayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := script(redirect(301, "https://www.paper.example/feed"), reply{body: edition("one")})
		if r := New(Options{Transport: s}).Fetch(t.Context(), feedAt("http://paper.example/feed")); r.Err != nil ||
			r.Took > 0 {
			t.Errorf("%v after %v", r.Err, r.Took)
		}
	})
}

// TestFetchNowKeepsTheSpacing (F28), also after a fetch by another process.
func TestFetchNowKeepsTheSpacing(t *testing.T) {
	for ago, want := range map[time.Duration]time.Duration{
		0: time.Second, 400 * time.Millisecond: 600 * time.Millisecond, time.Second: 0, time.Hour: 0,
		-time.Hour: time.Second, // of a clock that was ahead
	} {
		synctest.Test(t, func(t *testing.T) {
			states := []oped.FeedState{feedAt("http://www.paper.example/a"), feedAt("http://other.example/")}
			states[0].LastFetch, states[1].LastFetch = time.Now().Add(-ago), time.Now()
			s := script(reply{body: edition("one")})
			f, began := New(Options{Transport: s}), time.Now()
			for i := range 3 {
				last := LastVisit(states, "http://paper.example/b")
				r, err := f.FetchNow(t.Context(), due(), feedAt("http://paper.example/b"), last)
				if err != nil || r.Err != nil {
					t.Fatal(err, r.Err)
				}
				if got := s.at[i].Sub(began); i == 0 && got != want || i > 0 && s.at[i].Sub(s.at[i-1]) < time.Second {
					t.Errorf("%v after the last fetch: request %d after %v", ago, i, got)
				}
			}
		})
	}
}

// TestA429OfASharedHostHoldsItsFeed (F22): only a second one within an hour holds the host.
func TestA429OfASharedHostHoldsItsFeed(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second string
		other         string
		after         time.Duration // the second
		later         time.Duration // the other
		retry         string
		held          bool
	}{
		{"one feedburner host", "http://feeds.feedburner.com/a", "", "http://feeds.feedburner.com/c", 0, 0, "7200", false},
		{"two of its hosts", "http://feeds.feedburner.com/a", "http://feeds2.feedburner.com/b",
			"http://feeds.feedburner.com/c", time.Minute, time.Minute, "7200", true},
		{"google news", "https://news.google.com/rss?q=a", "", "https://news.google.com/rss?q=c", 0, 0, "7200", false},
		{"google news twice", "https://news.google.com/rss?q=a", "https://news.google.com/rss?q=b",
			"https://news.google.com/rss?q=c", time.Minute, time.Hour, "7200", true},
		{"google news twice, and over", "https://news.google.com/rss?q=a", "https://news.google.com/rss?q=b",
			"https://news.google.com/rss?q=c", time.Minute, 2 * time.Hour, "7200", false},
		{"twice, two hours apart", "https://a.substack.com/feed", "https://b.substack.com/feed",
			"https://c.substack.com/feed", 2 * time.Hour, time.Minute, "7200", false},
		{"twice without Retry-After", "https://medium.com/feed/a", "https://medium.com/feed/b",
			"https://medium.com/feed/c", time.Minute, 59 * time.Minute, "", true},
		{"another host of google", "https://news.google.com/rss?q=a", "https://news.google.com/rss?q=b",
			"https://blog.google.com/feed", time.Minute, 0, "7200", false},
		{"a host with a similar name", "http://feeds.feedburner.com/a", "http://feeds.feedburner.com/b",
			"http://notfeedburner.com/c", time.Minute, 0, "7200", false},
		{"a paper's own host", "http://paper.example/a", "", "http://paper.example/c", 0, 0, "7200", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				throttled := reply{status: 429}
				if c.retry != "" {
					throttled.header = headers("Retry-After", c.retry)
				}
				s := &site{response: func(_ int, r *http.Request) reply {
					if r.URL.String() == c.other {
						return reply{body: edition("one")}
					}
					return throttled
				}}
				var waits map[string]oped.Wait
				fetch := func(address string) oped.FeedState { // each time by another process
					feeds := due(address)
					feeds.waits = waits
					if err := New(Options{Transport: s}).Once(t.Context(), feeds, feeds.keep); err != nil {
						t.Fatal(err)
					}
					waits = feeds.waits
					return feeds.feeds[0]
				}
				if got := fetch(c.first); got.LastKind != oped.Throttled {
					t.Fatalf("%+v", got)
				}
				time.Sleep(c.after)
				if c.second != "" {
					if got := fetch(c.second); got.LastKind != oped.Throttled {
						t.Fatalf("%+v", got)
					}
				}
				time.Sleep(c.later)
				if got := fetch(c.other); (got.LastKind == oped.Throttled) != c.held {
					t.Errorf("%s: %q", c.other, got.LastError)
				}
			})
		})
	}
}

// TestDueFeedsAreShuffled: their order is that of the options, not that of the configuration.
func TestDueFeedsAreShuffled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []string
		for i := range 10 {
			all = append(all, fmt.Sprintf("http://paper%d.example/", i))
		}
		order := func(shuffle func(int, func(int, int))) []string {
			s := script(reply{body: edition("one"), lasts: time.Second})
			feeds := due(all...)
			err := New(Options{Transport: s, Concurrency: 1, Shuffle: shuffle}).Once(t.Context(), feeds, feeds.keep)
			if err != nil {
				t.Fatal(err)
			}
			return s.urls()
		}
		reversed := slices.Clone(all)
		slices.Reverse(reversed)
		// With one fetch at once, feeds are claimed four at a time.
		got := order(func(n int, swap func(i, j int)) {
			for i := range n / 2 {
				swap(i, n-1-i)
			}
		})
		if slices.Equal(got, all) || got[0] != all[3] {
			t.Errorf("order %v", got)
		}
		if kept := order(func(int, func(int, int)) {}); !slices.Equal(kept, all) {
			t.Errorf("unshuffled: %v", kept)
		}
		var random [][]string
		for range 20 {
			random = append(random, order(nil))
		}
		if !slices.ContainsFunc(random, func(got []string) bool { return !slices.Equal(got, all) }) {
			t.Error("20 random orders are that of the configuration")
		}
	})
}

// TestDrainLetsFetchesEnd: a reload cuts off no fetch, repeats none, and begins no other.
func TestDrainLetsFetchesEnd(t *testing.T) {
	for name, c := range map[string]struct {
		feeds   []string
		asked   int
		lasts   time.Duration
		ends    time.Duration // after Drain
		handled int
	}{
		"none":                {nil, 0, 0, 0, 0},
		"one":                 {[]string{"http://a.example/"}, 1, 9 * time.Second, 8 * time.Second, 1},
		"some":                {[]string{"http://a.example/", "http://b.example/"}, 2, 9 * time.Second, 8 * time.Second, 2},
		"others in the queue": {[]string{"http://a.example/", "http://a.example/2"}, 1, 9 * time.Second, 8 * time.Second, 1},
		"ended before":        {[]string{"http://a.example/"}, 1, time.Millisecond, 0, 1},
		"one that fails":      {[]string{"http://a.example/"}, 1, 90 * time.Second, 59 * time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := script(reply{body: edition("one"), lasts: c.lasts})
				feeds := due(c.feeds...)
				f := New(Options{Transport: s})
				var drained time.Time
				timer := time.AfterFunc(time.Second, func() {
					drained = time.Now()
					f.Drain()
					f.Drain()
				})
				defer timer.Stop()
				err := f.Run(t.Context(), feeds, feeds.keep)
				handled := 0
				for _, one := range feeds.feeds {
					if !one.LastFetch.IsZero() {
						handled++
					}
				}
				if took := time.Since(drained); err != nil || took != c.ends || len(s.asked) != c.asked ||
					handled != c.handled {
					t.Errorf("%v after %v, asked %v, %d handled", err, took, s.urls(), handled)
				}
			})
		})
	}
}
