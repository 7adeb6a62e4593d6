package websub

import "time"

// maxDeliveries is how often a document is sent to a subscriber who does not take it: over 18 hours.
const maxDeliveries = 8

// nextPing is when a hub is told again after so many attempts that failed one after the other: in a minute, then after twice as long
// each time, up to six hours. It is never given up.
func nextPing(failed int, now time.Time) time.Time { return now.Add(grown(2, failed, 6*time.Hour)) }

// nextDelivery is when a subscriber is tried again: in a minute, then after three times as long each time. ok is false when it is not worth it
// any more.
func nextDelivery(failed int, now time.Time) (at time.Time, ok bool) {
	return now.Add(grown(3, failed, 24*time.Hour)), failed < maxDeliveries
}

// grown is a minute after the first failure, and grows by a factor with each further one up to a limit.
func grown(factor, failed int, limit time.Duration) time.Duration {
	d := time.Minute
	for ; failed > 1 && d < limit; failed-- {
		d *= time.Duration(factor)
	}
	return min(d, limit)
}
