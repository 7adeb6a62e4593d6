package page

import "time"

// Health is the page of the feeds that fail or fell silent.
type Health struct {
	Head
	Atom     string    // address of the feed with the same entries
	All      int       // number of all feeds
	Failing  int       // number of feeds with a failed last fetch, in trouble or not
	Troubles []Trouble // the latest first
}

func (*Health) template() string { return "health" }

// Trouble is an outage or a silence of a feed, or a trouble of this machine.
type Trouble struct {
	Title string // plain text
	Since time.Time
	More  string // HTML of the caller's own words
}
