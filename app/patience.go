package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"oped/store"
)

// The shortest and longest pause between attempts at a failed write.
const (
	firstPause   = 250 * time.Millisecond
	longestPause = 5 * time.Second
)

// patience keeps a daemon going while the disk of its database is full or fails. It repeats a failed operation
// until it works; readers get pages from memory. A fetch that cannot be stored waits with its document, so no
// other fetch begins in its place: nothing is lost, and no feed is fetched twice. Errors of any other kind are
// faults of our own, and are returned.
type patience struct {
	store *store.Store
	log   *slog.Logger

	mu      sync.Mutex
	waiting int  // operations being repeated
	logged  bool // the failure of the database is logged
}

// newPatience returns a patience for the database of a store.
func newPatience(st *store.Store, log *slog.Logger) *patience { return &patience{store: st, log: log} }

// try runs do until its error is none of a failing disk, or until ctx ends.
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

// begin counts a repeated operation, and logs the first of several.
func (p *patience) begin(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting++
	if p.logged {
		return
	}
	p.logged = true
	hint := "retrying"
	if hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		hint = hinted.Hint()
	}
	p.log.Warn("database does not work", "err", err,
		"hint", hint+"; oped keeps serving, and stores the fetched entries later")
}

func (p *patience) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting--
}

// works logs the recovery of the database, if no operation waits.
func (p *patience) works() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.logged && p.waiting == 0 {
		p.logged = false
		p.log.Info("database works again")
	}
}
