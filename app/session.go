package app

import (
	"context"
	"sync"

	"oped/store"
)

// Session gives remote commands the use of the daemon's store and publisher, one command at a time.
type Session struct {
	ctx     context.Context // the daemon's
	Store   *store.Store
	Front   *Front        // its publisher writes the files: two would conflict
	lock    chan struct{} // holds one token during a command or a reload
	Changed bool          // the command needs a reload; guarded by lock

	mu   sync.Mutex
	busy string // description of the holder of lock, for people
}

// NewSession returns a session of the daemon with this context.
func NewSession(ctx context.Context, st *store.Store, f *Front) *Session {
	return &Session{ctx: ctx, Store: st, Front: f, lock: make(chan struct{}, 1)}
}

// Take waits for the lock, until ctx ends; it returns the cause of that end. The description is for people: see
// [Session.Work].
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

// Give releases the lock.
func (h *Session) Give() {
	h.mu.Lock()
	h.busy = ""
	h.mu.Unlock()
	<-h.lock
}

// Work returns the description of the holder of the lock, or "" if it is free.
func (h *Session) Work() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.busy
}
