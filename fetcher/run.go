package fetcher

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"oped"
)

const (
	lease        = 15 * time.Minute // of a claimed feed; round.held guards a feed with an expired lease
	queueing     = 4                // waiting domains per possible fetch
	recheck      = time.Second      // interval of looking for newly due feeds while fetches run
	pollInterval = 30 * time.Second // longest interval of looking for newly due feeds
)

// Run fetches feeds as they fall due until ctx ends. It then returns ctx's error, after all fetches have ended. It
// calls handle from several goroutines.
func (f *Fetcher) Run(ctx context.Context, feeds Feeds, handle Handle) error {
	return f.schedule(ctx, feeds, handle, true)
}

// Drain makes Run return nil once the fetches under way have ended. It begins no others.
func (f *Fetcher) Drain() { f.drain() }

func (f *Fetcher) draining() bool {
	select {
	case <-f.drained:
		return true
	default:
		return false
	}
}

// Once fetches the feeds due now and returns, for use with cron.
func (f *Fetcher) Once(ctx context.Context, feeds Feeds, handle Handle) error {
	return f.schedule(ctx, feeds, handle, false)
}

// queue holds the waiting feeds of one domain.
type queue struct {
	feeds  []oped.FeedState
	active int
}

// round is the state of one call of Run or Once. Only its own goroutine uses it.
type round struct {
	*Fetcher
	feeds  Feeds
	queues map[string]*queue
	held   map[string]bool // addresses waiting or being fetched: an expired lease causes no second fetch
	order  []string        // domains with waiting feeds, in order of service
	active int
	long   int // active feeds with a long last answer
	done   chan result
	handle Handle
	outage

	began    time.Time
	recalled time.Time // the last look at the clock
	forever  bool      // Run rather than Once
}

type result struct {
	domain, url string
	long        bool
	unreached   *oped.Fetched // not handled yet; nil: handled
	err         error
}

func (f *Fetcher) schedule(ctx context.Context, feeds Feeds, handle Handle, forever bool) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	r := &round{
		Fetcher: f,
		feeds:   feeds,
		queues:  map[string]*queue{},
		held:    map[string]bool{},
		done:    make(chan result),
		handle:  handle,
		began:   f.o.Now(),
		forever: forever,
	}
	defer func() {
		cancel()
		for ; r.active > 0; r.active-- { // no fetch outlives this call
			if one := <-r.done; one.err != nil && (err == nil || ended(err) && !ended(one.err)) {
				err = one.err // our own fault takes precedence over a requested end
			}
		}
	}()
	if r.since, err = f.load(ctx, feeds); err != nil {
		return err
	}
	for {
		if f.draining() && r.active == 0 {
			return ctx.Err()
		}
		if err := r.claim(ctx); err != nil {
			return err
		}
		pause := r.start(ctx)
		if r.active == 0 && len(r.order) == 0 {
			if err := r.endRun(ctx); err != nil {
				return err
			}
			switch {
			case r.active > 0: // the run's failures are being handled
			case !forever:
				return ctx.Err()
			default:
				if pause, err = r.untilDue(ctx); err != nil {
					return err
				}
			}
		}
		if err := r.wait(ctx, pause, forever); err != nil {
			return err
		}
		if r.reached.Load() && (len(r.unreached) > 0 || !r.since.IsZero()) {
			if err := r.handleUnreached(ctx); err != nil {
				return err
			}
		}
	}
}

// load reads the stored waits and removes those that are over.
func (f *Fetcher) load(ctx context.Context, feeds Feeds) (offlineSince time.Time, err error) {
	waits, err := feeds.Waits(ctx)
	if i := slices.IndexFunc(waits, func(w oped.Wait) bool { return w.Domain == "" }); i >= 0 {
		if offlineSince = waits[i].Since; waits[i].IsAhead(f.o.Now()) {
			offlineSince = time.Time{}
			err = cmp.Or(err, feeds.SetWait(ctx, oped.Wait{}))
		}
		waits = slices.Delete(waits, i, i+1)
	}
	for _, w := range f.domains.load(waits, f.o.Now()) {
		err = cmp.Or(err, feeds.SetWait(ctx, w))
	}
	return offlineSince, err
}

// save stores new waits.
func (f *Fetcher) save(ctx context.Context, feeds Feeds) (err error) {
	for _, w := range f.domains.take() {
		err = cmp.Or(err, feeds.SetWait(ctx, w))
	}
	return err
}

// FetchNow is [Fetcher.Fetch] for a feed that may not be due. It respects the stored waits, and stores new ones. It
// respects the spacing of its domain, too: last is the time of the last fetch there.
func (f *Fetcher) FetchNow(
	ctx context.Context, feeds Feeds, s oped.FeedState, last time.Time,
) (r oped.Fetched, err error) {
	err = f.politely(ctx, feeds, s.URL, last, func() error {
		r = f.Fetch(ctx, s)
		return nil
	})
	return r, err
}

// politely calls request once the domain of an address may be asked. It loads the stored waits before, and stores new
// ones after it.
func (f *Fetcher) politely(
	ctx context.Context, feeds Feeds, address string, last time.Time, request func() error,
) error {
	if _, err := f.load(ctx, feeds); err != nil {
		return err
	}
	if err := sleep(ctx, f.domains.reserveAfter(last, domainOf(address), f.o.Now(), f.o.Spacing)); err != nil {
		return err
	}
	err := request()
	return cmp.Or(err, f.save(context.WithoutCancel(ctx), feeds))
}

