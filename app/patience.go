package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"oped/store"
)

// The pauses between attempts at what a disk has failed.
const (
	firstPause   = 250 * time.Millisecond
	longestPause = 5 * time.Second
)

// patience keeps a daemon going while the disk under its database is full or fails: what failed is tried again until it
// works, and readers have what is in memory. A fetch that cannot be stored waits with its document, so no other begins
// in its place: nothing is lost, and nobody is asked twice. Errors of any other kind are our own fault, and pass.
type patience struct {
	store *store.Store
	log   *slog.Logger

	mu      sync.Mutex
	waiting int  // attempts that have failed and go on
	logged  bool // that the database does not work
}

func NewPatience(st *store.Store, log *slog.Logger) *patience { return &patience{store: st, log: log} }

// try runs do until it gives no error that may pass by itself, or until ctx ends.
func (p *patience) try(ctx context.Context, do func() error) error {
	err := do()
	if !store.IsPassing(err) && !store.IsDamage(err) {
		return err
	}
	p.begin(err)
	defer p.end()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		if err := do(); !store.IsPassing(err) && !(store.IsDamage(err) && p.store.Fails(ctx)) {
			return err
		}
	}
}

// begin logs the first of several waiting attempts.
func (p *patience) begin(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting++
	if p.logged {
		return
	}
	p.logged = true
	hint := "it is tried again"
	if hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		hint = hinted.Hint()
	}
	p.log.Warn("database does not work", "err", err, "hint", hint+"; serving goes on, and what was fetched is stored when it works again")
}

func (p *patience) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting--
}

// works logs that something was stored again, if no attempt waits.
func (p *patience) works() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.logged && p.waiting == 0 {
		p.logged = false
		p.log.Info("database works again")
	}
}
