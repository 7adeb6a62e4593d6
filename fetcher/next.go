package fetcher

import (
	"hash/fnv"
	"time"

	"oped"
)

// Waits that do not depend on the feed.
const (
	daily       = 24 * time.Hour
	minBackOff  = time.Hour           // after 429 or 503 without Retry-After
	longestWait = 31 * 24 * time.Hour // that a server may ask for with Retry-After
)

// Next says when to fetch a feed again: not before least has passed, nor before what the server and the document ask for, at most
// most later; after failures later and later; never, the zero time, for a feed that is gone. It never comes early: what spreads the
// fetches only adds.
func Next(r *oped.Fetched, lowest, limit time.Duration) time.Time {
	wait := max(lowest, min(r.Freshness, limit), min(ttl(r), limit))
	if r.Err != nil {
		wait = afterFailure(r, lowest, limit)
	}
	if wait < 0 {
		return time.Time{}
	}
	return r.At.Add(r.Took + wait + spread(r, wait)) // what a server asks for counts from its answer
}

// ttl is what the document asks for, now or the last time.
func ttl(r *oped.Fetched) time.Duration {
	if r.Read() {
		return r.Document.TTL
	}
	return r.Feed.TTL
}

// afterFailure is how long to wait after a failure; negative: for ever.
func afterFailure(r *oped.Fetched, lowest, limit time.Duration) time.Duration {
	switch r.Err.Kind {
	case oped.Throttled:
		if r.Err.Wait > 0 {
			return max(lowest, min(r.Err.Wait, longestWait))
		}
		return doubled(max(lowest, minBackOff), r.Feed.Failures, max(lowest, limit, minBackOff))
	case oped.Gone:
		if r.Feed.LastKind == oped.Gone && r.At.Sub(r.Feed.LastFetch) >= daily {
			return -1 // it said so a day ago as well
		}
		return max(lowest, daily)
	case oped.Fatal:
		if r.Feed.LastKind != oped.Fatal {
			return 0 // once may be chance: a machine that lost its power, an operator in a hurry
		}
		return max(lowest, daily)
	case oped.Client, oped.TooLarge, oped.Refused:
		return max(lowest, daily)
	}
	return doubled(lowest, r.Feed.Failures+1, max(limit, lowest))
}

// doubled is base, doubled n times, at most most.
func doubled(base time.Duration, n int, limit time.Duration) time.Duration {
	for range min(n, 40) {
		if base >= limit/2 {
			return limit
		}
		base *= 2
	}
	return min(base, limit)
}

// spread adds up to a tenth, so that feeds that were added together do not stay together. It depends on the feed and the time of the
// fetch only.
func spread(r *oped.Fetched, wait time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(r.Feed.URL))
	h.Write([]byte(r.At.UTC().Format(time.RFC3339Nano)))
	return time.Duration(float64(h.Sum64()%1000) / 1000 * float64(wait) / 10)
}
