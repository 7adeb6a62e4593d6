package websub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"oped"
)

// Count is what the Hub asks of the store.
type Subscribers interface {
	// Subscribe adds or renews a subscriber.
	Subscribe(ctx context.Context, sub oped.Subscriber, now time.Time) error
	Unsubscribe(ctx context.Context, callback, document string) error
	// Count tells how many there are, and how many of them have callbacks at this host.
	Count(ctx context.Context, host string, now time.Time) (all, atHost int, err error)
	// Due are up to n of those whom something is owed, one a host at most and none at a busy one.
	Due(ctx context.Context, now time.Time, busy []string, n int) ([]oped.Subscriber, error)
	// Next tells when something is owed next; the zero time if nothing is.
	Next(ctx context.Context, now time.Time) (time.Time, error)
	Delivered(ctx context.Context, sub oped.Subscriber) error
	DeliveryFailed(ctx context.Context, sub oped.Subscriber, why string, next time.Time) error
}

// Hub is a WebSub hub for our own documents. It takes requests as an http.Handler, and does what follows from them in Run: it asks the
// callback whether it wants what was asked for, and sends documents.
type Hub struct {
	o           Options
	subscribers Subscribers
	sending     work
	verifying   work
	clients     clients

	mu      sync.Mutex
	pending []pending
}

// NewHub makes a Hub.
func NewHub(o Options, s Subscribers) *Hub {
	h := &Hub{o: o.filled(), subscribers: s}
	h.sending = work{workers: deliveriesAtOnce, now: h.o.Now, wake: make(chan struct{}, 1), more: h.deliveries}
	h.verifying = work{workers: verifiedAtOnce, now: h.o.Now, wake: make(chan struct{}, 1), more: h.verifications}
	return h
}

// Wake says that something was published.
func (h *Hub) Wake() { h.sending.rouse() }

// Run verifies and delivers until ctx ends. A subscriber's fault never ends it. What was not verified by then is forgotten: whoever asked for it
// asks again when he does not hear from us.
func (h *Hub) Run(ctx context.Context) error {
	defer h.o.idle()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	verified := make(chan error, 1)
	go func() {
		defer stop()
		verified <- h.verifying.run(ctx, false)
	}()
	err := h.sending.run(ctx, false)
	stop()
	if other := <-verified; errors.Is(err, context.Canceled) && !errors.Is(other, context.Canceled) {
		err = other
	}
	return err
}

// Once makes one attempt at everything that is owed to subscribers.
func (h *Hub) Once(ctx context.Context) error {
	defer h.o.idle()
	return h.sending.run(ctx, true)
}

// address is where the hub is.
func (h *Hub) address() string { return h.o.BaseURL + Path }

func (h *Hub) topic(document string) string { return h.o.BaseURL + "/" + document }

// maxRequest is how long a request may be: addresses and a secret fit in, escaped.
const maxRequest = 16 << 10

// refusal is an answer that says no.
type refusal struct {
	status int
	wait   time.Duration // after which it may be tried again; 0: not said
	why    string
}

func (r *refusal) Error() string { return r.why }

// ServeHTTP takes a request to subscribe or to unsubscribe. 202 says that it was understood, not that it was granted; everything else says why not,
// in plain text.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	err := h.take(w, r)
	var no *refusal
	switch {
	case err == nil:
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintln(w, "We ask the callback whether it wants this.")
	case errors.As(err, &no):
		if no.status == http.StatusMethodNotAllowed {
			header.Set("Allow", http.MethodPost)
		}
		if no.wait > 0 {
			header.Set("Retry-After", strconv.Itoa(int(no.wait.Seconds())))
		}
		w.WriteHeader(no.status)
		fmt.Fprintln(w, no.why)
	default:
		h.o.Log.Error("hub failed", "err", err)
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintln(w, "This is our fault; try again later.")
	}
}

// take checks a request and queues it for verification.
func (h *Hub) take(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		return &refusal{http.StatusMethodNotAllowed, 0, "This is a WebSub hub: it takes POST."}
	}
	// All clients without an address are one.
	client, _ := oped.ClientAddress(r.RemoteAddr, r.Header["X-Forwarded-For"], h.o.TrustedProxies)
	if wait := h.clients.ask(client, h.o.Now(), h.o.Limits.Requests); wait > 0 {
		return &refusal{http.StatusTooManyRequests, wait, "You ask too often."}
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/x-www-form-urlencoded" {
		return &refusal{http.StatusUnsupportedMediaType, 0, "Content-Type: application/x-www-form-urlencoded is wanted."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return &refusal{http.StatusRequestEntityTooLarge, 0, "This is too long."}
	} else if err != nil {
		return &refusal{http.StatusBadRequest, 0, "The request broke off."}
	}
	request, err := ParseRequest(string(body))
	if err != nil {
		return &refusal{http.StatusBadRequest, 0, err.Error()}
	}
	document, ok := strings.CutPrefix(request.Topic, h.o.BaseURL+"/")
	if ok {
		_, _, ok = h.o.Document(document)
	}
	if !ok {
		return &refusal{http.StatusNotFound, 0, "hub.topic: this hub has no such document; its documents name themselves by rel=\"self\"."}
	}
	return h.admit(r.Context(), pending{request, document, client})
}

// admit queues a request unless there are too many. What is sent to a document's own readers costs us; what is sent to strangers costs them.
func (h *Hub) admit(ctx context.Context, p pending) error {
	all, atHost, err := h.subscribers.Count(ctx, p.Host, h.o.Now())
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	same, sameHost, sameClient := -1, 0, 0
	for i, other := range h.pending {
		if other.Callback == p.Callback && other.document == p.document {
			same = i
		}
		if other.Host == p.Host {
			sameHost++
		}
		if other.client == p.client {
			sameClient++
		}
	}
	l := h.o.Limits
	switch {
	case same >= 0: // who changes his mind takes no further place
		h.pending[same] = p
	case len(h.pending) >= l.Pending:
		return &refusal{http.StatusServiceUnavailable, time.Minute, "Too many requests wait for verification."}
	case sameHost >= l.PendingHost:
		return &refusal{http.StatusTooManyRequests, time.Minute, "Too many requests for this host wait for verification."}
	case sameClient >= l.PendingClient:
		return &refusal{http.StatusTooManyRequests, time.Minute, "Too many of your requests wait for verification."}
	case p.Subscribe && all+len(h.pending) >= l.Subscribers:
		return &refusal{http.StatusServiceUnavailable, time.Hour, "This hub has as many subscribers as it can serve."}
	case p.Subscribe && atHost+sameHost >= l.AtHost:
		return &refusal{http.StatusTooManyRequests, time.Hour, "This hub has as many subscribers at this host as it can serve."}
	default:
		h.pending = append(h.pending, p)
	}
	h.verifying.rouse()
	return nil
}
