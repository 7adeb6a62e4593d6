package publish

import (
	"slices"
	"time"

	"oped"
)

// When a feed that answers counts as silent. Twice its usual pause lets through what a paper does every year; a week
// lets through the holidays of a paper that prints every day.
const (
	minPause     = 7 * 24 * time.Hour // no pause up to this is told, however busy the feed was
	pauseFactor  = 2                  // times the usual pause
	rhythmDays   = 60                 // days with an entry by which the usual pause is known
	minDays      = 5                  // with fewer, there is no usual pause
	rhythmMemory = 400                // days before the last entry; what is older says nothing of today
)

// FellSilent tells when a feed that answers fell silent: the moment at which its pause became longer than minPause,
// and than pauseFactor times its usual pause. It goes by the last time that the feed answered, not by a clock: what
// was not asked for is not silent. Zero if it is not silent, or fails. The days are those on which it had an entry,
// the latest first.
func FellSilent(s *oped.FeedState, days []time.Time) (at time.Time, usual time.Duration) {
	usual = usualPause(days)
	if !mayBeSilent(s) || usual == 0 {
		return time.Time{}, usual
	}
	at = s.LastNew.Add(max(minPause, pauseFactor*usual))
	if s.LastSuccess.Before(at) {
		at = time.Time{}
	}
	return at, usual
}

// mayBeSilent tells whether it is worth while to look at the days of a feed.
func mayBeSilent(s *oped.FeedState) bool {
	return s.Enabled && !s.Paused && s.LastKind == "" && !s.LastNew.IsZero() && s.LastSuccess.Sub(s.LastNew) >= minPause
}

// usualPause is the longest pause between two days with an entry but for the longest of twenty, 0 if there are too
// few days to tell.
func usualPause(days []time.Time) time.Duration {
	var pauses []time.Duration
	for i := 1; i < len(days) && days[0].Sub(days[i]) <= rhythmMemory*24*time.Hour; i++ {
		pauses = append(pauses, days[i-1].Sub(days[i]))
	}
	if len(pauses) < minDays-1 {
		return 0
	}
	slices.Sort(pauses)
	return pauses[len(pauses)-1-len(pauses)/20]
}
