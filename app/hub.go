package app

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"oped"
	"oped/config"
	"oped/fetcher"
	"oped/publish"
	"oped/store"
	"oped/websub"
)

// announcer notifies hubs and subscribers of published changes.
type announcer struct {
	store  *store.Store
	pinger *websub.Pinger // nil: no external hub
	hub    *websub.Hub    // nil: no hub of our own
	links  []string       // addresses of all hubs
}

// hubAddresses returns the addresses of all hubs open to subscribers, our own first. A hub in a private network
// gets pings, but is not listed for readers, unless it is on our host.
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

// newAnnouncer brings the outbox in line with the configuration. It returns nil if there is no hub.
func newAnnouncer(
	ctx context.Context, cfg *config.Config, st *store.Store, pub *publish.Publisher, o Options,
) (*announcer, error) {
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
		UserAgent:      userAgent(cfg, o.Version),
		Now:            o.Now,
		Log:            o.Log,
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

// topicsOf returns the documents announced to hubs, by edition.
func topicsOf(cfg *config.Config) map[string][]string {
	all := map[string][]string{}
	for _, e := range cfg.Editions {
		all[e.Name] = publish.Documents(e.Name)
	}
	return all
}

// run announces changes until ctx ends.
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

// pingTime limits the announcements at the end of a single run.
const pingTime = 30 * time.Second

// once tries each due announcement once, within pingTime. The next run tries the failed ones again.
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

// together runs all functions at once and returns the first error, after which it cancels the others.
func together(ctx context.Context, work []func(context.Context) error) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, do := range work {
		all.Go(func() error { return do(ctx) })
	}
	return all.Wait()
}

// publish builds the pages affected by changes, and announces them to hubs. It exports files itself, or in a
// daemon leaves that to the background.
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

// export writes files, if a folder for them is configured.
func (p *App) export(ctx context.Context, scope publish.Scope) error {
	if p.cfg.Publish.Dir == "" {
		return nil
	}
	jobOf(ctx).begin("writing files", 0)
	return p.publisher.Export(ctx, scope)
}

// exportAgain is the pause before a failed export is retried without a change.
const exportAgain = time.Minute

// exporting exports files after each build, until ctx ends. A folder that cannot be written, or whose disk is
// full or broken, does not end the daemon: it is logged, and the missing files are written later.
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
			return p.publish(ctx) // the health feed reports it
		})
		if err != nil {
			return err
		}
	}
}

// build builds pages, and records the position of readers in the changes. It reads the positions before the rows
// to render. So a change in between is rendered, and announced once more. Without a hub it only builds.
func (p *App) build(ctx context.Context) error {
	if err := beginPeriods(ctx, p.cfg, p.store, p.now()); err != nil {
		return err
	}
	if err := p.release(ctx); err != nil {
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

// announced answers a request to the hub, and adds links to hubs to the header of a feed. It reports whether it
// answered the request.
func (p *App) announced(w http.ResponseWriter, r *http.Request) bool {
	name := p.site.FileAt(r.URL.Path)
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	n := p.announcer
	switch {
	case "/"+name == websub.Path && !reads && n != nil && n.hub != nil:
		n.hub.ServeHTTP(w, r)
		return true
	case "/"+name == websub.Path && !reads:
		http.Error(w, "this site has no hub", http.StatusNotFound)
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
