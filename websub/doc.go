// Package websub tells others that a document has changed, as WebSub has it (https://www.w3.org/TR/websub/): hubs of others by a ping,
// and subscribers of our own hub by sending them the document.
//
// # What it promises
//
// What is to be told stands in the store before it is told, and is crossed off after: a crash between the two repeats it once, and nothing
// is lost. What changed several times while somebody could not be reached is told once, as it stands then. Nobody is written to who has not
// confirmed that he wants it. Addresses that strangers name are asked through the transport that was given, and redirects are never
// followed, so that no name leads inside. Secrets and callbacks are not logged: whoever knows a callback can write there.
package websub

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Options are for hub and pinger alike. The zero value of each means its default.
type Options struct {
	BaseURL string // of the published documents, without a slash at its end
	// Document is a document of an edition, by its name, as readers get it now; ok is false for whatever else.
	Document  func(name string) (body []byte, mediaType string, ok bool)
	Transport http.RoundTripper // required; it refuses addresses that nobody outside should have us ask
	UserAgent string            // names us and where to complain; "oped"
	Timeout   time.Duration     // for one request; 10 s
	Limits    Limits
	// TrustedProxies are the networks of the proxies before us, of which X-Forwarded-For is believed; none: a client
	// is who is connected.
	TrustedProxies []netip.Prefix
	Now            func() time.Time
	Log            *slog.Logger // nil: none
}

// Limits keep the hub from being flooded, and from being used to flood others.
type Limits struct {
	Subscribers int // in all; 10,000
	AtHost      int // with callbacks at one host; 300
	Requests    int // of one client in an hour; 120
	Pending     int // that were taken and are not verified yet; 100
	PendingHost int // of them with callbacks at one host; 20

	PendingClient int // of them by one client; 50
}

// Path is where the hub is, below BaseURL.
const Path = "/hub"

func (o Options) filled() Options {
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	set(&o.UserAgent, "oped")
	set(&o.Timeout, 10*time.Second)
	set(&o.Limits.Subscribers, 10_000)
	set(&o.Limits.AtHost, 300)
	set(&o.Limits.Requests, 120)
	set(&o.Limits.Pending, 100)
	set(&o.Limits.PendingHost, 20)
	set(&o.Limits.PendingClient, 50)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
