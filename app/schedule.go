package app

import (
	"context"
	"sync/atomic"
	"time"

	"oped"
	"oped/store"
)

// nextTime is the time of the next fetch, or of the end of the next hold, as far as it is known. Every answer to a
// reader asks for it, without a query of the database.
type nextTime struct{ unix atomic.Int64 }

// at returns the time, or the zero time if it is unknown.
func (n *nextTime) at() time.Time {
	if s := n.unix.Load(); s != 0 {
		return time.Unix(s, 0)
	}
	return time.Time{}
}

// set stores a time; the zero time is unknown.
func (n *nextTime) set(t time.Time) {
	if t.IsZero() {
		n.unix.Store(0)
		return
	}
	n.unix.Store(t.Unix())
}

// scheduled is the fetcher's view of the feeds. Before it waits, the fetcher asks for the next due time;
// scheduled keeps the answer for readers.
type scheduled struct {
	store.Feeds
	next     *nextTime
	patience *patience
	changed  wake // the health feed may differ
}

// MakeDue is [store.Feeds.MakeDue], repeated while the disk fails.
func (s *scheduled) MakeDue(ctx context.Context, now time.Time, urls ...string) error {
	return s.patience.try(ctx, func() error { return s.Feeds.MakeDue(ctx, now, urls...) })
}

// SetWait is [store.Feeds.SetWait], repeated while the disk fails.
func (s *scheduled) SetWait(ctx context.Context, w oped.Wait) error {
	err := s.patience.try(ctx, func() error { return s.Feeds.SetWait(ctx, w) })
	s.changed.rouse()
	return err
}

// ClaimDue is [store.Feeds.ClaimDue], repeated while the disk fails.
func (s *scheduled) ClaimDue(
	ctx context.Context, now time.Time, lease time.Duration, n int,
) (due []oped.FeedState, err error) {
	err = s.patience.try(ctx, func() error {
		due, err = s.Feeds.ClaimDue(ctx, now, lease, n)
		return err
	})
	return due, err
}

// NextDue is [store.Feeds.NextDue], repeated while the disk fails.
func (s *scheduled) NextDue(ctx context.Context) (time.Time, error) {
	var next time.Time
	err := s.patience.try(ctx, func() (err error) {
		next, err = s.Feeds.NextDue(ctx)
		return err
	})
	if err == nil {
		s.next.set(next)
	}
	return next, err
}
