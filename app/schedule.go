package app

import (
	"context"
	"sync/atomic"
	"time"

	"oped"
	"oped/store"
)

// nextFetch is when the next feed is fetched, as far as is known. Every answer to a reader asks it, and no answer waits for the database.
type nextFetch struct{ unix atomic.Int64 }

// at is the time, zero as long as nobody knows.
func (n *nextFetch) at() time.Time {
	if s := n.unix.Load(); s != 0 {
		return time.Unix(s, 0)
	}
	return time.Time{}
}

// scheduled are the feeds as the fetcher sees it: when it asks what is due next, which it does before it waits, the answer is kept for readers.
type scheduled struct {
	store.Feeds
	next     *nextFetch
	patience *patience
}

// ClaimDue is that of the feeds.
func (s *scheduled) ClaimDue(ctx context.Context, now time.Time, lease time.Duration, n int) (due []oped.FeedState, err error) {
	err = s.patience.try(ctx, func() error {
		due, err = s.Feeds.ClaimDue(ctx, now, lease, n)
		return err
	})
	return due, err
}

// NextDue is that of the feeds.
func (s *scheduled) NextDue(ctx context.Context) (time.Time, error) {
	var next time.Time
	err := s.patience.try(ctx, func() (err error) {
		next, err = s.Feeds.NextDue(ctx)
		return err
	})
	switch {
	case err != nil:
	case next.IsZero():
		s.next.unix.Store(0)
	default:
		s.next.unix.Store(next.Unix())
	}
	return next, err
}
