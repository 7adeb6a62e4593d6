package oped

import (
	"fmt"
	"time"
)

// Digest is the kind of period of a digest edition. It has one entry for each period, with the pieces of the period.
type Digest string

// The digests. An edition with NoDigest has one entry for each piece.
const (
	NoDigest Digest = ""
	Daily    Digest = "daily"
	Weekly   Digest = "weekly"
	Monthly  Digest = "monthly"
)

// Digests returns the names of all digests but NoDigest, for configurations.
func Digests() []string { return []string{string(Daily), string(Weekly), string(Monthly)} }

// lateness is the time allowed for a late piece; at least a period.
const lateness = 7 * 24 * time.Hour

// Period is a day, a week from Monday to Sunday (ISO 8601), or a month, in UTC.
type Period struct {
	Start, End time.Time // End is the start of the next one
	Name       string    // 2026-11-16, 2026-W47, 2026-11
}

// Period returns the period of a digest at a time.
func (d Digest) Period(t time.Time) Period {
	t = t.UTC()
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	switch d {
	case Weekly:
		monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		year, week := monday.ISOWeek()
		return Period{monday, monday.AddDate(0, 0, 7), fmt.Sprintf("%04d-W%02d", year, week)}
	case Monthly:
		first := day.AddDate(0, 0, 1-day.Day())
		return Period{first, first.AddDate(0, 1, 0), first.Format("2006-01")}
	}
	return Period{day, day.AddDate(0, 0, 1), day.Format(time.DateOnly)}
}

// Earliest returns the earliest date of a piece in the issue of a period. A piece may come late, but an older one that
// a changed rule brings is no news of the period.
func (p Period) Earliest() time.Time { return p.Start.Add(-max(p.End.Sub(p.Start), lateness)) }

// Reach returns the longest time a piece of an issue may be dated before it came into the edition.
func (d Digest) Reach() time.Duration {
	longest := 24 * time.Hour
	switch d {
	case Weekly:
		longest *= 7
	case Monthly:
		longest *= 31
	}
	return longest + max(longest, lateness)
}
