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

// verifiedAtOnce is how many callbacks are asked at the same time.
const verifiedAtOnce = 4

// pending is a request that waits until the callback was asked. It is in memory only: nothing that anybody may send us is written down before
// it is verified.
type pending struct {
	Request
	document string     // its name
	client   netip.Addr // who sent it
}

// verifications gives jobs for the requests that wait, in their order, and one a host at a time, so that two about one callback are not
// overtaken by each other.
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

// verify asks the callback whether it wants what was asked for, and does it if so (WebSub §5.3). The challenge is used this once.
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
	if err != nil || !good(status) || string(answer) != challenge {
		why := "it does not repeat the challenge"
		if err != nil || !good(status) {
			why = trouble(status, err)
		}
		h.o.Log.Info("callback not verified", "host", p.Host, "document", p.document, "subscribe", p.Subscribe, "err", why)
		return nil
	}
	keep := context.WithoutCancel(ctx)
	if !p.Subscribe {
		err = h.subscribers.Unsubscribe(keep, p.Callback, p.document)
		h.o.Log.Info("unsubscribed", "host", p.Host, "document", p.document)
		return err
	}
	now := h.o.Now()
	sub := oped.Subscriber{Callback: p.Callback, Host: p.Host, Edition: editionOf(p.document), Document: p.document, Secret: p.Secret, Until: now.Add(p.Lease)}
	err = h.subscribers.Subscribe(keep, sub, now)
	h.o.Log.Info("subscribed", "host", p.Host, "document", p.document, "until", sub.Until)
	return err
}
