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

// flight bounds the memory of all fetches together. A fetch with an answer of oped.LongResponse waits for its turn and
// keeps it until the answer was handled, so that one long answer is held at a time; fetches with short answers do not
// wait. A fetch that receives its long answer slowly fails where others wait. Parsing has a second bound. Its holders
// wait for nothing, so no fetch waits for ever.
type flight struct {
	long    chan struct{}       // holds one token while somebody holds a long answer
	waiting atomic.Int32        // fetches that wait for it
	parsing *semaphore.Weighted // bytes that documents take while they are parsed
}

func newFlight() *flight {
	return &flight{long: make(chan struct{}, 1), parsing: semaphore.NewWeighted(oped.MaxInFlight)}
}

// share is what one fetch has of the flight.
type share struct {
	*flight
	clock   *clock
	held    bool
	percent int // that the collector had before
}

// thrifty is how much garbage the collector lets gather while a long answer is held, in percent of what lives: what is
// made of the answer is much, and soon over.
const thrifty = 25

// longReceive is how long a fetch may receive in its turn while others wait for theirs. What came before it has its turn,
// up to 1 MiB, is not in this time.
const longReceive = 5 * time.Second

var errSlow = errors.New("the answer comes too slowly, and other long answers wait")

// hurry ends the fetch if it receives for longReceive and others wait, until received is called.
func (s *share) hurry(ctx context.Context) (received func()) {
	ctx, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		for d := longReceive; rest(ctx, d) == nil; d = time.Second {
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

// take waits for the turn and stops the fetch's clock meanwhile: its feed is not to blame for others.
func (s *share) take(ctx context.Context) error {
	s.clock.stop()
	defer s.clock.start()
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	select {
	case s.long <- struct{}{}:
		s.held = true
		s.percent = debug.SetGCPercent(thrifty)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// free gives the turn back, once the memory is free for the next one: garbage counts as well.
func (s *share) free() {
	if s.held {
		runtime.GC()
		debug.SetGCPercent(s.percent)
		s.held = false
		<-s.long
	}
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
	now    func() time.Time
	cancel context.CancelCauseFunc
	timer  *time.Timer
	left   time.Duration
	began  time.Time
}

// withClock is context.WithTimeout with a clock that can be stopped; the context's cause is then
// context.DeadlineExceeded.
func withClock(ctx context.Context, d time.Duration, now func() time.Time) (context.Context, *clock, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{now: now, cancel: cancel, left: d, began: now()}
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
