package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"oped"
	"oped/config"
	"oped/fetcher"
	"oped/publish"
	"oped/publish/web"
	"oped/store"
)

// Daemon is what [Serve] needs of a program. Its functions may be nil, except for Refused.
type Daemon struct {
	Config  string               // path of the configuration, read again at every reload
	Listen  string               // host:port to serve on; "": as configured
	Hup     chan os.Signal       // asks for a reload; nil: nobody sends any
	Refused func(error)          // reports an invalid configuration; the old one stays
	Serving func(address string) // called once, when readers can connect
	Fetched func(oped.Fetched, oped.Changes)
	// Desk returns the pages of the curators. It is called once, and nil serves none.
	Desk func(*Live) http.Handler

	private net.Listener // of the desk; nil: it is with the pages
}

// maxCurators limits the connections to the listener of the desk.
const maxCurators = 256

// Serve fetches on schedule, publishes, and serves, until ctx ends. It reloads the configuration when its files change,
// and when Daemon.Hup receives a signal. While the disk of the database is full or fails, it keeps serving and tries
// again; other errors end it.
func Serve(ctx context.Context, o Options, d Daemon) error {
	cfg, stamp, err := loadStamped(d.Config)
	if err != nil {
		return err
	}
	if d.Listen != "" {
		cfg.Listen = d.Listen
	}
	if d.Hup == nil {
		d.Hup = make(chan os.Signal, 1)
	}
	o.serves = true
	st, err := openStore(ctx, cfg, o, true)
	if err != nil {
		return err
	}
	defer st.Close()
	limit, err := connections(openFiles(), cmp.Or(cfg.Fetch.Concurrency, fetcher.Concurrency))
	if err != nil {
		return err
	}
	l, err := listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	l = netutil.LimitListener(newSteady(l, o.Log), limit)
	defer l.Close()
	if d.Desk != nil && cfg.Desk != nil && cfg.Desk.Listen != "" {
		if d.private, err = listen(ctx, cfg.Desk.Listen); err != nil {
			return err
		}
		d.private = netutil.LimitListener(newSteady(d.private, o.Log), maxCurators)
		defer d.private.Close()
	}
	return serve(ctx, cfg, stamp, st, o, d, l, limit)
}

// serve is Serve on an open store and a listener for up to limit connections.
func serve(
	ctx context.Context, cfg *config.Config, stamp string, st *store.Store, o Options, d Daemon, l net.Listener,
	limit int,
) error {
	front := &front{
		followers: &followers{all: map[chan oped.Decision]bool{}},
		now:       o.Now,
		renewed:   make(chan struct{}),
	}
	session := newSession(ctx, st, front)
	if d.Desk != nil {
		live := &Live{session: session, front: front, options: o, reload: reloading(d.Hup)}
		front.desk = d.Desk(live)
		defer live.work.Wait()
	}
	if err := session.take(ctx, "starting"); err != nil { // until the first publication
		return err
	}
	outer, stopControl := context.WithCancel(ctx)
	waitControl := serveControl(outer, session, o, reloading(d.Hup))
	defer func() {
		stopControl()
		waitControl()
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer serveReaders(cancel, front, l, limit, cfg, o)()
	if d.private != nil {
		defer serveDesk(cancel, front, d.private, o)()
	}
	patience := newPatience(st, o.Log)
	defer checkTables(ctx, cancel, st, patience, o.Now)()
	for {
		p, err := wireAndPublish(ctx, cfg, st, o, front, patience)
		if err != nil {
			session.give()
			return err
		}
		p.followers, p.withoutLock = front.followers, session.unlocked
		p.lasting, p.changed = session.ctx, func() { session.changed = true }
		p.found = func(found fetcher.Discovered) { front.found = append(front.found, found) }
		front.renew(p)
		session.give()
		o.Log.Info("started", "version", o.Version, "address", l.Addr().String(), "base_url", cfg.BaseURL,
			"feeds", cfg.EnabledFeeds(), "editions", len(cfg.Editions))
		if d.Serving != nil {
			d.Serving(l.Addr().String())
			d.Serving = nil
		}
		if p.after, err = p.countFirst(ctx, d.Fetched); err != nil {
			return err
		}
		if st.Filled() {
			if err := patience.try(ctx, func() error { return p.blame(ctx) }); err != nil {
				return err
			}
		}
		next, read, err := p.cycle(ctx, patience, d, stamp)
		if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
			return cause
		}
		if err != nil {
			return err
		}
		if err := session.take(ctx, "reloading the configuration"); err != nil {
			return err
		}
		st.Feeds.ReleaseLeases() // claimed feeds are due again at once
		cfg, stamp = next, read
	}
}

