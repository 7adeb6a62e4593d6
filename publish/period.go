package publish

import (
	"fmt"
	"time"
)

// period is a day, a week from Monday to Sunday (ISO 8601), or a month, in UTC.
type period struct {
	start, end time.Time // end is the start of the next one
	name       string    // 2026-11-16, 2026-W47, 2026-11
}

// periodAt returns the period of a kind (daily, weekly, monthly) at a time.
func periodAt(kind string, t time.Time) period {
	t = t.UTC()
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	switch kind {
	case "weekly":
		monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		year, week := monday.ISOWeek()
		return period{monday, monday.AddDate(0, 0, 7), fmt.Sprintf("%04d-W%02d", year, week)}
	case "monthly":
		first := day.AddDate(0, 0, 1-day.Day())
		return period{first, first.AddDate(0, 1, 0), first.Format("2006-01")}
	}
	return period{day, day.AddDate(0, 0, 1), day.Format(time.DateOnly)}
}

// Period returns the period of a digest (daily, weekly, monthly) at a time: its beginning, and the
// beginning of the next one.
func Period(digest string, t time.Time) (began, ends time.Time) {
	p := periodAt(digest, t)
	return p.start, p.end
}

// Reach returns the longest time a piece of an issue may be dated before it came into the edition.
func Reach(digest string) time.Duration {
	longest := map[string]time.Duration{"weekly": 7 * 24 * time.Hour, "monthly": 31 * 24 * time.Hour}[digest]
	longest = max(longest, 24*time.Hour)
	return longest + max(longest, lateness)
}

// periodIn returns a period in words.
func (i *items) periodIn(lang, kind string, p period) string {
	switch kind {
	case "weekly":
		return i.words.Date(lang, p.start) + " – " + i.words.Date(lang, p.end.AddDate(0, 0, -1))
	case "monthly":
		return i.words.Month(lang, p.start)
	}
	return i.words.Date(lang, p.start)
}
