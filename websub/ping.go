package websub

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"oped"
)

// Outbox is the Pinger's view of the store.
type Outbox interface {
	// DuePings returns the pings due at now, grouped by hub.
	DuePings(ctx context.Context, now time.Time) ([]oped.Ping, error)
	// NextPing returns the time of the next due ping, or the zero time.
	NextPing(ctx context.Context) (time.Time, error)
	// Pinged records that a hub knows of a document as of p.Position.
	Pinged(ctx context.Context, p oped.Ping) error
	// PingFailed records the reason of a failure and the time of the next attempt.
	PingFailed(ctx context.Context, p oped.Ping, why string, next time.Time) error
}

// hubsAtOnce is the number of hubs pinged at the same time.
const hubsAtOnce = 4

// Pinger notifies external hubs of changes.
type Pinger struct {
	o      Options
	outbox Outbox
	work   work
}

// NewPinger returns a Pinger. It does not use its limits.
func NewPinger(o Options, b Outbox) *Pinger {
	p := &Pinger{o: o.filled(), outbox: b}
	p.work = work{
		workers: hubsAtOnce,
		now:     p.o.Now,
		wake:    make(chan struct{}, 1),
		more:    p.more,
	}
	return p
}

// Wake starts pings after a publication.
func (p *Pinger) Wake() { p.work.signal() }

// Run pings hubs until ctx ends. A hub's failure never ends it.
func (p *Pinger) Run(ctx context.Context) error {
	defer p.o.idle()
	return p.work.run(ctx, false)
}

// Once makes one attempt at every due ping.
func (p *Pinger) Once(ctx context.Context) error {
	defer p.o.idle()
	return p.work.run(ctx, true)
}

// more returns a job for each hub with due pings.
func (p *Pinger) more(ctx context.Context, busy []string, n int) ([]job, time.Time, error) {
	due, err := p.outbox.DuePings(ctx, p.o.Now())
	if err != nil {
		return nil, time.Time{}, err
	}
	byHub := map[string][]oped.Ping{}
	var hubs []string
	for _, one := range due {
		if byHub[one.Hub] == nil && !slices.Contains(busy, one.Hub) {
			hubs = append(hubs, one.Hub)
		}
		byHub[one.Hub] = append(byHub[one.Hub], one)
	}
	var jobs []job
	for _, hub := range hubs[:min(n, len(hubs))] {
		jobs = append(jobs, job{hub, func(ctx context.Context) error { return p.notify(ctx, byHub[hub]) }})
	}
	next, err := p.outbox.NextPing(ctx)
	return jobs, next, err
}

// notify pings one hub about its documents. If the hub cannot be reached, all its pings wait as long as the failed
// one.
func (p *Pinger) notify(ctx context.Context, pings []oped.Ping) error {
	keep := context.WithoutCancel(ctx) // store the outcome even when stopping
	for i, one := range pings {
		if _, _, served := p.o.Document(one.Document); !served { // nobody can subscribe to it
			if err := p.outbox.Pinged(keep, one); err != nil {
				return err
			}
			continue
		}
		status, err := p.post(ctx, one)
		if ctx.Err() != nil && err != nil {
			return nil // we cancelled it: no failure of the hub
		}
		if err == nil && isSuccess(status) {
			p.o.Log.Info("pinged", "hub", hostOf(one.Hub), "document", one.Document)
			if err := p.outbox.Pinged(keep, one); err != nil {
				return err
			}
			continue
		}
		reason := problem(status, err)
		next := nextPing(one.Attempts+1, p.o.Now())
		level := slog.LevelWarn
		if one.Attempts > 0 { // this failure is known
			level = slog.LevelInfo
		}
		p.o.Log.Log(ctx, level, "ping failed", "hub", hostOf(one.Hub), "document", one.Document, "failures", one.Attempts+1,
			"next", next, "err", reason)
		if err := p.outbox.PingFailed(keep, one, reason, next); err != nil {
			return err
		}
		if err == nil && status < http.StatusInternalServerError && status != http.StatusTooManyRequests {
			continue // the failure concerns this document only
		}
		var errs []error
		for _, other := range pings[i+1:] {
			errs = append(errs, p.outbox.PingFailed(keep, other, reason, next))
		}
		return errors.Join(errs...)
	}
	return nil
}

// post sends one ping. Most hubs call the parameter hub.url, some hub.topic.
func (p *Pinger) post(ctx context.Context, one oped.Ping) (status int, err error) {
	topic := p.o.BaseURL + "/" + one.Document
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {topic}, "hub.topic": {topic}}
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	status, _, err = p.o.ask(ctx, http.MethodPost, one.Hub, header, []byte(form.Encode()))
	return status, err
}