// loadStamped reads a configuration, and returns the stamp of its files too: see watchFiles.
func loadStamped(path string) (*config.Config, string, error) {
	cfg, err := config.Load(path)
	if err != nil {
		return nil, "", err
	}
	return cfg, stampOf(watched(cfg)), nil
}

// checkInterval is the time between two looks whether a check for damage is due.
const checkInterval = time.Hour

// checkTables looks for damage in a large database in the background, as often as the store does. Damage calls
// cancel. stop ends it and waits.
func checkTables(
	ctx context.Context, cancel context.CancelCauseFunc, st *store.Store, patience *patience, now func() time.Time,
) (stop func()) {
	ctx, end := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(checkInterval)
		defer tick.Stop()
		for ctx.Err() == nil {
			err := patience.try(ctx, func() error { return st.CheckTables(ctx, now()) })
			if err != nil && ctx.Err() == nil {
				cancel(err)
				return
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	})
	return func() {
		end()
		wg.Wait()
	}
}

// serveReaders serves pages in the background. stop ends it and waits; an error calls cancel.
func serveReaders(
	cancel context.CancelCauseFunc, f *front, l net.Listener, limit int, cfg *config.Config, o Options,
) (stop func()) {
	server := newServer(f, o)
	// below the limit of the listener, so that no reader waits
	server.ConnState = newCrowd(limit*3/4, f.trusted(cfg)).changed
	end := serveOn(cancel, server, l)
	return func() {
		end()
		o.Log.Info("stopped")
	}
}

// serveDesk serves the desk alone in the background. stop ends it and waits; an error calls cancel.
func serveDesk(cancel context.CancelCauseFunc, f *front, l net.Listener, o Options) (stop func()) {
	return serveOn(cancel, newServer(f.desk, o), l)
}

// serveOn serves in the background. stop ends it and waits; an error calls cancel.
func serveOn(cancel context.CancelCauseFunc, server *http.Server, l net.Listener) (stop func()) {
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			cancel(fmt.Errorf("serve %s: %w", l.Addr(), err))
		}
	}()
	return func() {
		stopServer(server)
		<-served
	}
}

// wireAndPublish opens an App for a configuration and publishes. At the start, any error ends the daemon. At a
// reload, readers keep the pages published before, and a failing disk is waited for. The exports report files
// that cannot be written.
func wireAndPublish(
	ctx context.Context, cfg *config.Config, st *store.Store, o Options, f *front, patience *patience,
) (p *App, err error) {
	begin := func() (err error) {
		if p, err = connect(ctx, cfg, st, o); err != nil {
			return err
		}
		if earlier := f.app.Load(); earlier != nil {
			p.publisher.Follow(earlier.publisher)
		} else {
			if err := p.publisher.CheckFolder(); err != nil {
				return err
			}
			f.app.Store(p) // readers need not wait for the last edition
		}
		p.exports = newWake()
		if f.found, err = p.ingestFound(ctx, f.found); err != nil {
			return err
		}
		return p.publish(ctx)
	}
	if f.app.Load() == nil {
		err = begin()
	} else {
		err = patience.try(ctx, begin)
	}
	return p, err
}