func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// dueBy returns the deadline for claiming feeds: now for Run, and the time of the call for Once, so that Once
// fetches no feed twice.
func (r *round) dueBy() time.Time {
	if r.forever {
		return r.o.Now()
	}
	return r.began
}

// claim moves due feeds into the queues as far as there is room. The room is counted in domains, so many waiting
// feeds of one domain delay no other domain.
func (r *round) claim(ctx context.Context) error {
	room := r.o.Concurrency*queueing - len(r.order)
	if r.draining() || room < r.o.Concurrency || r.o.Now().Before(r.until) {
		return nil
	}
	if err := r.recall(ctx); err != nil {
		return err
	}
	due, err := r.feeds.ClaimDue(ctx, r.dueBy(), lease, room)
	if err != nil {
		return err
	}
	waiting := len(r.order)
	for _, s := range due {
		if r.held[s.URL] {
			continue
		}
		r.held[s.URL] = true
		domain := domainOf(s.URL)
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
	added := r.order[waiting:]
	r.o.Shuffle(len(added), func(i, j int) { added[i], added[j] = added[j], added[i] })
	return nil
}

// start begins every fetch that may begin now. It returns the time until the next one may begin, or 0 if that
// depends on the active fetches.
func (r *round) start(ctx context.Context) time.Duration {
	if r.draining() {
		return 0
	}
	now := r.o.Now()
	pause := time.Duration(0)
	var still, served []string
	for _, domain := range r.order {
		q := r.queues[domain]
		waiting := len(q.feeds)
		for q.active < r.o.PerHost && r.active < r.slots() && r.domains.untilFree(domain, now) == 0 {
			next := slices.IndexFunc(q.feeds,
				func(s oped.FeedState) bool { return r.long < r.maxLong() || !isLong(&s) })
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
		if wait := r.domains.untilFree(domain, now); wait > 0 && q.active < r.o.PerHost && (pause == 0 || wait < pause) {
			pause = wait
		}
	}
	r.order = append(still, served...) // a domain just served goes to the end
	return pause
}

// maxLong returns how many feeds with a long last answer may be fetched at once: half of all. They may wait for
// each other, and other feeds are fetched meanwhile. There are several, so that one slow server cannot block the
// rest.
func (r *round) maxLong() int { return max(1, r.o.Concurrency/2) }

// slots returns how many feeds may be fetched at once. A fetch waiting for permission to hold a long answer lends
// its slot, so that short answers, which need no permission, can proceed. A waiting fetch holds at most 1 MiB, and
// at most MaxLent slots are lent.
func (r *round) slots() int { return r.o.Concurrency + min(int(r.flight.waiting.Load()), MaxLent) }

// MaxLent is the number of fetches beyond Options.Concurrency that may run while others wait. Each has a
// connection.
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
	wait := r.domains.reserve(domain, now, r.o.Spacing) // 0, unless a redirect came in between
	r.active++
	go func() {
		share := &share{flight: r.flight}
		defer share.free()
		sleep(ctx, wait) // fetchShared returns the end of ctx
		fetched := r.fetchShared(ctx, s, share)
		one := result{domain: domain, url: s.URL, long: isLong(&s)}
		if share.reached.Load() {
			r.reached.Store(true)
		}
		if share.unreached(fetched.Err) && !r.reached.Load() {
			one.unreached = &fetched
		} else {
			one.err = r.finish(ctx, fetched)
		}
		r.done <- one
	}()
}

// finish logs and handles the outcome of a fetch.
func (r *round) finish(ctx context.Context, f oped.Fetched) error {
	if err := ctx.Err(); err != nil { // a fetch that we cancelled says nothing about the feed
		return err
	}
	r.report(ctx, &f)
	if err := r.save(ctx, r.feeds); err != nil {
		return err
	}
	return r.handle(ctx, f)
}

// untilDue returns the time until a feed is due, at most pollInterval, or until the next attempt without a network.
func (r *round) untilDue(ctx context.Context) (time.Duration, error) {
	now := r.o.Now()
	if r.until.After(now) {
		return r.until.Sub(now), nil
	}
	next, err := r.feeds.NextDue(ctx)
	if err != nil {
		return 0, err
	}
	until := next.Sub(now)
	switch {
	case next.IsZero():
		return pollInterval, nil
	case until <= 0: // yet there was nothing to claim
		return recheck, nil
	}
	return min(until, pollInterval), nil
}

// wait blocks until a fetch ends, the pause is over (0: no pause) or ctx ends.
func (r *round) wait(ctx context.Context, pause time.Duration, forever bool) error {
	var over <-chan time.Time
	if forever && (pause == 0 || pause > recheck) && r.active > 0 {
		pause = recheck // others may fall due meanwhile
	}
	if pause > 0 {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		over = timer.C
	}
	drained := r.drained
	if r.draining() {
		drained = nil // it waits for its fetches
	}
	select {
	case <-drained:
		return nil
	case one := <-r.done:
		r.active--
		if one.unreached != nil {
			r.unreached = append(r.unreached, *one.unreached)
		} else {
			delete(r.held, one.url)
		}
		if one.long {
			r.long--
		}
		q := r.queues[one.domain]
		if q == nil { // handled later
			return one.err
		}
		q.active--
		if q.active == 0 && len(q.feeds) == 0 {
			delete(r.queues, one.domain)
		}
		return one.err
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
