package websub

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// job is a task at one host. The host is its key.
type job struct {
	key string
	do  func(context.Context) error // its error is our own fault and ends the work
}

// work runs jobs, a few at a time and never two with one key, so that a slow host blocks no other.
type work struct {
	workers int
	now     func() time.Time
	wake    chan struct{} // holds one token if there may be new jobs
	// more returns up to n jobs with keys that are not busy, and the time of the next jobs, or the zero time if
	// unknown.
	more func(ctx context.Context, busy []string, n int) (jobs []job, next time.Time, err error)
}

// longestRest is the longest time between two calls of more: clocks jump.
const longestRest = 10 * time.Minute

func (w *work) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run works until ctx ends or, if once is set, until there is nothing to do. It waits for all running jobs.
func (w *work) run(ctx context.Context, once bool) error {
	ctx, stop := context.WithCancel(ctx)
	type outcome struct {
		key string
		err error
	}
	busy, done := map[string]bool{}, make(chan outcome)
	end := func(err error) error {
		stop()
		for len(busy) > 0 {
			o := <-done
			delete(busy, o.key)
			if err == nil || errors.Is(err, context.Canceled) && o.err != nil {
				err = o.err
			}
		}
		return err
	}
	for ctx.Err() == nil {
		jobs, next, err := w.more(ctx, slices.Sorted(maps.Keys(busy)), w.workers-len(busy))
		if err != nil && ctx.Err() != nil {
			break // the store reports our own cancellation
		}
		if err != nil {
			return end(err)
		}
		for _, j := range jobs {
			busy[j.key] = true
			go func() { done <- outcome{j.key, j.do(ctx)} }()
		}
		if once && len(busy) == 0 {
			return end(nil)
		}
		timer := time.NewTimer(w.rest(next, len(busy) > 0))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-w.wake:
		case o := <-done:
			delete(busy, o.key)
			if o.err != nil {
				timer.Stop()
				return end(o.err)
			}
		}
		timer.Stop()
	}
	return end(ctx.Err())
}

// rest returns how long to wait for new jobs. While a job runs, due work waits for it to finish.
func (w *work) rest(next time.Time, busy bool) time.Duration {
	d := longestRest
	if !next.IsZero() {
		d = min(d, next.Sub(w.now()))
	}
	if d <= 0 && busy {
		return longestRest
	}
	return max(d, 10*time.Millisecond)
}
