package publish

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"oped"
)

// day returns the day of an entry where its paper is; see [Day].
func (i *items) day(e *oped.Entry, t time.Time) time.Time { return Day(e, t, i.zones[e.FeedURL]) }

// Day returns a time of an entry on the clock of its paper, as a time in UTC: in the zone of its date as written, or
// else of its feed; nil is UTC. A date without an hour is a day in any zone.
func Day(e *oped.Entry, t time.Time, zone *time.Location) time.Time {
	if own := t.Equal(e.Published) || t.Equal(e.Updated); own && e.Zone != 0 {
		zone = time.FixedZone("", e.Zone*60)
	} else if own && isDay(t) || zone == nil {
		return t
	}
	_, seconds := t.In(zone).Zone()
	return t.Add(time.Duration(seconds) * time.Second)
}

// Hour returns the hour of a date on the clock of its paper, as there by [Day], with the zone if it is not that of the
// site; "" for a date without an hour.
func Hour(date, there time.Time, site *time.Location) string {
	if isDay(date) {
		return ""
	}
	_, here := date.In(cmp.Or(site, time.UTC)).Zone()
	offset := int(there.Sub(date).Seconds())
	if offset == here {
		return there.Format("15:04")
	}
	return there.Format("15:04 ") + zoneName(offset/60)
}

// zoneName names an offset from UTC in minutes: UTC, UTC+5, UTC−3:30.
func zoneName(minutes int) string {
	name, sign := "UTC", "+"
	if minutes < 0 {
		minutes, sign = -minutes, "−"
	}
	if minutes > 0 {
		name += sign + strconv.Itoa(minutes/60)
	}
	if minutes%60 > 0 {
		name += fmt.Sprintf(":%02d", minutes%60)
	}
	return name
}
