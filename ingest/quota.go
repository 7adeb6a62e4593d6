package ingest

import (
	"time"

	"oped"
)

// day is the day of a quota.
func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// quotaLeft is how many new entries of a feed may be stored now; -1: as many as there are. A feed that never gave an
// entry has no quota, so that the first document comes in whole.
func quotaLeft(s *oped.FeedState, at time.Time, r *Rules) int {
	switch quota := r.quota(s.URL); {
	case s.Entries == 0:
		return -1
	case s.NewDay.Equal(day(at)):
		return max(0, quota-s.NewToday)
	default:
		return quota
	}
}

// settle notes what the document has added to the day, and what of it waits. While something does, the feed keeps the
// validators that it had, so that the next fetch brings the whole document again.
func (d *decision) settle() {
	s, before := &d.feed, &d.known.Feed
	if today := day(d.fetched.At); !s.NewDay.Equal(today) {
		s.NewDay, s.NewToday = today, 0
	}
	if before.Entries > 0 {
		s.NewToday += d.added
	}
	if s.Deferred = d.deferred; s.Deferred > 0 {
		s.Validators, s.BodyHash = before.Validators, before.BodyHash
		if d.quota == 0 {
			s.Limits = s.Limits.With(oped.QuotaLimit)
		}
	}
	if d.late {
		s.Limits = s.Limits.With(oped.TopicLimit)
	}
	if d.cut {
		s.Limits = s.Limits.With(oped.CompareLimit)
	}
}
