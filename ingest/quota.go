package ingest

import (
	"time"

	"oped"
)

// day returns the day of a quota.
func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// quotaLeft returns the rest of a feed's quota of new entries; -1: no quota. A feed without any entry yet has
// no quota, so that the first document comes in whole.
func quotaLeft(s *oped.FeedState, at time.Time, r *Rules) int {
	if s.Entries == 0 {
		return -1
	}
	return left(s, at, r.quota(s.URL), s.NewToday)
}

// left returns the rest of a daily amount. used counts for the day of the feed's state only.
func left(s *oped.FeedState, at time.Time, amount, used int) int {
	if !s.NewDay.Equal(day(at)) {
		used = 0
	}
	return max(0, amount-used)
}

// rowBytes is the size of an earlier version beside its texts.
const rowBytes = 512

// weigh decides whether to keep the replaced version of an entry, and what is news in the change. A change
// between two earlier versions is no news, and takes no room. Without room for the version, its news is not
// determined.
func (d *planner) weigh(have, e *oped.Entry) (news oped.NewsPart, drop bool) {
	size, room := rowBytes+len(have.Summary)+len(have.Content), oped.MaxRevisionBytesPerDay-d.versions
	switch {
	case d.flips(e):
		return oped.NoNews, false
	case size > room:
		return oped.NoNews, true
	}
	if news = d.editor.news(have, e); news == oped.NoNews && size > room-oped.MaxRevisionBytesPerDay/2 {
		return oped.NoNews, true
	}
	d.versions += size
	return news, false
}

// flips reports whether a changed entry alternates between two earlier versions.
func (d *planner) flips(e *oped.Entry) bool {
	hash, ok := d.known.Flips[e.Row]
	return ok && hash == e.Hash
}

// revise advances the time of a stored piece if it has news, as long as the day's quota lasts.
func (d *planner) revise(c *oped.PieceChange, before *oped.Piece) {
	a, b := before.Lead(), c.Piece.Lead()
	switch {
	case a.Row == b.Row && d.flips(b), versionOf(a) == versionOf(b) && a.Publisher == b.Publisher:
	case d.revised >= d.revisions:
		d.reached.Add(oped.RevisionLimit)
		b.Limits = b.Limits.With(oped.RevisionLimit)
	case d.editor.significant(before, &c.Piece):
		d.revised++
		c.Piece.Revision++
		c.Piece.Updated = later(before.Updated, d.fetched.At)
	}
}

// closeDay adds the document to the counts of the day, with its deferred entries. While any are deferred, the
// feed keeps its earlier validators, so that the next fetch brings the whole document again.
func (d *planner) closeDay() {
	s, before := &d.feed, &d.known.Feed
	if today := day(d.fetched.At); !s.NewDay.Equal(today) {
		s.NewDay, s.NewToday, s.RevisedToday = today, 0, 0
	}
	s.RevisedToday += d.revised
	s.RevisionBytesToday = d.versions
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
	if d.editor.steps.Left() == 0 {
		d.reached.Add(oped.ChangeLimit)
	}
	s.Limits = s.Limits.With(d.reached...)
}
