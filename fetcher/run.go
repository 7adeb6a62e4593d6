package fetcher

import (
	"context"
	"errors"
	"slices"
	"time"

	"oped"
)

const (
	lease    = 15 * time.Minute // that a feed which we hold may outlive: held tells it then
	queueing = 4                // domains with feeds that wait, for each fetch that may be under way
	again    = time.Second      // how often to look whether others fell due while some are fetched
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

// queue is the feeds of one domain that wait for their turn.
type queue struct {
	feeds    []oped.FeedState
	active   int
	notUntil time.Time // spacing
}

// round is one call of Run or Once at work. Only its own goroutine touches it.
type round struct {
	*Fetcher
	queues map[string]*queue
	held   map[string]bool // addresses that wait or are at work: a lease that runs out makes no second fetch
	order  []string        // domains with feeds that wait, in turn
	active int
	long   int // feeds under way whose last answer was long
	done   chan result
	handle Handle

	began   time.Time
	forever bool // Run, not Once
}

type result struct {
	domain, url string
	long        bool
	err         error
}

func (f *Fetcher) schedule(ctx context.Context, feeds Feeds, handle Handle, forever bool) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	r := &round{Fetcher: f, queues: map[string]*queue{}, held: map[string]bool{}, done: make(chan result), handle: handle, began: f.o.Now(), forever: forever}
	defer func() {
		cancel()
		for ; r.active > 0; r.active-- { // no fetch outlives this call
			if one := <-r.done; one.err != nil && (err == nil || ended(err) && !ended(one.err)) {
				err = one.err // our own fault goes before the end that was asked for
			}
		}
	}()
	for {
		if err := r.claim(ctx, feeds); err != nil {
			return err
		}
		pause := r.start(ctx)
		if r.active == 0 && len(r.order) == 0 {
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

func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// dueBy is the time by which a feed has to be due: now, or when Once was called, so that it takes no feed twice.
func (r *round) dueBy() time.Time {
	if r.forever {
		return r.o.Now()
	}
	return r.began
}

// claim takes feeds that are due into the queues, as many as there is room for. The room is for domains: however many feeds wait for
// one domain, they keep nobody else waiting.
func (r *round) claim(ctx context.Context, feeds Feeds) error {
	room := r.o.Concurrency*queueing - len(r.order)
	if room < r.o.Concurrency {
		return nil
	}
	due, err := feeds.ClaimDue(ctx, r.dueBy(), lease, room)
	if err != nil {
		return err
	}
	for _, s := range due {
		if r.held[s.URL] {
			continue
		}
		r.held[s.URL] = true
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
	}
	return nil
}

// start begins every fetch that may begin now, and tells how long it is until the next one may; 0 if that depends on those at work.
func (r *round) start(ctx context.Context) time.Duration {
	now := r.o.Now()
	pause := time.Duration(0)
	var still, served []string
	for _, domain := range r.order {
		q := r.queues[domain]
		waiting := len(q.feeds)
		for q.active < r.o.PerHost && r.active < r.slots() && !now.Before(q.notUntil) {
			next := slices.IndexFunc(q.feeds, func(s oped.FeedState) bool { return r.long < r.maxLong() || !isLong(&s) })
			if next < 0 {
				break
			}
			r.begin(ctx, domain, q, next, now)
		}
		if len(q.feeds) == 0 {
			continue
		}
		if len(q.feeds) < waiting {
			served = append(served, domain)
		} else {
			still = append(still, domain)
		}
		if wait := q.notUntil.Sub(now); wait > 0 && q.active < r.o.PerHost && (pause == 0 || wait < pause) {
			pause = wait
		}
	}
	r.order = append(still, served...) // who had a turn goes behind
	return pause
}

// maxLong is how many feeds whose last answer was long are fetched at once: half of all. They may have to wait for each other, and the
// others shall be fetched meanwhile. They are several, so that none whose server takes its time keeps all the others.
func (r *round) maxLong() int { return max(1, r.o.Concurrency/2) }

// slots is how many feeds may be fetched at once. A fetch that waits for its turn to hold a long answer lends its place, so that short answers, which wait for
// nothing, come meanwhile. What it holds already is at most 1 MiB, and no more than MaxLent lend theirs.
func (r *round) slots() int { return r.o.Concurrency + min(int(r.flight.waiting.Load()), MaxLent) }

// MaxLent is how many fetches beyond Options.Concurrency may be under way while others wait; each has a connection.
const MaxLent = 32

// isLong reports whether the last answer of a feed was long.
func isLong(s *oped.FeedState) bool { return slices.Contains(s.Limits, oped.FlightLimit) }

func (r *round) begin(ctx context.Context, domain string, q *queue, next int, now time.Time) {
	s := q.feeds[next]
	q.feeds = slices.Delete(q.feeds, next, next+1)
	if isLong(&s) {
		r.long++
	}
	q.active++
	q.notUntil = now.Add(r.o.Spacing)
	r.active++
	go func() {
		share := &share{flight: r.flight}
		defer share.free()
		fetched := r.fetchShared(ctx, s, share)
		var err error
		if err = ctx.Err(); err == nil { // a fetch that we ended ourselves says nothing about the feed
			err = r.handle(ctx, fetched)
		}
		r.done <- result{domain, s.URL, isLong(&s), err}
	}()
}

// untilDue is how long it is until a feed is due; at most the time after which to look again.
func (f *Fetcher) untilDue(ctx context.Context, feeds Feeds) (time.Duration, error) {
	next, err := feeds.NextDue(ctx)
	if err != nil {
		return 0, err
	}
	until := next.Sub(f.o.Now())
	switch {
	case next.IsZero():
		return glance, nil
	case until <= 0: // and yet there was nothing to claim
		return again, nil
	}
	return min(until, glance), nil
}

// wait lets time pass until a fetch is through, the pause is over (0: there is none), or ctx ends.
func (r *round) wait(ctx context.Context, pause time.Duration, forever bool) error {
	var over <-chan time.Time
	if forever && (pause == 0 || pause > again) && r.active > 0 {
		pause = again // others may fall due meanwhile
	}
	if pause > 0 {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case one := <-r.done:
		r.active--
		delete(r.held, one.url)
		if one.long {
			r.long--
		}
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
