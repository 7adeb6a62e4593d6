package publish

import (
	"slices"
	"time"

	"oped"
)

// The limits for calling an answering feed silent. Twice its usual pause allows for yearly holidays; a
// week allows for the holidays of a daily newspaper.
const (
	minPause     = 7 * 24 * time.Hour // a pause up to this is no silence, however busy the feed was
	pauseFactor  = 2                  // times the usual pause
	rhythmDays   = 60                 // days with an entry, to measure the usual pause
	minDays      = 5                  // with fewer, there is no usual pause
	rhythmMemory = 400                // days before the last entry; older ones are no evidence for today
)

// fellSilent returns the time at which an answering feed fell silent, and its usual pause. A feed falls
// silent when its pause exceeds both minPause and pauseFactor times its usual pause. The last time of
// an answer counts, not a clock: without a fetch there is no silence. The time is zero if the feed is
// not silent, or fails. days holds its days with an entry, the latest first.
func fellSilent(s *oped.FeedState, days []time.Time) (at time.Time, usual time.Duration) {
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

// mayBeSilent reports whether the publication days of a feed are worth reading.
func mayBeSilent(s *oped.FeedState) bool {
	return s.Enabled && !s.Paused && s.LastKind == "" && !s.LastNew.IsZero() && s.LastSuccess.Sub(s.LastNew) >= minPause
}

// usualPause returns the longest pause between two days with an entry, leaving out one pause in twenty,
// the longest. It returns 0 if there are too few days.
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
