package fetcher

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

// load records the load on a site over time.
type load struct {
	mu     sync.Mutex
	active map[string]int
	max    map[string]int         // simultaneous requests, by domain; "" for all
	starts map[string][]time.Time // by domain
}

func newLoad() *load {
	return &load{active: map[string]int{}, max: map[string]int{}, starts: map[string][]time.Time{}}
}

func (l *load) come(domain string, by int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if by > 0 {
		l.starts[domain] = append(l.starts[domain], time.Now())
	}
	for _, d := range []string{domain, ""} {
		l.active[d] += by
		l.max[d] = max(l.max[d], l.active[d])
	}
}

// slowly returns a site that answers each address after its own delay, between lowest and limit.
func (l *load) slowly(lowest, limit time.Duration) *slowSite {
	return &slowSite{l, lowest, limit}
}

type slowSite struct {
	load     *load
	min, max time.Duration
}

func (s *slowSite) RoundTrip(r *http.Request) (*http.Response, error) {
	domain := domainOf(r.URL.String())
	s.load.come(domain, 1)
	defer s.load.come(domain, -1)
	h := fnv.New32a()
	h.Write([]byte(r.URL.String()))
	takes := s.min + time.Duration(h.Sum32()%1000)*(s.max-s.min)/1000
	return script(reply{lasts: takes, body: edition("one")}).RoundTrip(r)
}

// spacing returns the shortest time between two starts in one domain.
func (l *load) spacing() time.Duration {
	shortest := time.Duration(1 << 62)
	for _, starts := range l.starts {
		for i := range starts[1:] {
			shortest = min(shortest, starts[i+1].Sub(starts[i]))
		}
	}
	return shortest
}

func TestF28OneFetchAtATimePerDomain(t *testing.T) {
	var busy, elsewhere []string
	for i := range 200 {
		busy = append(busy, fmt.Sprintf("http://h%d.busy.example/feed/%d", i%40, i))
		elsewhere = append(elsewhere, fmt.Sprintf("http://www.paper%d.example/feed", i))
	}
	for _, c := range []struct {
		name  string
		feeds []string
		slow  time.Duration
	}{
		{"the busy domain comes first", slices.Concat(busy, elsewhere), 800 * time.Millisecond},
		{"the busy domain comes last", slices.Concat(elsewhere, busy), 800 * time.Millisecond},
		{"slower than the spacing", slices.Concat(busy, elsewhere), 5 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLoad()
				feeds, began := due(c.feeds...), time.Now()
				f := New(Options{Transport: l.slowly(c.slow/4, c.slow)})
				if err := f.Once(t.Context(), feeds, feeds.keep); err != nil {
					t.Fatal(err)
				}
				for domain, limit := range l.max {
					if domain != "" && limit > 1 {
						t.Errorf("%s had %d visitors at once", domain, limit)
					}
				}
				if l.max[""] != 16 {
					t.Errorf("%d fetches at once, want the 16 that are allowed", l.max[""])
				}
				if got := l.spacing(); got < time.Second {
					t.Errorf("two visits of one domain are %v apart", got)
				}
				last := time.Duration(0)
				for domain, starts := range l.starts {
					if domain != "busy.example" {
						last = max(last, starts[0].Sub(began))
					}
				}
				took := time.Since(began)
				t.Logf("all within %v, the last of the others began after %v", took, last)
				// It waits for a slot at first.
				wantBetween(t, "all of it", took, 199*time.Second, 200*max(time.Second, c.slow)+10*time.Second)
				// The busy domain has one of 16 slots.
				wantBetween(t, "the others' turn", last, 0, 200*c.slow/15+time.Second)
				if n := len(l.starts["busy.example"]); n != 200 || len(l.starts) != 201 {
					t.Errorf("%d visits of the busy domain, %d domains", n, len(l.starts))
				}
			})
		})
	}
}

func wantBetween(t *testing.T, what string, got, lowest, limit time.Duration) {
	t.Helper()
	if got < lowest || got > limit {
		t.Errorf("%s took %v, want %v to %v", what, got, lowest, limit)
	}
}

func TestF28OptionsBoundTheLoad(t *testing.T) {
	var all []string
	for i := range 60 {
		all = append(all, fmt.Sprintf("http://h%d.paper%d.example/", i, i%3))
	}
	synctest.Test(t, func(t *testing.T) {
		l := newLoad()
		feeds, began := due(all...), time.Now()
		f := New(Options{
			Transport:   l.slowly(time.Second, time.Second),
			Concurrency: 4,
			PerHost:     2,
			Spacing:     -1,
		})
		if err := f.Once(t.Context(), feeds, feeds.keep); err != nil {
			t.Fatal(err)
		}
		if l.max[""] != 4 || l.max["paper0.example"] != 2 {
			t.Errorf("%d at once, %d of them at one domain", l.max[""], l.max["paper0.example"])
		}
		wantBetween(t, "60 fetches of a second, 4 at once,", time.Since(began), 15*time.Second, 15*time.Second)
	})
}

func TestF29OneFetchPerFeedHoweverLongItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []string
		for i := range 40 {
			all = append(all, fmt.Sprintf("http://slow.example/%d", i))
		}
		s := script(reply{lasts: 59 * time.Second, body: edition("one")})
		feeds, began := due(all...), time.Now()
		if err := New(Options{Transport: s}).Once(t.Context(), feeds, feeds.keep); err != nil {
			t.Fatal(err)
		}
		asked := s.urls()
		slices.Sort(asked)
		if n := len(slices.Compact(slices.Clone(asked))); n != 40 || len(asked) != 40 {
			t.Errorf("%d requests for %d addresses within %v", len(asked), n, time.Since(began))
		}
	})
}

