package websub

import "time"

// maxDeliveries is the number of attempts to deliver a document to a subscriber, over 18 hours.
const maxDeliveries = 8

// nextPing returns the time of the next ping after a number of consecutive failures. The wait doubles from a minute
// up to six hours. A ping is never given up.
func nextPing(failed int, now time.Time) time.Time { return now.Add(grown(2, failed, 6*time.Hour)) }

// nextDelivery returns the time of the next delivery. The wait triples from a minute. ok is false after the last
// attempt.
func nextDelivery(failed int, now time.Time) (at time.Time, ok bool) {
	return now.Add(grown(3, failed, 24*time.Hour)), failed < maxDeliveries
}

// grown returns a minute for the first failure, multiplied by factor for each further one, up to limit.
func grown(factor, failed int, limit time.Duration) time.Duration {
	d := time.Minute
	for ; failed > 1 && d < limit; failed-- {
		d *= time.Duration(factor)
	}
	return min(d, limit)
}
