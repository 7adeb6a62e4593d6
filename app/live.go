package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"oped"
	"oped/config"
	"oped/store"
)

// DeskPath is the path of the desk, under its address.
const DeskPath = "/desk/"

// Live is a running daemon, for the desk. Its App changes at every reload of the configuration.
type Live struct {
	session *session
	front   *front
	options Options
	reload  func()
	work    sync.WaitGroup
}

// App returns the present App, for reading; nil before the first publication.
func (l *Live) App() *App { return l.front.app.Load() }

// AwaitReload waits until the daemon has another App than one, or ctx ends.
func (l *Live) AwaitReload(ctx context.Context, than *App) {
	l.front.mu.Lock()
	renewed, same := l.front.renewed, l.App() == than
	l.front.mu.Unlock()
	if same {
		select {
		case <-renewed:
		case <-ctx.Done():
		}
	}
}

// Log returns the log of the daemon.
func (l *Live) Log() *slog.Logger { return l.options.Log }

// Now returns the time.
func (l *Live) Now() time.Time { return l.options.Now() }

// Follow returns a channel with every decision from now on, and a Decision without a number after new pieces. A follower
// that does not keep up misses some. stop ends it.
func (l *Live) Follow() (decisions <-chan oped.Decision, stop func()) { return l.front.followers.add() }

// Ended returns a channel that is closed when the daemon is to end.
func (l *Live) Ended() <-chan struct{} { return l.session.ctx.Done() }

// errStarting reports that nothing has been published yet.
var errStarting = errors.New("the daemon is still starting; try again")

// Do carries out a method on a running daemon, one at a time with those of commands.
func Do[P, R any](ctx context.Context, l *Live, m Method[P, R], params P) (result R, err error) {
	err = l.locked(ctx, string(m), func(p *App) error {
		done, err := p.verbs(p.cfg)[string(m)](ctx, func(to any) error {
			*to.(*P) = params
			return nil
		})
		result, _ = done.(R)
		return err
	})
	return result, err
}

// locked does work under the lock of the session, and reloads the configuration if the work changed it.
func (l *Live) locked(ctx context.Context, what string, work func(*App) error) error {
	if err := l.session.take(ctx, what); err != nil {
		return err
	}
	defer l.session.give()
	p := l.App()
	if p == nil {
		return errStarting
	}
	err := safely(func() error { return work(p) })
	if l.session.changed {
		l.session.changed = false
		l.reload()
	}
	return err
}

// Go carries out work that outlasts its request. The daemon waits for it at its end.
func (l *Live) Go(work func(context.Context)) { l.work.Go(func() { work(l.session.ctx) }) }

// AddFound adds a found feed to the configuration, with a rule for its opinion pieces and a group.
func (l *Live) AddFound(
	ctx context.Context, f FoundFeed, rule oped.OpinionRule, group string,
) (added AddedFeed, err error) {
	f.Feed.Opinion, f.Feed.Group = rule, group
	err = l.locked(ctx, string(AddFeed), func(p *App) error {
		added, err = p.Feeds().addFound(ctx, p.cfg.Path, &f)
		return err
	})
	return added, err
}

// IsPassing reports whether an error comes from the surroundings of the database, as from a full disk, so that trying
// again may help.
func IsPassing(err error) bool { return store.IsPassing(err) }

// Desk returns the settings of the desk; nil: there is none.
func (p *App) Desk() *config.Desk { return p.cfg.Desk }

// Config returns the configuration, for reading.
func (p *App) Config() *config.Config { return p.cfg }

// isDesk reports whether a request is for the desk among the pages of a configuration.
func isDesk(cfg *config.Config, r *http.Request) bool {
	page := path.Clean("/"+r.URL.Path) + "/"
	return cfg.Desk != nil && cfg.Desk.Listen == "" &&
		(strings.HasPrefix(page, DeskPath) || strings.HasPrefix(page, cfg.Desk.Path()+DeskPath))
}

// followers are the channels of [Live.Follow].
type followers struct {
	mu  sync.Mutex
	all map[chan oped.Decision]bool
}

// maxBehind is the number of decisions that a follower may be behind.
const maxBehind = 64

func (f *followers) add() (<-chan oped.Decision, func()) {
	c := make(chan oped.Decision, maxBehind)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all[c] = true
	return c, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.all, c)
	}
}

// send sends a decision to all followers.
func (f *followers) send(d oped.Decision) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.all {
		select {
		case c <- d:
		default:
		}
	}
}