// cycle fetches and publishes under one configuration until d.Hup asks for a reload, or its files differ from their
// stamp. After an upgrade, it computes data of the earlier release again instead of fetching, and ends with that, so
// that stored pieces are judged by it. It returns the new configuration and its stamp; an invalid one goes to
// d.Refused, and the old one stays. It returns an error if a part of the daemon fails, or the error of ctx.
func (p *App) cycle(
	ctx context.Context, patience *patience, d Daemon, stamp string,
) (next *config.Config, read string, err error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	changed := newWake()
	ended := make(chan error, 7)
	go func() {
		if !p.store.Filled() {
			ended <- patience.try(inner, func() error { return p.store.Fill(inner) })
			return
		}
		ended <- p.fetch(inner, patience, changed)
	}()
	go func() {
		ended <- changed.each(inner, func(ctx context.Context) error {
			return patience.try(ctx, func() error { return p.publish(ctx) })
		})
	}()
	go func() { ended <- p.exporting(inner, patience) }()
	go func() { ended <- p.watchPeriods(inner, changed) }()
	files := make(chan struct{})
	go func() { ended <- watchFiles(inner, watched(p.cfg), stamp, files) }()
	running := 5
	if p.cfg.Desk != nil {
		running++
		go func() {
			err := patience.try(inner, func() error { return p.warm(inner) })
			if err == nil { // a part that ends, ends the cycle
				<-inner.Done()
			}
			ended <- err
		}()
	}
	if p.announcer != nil {
		running++
		go func() { ended <- patience.try(inner, func() error { return p.announcer.run(inner) }) }()
	}

	next, read = p.cfg, stamp
	var failed error
	for running > 0 {
		reload := false
		select {
		case <-d.Hup:
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
			cfg, loaded, err := loadStamped(d.Config)
			if err != nil {
				d.Refused(err)
				p.log.Warn("config refused", "config", d.Config)
				continue
			}
			if d.Listen == "" && cfg.Listen != p.cfg.Listen || cfg.Store != p.cfg.Store {
				p.log.Warn("listen and store change only at the next start")
				cfg.Listen, cfg.Store = p.cfg.Listen, p.cfg.Store
			}
			next, read = cfg, loaded
			p.fetcher.Drain() // fetches under way end first, so that none is repeated
		}
	}
	if failed == nil {
		failed = ctx.Err()
	}
	if failed != nil {
		return nil, "", failed
	}
	return next, read, nil
}

// fetch fetches on schedule and ingests, until ctx ends or the fetcher drains.
func (p *App) fetch(ctx context.Context, patience *patience, changed wake) error {
	return p.fetcher.Run(ctx, &scheduled{p.store.Feeds, p.next, patience, changed},
		func(ctx context.Context, f oped.Fetched) error {
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
				p.followers.send(oped.Decision{})
			}
			return nil
		})
}

// front serves the pages of the current App; app is nil until the first one publishes. A reload replaces
// it.
type front struct {
	app       atomic.Pointer[App]
	desk      http.Handler // nil: there is none
	followers *followers
	now       func() time.Time
	found     []fetcher.Discovered // documents of feeds added since the last reload; guarded by the lock of the session

	mu      sync.Mutex
	renewed chan struct{} // closed by the next reload
}

// renew replaces the App.
func (f *front) renew(p *App) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.app.Store(p)
	close(f.renewed)
	f.renewed = make(chan struct{})
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p := f.app.Load(); p != nil && f.desk != nil && isDesk(p.cfg, r) {
		f.desk.ServeHTTP(w, r)
		return
	}
	impatient(http.HandlerFunc(f.servePages), f.now).ServeHTTP(w, r)
}

// servePages answers with a published page.
func (f *front) servePages(w http.ResponseWriter, r *http.Request) {
	p := f.app.Load()
	if p == nil || !p.publisher.Published() {
		web.Starting(w, r)
		return
	}
	if !p.announced(w, r) {
		p.site.ServeHTTP(w, r)
	}
}

// trusted returns the networks of trusted proxies, each of which speaks for many readers. Before the first
// publication, these are those of the given configuration.
func (f *front) trusted(first *config.Config) func() []netip.Prefix {
	return func() []netip.Prefix {
		if p := f.app.Load(); p != nil {
			return p.cfg.Publish.TrustedProxies
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
