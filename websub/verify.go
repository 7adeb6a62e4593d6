package websub

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"oped"
)

// verifiedAtOnce is the number of simultaneous verifications.
const verifiedAtOnce = 4

// pending is a request waiting for verification. It is in memory only: unverified data from strangers is not
// stored.
type pending struct {
	request
	document string     // the document's name
	client   netip.Addr // the sender
}

// verifications returns jobs for the waiting requests in order. It returns one job per host at a time, so that two
// requests for one callback cannot overtake each other.
func (h *Hub) verifications(_ context.Context, busy []string, n int) (jobs []job, _ time.Time, _ error) {
	taken := map[string]bool{}
	for _, host := range busy {
		taken[host] = true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var rest []pending
	for _, p := range h.pending {
		if len(jobs) == n || taken[p.Host] {
			rest = append(rest, p)
			continue
		}
		taken[p.Host] = true
		jobs = append(jobs, job{p.Host, func(ctx context.Context) error { return h.verify(ctx, p) }})
	}
	h.pending = rest
	return jobs, time.Time{}, nil
}

// verify asks the callback to confirm the request, and carries it out if the callback does (WebSub §5.3). Each
// challenge is used once.
func (h *Hub) verify(ctx context.Context, p pending) error {
	challenge := rand.Text()
	params := url.Values{"hub.mode": {"unsubscribe"}, "hub.topic": {h.topic(p.document)}, "hub.challenge": {challenge}}
	if p.Subscribe {
		params.Set("hub.mode", "subscribe")
		params.Set("hub.lease_seconds", strconv.Itoa(int(p.Lease.Seconds())))
	}
	address, err := withQuery(p.Callback, params)
	var status int
	var answer []byte
	if err == nil {
		status, answer, err = h.o.ask(ctx, http.MethodGet, address, nil, nil)
	}
	if err != nil && ctx.Err() != nil {
		return nil
	}
	if err != nil || !isSuccess(status) || string(answer) != challenge {
		reason := "the answer is not the challenge"
		if err != nil || !isSuccess(status) {
			reason = problem(status, err)
		}
		h.o.Log.Info("callback not verified", "host", p.Host, "document", p.document, "subscribe", p.Subscribe,
			"err", reason)
		return nil
	}
	keep := context.WithoutCancel(ctx)
	if !p.Subscribe {
		err = h.subscribers.Unsubscribe(keep, p.Callback, p.document)
		h.o.Log.Info("unsubscribed", "host", p.Host, "document", p.document)
		return err
	}
	now := h.o.Now()
	sub := oped.Subscriber{
		Callback: p.Callback,
		Host:     p.Host,
		Edition:  editionOf(p.document),
		Document: p.document,
		Secret:   p.Secret,
		Until:    now.Add(p.Lease),
	}
	err = h.subscribers.Subscribe(keep, sub, now)
	h.o.Log.Info("subscribed", "host", p.Host, "document", p.document, "until", sub.Until)
	return err
}
