package oped

import "time"

// Wait is a time without requests to a domain, or to any host.
type Wait struct {
	Domain string    // a registrable domain; "": every host, since this machine has no network
	Since  time.Time // when it began
	Until  time.Time // when requests may be sent again; zero: it is over
}
