package fetcher

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"oped"
	"oped/parse"
)

// flight bounds the memory of all fetches together. A fetch with an answer of oped.LongResponse bytes waits for the
// long token and keeps it until the answer has been handled, so only one long answer is in memory at a time.
// Fetches with short answers do not wait. A fetch that receives its long answer slowly fails if others wait.
// Parsing has a second bound; its holders wait for nothing, so no fetch waits forever.
type flight struct {
	long    chan struct{}       // holds one token while a fetch holds a long answer
	waiting atomic.Int32        // fetches waiting for long
	parsing *semaphore.Weighted // bytes of documents being parsed
}

func newFlight() *flight {
	return &flight{long: make(chan struct{}, 1), parsing: semaphore.NewWeighted(oped.MaxInFlight)}
}

// share is one fetch's share of the flight.
type share struct {
	*flight
	contact
	clock   *clock
	held    bool
	percent int // the collector's earlier setting
}

// longGCPercent is the garbage collector's percentage while a long answer is held. Handling a long answer makes much
// garbage that is soon dead.
const longGCPercent = 25

// longReceive is the time for which a fetch may receive with the token while others wait for it. The first 1 MiB,
// received before, does not count.
const longReceive = 5 * time.Second

var errSlow = errors.New("long answer received too slowly while others wait")

// hurry ends the fetch after longReceive if others wait, until received is called.
func (s *share) hurry(ctx context.Context) (received func()) {
	ctx, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		for d := longReceive; sleep(ctx, d) == nil; d = time.Second {
			if s.waiting.Load() > 0 {
				s.clock.cancel(errSlow)
				return
			}
		}
	})
	return func() {
		stop()
		watch.Wait()
	}
}

// rest waits for a while. The fetch's clock stops meanwhile.
func (s *share) rest(ctx context.Context, d time.Duration) error {
	s.clock.stop()
	defer s.clock.start()
	return sleep(ctx, d)
}

// take waits for the token. The fetch's clock stops meanwhile: the feed is not to blame for others.
func (s *share) take(ctx context.Context) error {
	s.clock.stop()
	defer s.clock.start()
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	select {
	case s.long <- struct{}{}:
		s.held = true
		s.percent = debug.SetGCPercent(longGCPercent)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// free returns the token once the memory is free for the next fetch, garbage included.
func (s *share) free() {
	if s.held {
		runtime.GC()
		debug.SetGCPercent(s.percent)
		s.held = false
		<-s.long
	}
}

// parse parses a document once there is room for it.
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

// clock ends a context after a running time that excludes pauses. It is not safe for concurrent use.
type clock struct {
	now    func() time.Time
	cancel context.CancelCauseFunc
	timer  *time.Timer
	left   time.Duration
	began  time.Time
}

// withClock is context.WithTimeout with a clock that can be paused. At the timeout, the context's cause is
// context.DeadlineExceeded.
func withClock(ctx context.Context, d time.Duration, now func() time.Time) (context.Context, *clock, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{
		now:    now,
		cancel: cancel,
		left:   d,
		began:  now(),
	}
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
