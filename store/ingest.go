package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"oped"
)

// maxBatch is how many fetches share a transaction at most, so that nobody waits long for the first of them.
const maxBatch = 32

// request is one call of Ingest, and in the end its answer.
type request struct {
	ctx    context.Context
	lookup oped.Lookup
	decide func(oped.Known) oped.Plan
	wake   chan bool // true: lead the next batch; false: the answer is there

	feed     int64 // row
	changes  oped.Changes
	err      error
	panicked bool
	cause    any // of the panic
}

// group are the calls that wait for the writer. One of the callers leads: it carries out what all of them want in one
// transaction, hands the lead to the next who waits, and goes. Nothing runs when nobody calls.
type group struct {
	mu      sync.Mutex
	waiting []*request
	led     bool
}

// join queues a request and tells whether its caller leads.
func (g *group) join(r *request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, r)
	leads := !g.led
	g.led = true
	return leads
}

// take gives the leader the batch to carry out; its own request is the first.
func (g *group) take() []*request {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), maxBatch)
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return batch
}

// pass hands the lead to whoever waits longest.
func (g *group) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.led = false
		return
	}
	g.waiting[0].wake <- true
}

var errAbandoned = errors.New("the transaction was abandoned")

// Ingest loads what the lookup names, calls decide and carries out its plan, in one transaction that it may share with other
// callers. When it returns without an error, everything is durable; with one, or when decide panics or ctx has ended
// by the time it is through, nothing of this plan was written, and the feed keeps the validators it had. Decide may be
// called again, and on the goroutine of another caller, so it must be pure.
//
// Of the plan's feed, the state of its polling is written; what the configuration says, whether it is paused, and the
// count of its entries are the store's own. A key that belonged to another entry of the feed passes to the one that it is added to.
func (s *Store) Ingest(ctx context.Context, l oped.Lookup, decide func(oped.Known) oped.Plan) (oped.Changes, error) {
	r := &request{ctx: ctx, lookup: l, decide: decide, wake: make(chan bool, 1), err: errAbandoned}
	if s.group.join(r) || <-r.wake {
		s.lead()
	}
	if r.panicked {
		panic(r.cause)
	}
	if r.err != nil {
		return oped.Changes{FeedURL: l.FeedURL}, fmt.Errorf("ingest %s: %w", shown(l.FeedURL), explain(s.path, r.err))
	}
	s.unlease(r.feed)
	return r.changes, nil
}

func (s *Store) lead() {
	batch := s.group.take()
	defer func() {
		s.group.pass()
		for _, r := range batch[1:] {
			r.wake <- false
		}
	}()
	var err error
	for range attempts {
		if err = s.ingest(batch); !isBusy(err) {
			break
		}
	}
	if err != nil {
		for _, r := range batch {
			r.err = err
		}
	}
}

// ingest carries out a batch in one transaction. Its error is that of all of them. A request that fails alone has its own
// error, and is left out: with something of it written, the transaction is rolled back and begun again without it. That is
// rare, and cheaper than a savepoint for everyone, for which SQLite would copy every page it changes.
func (s *Store) ingest(batch []*request) error {
	for len(batch) > 0 {
		failed, err := s.ingestAll(batch)
		if failed == nil || spoils(err) {
			return err
		}
		batch = slices.DeleteFunc(slices.Clone(batch), func(r *request) bool { return r == failed })
	}
	return nil
}

// ingestAll carries out a batch, or nothing of it; then it tells which request is to blame, if it is one.
func (s *Store) ingestAll(batch []*request) (failed *request, err error) {
	t, err := s.begin(context.Background())
	if err != nil {
		return nil, err
	}
	defer t.rollback()
	for _, r := range batch {
		r.panicked, r.cause = false, nil
		var wrote bool
		if r.changes, wrote, r.err = t.answer(r); r.err != nil && (wrote || spoils(r.err)) {
			t.failed = r.err
			return r, r.err
		}
	}
	t.failed = t.commit()
	return nil, t.failed
}

// spoils tells whether SQLite may have ended the whole transaction over an error, and not just the statement
// (https://www.sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
func spoils(err error) bool {
	const plain, constraint, mismatch, tooBig = 1, 19, 20, 18
	switch codeOf(err) {
	case 0, plain, constraint, mismatch, tooBig:
		return false
	}
	return true
}

// answer loads, decides and writes for one request, and tells whether it came to writing.
func (t *tx) answer(r *request) (changes oped.Changes, wrote bool, err error) {
	known, err := t.load(r.ctx, r.lookup)
	if err != nil {
		return changes, false, err
	}
	r.feed = known.Feed.ID
	plan, ok := r.plan(known)
	if !ok {
		return changes, false, errAbandoned
	}
	if err := r.ctx.Err(); err != nil {
		return changes, false, err
	}
	changes, err = t.apply(known, plan)
	return changes, true, err
}

// plan calls decide and catches its panic, which is the caller's and nobody else's.
func (r *request) plan(k oped.Known) (plan oped.Plan, ok bool) {
	defer func() {
		if !ok {
			r.cause = recover()
			r.panicked = r.cause != nil
		}
	}()
	return r.decide(k), true
}
