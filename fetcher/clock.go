package fetcher

import (
	"context"
	"time"

	"oped"
)

// clockStep is the longest step of a corrected clock that means nothing.
const clockStep = time.Minute

// isTooFar reports whether no wait can lead to the next fetch of a feed. The clock was ahead when it was set.
func isTooFar(s *oped.FeedState, now time.Time, lowest, limit time.Duration) bool {
	longest := max(lowest, limit, daily)
	if s.LastKind == oped.Throttled {
		longest = max(longest, longestWait)
	}
	return s.NextFetch.Sub(now) > longest+longest/10+clockStep
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
	var far []string
	for i := range ahead {
		if isTooFar(&ahead[i], now, r.every(ahead[i].Feed), r.o.MaxEvery) {
			far = append(far, ahead[i].URL)
			r.o.Log.Warn("clock was ahead", "feed", ahead[i].Name, "next", ahead[i].NextFetch, "now", now,
				"hint", "its next fetch is further away than the longest interval; it is due now")
		}
	}
	if len(far) == 0 {
		return nil
	}
	return r.feeds.MakeDue(ctx, r.dueBy(), far...)
}
