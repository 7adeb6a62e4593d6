// Package fetcher polls feeds politely and schedules the next fetch.
//
// To fetch one feed, call [Fetcher.Fetch]. It makes one conditional GET and returns a value for every outcome: a
// document, "not modified" or a failure. To find the feed behind a page, call [Fetcher.DiscoverNow]. [Next], a pure
// function, returns when to fetch again.
//
// To fetch all feeds as they fall due, call [Fetcher.Run], or [Fetcher.Once] for one pass. Both keep one connection
// and a spacing per registrable domain and a bounded concurrency. A restart forgets nothing: the waits that servers ask
// for are stored.
//
// Validators are sent back byte for byte, and only to the address that sent them (RFC 9110 §8.8, §13.1). Private
// addresses are refused after name resolution, at every redirect, so no name can lead inside. A feed with a private
// address in the configuration may be fetched from the allowed private networks, at its own port and at the
// generally allowed ones.
package fetcher

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"oped"
)

// Options configures a [Fetcher]. A zero field selects its default, given last in its comment.
type Options struct {
	Every        time.Duration     // minimum time between two fetches of a feed; 1 h
	MaxEvery     time.Duration     // cap on back-off and on the freshness that servers declare; 24 h
	Spacing      time.Duration     // between two requests to one registrable domain; negative: none; 1 s
	Timeout      time.Duration     // of one fetch, including redirects; 60 s
	Concurrency  int               // simultaneous fetches; [Concurrency]
	PerHost      int               // simultaneous fetches per registrable domain; 1
	MaxBytes     int64             // of a body on the wire; a decoded body may be twice as long; 10 MiB
	UserAgent    string            // the User-Agent header, with a contact address; "oped"
	Ports        []int             // allowed ports besides 80 and 443
	AllowPrivate []netip.Prefix    // private networks for feeds whose own address is in one
	Charsets     map[string]string // by address of a feed: the charset of its documents, whatever they declare
	PrivateHosts []string          // hosts in AllowPrivate with public-looking names
	Inside       bool              // for Transport: strangers may name addresses in AllowPrivate; readers are there
	Transport    http.RoundTripper // replaces the guarded transport in tests
	Now          func() time.Time  // nil: time.Now
	Log          *slog.Logger      // nil: none

	// Shuffle puts n domains with due feeds in random order, so that none always comes first; nil: rand.Shuffle.
	Shuffle func(n int, swap func(i, j int))
}

// Concurrency is the default number of simultaneous fetches, where Options.Concurrency is 0.
const Concurrency = 16

const (
	defaultMaxBytes = 10 << 20
	maxRedirects    = 10
)

// Fetcher fetches feeds. It is safe for concurrent use.
type Fetcher struct {
	o       Options
	client  http.RoundTripper
	inside  http.RoundTripper // for feeds in a private network
	domains domains
	flight  *flight
	drained chan struct{} // closed by Drain
	drain   func()
}

// New returns a Fetcher with these options.
func New(o Options) *Fetcher {
	o.Every = cmp.Or(o.Every, time.Hour)
	o.MaxEvery = cmp.Or(o.MaxEvery, 24*time.Hour)
	o.Spacing = max(0, cmp.Or(o.Spacing, time.Second))
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	o.Concurrency = cmp.Or(o.Concurrency, Concurrency)
	o.PerHost = cmp.Or(o.PerHost, 1)
	o.MaxBytes = cmp.Or(o.MaxBytes, defaultMaxBytes)
	o.UserAgent = cmp.Or(o.UserAgent, "oped")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Shuffle == nil {
		o.Shuffle = rand.Shuffle
	}
	f := &Fetcher{
		o:       o,
		client:  o.Transport,
		inside:  o.Transport,
		flight:  newFlight(),
		domains: newDomains(),
		drained: make(chan struct{}),
	}
	f.drain = sync.OnceFunc(func() { close(f.drained) })
	if f.client == nil {
		f.client, f.inside = guarded(o, false), guarded(o, true)
	}
	return f
}

// Feeds is the fetcher's view of the store.
type Feeds interface {
	// ClaimDue returns up to n feeds due at now and reserves them for the duration of the lease.
	ClaimDue(ctx context.Context, now time.Time, lease time.Duration, n int) ([]oped.FeedState, error)
	// NextDue returns when the next feed is due, or the zero time if none is scheduled.
	NextDue(ctx context.Context) (time.Time, error)
	// DueAfter returns the scheduled feeds due after a time, and MakeDue makes feeds due now.
	DueAfter(ctx context.Context, at time.Time) ([]oped.FeedState, error)
	MakeDue(ctx context.Context, now time.Time, urls ...string) error
	// ReleaseLeases ends all leases.
	ReleaseLeases()
	// Waits returns the stored waits, and SetWait stores one.
	Waits(ctx context.Context) ([]oped.Wait, error)
	SetWait(ctx context.Context, w oped.Wait) error
}

// Handle processes the outcome of a fetch. Its error means a fault of our own and ends the run.
type Handle func(context.Context, oped.Fetched) error
