package fetcher

import (
	"context"
	"time"

	"oped"
)

// isTooFar reports whether no wait can lead to the next fetch of a feed. The clock was ahead when it was set.
func isTooFar(s *oped.FeedState, now time.Time, lowest, limit time.Duration) bool {
	longest := max(lowest, limit, daily)
	if s.LastKind == oped.Throttled {
		longest = max(longest, longestWait)
	}
	return s.NextFetch.Sub(now) > longest+longest/10+oped.ClockStep
}

// recall makes the feeds due whose next fetch is too far away. It looks at most every pollInterval.
func (r *round) recall(ctx context.Context) error {
	now := r.o.Now()
	if since := now.Sub(r.recalled); 0 <= since && since < pollInterval {
		return nil
	}
	r.recalled = now
	ahead, err := r.feeds.DueAfter(ctx, now.Add(max(r.o.MaxEvery, daily)))
	if err != nil {
		return err
	}
	far := r.Ahead(ahead)
	if len(far) == 0 {
		return nil
	}
	urls := make([]string, len(far))
	for i := range far {
		urls[i] = far[i].URL
	}
	r.o.Log.Warn("clock was ahead", "feeds", len(far), "feed", far[0].Name, "next", far[0].NextFetch, "now", now,
		"hint", "the next fetch of these feeds is further away than the longest interval; they are due now")
	return r.feeds.MakeDue(ctx, r.dueBy(), urls...)
}

// Ahead returns the scheduled feeds that no wait can have led to their next fetch: Run and Once fetch them at once.
func (f *Fetcher) Ahead(states []oped.FeedState) (far []oped.FeedState) {
	now := f.o.Now()
	for i := range states {
		s := &states[i]
		if s.Enabled && !s.Paused && isTooFar(s, now, f.every(s.Feed), f.o.MaxEvery) {
			far = append(far, *s)
		}
	}
	return far
}
