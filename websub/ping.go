package websub

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"oped"
)

// Outbox is what the Pinger asks of the store.
type Outbox interface {
	// DuePings are what hubs should hear at now, hub by hub.
	DuePings(ctx context.Context, now time.Time) ([]oped.Ping, error)
	// NextPing tells when the next one is due; the zero time if nothing waits.
	NextPing(ctx context.Context) (time.Time, error)
	Pinged(ctx context.Context, p oped.Ping) error
	PingFailed(ctx context.Context, p oped.Ping, why string, next time.Time) error
}

// hubsAtOnce is how many hubs are told at the same time.
const hubsAtOnce = 4

// Pinger tells hubs of others what has changed.
type Pinger struct {
	o      Options
	outbox Outbox
	work   work
}

// NewPinger makes a Pinger. Of the options it does not use Limits.
func NewPinger(o Options, b Outbox) *Pinger {
	p := &Pinger{o: o.filled(), outbox: b}
	p.work = work{workers: hubsAtOnce, now: p.o.Now, wake: make(chan struct{}, 1), more: p.more}
	return p
}

// Wake says that something was published.
func (p *Pinger) Wake() { p.work.rouse() }

// Run tells hubs until ctx ends. A hub's fault never ends it.
func (p *Pinger) Run(ctx context.Context) error {
	defer p.o.idle()
	return p.work.run(ctx, false)
}

// Once makes one attempt at everything that is due.
func (p *Pinger) Once(ctx context.Context) error {
	defer p.o.idle()
	return p.work.run(ctx, true)
}

// more gives a job for each hub that something is due for.
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

// notify tells one hub of documents. When the hub cannot be reached, the others wait as long as the one that was tried.
func (p *Pinger) notify(ctx context.Context, pings []oped.Ping) error {
	keep := context.WithoutCancel(ctx) // what happened is noted, told to stop or not
	for i, one := range pings {
		if _, _, served := p.o.Document(one.Document); !served { // nobody can subscribe to it
			if err := p.outbox.Pinged(keep, one); err != nil {
				return err
			}
			continue
		}
		status, err := p.post(ctx, one)
		if ctx.Err() != nil && err != nil {
			return nil // we ended it ourselves, which says nothing about the hub
		}
		if err == nil && good(status) {
			p.o.Log.Info("pinged", "hub", hostOf(one.Hub), "document", one.Document)
			if err := p.outbox.Pinged(keep, one); err != nil {
				return err
			}
			continue
		}
		why := trouble(status, err)
		next := nextPing(one.Attempts+1, p.o.Now())
		p.o.Log.Warn("ping failed", "hub", hostOf(one.Hub), "document", one.Document, "failures", one.Attempts+1, "next", next, "err", why)
		if err := p.outbox.PingFailed(keep, one, why, next); err != nil {
			return err
		}
		if err == nil && status < http.StatusInternalServerError && status != http.StatusTooManyRequests {
			continue // it is about this document
		}
		var errs []error
		for _, other := range pings[i+1:] {
			errs = append(errs, p.outbox.PingFailed(keep, other, why, next))
		}
		return errors.Join(errs...)
	}
	return nil
}

// post sends one ping. The parameter's name is hub.url with most hubs, hub.topic with some.
func (p *Pinger) post(ctx context.Context, one oped.Ping) (status int, err error) {
	topic := p.o.BaseURL + "/" + one.Document
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {topic}, "hub.topic": {topic}}
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	status, _, err = p.o.ask(ctx, http.MethodPost, one.Hub, header, []byte(form.Encode()))
	return status, err
}