func TestF22ADomainsWaitHoldsBackItsQueuedFeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []string
		for i := range 30 {
			all = append(all, fmt.Sprintf("http://h%d.busy.example/", i))
		}
		answer := reply{status: 429, header: headers("Retry-After", "7200")}
		s := &site{response: func(int, *http.Request) reply { return answer }}
		feeds, began := due(all...), time.Now()
		f := New(Options{Transport: s})
		runFor(t, f, feeds, time.Hour)
		if len(s.asked) != 1 {
			t.Errorf("%d requests of a domain that asked for two hours", len(s.asked))
		}
		answer = reply{body: edition("one")}
		runFor(t, f, feeds, 2*time.Hour)
		if len(s.asked) != 31 || s.at[1].Sub(began) < 2*time.Hour {
			t.Errorf("%d requests, the second after %v", len(s.asked), s.at[1].Sub(began))
		}
	})
}

func TestRunEndsWithTheHandlersError(t *testing.T) {
	full := errors.New("the disk is full")
	synctest.Test(t, func(t *testing.T) {
		var all []string
		for i := range 50 {
			all = append(all, fmt.Sprintf("http://paper%d.example/", i))
		}
		for _, run := range []func(*Fetcher) func(context.Context, Feeds, Handle) error{
			func(f *Fetcher) func(context.Context, Feeds, Handle) error { return f.Run },
			func(f *Fetcher) func(context.Context, Feeds, Handle) error { return f.Once },
		} {
			l := newLoad()
			f := New(Options{Transport: l.slowly(time.Second, 50*time.Second)})
			began := time.Now()
			err := run(f)(t.Context(), due(all...), func(_ context.Context, r oped.Fetched) error { return full })
			if !errors.Is(err, full) {
				t.Errorf("got %v", err)
			}
			if l.active[""] != 0 || time.Since(began) > 20*time.Second {
				t.Errorf("%d fetches are under way after %v", l.active[""], time.Since(began))
			}
		}
	})
}

func TestRunReturnsTheHandlersErrorEvenWhenCancelled(t *testing.T) {
	full := errors.New("the disk is full")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		s := script(reply{body: edition("one")})
		f := New(Options{Transport: s})
		err := f.Run(ctx, due("http://one.example/"), func(ctx context.Context, _ oped.Fetched) error {
			<-ctx.Done()
			return full
		})
		if !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
	})
}

// TestRunEndsWithItsContext relies on synctest too: a leaked goroutine fails it.
func TestRunEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []string
		for i := range 50 {
			all = append(all, fmt.Sprintf("http://paper%d.example/", i))
		}
		l := newLoad()
		ctx, cancel := context.WithCancel(t.Context())
		handled := 0
		ended := make(chan error)
		go func() {
			f := New(Options{Transport: l.slowly(time.Minute, time.Minute), Timeout: time.Hour})
			ended <- f.Run(ctx, due(all...), func(context.Context, oped.Fetched) error {
				handled++
				return nil
			})
		}()
		time.Sleep(10 * time.Second) // in the bubble's time
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if l.active[""] != 0 || handled != 0 {
			t.Errorf("%d fetches are under way, %d that we ended ourselves were handled", l.active[""], handled)
		}
	})
}

func TestOnceEndsWhenNothingIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := script(reply{body: edition("one")})
		feeds := due("http://one.example/", "http://two.example/", "http://later.example/", "http://never.example/")
		feeds.feeds[2].NextFetch = time.Now().Add(time.Second)
		feeds.feeds[3].NextFetch = time.Time{}
		began := time.Now()
		if err := New(Options{Transport: s}).Once(t.Context(), feeds, feeds.keep); err != nil || len(s.asked) != 2 ||
			time.Since(began) > 0 {
			t.Errorf("%v, asked %v within %v", err, s.urls(), time.Since(began))
		}
	})
}

func TestRunNoticesAFeedThatBecomesDue(t *testing.T) {
	for _, c := range []struct {
		name  string
		lasts time.Duration // for the busy feed
		max   time.Duration
	}{
		{"while it is idle", 0, pollInterval},
		{"while a slow feed is fetched and another waits for it", time.Hour, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &site{response: func(_ int, r *http.Request) reply {
					a := reply{body: edition("one")}
					if r.URL.Host == "slow.example" {
						a.lasts = c.lasts
					}
					return a
				}}
				feeds := due("http://slow.example/1", "http://slow.example/2", "http://late.example/")
				feeds.feeds[2].NextFetch = time.Now().Add(20 * time.Hour)
				asked := time.Now().Add(10 * time.Minute)
				timer := time.AfterFunc(10*time.Minute, func() { // a user makes it due now
					feeds.mu.Lock()
					defer feeds.mu.Unlock()
					feeds.feeds[2].NextFetch = time.Now()
				})
				defer timer.Stop()
				runFor(t, New(Options{Transport: s, Timeout: 10 * time.Hour}), feeds, 20*time.Minute)
				at := slices.Index(s.urls(), "http://late.example/")
				if at < 0 {
					t.Fatalf("asked %v only", s.urls())
				}
				wantBetween(t, "the notice", s.at[at].Sub(asked), 0, c.max)
			})
		})
	}
}

// TestRunDoesNotSpin has a due feed under another process's lease.
func TestRunDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feeds := due("http://held.example/")
		feeds.leases = map[string]time.Time{"http://held.example/": time.Now().Add(10 * time.Minute)}
		s := script(reply{body: edition("one")})
		runFor(t, New(Options{Transport: s}), feeds, 10*time.Minute)
		if feeds.claims > 700 {
			t.Errorf("looked %d times in 10 minutes", feeds.claims)
		}
	})
}
