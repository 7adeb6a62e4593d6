// Package websub notifies others of changed documents by WebSub (https://www.w3.org/TR/websub/).
//
// To ping external hubs, create a [Pinger]. To be a hub and send documents to subscribers, create a [Hub]. Both
// take their work from the store, do it in Run or Once, and start early on Wake.
//
// # What it promises
//
// A notification is stored before it is sent and removed afterwards. A crash in between repeats it once, and
// nothing is lost. If a document changes several times while a receiver is unreachable, the receiver gets one
// notification with the current state. No callback gets a document before confirming the subscription.
//
// Requests to addresses named by strangers use the given transport and follow no redirect, so no name leads inside.
// Secrets and callbacks are not logged: anyone who knows a callback can write to it.
package websub

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Options configures a [Hub] or a [Pinger]. A zero field selects its default, given last in its comment.
type Options struct {
	BaseURL string // of the published documents, without a final slash
	// Document returns the document of an edition by name, as readers get it now. ok is false for all other names.
	Document  func(name string) (body []byte, mediaType string, ok bool)
	Transport http.RoundTripper // required; it refuses addresses that must not be requested for a stranger
	UserAgent string            // the User-Agent header, with a contact address; "oped"
	timeout   time.Duration     // of one request; 10 s
	limits    limits            // of the hub
	// TrustedProxies lists the networks of the proxies in front of us. Their X-Forwarded-For is trusted. Without
	// any, the client is the connected address.
	TrustedProxies []netip.Prefix
	Now            func() time.Time // nil: time.Now
	Log            *slog.Logger     // nil: none
}

// limits protects the hub from floods, and strangers from floods through the hub.
type limits struct {
	subscribers int // in total; 10,000
	atHost      int // with callbacks at one host; 300
	requests    int // per client and hour; 120
	pending     int // accepted and not verified yet; 100
	pendingHost int // of these, with callbacks at one host; 20

	pendingClient int // of these, from one client; 50
}

// Path is the path of the hub, below BaseURL.
const Path = "/hub"

func (o Options) filled() Options {
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	o.UserAgent = cmp.Or(o.UserAgent, "oped")
	o.timeout = cmp.Or(o.timeout, 10*time.Second)
	o.limits.subscribers = cmp.Or(o.limits.subscribers, 10_000)
	o.limits.atHost = cmp.Or(o.limits.atHost, 300)
	o.limits.requests = cmp.Or(o.limits.requests, 120)
	o.limits.pending = cmp.Or(o.limits.pending, 100)
	o.limits.pendingHost = cmp.Or(o.limits.pendingHost, 20)
	o.limits.pendingClient = cmp.Or(o.limits.pendingClient, 50)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
