package main

import (
	"context"
	"sync"

	"oped/store"
)

// Session is what a daemon lends to the errands that it carries out.
type Session struct {
	ctx     context.Context // the daemon's
	store   *store.Store
	front   *front        // whose publisher writes the files: two would be in each other's way
	lock    chan struct{} // holds one token while an errand, or a new configuration, is at work: one at a time
	changed bool          // an errand changed what the daemon has to reload; guarded by the turn

	mu   sync.Mutex
	busy string // what has the turn, for people
}

func newSession(ctx context.Context, st *store.Store, f *front) *Session {
	return &Session{ctx: ctx, store: st, front: f, lock: make(chan struct{}, 1)}
}

// take waits for its turn, until ctx ends.
func (h *Session) take(ctx context.Context, what string) error {
	select {
	case h.lock <- struct{}{}:
		h.mu.Lock()
		h.busy = what
		h.mu.Unlock()
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (h *Session) give() {
	h.mu.Lock()
	h.busy = ""
	h.mu.Unlock()
	<-h.lock
}

// work is what holds the lock; "" if nothing does.
func (h *Session) work() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.busy
}
