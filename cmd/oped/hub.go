package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"oped"
	"oped/config"
	"oped/fetcher"
	"oped/publish"
	"oped/store"
	"oped/websub"
)

// announcer tells hubs and subscribers of what is published.
type announcer struct {
	store  *store.Store
	pinger *websub.Pinger // nil: no hub of others
	hub    *websub.Hub    // nil: we are none
	links  []string       // addresses of all hubs
}

// hubAddresses are the addresses of all hubs that readers may subscribe at, our own first. One in our own network
// gets pings, and no reader hears of it, unless we are on the same host.
func hubAddresses(cfg *config.Config) []string {
	var all []string
	if cfg.Publish.HubSelf {
		all = append(all, cfg.BaseURL+websub.Path)
	}
	for _, hub := range cfg.Publish.Hubs {
		if host := authority(hub); !oped.PrivateHost(host) || host == authority(cfg.BaseURL) {
			all = append(all, hub)
		}
	}
	return all
}

// newAnnouncer brings the outbox in line with the configuration. It gives nil where there is no hub.
func newAnnouncer(ctx context.Context, cfg *config.Config, st *store.Store, pub *publish.Publisher, o Options) (*announcer, error) {
	if err := st.Outbox.Sync(ctx, topicsOf(cfg), cfg.Publish.Hubs); err != nil {
		return nil, err
	}
	links := hubAddresses(cfg)
	if len(cfg.Publish.Hubs) == 0 && !cfg.Publish.HubSelf {
		return nil, nil
	}
	host := authority(cfg.BaseURL)
	w := websub.Options{
		BaseURL:        cfg.BaseURL,
		Document:       pub.Document,
		UserAgent:      userAgent(cfg, o.version),
		Now:            o.now,
		Log:            o.log,
		TrustedProxies: cfg.Publish.TrustedProxies,
		Transport: fetcher.Transport(fetcher.Options{
			Ports:        cfg.Fetch.Ports,
			AllowPrivate: cfg.Fetch.AllowPrivate,
			PrivateHosts: cfg.Fetch.PrivateHosts,
			Inside:       oped.PrivateHost(host) || slices.Contains(cfg.Fetch.PrivateHosts, host),
		}, cfg.Publish.Hubs...),
	}
	n := &announcer{store: st, links: links}
	if len(cfg.Publish.Hubs) > 0 {
		n.pinger = websub.NewPinger(w, st.Outbox)
	}
	if cfg.Publish.HubSelf {
		n.hub = websub.NewHub(w, st.Subscribers)
	}
	return n, nil
}

// topicsOf are the documents that hubs hear of, by edition.
func topicsOf(cfg *config.Config) map[string][]string {
	all := map[string][]string{}
	for _, e := range cfg.Editions {
		all[e.Name] = publish.Documents(e.Name)
	}
	return all
}

// run tells of what is published until ctx ends.
func (n *announcer) run(ctx context.Context) error {
	var work []func(context.Context) error
	if n.pinger != nil {
		work = append(work, n.pinger.Run)
	}
	if n.hub != nil {
		work = append(work, n.hub.Run)
	}
	return together(ctx, work)
}

// pingTime is for how long a run that ends tells of what it has published.
const pingTime = 30 * time.Second

// once makes one attempt at telling all that is due, as far as there is time. Whoever was not reached hears of it in the next run.
func (n *announcer) once(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	var work []func(context.Context) error
	if n.pinger != nil {
		work = append(work, n.pinger.Once)
	}
	if n.hub != nil {
		work = append(work, n.hub.Once)
	}
	err := together(ctx, work)
	if ctx.Err() != nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		return nil
	}
	return err
}

// together does all at the same time and gives the first error, after which the others are told to stop.
func together(ctx context.Context, work []func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, len(work))
	for _, do := range work {
		go func() { ended <- do(ctx) }()
	}
	var first error
	for range work {
		if err := <-ended; err != nil && first == nil {
			first = err
			stop()
		}
	}
	return first
}

// publish builds the pages that changes have reached, and lets hubs hear of it. Files are exported at once, or in the background of a daemon.
func (p *App) publish(ctx context.Context) error {
	if err := p.build(ctx); err != nil {
		return err
	}
	if p.exports != nil {
		p.exports.rouse()
		return nil
	}
	return p.export(ctx, publish.Changed)
}

// export writes files, where there is a folder for them.
func (p *App) export(ctx context.Context, scope publish.Scope) error {
	if p.cfg.Publish.Dir == "" {
		return nil
	}
	return p.publisher.Export(ctx, scope)
}

// exportAgain is when files that could not be written are tried again, if nothing changes before.
const exportAgain = time.Minute

// exporting exports files whenever pages were built, until ctx ends. A folder that cannot be written, or whose disk is full or broken, ends no daemon: that is
// logged, and what is missing is written later.
func (p *App) exporting(ctx context.Context, patience *patience) error {
	for {
		var again <-chan time.Time
		if p.publisher.ExportFailed() {
			again = time.After(exportAgain)
		}
		select {
		case <-p.exports:
		case <-again:
		case <-ctx.Done():
			return ctx.Err()
		}
		err := patience.try(ctx, func() error {
			failed := p.publisher.ExportFailed()
			err := p.export(ctx, publish.Changed)
			if err != nil && !errors.As(err, new(*publish.DirError)) {
				return err
			}
			if p.publisher.ExportFailed() == failed {
				return nil
			}
			return p.publish(ctx) // the feed of the feeds' health says so
		})
		if err != nil {
			return err
		}
	}
}

// build builds pages, and notes up to where readers have them. The records are read before the rows that are rendered: what comes in between is rendered,
// and announced once more. Without a hub it only builds.
func (p *App) build(ctx context.Context) error {
	if err := ClosePeriods(ctx, p.cfg, p.store, p.now()); err != nil {
		return err
	}
	n := p.announcer
	if n == nil {
		return p.publisher.Build(ctx)
	}
	positions, err := n.store.Outbox.Changed(ctx)
	if err != nil {
		return err
	}
	if err := p.publisher.Build(ctx); err != nil {
		return err
	}
	if err := n.store.Outbox.Published(ctx, positions); err != nil {
		return err
	}
	if n.pinger != nil {
		n.pinger.Wake()
	}
	if n.hub != nil {
		n.hub.Wake()
	}
	return nil
}

// announced answers a request to the hub, and adds to a document where it may be subscribed to. It tells whether the request is answered.
func (p *App) announced(w http.ResponseWriter, r *http.Request) bool {
	name := p.site.FileAt(r.URL.Path)
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	n := p.announcer
	switch {
	case "/"+name == websub.Path && !reads && n != nil && n.hub != nil:
		n.hub.ServeHTTP(w, r)
		return true
	case "/"+name == websub.Path && !reads:
		http.Error(w, "there is no hub here", http.StatusNotFound)
		return true
	case n == nil || !reads:
		return false
	}
	if _, _, ok := p.publisher.Document(name); ok {
		for _, link := range publish.Links(p.cfg.BaseURL, name, n.links) {
			w.Header().Add("Link", link)
		}
	}
	return false
}
