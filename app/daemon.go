package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"oped"
	"oped/config"
	"oped/publish"
	"oped/store"
)

// Hooks lets a caller of [Serve] observe it; each function may be nil.
type Hooks struct {
	Serving func(address string) // called once, when readers can connect
	Fetched func(oped.Fetched, oped.Changes)
}

// Surroundings is the environment of a daemon, which [Serve] gets from the program.
type Surroundings struct {
	Listener net.Listener
	Server   func(http.Handler) *http.Server
	Limit    int // connections at once, of all clients
	Hup      chan os.Signal
	Load     func() (*config.Config, error) // reloads the configuration
	Refused  func(error)                    // reports an invalid configuration
	// Control serves remote commands until ctx ends; wait returns after the last one.
	Control func(ctx context.Context, s *Session, reload func()) (wait func())
	Hooks   *Hooks
}

// Serve fetches on schedule, publishes, and serves, until ctx ends. It reloads the configuration when its files
// change, and when Surroundings.Hup receives a signal. While the disk of the database is full or fails, it keeps serving and
// tries again; other errors end it.
func Serve(ctx context.Context, cfg *config.Config, st *store.Store, o Options, d Surroundings) error {
	front := &Front{}
	session := NewSession(ctx, st, front)
	if err := session.Take(ctx, "starting"); err != nil { // until the first publication
		return err
	}
	outer, stopControl := context.WithCancel(ctx)
	waitControl := d.Control(outer, session, reloading(d.Hup))
	defer func() {
		stopControl()
		waitControl()
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	served := make(chan struct{})
	server := d.Server(front)
	// below the limit of the listener, so that no reader waits
	server.ConnState = NewCrowd(d.Limit*3/4, front.trusted(cfg)).Changed
	go func() {
		defer close(served)
		if err := server.Serve(d.Listener); !errors.Is(err, http.ErrServerClosed) {
			cancel(fmt.Errorf("serve %s: %w", d.Listener.Addr(), err))
		}
	}()
	defer func() {
		stopServer(server)
		<-served
		o.Log.Info("stopped")
	}()
	patience := NewPatience(st, o.Log)
	for {
		p, err := wireAndPublish(ctx, cfg, st, o, front, patience)
		if err != nil {
			session.Give()
			return err
		}
		p.lasting, p.changed = session.ctx, func() { session.Changed = true }
		front.Publisher.Store(p)
		session.Give()
		o.Log.Info("started", "version", o.Version, "address", d.Listener.Addr().String(), "base_url", cfg.BaseURL,
			"feeds", len(cfg.Feeds), "editions", len(cfg.Editions))
		if d.Hooks.Serving != nil {
			d.Hooks.Serving(d.Listener.Addr().String())
			d.Hooks.Serving = nil
		}
		p.After = d.Hooks.Fetched
		if err := patience.try(ctx, func() error { return p.Blame(ctx) }); err != nil {
			return err
		}
		next, err := p.Cycle(ctx, patience, d.Hup, d.Load, d.Refused)
		if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
			return cause
		}
		if err != nil {
			return err
		}
		if err := session.Take(ctx, "reloading the configuration"); err != nil {
			return err
		}
		st.Feeds.ReleaseLeases() // claimed feeds are due again at once
		cfg = next
	}
}

// wireAndPublish opens an App for a configuration and publishes. At the start, any error ends the daemon. At a
// reload, readers keep the pages published before, and a failing disk is waited for. The exports report files
// that cannot be written.
func wireAndPublish(
	ctx context.Context, cfg *config.Config, st *store.Store, o Options, f *Front, patience *patience,
) (p *App, err error) {
	begin := func() (err error) {
		if p, err = Open(ctx, cfg, st, o); err != nil {
			return err
		}
		if earlier := f.Publisher.Load(); earlier != nil {
			p.Publisher.Follow(earlier.Publisher)
		} else {
			if err := p.Publisher.CheckFolder(); err != nil {
				return err
			}
			f.Publisher.Store(p) // readers need not wait for the last edition
		}
		p.exports = newWake()
		return p.Publish(ctx)
	}
	if f.Publisher.Load() == nil {
		err = begin()
	} else {
		err = patience.try(ctx, begin)
	}
	return p, err
}

