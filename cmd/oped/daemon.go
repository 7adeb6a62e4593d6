package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	serving func(address string) // once readers can connect
	fetched func(oped.Fetched, oped.Changes)
}

// Surroundings are what a daemon takes from the program around it.
type Surroundings struct {
	listener net.Listener
	limit    int // connections at once
	hup      chan os.Signal
	load     func() (*config.Config, error) // reads the configuration again
	refused  func(error)                    // reports a configuration with mistakes
	control  func(ctx context.Context, s *Session, reload func()) (wait func())
	hooks    *Hooks
}

// Serve fetches on schedule, publishes, and serves, until ctx ends.
func Serve(ctx context.Context, cfg *config.Config, st *store.Store, o Options, d Surroundings) error {
	front := &front{}
	lent := newSession(ctx, st, front)
	if err := lent.take(ctx, "it starts"); err != nil { // until the first publication
		return err
	}
	outer, stopErrands := context.WithCancel(ctx)
	waitErrands := d.control(outer, lent, reloading(d.hup))
	defer func() {
		stopErrands()
		waitErrands()
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	served := make(chan struct{})
	server := newServer(front, o.log)
	server.ConnState = newCrowd(d.limit*3/4, front.trusted(cfg)).changed // before the listener has to make readers wait
	go func() {
		defer close(served)
		if err := server.Serve(d.listener); !errors.Is(err, http.ErrServerClosed) {
			cancel(fmt.Errorf("serve %s: %w", d.listener.Addr(), err))
		}
	}()
	defer func() {
		stopServer(server)
		<-served
		o.log.Info("stopped")
	}()
	patience := newPatience(st, o.log)
	for {
		p, err := wireAndPublish(ctx, cfg, st, o, front, patience)
		if err != nil {
			lent.give()
			return err
		}
		p.lasting, p.changed = lent.ctx, func() { lent.changed = true }
		front.publisher.Store(p)
		lent.give()
		o.log.Info("started", "version", o.version, "address", d.listener.Addr().String(), "base_url", cfg.BaseURL, "feeds", len(cfg.Feeds), "editions", len(cfg.Editions))
		if d.hooks.serving != nil {
			d.hooks.serving(d.listener.Addr().String())
			d.hooks.serving = nil
		}
		p.after = d.hooks.fetched
		if err := patience.try(ctx, func() error { return p.blame(ctx) }); err != nil {
			return err
		}
		next, err := p.cycle(ctx, patience, d.hup, d.load, d.refused)
		if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
			return cause
		}
		if err != nil {
			return err
		}
		if err := lent.take(ctx, "it reads its configuration again"); err != nil {
			return err
		}
		st.Feeds.ReleaseLeases() // of fetches that were cut off: they are due again at once
		cfg = next
	}
}

// wireAndPublish wires a configuration, and publishes. At the start, what fails ends the daemon; later, readers have what
// was published before, and a disk that fails is waited for; exports say that files cannot be written.
func wireAndPublish(ctx context.Context, cfg *config.Config, st *store.Store, o Options, f *front, patience *patience) (p *App, err error) {
	begin := func() (err error) {
		if p, err = Open(ctx, cfg, st, o); err != nil {
			return err
		}
		if earlier := f.publisher.Load(); earlier != nil {
			p.publisher.Follow(earlier.publisher)
		} else {
			if err := p.publisher.CheckFolder(); err != nil {
				return err
			}
			f.publisher.Store(p) // readers do not wait for the last edition
		}
		p.exports = newWake()
		return p.publish(ctx)
	}
	if f.publisher.Load() == nil {
		err = begin()
	} else {
		err = patience.try(ctx, begin)
	}
	return p, err
}

// cycle fetches and publishes under one configuration until there is another: the one it returns.
func (p *App) cycle(ctx context.Context, patience *patience, hup <-chan os.Signal, load func() (*config.Config, error), refused func(error)) (*config.Config, error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	changed := newWake()
	ended := make(chan error, 5)
	go func() {
		ended <- p.fetcher.Run(inner, &scheduled{p.store.Feeds, p.next, patience}, func(ctx context.Context, f oped.Fetched) error {
			var changes oped.Changes
			err := patience.try(ctx, func() (err error) {
				changes, err = p.handle(ctx, f)
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
			return patience.try(ctx, func() error { return p.publish(ctx) })
		})
	}()
	go func() { ended <- p.exporting(inner, patience) }()
	go func() { ended <- p.watchPeriods(inner, changed) }()
	running := 4
	if p.announcer != nil {
		running++
		go func() { ended <- patience.try(inner, func() error { return p.announcer.run(inner) }) }()
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
			if cfg.Listen != p.cfg.Listen || cfg.Store != p.cfg.Store {
				p.log.Warn("listen and store change at the next start only")
				cfg.Listen, cfg.Store = p.cfg.Listen, p.cfg.Store
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

// front serves what the pipeline of the hour has published.
type front struct{ publisher atomic.Pointer[App] }

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := f.publisher.Load()
	if p == nil || !p.publisher.Published() {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "starting", http.StatusServiceUnavailable)
		return
	}
	if !p.announced(w, r) {
		p.site.ServeHTTP(w, r)
	}
}

// trusted gives the networks of proxies, which speak for many readers. Until something is published they are those of a
// configuration.
func (f *front) trusted(first *config.Config) func() []netip.Prefix {
	return func() []netip.Prefix {
		if p := f.publisher.Load(); p != nil {
			return p.cfg.Publish.TrustedProxies
		}
		return first.Publish.TrustedProxies
	}
}

// bodyTime is how long the body of a request may take.
const bodyTime = 5 * time.Second

func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           impatient(h),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// impatient bounds the time for bodies, and answers requests with bodies that nobody reads at once: net/http would read
// them first, to use the connection again.
func impatient(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			w.Header().Set("Connection", "close")
			http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
		}
		h.ServeHTTP(w, r)
	})
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
