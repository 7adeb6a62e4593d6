package oped

import "time"

// Wait is a time without requests to a domain, or to any host.
type Wait struct {
	Domain string    // a registrable domain; "": every host, since this machine has no network
	Since  time.Time // when it began
	Until  time.Time // when requests may be sent again; zero: it is over
}

// ClockStep is the longest step of a corrected clock that means nothing.
const ClockStep = time.Minute

// IsAhead reports whether a wait began in the future of a clock that has come back since.
func (w *Wait) IsAhead(now time.Time) bool { return w.Since.Sub(now) > ClockStep }
