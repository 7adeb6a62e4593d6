package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"oped"
	"oped/config"
	"oped/store"
)

// session gives remote methods the use of the daemon's store and publisher, one method at a time.
type session struct {
	ctx     context.Context // the daemon's
	store   *store.Store
	front   *front        // its publisher writes the files: two would conflict
	lock    chan struct{} // holds one token during a method or a reload
	changed bool          // the method needs a reload; guarded by lock

	mu   sync.Mutex
	busy string // description of the holder of lock, for people
}

// newSession returns a session of the daemon with this context.
func newSession(ctx context.Context, st *store.Store, f *front) *session {
	return &session{ctx: ctx, store: st, front: f, lock: make(chan struct{}, 1)}
}

// take waits for the lock, until ctx ends; it returns the cause of that end. The description is for people: see
// work.
func (s *session) take(ctx context.Context, what string) error {
	select {
	case s.lock <- struct{}{}:
		s.mu.Lock()
		s.busy = what
		s.mu.Unlock()
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// give releases the lock.
func (s *session) give() {
	s.mu.Lock()
	s.busy = ""
	s.mu.Unlock()
	<-s.lock
}

// unlocked does work of a method of an App without the lock.
func (s *session) unlocked(p *App, work func() error) error {
	what := s.work()
	s.give()
	err := safely(work)
	if late := s.take(context.Background(), what); err == nil {
		err = late
	}
	if err == nil && s.front.app.Load() != p {
		err = &failure{Message: "the daemon has read its configuration again meanwhile", Advice: "try again"}
	}
	return err
}

// work returns the description of the holder of the lock, or "" if it is free.
func (s *session) work() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

// verbs returns the verbs of the daemon, with the drafts of the rules in the configuration of a client. Feeds and
// editions are those of the daemon until it reloads its configuration.
func (s *session) verbs(configPath string) (verbs, error) {
	cfg, err := config.Load(configPath)
	if err != nil {
		return nil, err
	}
	if path, err := filepath.Abs(cfg.Store); err != nil || path != s.store.Path() {
		return nil, oped.Invalid(
			fmt.Sprintf("%s names the database %s, but the daemon has %s", cfg.Path, cfg.Store, s.store.Path()),
			"set `store` to the database of the daemon")
	}
	daemon := s.front.app.Load()
	if daemon == nil {
		return nil, errors.New("the daemon is still starting; try again")
	}
	cfg.Feeds, cfg.Opinion = daemon.cfg.Feeds, daemon.cfg.Opinion
	cfg.Editions, cfg.Queries = daemon.cfg.Editions, daemon.cfg.Queries
	return daemon.verbs(cfg), nil
}
