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

// Hooks let a caller of run see it at work; each may be nil.
type Hooks struct {
	Serving func(address string) // once readers can connect
	Fetched func(oped.Fetched, oped.Changes)
}

// Surroundings are what a daemon takes from the program around it.
type Surroundings struct {
	Listener net.Listener
	Server   func(http.Handler) *http.Server
	Limit    int // connections at once
	Hup      chan os.Signal
	Load     func() (*config.Config, error) // reads the configuration again
	Refused  func(error)                    // reports a configuration with mistakes
	Control  func(ctx context.Context, s *Session, reload func()) (wait func())
	Hooks    *Hooks
}

// Serve fetches on schedule, publishes, and serves, until ctx ends.
func Serve(ctx context.Context, cfg *config.Config, st *store.Store, o Options, d Surroundings) error {
	front := &Front{}
	lent := NewSession(ctx, st, front)
	if err := lent.Take(ctx, "it starts"); err != nil { // until the first publication
		return err
	}
	outer, stopErrands := context.WithCancel(ctx)
	waitErrands := d.Control(outer, lent, reloading(d.Hup))
	defer func() {
		stopErrands()
		waitErrands()
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	served := make(chan struct{})
	server := d.Server(front)
	server.ConnState = NewCrowd(d.Limit*3/4, front.trusted(cfg)).Changed // before the listener has to make readers wait
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
			lent.Give()
			return err
		}
		p.lasting, p.changed = lent.ctx, func() { lent.Changed = true }
		front.Publisher.Store(p)
		lent.Give()
		o.Log.Info("started", "version", o.Version, "address", d.Listener.Addr().String(), "base_url", cfg.BaseURL, "feeds", len(cfg.Feeds), "editions", len(cfg.Editions))
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
		if err := lent.Take(ctx, "it reads its configuration again"); err != nil {
			return err
		}
		st.Feeds.ReleaseLeases() // of fetches that were cut off: they are due again at once
		cfg = next
	}
}

// wireAndPublish wires a configuration, and publishes. At the start, what fails ends the daemon; later, readers have what
// was published before, and a disk that fails is waited for; exports say that files cannot be written.
func wireAndPublish(ctx context.Context, cfg *config.Config, st *store.Store, o Options, f *Front, patience *patience) (p *App, err error) {
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
			f.Publisher.Store(p) // readers do not wait for the last edition
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

// Cycle fetches and publishes under one configuration until there is another: the one it returns.
func (p *App) Cycle(ctx context.Context, patience *patience, hup <-chan os.Signal, load func() (*config.Config, error), refused func(error)) (*config.Config, error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	changed := newWake()
	ended := make(chan error, 5)
	go func() {
		ended <- p.Fetcher.Run(inner, &scheduled{p.Store.Feeds, p.next, patience}, func(ctx context.Context, f oped.Fetched) error {
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
	running := 4
	if p.Announcer != nil {
		running++
		go func() { ended <- patience.try(inner, func() error { return p.Announcer.run(inner) }) }()
	}

	var next *config.Config
	var failed error
	for running > 0 {
		select {
		case <-hup:
			cfg, err := load()
			if err != nil {
				refused(err)
				continue
			}
			if cfg.Listen != p.Cfg.Listen || cfg.Store != p.Cfg.Store {
				p.Log.Warn("listen and store change at the next start only")
				cfg.Listen, cfg.Store = p.Cfg.Listen, p.Cfg.Store
			}
			next = cfg
			stop()
		case err := <-ended:
			running--
			if err != nil && !errors.Is(err, context.Canceled) && failed == nil {
				failed = err
			}
			stop()
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

// Front serves what the pipeline of the hour has published.
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

// trusted gives the networks of proxies, which speak for many readers. Until something is published they are those of a
// configuration.
func (f *Front) trusted(first *config.Config) func() []netip.Prefix {
	return func() []netip.Prefix {
		if p := f.Publisher.Load(); p != nil {
			return p.Cfg.Publish.TrustedProxies
		}
		return first.Publish.TrustedProxies
	}
}

// stopServer lets answers under way end, but not for long: SIGTERM is obeyed within two seconds.
func stopServer(s *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		s.Close()
	}
}

// reloading asks a daemon to read its configuration again, as SIGHUP does.
func reloading(hup chan<- os.Signal) func() {
	return func() {
		select {
		case hup <- syscall.SIGHUP:
		default: // it is about to
		}
	}
}
