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
	if s.Entries == 0 {
		return -1
	}
	return left(s, at, r.quota(s.URL), s.NewToday)
}

// left is what a day has left of an amount of which so much was used on the day that a feed's state is of.
func left(s *oped.FeedState, at time.Time, amount, used int) int {
	if !s.NewDay.Equal(day(at)) {
		used = 0
	}
	return max(0, amount-used)
}

// rowBytes is what an earlier version takes beside its texts.
const rowBytes = 512

// weigh decides what is kept of a version that an entry replaces, and what of the change is news. A change between two
// versions that the entry had before, both of them, is none, and takes no room. If there is no room for the version,
// nobody asks what was news.
func (d *decision) weigh(have, e *oped.Entry) (news string, drop bool) {
	size, room := rowBytes+len(have.Summary)+len(have.Content), oped.MaxRevisionBytesPerDay-d.versions
	switch {
	case d.flips(e):
		return "", false
	case size > room:
		return "", true
	}
	if news = d.editor.news(have, e); news == "" && size > room-oped.MaxRevisionBytesPerDay/2 {
		return "", true
	}
	d.versions += size
	return news, false
}

// flips reports whether a changed entry returns to a version from one that it had before, too.
func (d *decision) flips(e *oped.Entry) bool {
	hash, ok := d.known.Flips[e.Row]
	return ok && hash == e.Hash
}

// revise moves the time of a stored piece if there is news of it, as long as the day's quota lasts.
func (d *decision) revise(c *oped.PieceChange, before *oped.Piece) {
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

// closeDay notes what the document has added to the day, and what of it waits. While something does, the feed keeps the
// validators that it had, so that the next fetch brings the whole document again.
func (d *decision) closeDay() {
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
