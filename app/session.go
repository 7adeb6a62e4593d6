package app

import (
	"context"
	"sync"

	"oped/store"
)

// Session is what a daemon lends to the errands that it carries out.
type Session struct {
	ctx     context.Context // the daemon's
	Store   *store.Store
	Front   *Front        // whose publisher writes the files: two would be in each other's way
	lock    chan struct{} // holds one token while an errand, or a new configuration, is at work: one at a time
	Changed bool          // an errand changed what the daemon has to reload; guarded by the turn

	mu   sync.Mutex
	busy string // what has the turn, for people
}

func NewSession(ctx context.Context, st *store.Store, f *Front) *Session {
	return &Session{ctx: ctx, Store: st, Front: f, lock: make(chan struct{}, 1)}
}

// Take waits for its turn, until ctx ends.
func (h *Session) Take(ctx context.Context, what string) error {
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

func (h *Session) Give() {
	h.mu.Lock()
	h.busy = ""
	h.mu.Unlock()
	<-h.lock
}

// Work is what holds the lock; "" if nothing does.
func (h *Session) Work() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.busy
}
