package app

import (
	"time"

	"oped"
	"oped/config"
	"oped/parse"
	"oped/publish"
)

// calendar tells the dates of entries on the clocks of their papers, as the published pages do.
type calendar struct {
	zones map[string]*time.Location // of feeds, by address
	site  *time.Location
}

func calendarOf(cfg *config.Config) calendar {
	c := calendar{map[string]*time.Location{}, cfg.Publish.Timezone}
	for i := range cfg.Feeds {
		c.zones[cfg.Feeds[i].URL] = parse.FeedZone(&cfg.Feeds[i])
	}
	return c
}

// at returns the date of an entry, as a time in UTC.
func (c calendar) at(e *oped.Entry) time.Time {
	return publish.Day(e, e.Date().UTC(), c.zones[e.FeedURL])
}

// day returns the day of an entry, as 2006-01-02.
func (c calendar) day(e *oped.Entry) string { return c.at(e).Format(time.DateOnly) }

// hour returns the hour of an entry, with the zone if it is not that of the site; "": it is not known.
func (c calendar) hour(e *oped.Entry) string { return publish.Hour(e.Date(), c.at(e), c.site) }

// When returns the day of an entry, as 2006-01-02, and its hour, on the clock of its paper. The hour has its zone if
// that is not the zone of the site; it is "" if it is not known.
func (v Pieces) When(e *oped.Entry) (day, hour string) {
	c := calendarOf(v.cfg)
	return c.day(e), c.hour(e)
}
