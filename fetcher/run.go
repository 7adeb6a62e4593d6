package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"oped"
)

const (
	lease    = 15 * time.Minute // longer than any feed waits for its turn and is fetched
	queueing = 4                // feeds that are claimed ahead, for each that can be fetched at once
	glance   = 30 * time.Second // how often to look whether somebody made a feed due
)

// Run fetches what is due, when it is due, until ctx ends; then it returns ctx's error, with every fetch ended. handle is called from
// several goroutines.
func (f *Fetcher) Run(ctx context.Context, feeds Feeds, handle Handle) error {
	return f.schedule(ctx, feeds, handle, true)
}

// Once fetches what is due now, then returns: the cron way.
func (f *Fetcher) Once(ctx context.Context, feeds Feeds, handle Handle) error {
	return f.schedule(ctx, feeds, handle, false)
}

// domains remember what a registrable domain has told us.
type domains struct {
	mu      sync.Mutex
	waiting map[string]time.Time // until when a domain asked us to wait
}

// DomainOf is the registrable domain of an address (dawn.com.pk of epaper.dawn.com.pk): what spacing, and a server's wish to be left
// alone, hold for.
func DomainOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host := u.Hostname()
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host // an address, or a name without dots
	}
	return domain
}

// queue is the feeds of one domain that wait for their turn.
type queue struct {
	feeds    []oped.FeedState
	active   int
	notUntil time.Time // spacing
}

// round is one call of Run or Once at work. Only its own goroutine touches it.
type round struct {
	*Fetcher
	queues         map[string]*queue
	order          []string // domains with feeds that wait, in turn
	queued, active int
	done           chan result
	handle         Handle
}

type result struct {
	domain string
	err    error
}

func (f *Fetcher) schedule(ctx context.Context, feeds Feeds, handle Handle, forever bool) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	r := &round{Fetcher: f, queues: map[string]*queue{}, done: make(chan result), handle: handle}
	defer func() {
		cancel()
		for ; r.active > 0; r.active-- { // no fetch outlives this call
			if one := <-r.done; err == nil || errors.Is(err, context.Canceled) && one.err != nil && !errors.Is(one.err, context.Canceled) {
				err = one.err
			}
		}
	}()
	for {
		if err := r.claim(ctx, feeds); err != nil {
			return err
		}
		pause := r.start(ctx)
		if r.active == 0 && r.queued == 0 {
			if !forever {
				return ctx.Err()
			}
			if pause, err = f.untilDue(ctx, feeds); err != nil {
				return err
			}
		}
		if err := r.wait(ctx, pause, forever); err != nil {
			return err
		}
	}
}

// claim takes feeds that are due into the queues, as many as there is room for.
func (r *round) claim(ctx context.Context, feeds Feeds) error {
	room := r.o.Concurrency*queueing - r.queued
	if room < r.o.Concurrency {
		return nil
	}
	due, err := feeds.ClaimDue(ctx, r.o.Now(), lease, room)
	if err != nil {
		return err
	}
	for _, s := range due {
		domain := DomainOf(s.URL)
		q := r.queues[domain]
		if q == nil {
			q = &queue{}
			r.queues[domain] = q
		}
		if len(q.feeds) == 0 {
			r.order = append(r.order, domain)
		}
		q.feeds = append(q.feeds, s)
		r.queued++
	}
	return nil
}

// start begins every fetch that may begin now, and tells how long it is until the next one may; 0 if that depends on those at work.
func (r *round) start(ctx context.Context) time.Duration {
	now := r.o.Now()
	pause := time.Duration(0)
	var still []string
	for _, domain := range r.order {
		q := r.queues[domain]
		for len(q.feeds) > 0 && q.active < r.o.PerHost && r.active < r.o.Concurrency && !now.Before(q.notUntil) {
			r.begin(ctx, domain, q, now)
		}
		if len(q.feeds) == 0 {
			continue
		}
		still = append(still, domain)
		if wait := q.notUntil.Sub(now); wait > 0 && q.active < r.o.PerHost && (pause == 0 || wait < pause) {
			pause = wait
		}
	}
	r.order = still
	return pause
}

func (r *round) begin(ctx context.Context, domain string, q *queue, now time.Time) {
	s := q.feeds[0]
	q.feeds = q.feeds[1:]
	q.active++
	q.notUntil = now.Add(r.o.Spacing)
	r.queued--
	r.active++
	go func() {
		fetched := r.turn(ctx, domain, s)
		var err error
		if err = ctx.Err(); err == nil { // a fetch that we ended ourselves says nothing about the feed
			err = r.handle(ctx, fetched)
		}
		r.done <- result{domain, err}
	}()
}

// turn fetches a feed, unless its domain has asked to be left alone.
func (f *Fetcher) turn(ctx context.Context, domain string, s oped.FeedState) oped.Fetched {
	now := f.o.Now()
	f.domains.mu.Lock()
	until := f.domains.waiting[domain]
	f.domains.mu.Unlock()
	if until.After(now) {
		r := oped.Fetched{Feed: s, At: now, Validators: s.Validators, BodyHash: s.BodyHash, Freshness: s.Freshness}
		r.Err = &oped.FetchError{Kind: oped.Throttled, Wait: until.Sub(now), Err: fmt.Errorf("%s asked us to wait until %s", domain, until.UTC().Format(time.RFC3339))}
		r.Next = Next(&r, f.every(s.Feed), f.o.MaxEvery)
		return r
	}
	r := f.Fetch(ctx, s)
	if r.Err != nil && r.Err.Kind == oped.Throttled && r.Err.Wait > 0 {
		f.domains.mu.Lock()
		if f.domains.waiting == nil {
			f.domains.waiting = map[string]time.Time{}
		}
		f.domains.waiting[domain] = now.Add(min(r.Err.Wait, longestWait))
		f.domains.mu.Unlock()
	}
	return r
}

// untilDue is how long it is until a feed is due; at most the time after which to look again.
func (f *Fetcher) untilDue(ctx context.Context, feeds Feeds) (time.Duration, error) {
	next, err := feeds.NextDue(ctx)
	if err != nil {
		return 0, err
	}
	pause := glance
	if !next.IsZero() {
		pause = min(pause, next.Sub(f.o.Now()))
	}
	return max(pause, time.Millisecond), nil
}

// wait lets time pass until a fetch is through, the pause is over (0: there is none), or ctx ends.
func (r *round) wait(ctx context.Context, pause time.Duration, forever bool) error {
	var over <-chan time.Time
	if forever && r.queued == 0 && r.active > 0 {
		pause = time.Second // others may fall due meanwhile
	}
	if pause > 0 {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case one := <-r.done:
		r.active--
		q := r.queues[one.domain]
		q.active--
		if q.active == 0 && len(q.feeds) == 0 && !r.o.Now().Before(q.notUntil) {
			delete(r.queues, one.domain)
		}
		return one.err
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
