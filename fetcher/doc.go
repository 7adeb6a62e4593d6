// Package fetcher polls feeds politely and knows when to come back.
//
// Fetch makes one conditional GET and gives a value, whatever came of it: a document, "not modified" or a failure travel the same path.
// Next, a pure function, says when to fetch again. Run and Once do both for all the feeds that are due: one connection and a spacing per
// registrable domain, bounded concurrency, nothing in memory that a restart would have to know.
//
// Validators are sent back byte for byte, to the address that gave them and to no other (RFC 9110 §8.8, §13.1).
// Private addresses are refused after the name is resolved, at every redirect, so that no name can lead inside. A
// feed whose own address is private by the configuration may be fetched from the private networks that are allowed,
// at its own port and those that are allowed everywhere.
package fetcher

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"oped"
)

// Options say how to fetch. The zero value of each means its default.
type Options struct {
	Every        time.Duration     // least time between two fetches of a feed; 1 h
	MaxEvery     time.Duration     // what back-off and a server's wishes are capped at; 24 h
	Spacing      time.Duration     // between two requests to one registrable domain; negative: none; 1 s
	Timeout      time.Duration     // for one fetch, redirects included; 60 s
	Concurrency  int               // fetches at once; [Concurrency]
	PerHost      int               // of them to one registrable domain; 1
	MaxBytes     int64             // of a body on the wire; decoded it may be twice as long; 10 MiB
	UserAgent    string            // names us and where to complain; "oped"
	Ports        []int             // that may be asked besides 80 and 443
	AllowPrivate []netip.Prefix    // private networks that feeds whose own address is in one may be fetched from
	PrivateHosts []string          // names of hosts in AllowPrivate that look public
	Inside       bool              // of Transport: strangers may name addresses in AllowPrivate, as readers are there
	Transport    http.RoundTripper // instead of our own guarded one, for tests
	Now          func() time.Time
	Log          *slog.Logger
}

// Concurrency is how many fetches are at work at once, where Options set no other number.
const Concurrency = 16

const (
	defaultMaxBytes = 10 << 20
	maxRedirects    = 10
)

// Fetcher fetches. It is safe for use by many goroutines.
type Fetcher struct {
	o       Options
	client  http.RoundTripper
	inside  http.RoundTripper // for feeds whose own address is in a private network
	domains domains
	flight  *flight
}

// New makes a Fetcher.
func New(o Options) *Fetcher {
	set(&o.Every, time.Hour)
	set(&o.MaxEvery, 24*time.Hour)
	set(&o.Spacing, time.Second)
	set(&o.Timeout, time.Minute)
	set(&o.Concurrency, Concurrency)
	set(&o.PerHost, 1)
	set(&o.MaxBytes, defaultMaxBytes)
	set(&o.UserAgent, "oped")
	o.Spacing = max(0, o.Spacing)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f := &Fetcher{o: o, client: o.Transport, inside: o.Transport, flight: newFlight()}
	if f.client == nil {
		f.client, f.inside = guarded(o, false), guarded(o, true)
	}
	return f
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Feeds is what the fetcher asks of the store.
type Feeds interface {
	// ClaimDue gives up to n feeds that are due at now and lets nobody else have them for the time of the lease.
	ClaimDue(ctx context.Context, now time.Time, lease time.Duration, n int) ([]oped.FeedState, error)
	// NextDue tells when the next feed is due; the zero time if none is scheduled.
	NextDue(ctx context.Context) (time.Time, error)
}

// Handle takes what came of a fetch. Its error is our own fault and ends the run.
type Handle func(context.Context, oped.Fetched) error
