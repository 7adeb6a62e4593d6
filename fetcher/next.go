package fetcher

import (
	"hash/fnv"
	"time"

	"oped"
)

// Waits that do not depend on the feed.
const (
	daily        = 24 * time.Hour
	leastBackOff = time.Hour           // after 429 or 503 without Retry-After
	longestWait  = 31 * 24 * time.Hour // that a server may ask for with Retry-After
)

// Next says when to fetch a feed again: not before least has passed, nor before what the server and the document ask for, at most
// most later; after failures later and later; never, the zero time, for a feed that is gone. It never comes early: what spreads the
// fetches only adds.
func Next(r *oped.Fetched, least, most time.Duration) time.Time {
	wait := max(least, min(r.Freshness, most), min(ttl(r), most))
	if r.Err != nil {
		wait = afterFailure(r, least, most)
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
func afterFailure(r *oped.Fetched, least, most time.Duration) time.Duration {
	switch r.Err.Kind {
	case oped.Throttled:
		if r.Err.Wait > 0 {
			return max(least, min(r.Err.Wait, longestWait))
		}
		return doubled(max(least, leastBackOff), r.Feed.Failures, max(least, most, leastBackOff))
	case oped.Gone:
		if r.Feed.LastKind == oped.Gone && r.At.Sub(r.Feed.LastFetch) >= daily {
			return -1 // it said so a day ago as well
		}
		return max(least, daily)
	case oped.Fatal:
		if r.Feed.LastKind != oped.Fatal {
			return 0 // once may be chance: a machine that lost its power, an operator in a hurry
		}
		return max(least, daily)
	case oped.Client, oped.TooLarge, oped.Refused:
		return max(least, daily)
	}
	return doubled(least, r.Feed.Failures+1, max(most, least))
}

// doubled is base, doubled n times, at most most.
func doubled(base time.Duration, n int, most time.Duration) time.Duration {
	for range min(n, 40) {
		if base >= most/2 {
			return most
		}
		base *= 2
	}
	return min(base, most)
}

// spread adds up to a tenth, so that feeds that were added together do not stay together. It depends on the feed and the time of the
// fetch only.
func spread(r *oped.Fetched, wait time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(r.Feed.URL))
	h.Write([]byte(r.At.UTC().Format(time.RFC3339Nano)))
	return time.Duration(float64(h.Sum64()%1000) / 1000 * float64(wait) / 10)
}
