package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"oped"
)

// The shortest and longest pause of Run without a network.
const (
	offlineMin = time.Minute
	offlineMax = 15 * time.Minute
)

// OfflineError reports a run without a network: no host could be resolved or connected. No feed was counted as
// failed, and all stay due.
type OfflineError struct {
	hosts int
	err   error // of one of them
}

func (e *OfflineError) Error() string {
	return fmt.Sprintf("no network: none of %d hosts can be reached (%v); no feed counts as failed", e.hosts, e.err)
}

// Passing reports that the error ends without a person: the network comes back.
func (e *OfflineError) Passing() bool { return true }

func (e *OfflineError) Unwrap() error { return e.err }

// offline returns an error if the unreached feeds of a run that reached no host mean that this machine has no
// network, and nil if they fail by themselves. A host may fail alone, and may have failed before. So it takes two
// others, or a resolver out of reach.
func offline(unreached []oped.Fetched) *OfflineError {
	hosts, fresh, unresolved := map[string]bool{}, map[string]bool{}, false
	for i := range unreached {
		f := &unreached[i]
		host := domainOf(f.Feed.URL)
		hosts[host] = true
		if k := f.Feed.LastKind; k != oped.Network && k != oped.Timeout {
			fresh[host] = true
		}
		unresolved = unresolved || noResolver(f.Err)
	}
	if len(fresh) < 2 && !unresolved {
		return nil
	}
	return &OfflineError{len(hosts), unreached[0].Err.Err}
}

// noResolver reports whether an error means that no resolver of names could be asked.
func noResolver(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) &&
		(strings.Contains(dns.Err, "network is unreachable") || strings.Contains(dns.Err, "connection refused"))
}

// contact records the connections of one fetch.
type contact struct {
	asked   atomic.Bool // a connection was needed
	reached atomic.Bool // a host accepted one, or answered
}

// traced returns a context that records the connections of its requests.
func (c *contact) traced(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { c.asked.Store(true) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				c.reached.Store(true)
			}
		},
	})
}

// unreached reports whether a fetch failed before any host accepted a connection.
func (c *contact) unreached(failed *oped.FetchError) bool {
	if failed == nil || failed.Kind != oped.Network && failed.Kind != oped.Timeout || c.reached.Load() {
		return false
	}
	var dns *net.DNSError
	var op *net.OpError
	return c.asked.Load() || errors.As(failed, &dns) || errors.As(failed, &op) && op.Op == "dial"
}

// outage is the part of a round that tells a lost network from lost hosts.
type outage struct {
	reached   atomic.Bool    // a host was reached in this run
	unreached []oped.Fetched // not handled before a host is reached or the run ends
	since     time.Time      // when the network was lost; zero: it works
	tries     int
	until     time.Time // the next attempt
}

// handleUnreached handles the unreached feeds as failed, and ends an outage.
func (r *round) handleUnreached(ctx context.Context) error {
	for _, f := range r.unreached {
		r.active++
		go func() { r.done <- result{url: f.Feed.URL, err: r.finish(ctx, f)} }()
	}
	r.unreached, r.tries = nil, 0
	if r.since.IsZero() {
		return nil
	}
	r.since = time.Time{}
	r.o.Log.Info("network works again")
	return r.feeds.SetWait(ctx, oped.Wait{})
}

// endRun decides on the unreached feeds once all others have ended. Without a network they are due again. For Once
// it returns the OfflineError.
func (r *round) endRun(ctx context.Context) error {
	defer r.reached.Store(false)
	if len(r.unreached) == 0 {
		return nil
	}
	lost := offline(r.unreached)
	if lost == nil {
		return r.handleUnreached(ctx)
	}
	now := r.o.Now()
	r.until = now.Add(doubled(offlineMin, r.tries, offlineMax))
	if r.tries == 0 {
		r.o.Log.Info("no network", "hosts", lost.hosts, "next", r.until, "err", lost.err)
	}
	r.tries++
	for _, f := range r.unreached {
		delete(r.held, f.Feed.URL)
	}
	r.unreached = nil
	r.feeds.ReleaseLeases()
	if r.since.IsZero() {
		r.since = now
		if err := r.feeds.SetWait(ctx, oped.Wait{Since: now, Until: r.until}); err != nil {
			return err
		}
	}
	if r.forever {
		return nil
	}
	return lost
}
