package fetcher

import (
	"hash/fnv"
	"time"

	"oped"
)

// Waits independent of the feed.
const (
	daily       = 24 * time.Hour
	minBackOff  = time.Hour           // after 429 or 503 without Retry-After
	longestWait = 31 * 24 * time.Hour // cap on Retry-After
)

// Next returns when to fetch a feed again. The wait is at least lowest and at least as long as the server and the
// document ask for, but their wishes count up to limit only. After failures it grows. For a feed that is gone Next
// returns the zero time: never. The time is never early, because the spread only adds.
func Next(r *oped.Fetched, lowest, limit time.Duration) time.Time {
	wait := max(lowest, min(r.Freshness, limit), min(ttl(r), limit))
	if r.Err != nil {
		wait = afterFailure(r, lowest, limit)
	}
	if wait < 0 {
		return time.Time{}
	}
	return r.At.Add(r.Took + wait + spread(r, wait)) // the server's wait counts from its answer
}

// ttl returns the document's requested interval, from this fetch or the last one.
func ttl(r *oped.Fetched) time.Duration {
	if r.Read() {
		return r.Document.TTL
	}
	return r.Feed.TTL
}

// afterFailure returns the wait after a failure, or a negative value for "never again".
func afterFailure(r *oped.Fetched, lowest, limit time.Duration) time.Duration {
	switch r.Err.Kind {
	case oped.Throttled:
		if r.Err.Wait > 0 {
			return max(lowest, min(r.Err.Wait, longestWait))
		}
		return doubled(max(lowest, minBackOff), r.Feed.Failures, max(lowest, limit, minBackOff))
	case oped.Gone:
		if r.Feed.LastKind == oped.Gone && r.At.Sub(r.Feed.LastFetch) >= daily {
			return -1 // it already said so a day ago
		}
		return max(lowest, daily)
	case oped.Fatal:
		if r.Feed.LastKind != oped.Fatal {
			return 0 // the first time may be chance: a power failure, an impatient operator
		}
		return max(lowest, daily)
	case oped.Client, oped.TooLarge, oped.Refused:
		return max(lowest, daily)
	}
	return doubled(lowest, r.Feed.Failures+1, max(limit, lowest))
}

// doubled returns base doubled n times, at most limit.
func doubled(base time.Duration, n int, limit time.Duration) time.Duration {
	for range min(n, 40) {
		if base >= limit/2 {
			return limit
		}
		base *= 2
	}
	return min(base, limit)
}

// spread returns up to a tenth of wait, so that feeds added together drift apart. It depends only on the feed and
// the time of the fetch.
func spread(r *oped.Fetched, wait time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(r.Feed.URL))
	h.Write([]byte(r.At.UTC().Format(time.RFC3339Nano)))
	return time.Duration(float64(h.Sum64()%1000) / 1000 * float64(wait) / 10)
}
