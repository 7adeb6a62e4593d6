package fetcher

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sync/semaphore"

	"oped"
	"oped/parse"
)

// freely is how many bytes of an answer every fetch may hold, whatever the others do.
const freely = 512 << 10

// flight bounds the memory of all fetches together, to oped.MaxInFlight. A fetch whose answer is longer than freely takes a share for
// the rest of it, once, and has it until its fetch was handled; fetches with small answers go past it. A document is parsed within a
// second bound. Who holds that one waits for nothing, so nobody waits for ever.
type flight struct {
	shares  *semaphore.Weighted // bytes of long answers
	all     int64               // of them
	parsing *semaphore.Weighted // bytes that documents take while they are parsed
}

func newFlight(concurrency int) *flight {
	all := max(oped.MaxInFlight-int64(concurrency)*freely, oped.MaxInFlight/4)
	return &flight{semaphore.NewWeighted(all), all, semaphore.NewWeighted(oped.MaxInFlight)}
}

// share is what one fetch has of the flight.
type share struct {
	*flight
	clock  *clock
	held   int64
	waited bool
}

// take waits for a share of n bytes, or of all there are, while the fetch's clock stands still: others are no fault of its feed.
func (s *share) take(ctx context.Context, n int64) error {
	n = min(n, s.all)
	if s.held > 0 {
		return nil
	}
	if !s.shares.TryAcquire(n) {
		s.waited = true
		s.clock.stop()
		defer s.clock.start()
		if err := s.shares.Acquire(ctx, n); err != nil {
			return err
		}
	}
	s.held = n
	return nil
}

// keep gives back what an answer of n bytes did not need.
func (s *share) keep(n int64) {
	if n < s.held {
		s.shares.Release(s.held - n)
		s.held = n
	}
}

// free gives the share back, once the memory is free for the next one: garbage counts as well.
func (s *share) free() {
	if s.held > 0 {
		runtime.GC()
	}
	s.keep(0)
}

// parse reads a document once there is room for it.
func (s *share) parse(ctx context.Context, in parse.Input) (parse.Result, error) {
	n := min(int64(parse.Cost(in.Body)), oped.MaxInFlight)
	s.clock.stop()
	err := s.parsing.Acquire(ctx, n)
	s.clock.start()
	if err != nil {
		return parse.Result{}, &oped.FetchError{Kind: oped.Timeout, Err: err}
	}
	defer s.parsing.Release(n)
	return parse.Document(ctx, in)
}

// clock ends a context after a time in which it was not stopped. It is not for concurrent use.
type clock struct {
	now   func() time.Time
	timer *time.Timer
	left  time.Duration
	began time.Time
}

// withClock is context.WithTimeout with a clock that can be stopped; the context's cause is then context.DeadlineExceeded.
func withClock(ctx context.Context, d time.Duration, now func() time.Time) (context.Context, *clock, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{now: now, left: d, began: now()}
	c.timer = time.AfterFunc(d, func() { cancel(context.DeadlineExceeded) })
	return ctx, c, func() {
		c.timer.Stop()
		cancel(context.Canceled)
	}
}

func (c *clock) stop() {
	if c.timer.Stop() {
		c.left = max(0, c.left-c.now().Sub(c.began))
	}
}

func (c *clock) start() {
	c.began = c.now()
	c.timer.Reset(c.left)
}
