package publish

import (
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
