package websub

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"oped"
)

// deliveriesAtOnce is the number of hosts that get documents at the same time.
const deliveriesAtOnce = 8

// deliveries returns a job for each host with a due subscriber.
func (h *Hub) deliveries(ctx context.Context, busy []string, n int) ([]job, time.Time, error) {
	now := h.o.Now()
	due, err := h.subscribers.Due(ctx, now, busy, n)
	if err != nil {
		return nil, time.Time{}, err
	}
	var jobs []job
	for _, sub := range due {
		jobs = append(jobs, job{sub.Host, func(ctx context.Context) error { return h.deliver(ctx, sub) }})
	}
	next, err := h.subscribers.Next(ctx, now)
	return jobs, next, err
}

// deliver sends a subscriber the current document (WebSub §7). The document is read after the due position was
// stored, so it is at least as new.
func (h *Hub) deliver(ctx context.Context, sub oped.Subscriber) error {
	keep := context.WithoutCancel(ctx) // store the outcome even when stopping
	body, mediaType, ok := h.o.Document(sub.Document)
	if !ok {
		return h.subscribers.Delivered(keep, sub)
	}
	header := http.Header{
		"Content-Type": {mediaType},
		"Link":         {fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, h.address(), h.topic(sub.Document))},
	}
	if sub.Secret != "" {
		header.Set("X-Hub-Signature", signature(sub.Secret, body))
	}
	status, _, err := h.o.ask(ctx, http.MethodPost, sub.Callback, header, body)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // we cancelled it: no failure of the subscriber
	case err == nil && isSuccess(status):
		err = h.subscribers.Delivered(keep, sub)
		h.o.Log.Debug("delivered", "host", sub.Host, "document", sub.Document, "bytes", len(body))
		return err
	case err == nil && status == http.StatusGone:
		h.o.Log.Info("subscriber gone", "host", sub.Host, "document", sub.Document)
		return h.subscribers.Unsubscribe(keep, sub.Callback, sub.Document)
	}
	failed, reason := sub.Attempts+1, problem(status, err)
	next, again := nextDelivery(failed, h.o.Now())
	if !again {
		h.o.Log.Warn("delivery given up", "host", sub.Host, "document", sub.Document, "failures", failed, "err", reason)
		return h.subscribers.Delivered(keep, sub) // later publications are tried again
	}
	h.o.Log.Info("delivery failed", "host", sub.Host, "document", sub.Document, "failures", failed, "next", next,
		"err", reason)
	return h.subscribers.DeliveryFailed(keep, sub, reason, next)
}
