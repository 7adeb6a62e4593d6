package app

import (
	"slices"
	"time"

	"oped"
	"oped/config"
	"oped/parse"
	"oped/publish"
)

// calendar reports the dates of entries by the clocks of their papers, as the published pages do. It is not safe for
// concurrent use.
type calendar struct {
	cfg   *config.Config
	zones map[string]*time.Location // of the feeds asked for, by address; nil: of none
}

func calendarOf(cfg *config.Config) calendar { return calendar{cfg, map[string]*time.Location{}} }

// zone returns the zone of the feed with an address; nil if it is not configured.
func (c calendar) zone(address string) *time.Location {
	zone, known := c.zones[address]
	if !known { // to load all would take longer than a page
		if i := slices.IndexFunc(c.cfg.Feeds, func(f oped.Feed) bool { return f.URL == address }); i >= 0 {
			zone = parse.FeedZone(&c.cfg.Feeds[i])
		}
		c.zones[address] = zone
	}
	return zone
}

// at returns the date of an entry, as a time in UTC.
func (c calendar) at(e *oped.Entry) time.Time {
	return publish.Day(e, e.Date().UTC(), c.zone(e.FeedURL))
}

// day returns the day of an entry, as 2006-01-02.
func (c calendar) day(e *oped.Entry) string { return c.at(e).Format(time.DateOnly) }

// hour returns the hour of an entry, with the zone if it is not that of the site; "": it is not known.
func (c calendar) hour(e *oped.Entry) string {
	return publish.Hour(e.Date(), c.at(e), c.cfg.Publish.Timezone)
}

// When returns the day of an entry, as 2006-01-02, and its hour, on the clock of its paper. The hour has its zone if
// that is not the zone of the site; it is "" if it is not known.
func (v Pieces) When(e *oped.Entry) (day, hour string) {
	c := calendarOf(v.cfg)
	return c.day(e), c.hour(e)
}