// Cycle fetches and publishes under one configuration until hup asks for a reload, or its files change. It returns the new
// configuration; an invalid one goes to refused, and the old one stays. It returns an error if a part of the
// daemon fails, or the error of ctx.
func (p *App) Cycle(
	ctx context.Context, patience *patience, hup <-chan os.Signal, load func() (*config.Config, error), refused func(error),
) (*config.Config, error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	changed := newWake()
	ended := make(chan error, 6)
	go func() {
		ended <- p.Fetcher.Run(inner, &scheduled{p.Store.Feeds, p.next, patience, changed},
			func(ctx context.Context, f oped.Fetched) error {
				var changes oped.Changes
				err := patience.try(ctx, func() (err error) {
					changes, err = p.Handle(ctx, f)
					return err
				})
				if err != nil {
					return err
				}
				patience.works()
				if len(changes.Pieces) > 0 || publish.HealthMayDiffer(&f) {
					changed.rouse()
				}
				return nil
			})
	}()
	go func() {
		ended <- changed.each(inner, func(ctx context.Context) error {
			return patience.try(ctx, func() error { return p.Publish(ctx) })
		})
	}()
	go func() { ended <- p.exporting(inner, patience) }()
	go func() { ended <- p.watchPeriods(inner, changed) }()
	files := make(chan struct{})
	go func() { ended <- watchFiles(inner, p.Cfg.Files, files) }()
	running := 5
	if p.Announcer != nil {
		running++
		go func() { ended <- patience.try(inner, func() error { return p.Announcer.run(inner) }) }()
	}

	var next *config.Config
	var failed error
	for running > 0 {
		reload := false
		select {
		case <-hup:
			reload = true
		case <-files:
			reload = true
		case err := <-ended:
			running--
			if err != nil && !errors.Is(err, context.Canceled) && failed == nil {
				failed = err
			}
			stop()
		}
		if reload {
			cfg, err := load()
			if err != nil {
				refused(err)
				continue
			}
			if cfg.Listen != p.Cfg.Listen || cfg.Store != p.Cfg.Store {
				p.Log.Warn("listen and store change only at the next start")
				cfg.Listen, cfg.Store = p.Cfg.Listen, p.Cfg.Store
			}
			next = cfg
			p.Fetcher.Drain() // fetches under way end first, so that none is repeated
		}
	}
	if failed == nil {
		failed = ctx.Err()
	}
	if failed != nil {
		return nil, failed
	}
	return next, nil
}

// Front serves the pages of the current App; Publisher is nil until the first one publishes. A reload replaces
// it.
type Front struct{ Publisher atomic.Pointer[App] }

func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := f.Publisher.Load()
	if p == nil || !p.Publisher.Published() {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "starting", http.StatusServiceUnavailable)
		return
	}
	if !p.announced(w, r) {
		p.Site.ServeHTTP(w, r)
	}
}

// trusted returns the networks of trusted proxies, each of which speaks for many readers. Before the first
// publication, these are those of the given configuration.
func (f *Front) trusted(first *config.Config) func() []netip.Prefix {
	return func() []netip.Prefix {
		if p := f.Publisher.Load(); p != nil {
			return p.Cfg.Publish.TrustedProxies
		}
		return first.Publish.TrustedProxies
	}
}

// stopServer lets running answers end, but for one second at most: SIGTERM ends the process within two.
func stopServer(s *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		s.Close()
	}
}

// reloading returns a function that makes the daemon reload its configuration, as SIGHUP does.
func reloading(hup chan<- os.Signal) func() {
	return func() {
		select {
		case hup <- syscall.SIGHUP:
		default: // a reload is pending
		}
	}
}
