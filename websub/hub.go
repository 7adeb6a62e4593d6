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

// Subscribers is the Hub's view of the store.
type Subscribers interface {
	// Subscribe adds or renews a subscriber.
	Subscribe(ctx context.Context, sub oped.Subscriber, now time.Time) error
	// Unsubscribe removes a subscriber. A missing one is no error.
	Unsubscribe(ctx context.Context, callback, document string) error
	// Count returns the number of subscribers, and the number with callbacks at this host.
	Count(ctx context.Context, host string, now time.Time) (all, atHost int, err error)
	// Due returns up to n subscribers with a due notification: at most one per host, and none at a busy
	// host.
	Due(ctx context.Context, now time.Time, busy []string, n int) ([]oped.Subscriber, error)
	// Next returns the time of the next due notification, or the zero time.
	Next(ctx context.Context, now time.Time) (time.Time, error)
	// Delivered records that a subscriber has the document as of sub.Position, or that its delivery was given up.
	Delivered(ctx context.Context, sub oped.Subscriber) error
	// DeliveryFailed records the reason of a failure and the time of the next attempt.
	DeliveryFailed(ctx context.Context, sub oped.Subscriber, reason string, next time.Time) error
}

// Hub is a WebSub hub for our own documents. As an http.Handler it accepts requests. In Run it carries them out: it
// verifies intent at the callback, and sends documents.
type Hub struct {
	o           Options
	subscribers Subscribers
	sending     work
	verifying   work
	clients     clients

	mu      sync.Mutex
	pending []pending
}

// NewHub returns a Hub.
func NewHub(o Options, s Subscribers) *Hub {
	h := &Hub{o: o.filled(), subscribers: s}
	h.sending = work{
		workers: deliveriesAtOnce,
		now:     h.o.Now,
		wake:    make(chan struct{}, 1),
		more:    h.deliveries,
	}
	h.verifying = work{
		workers: verifiedAtOnce,
		now:     h.o.Now,
		wake:    make(chan struct{}, 1),
		more:    h.verifications,
	}
	return h
}

// Wake starts deliveries after a publication.
func (h *Hub) Wake() { h.sending.signal() }

// Run verifies and delivers until ctx ends. A subscriber's failure never ends it. Unverified requests are forgotten
// at its end; clients without an answer ask again.
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

// Once makes one attempt at every due delivery.
func (h *Hub) Once(ctx context.Context) error {
	defer h.o.idle()
	return h.sending.run(ctx, true)
}

// address returns the address of the hub.
func (h *Hub) address() string { return h.o.BaseURL + Path }

func (h *Hub) topic(document string) string { return h.o.BaseURL + "/" + document }

// maxRequest is the maximum length of a request in bytes: room for escaped addresses and a secret.
const maxRequest = 16 << 10

// refusal is a negative answer.
type refusal struct {
	status int
	wait   time.Duration // for Retry-After; 0: none
	reason string
}

func (r *refusal) Error() string { return r.reason }

// ServeHTTP accepts a request to subscribe or to unsubscribe. Status 202 means that it was understood, not that it
// was granted. Any other answer states the reason in plain text.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	err := h.accept(w, r)
	var no *refusal
	switch {
	case err == nil:
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintln(w, "Accepted. The callback will be asked to confirm.")
	case errors.As(err, &no):
		if no.status == http.StatusMethodNotAllowed {
			header.Set("Allow", http.MethodPost)
		}
		if no.wait > 0 {
			header.Set("Retry-After", strconv.Itoa(int(no.wait.Seconds())))
		}
		w.WriteHeader(no.status)
		fmt.Fprintln(w, no.reason)
	default:
		h.o.Log.Error("hub failed", "err", err)
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintln(w, "Internal error. Try again later.")
	}
}

// accept checks a request and queues it for verification.
func (h *Hub) accept(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		return &refusal{http.StatusMethodNotAllowed, 0, "This is a WebSub hub. Use POST."}
	}
	// All clients without an address count as one.
	client, _ := oped.ClientAddress(r.RemoteAddr, r.Header["X-Forwarded-For"], h.o.TrustedProxies)
	if wait := h.clients.ask(client, h.o.Now(), h.o.limits.requests); wait > 0 {
		return &refusal{http.StatusTooManyRequests, wait, "Too many requests."}
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil ||
		mediaType != "application/x-www-form-urlencoded" {
		return &refusal{
			http.StatusUnsupportedMediaType, 0, "Expected Content-Type: application/x-www-form-urlencoded.",
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return &refusal{http.StatusRequestEntityTooLarge, 0, "Request too long."}
	} else if err != nil {
		return &refusal{http.StatusBadRequest, 0, "Incomplete request."}
	}
	req, err := parseRequest(string(body))
	if err != nil {
		return &refusal{http.StatusBadRequest, 0, err.Error()}
	}
	document, ok := strings.CutPrefix(req.Topic, h.o.BaseURL+"/")
	if ok {
		_, _, ok = h.o.Document(document)
	}
	if !ok {
		return &refusal{
			http.StatusNotFound, 0,
			"hub.topic: unknown document. Every document of this hub gives its own address as rel=\"self\".",
		}
	}
	return h.admit(r.Context(), pending{req, document, client})
}

// admit queues a request within the limits. Traffic to a document's own readers costs us; traffic to strangers
// costs them.
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
	l := h.o.limits
	switch {
	case same >= 0: // a later request for a callback replaces the earlier one
		h.pending[same] = p
	case len(h.pending) >= l.pending:
		return &refusal{http.StatusServiceUnavailable, time.Minute, "Too many requests are waiting for verification."}
	case sameHost >= l.pendingHost:
		return &refusal{
			http.StatusTooManyRequests, time.Minute, "Too many requests for this host are waiting for verification.",
		}
	case sameClient >= l.pendingClient:
		return &refusal{
			http.StatusTooManyRequests, time.Minute, "Too many of your requests are waiting for verification.",
		}
	case p.Subscribe && all+len(h.pending) >= l.subscribers:
		return &refusal{http.StatusServiceUnavailable, time.Hour, "This hub has its maximum of subscribers."}
	case p.Subscribe && atHost+sameHost >= l.atHost:
		return &refusal{
			http.StatusTooManyRequests, time.Hour, "This hub has its maximum of subscribers at this host.",
		}
	default:
		h.pending = append(h.pending, p)
	}
	h.verifying.signal()
	return nil
}
