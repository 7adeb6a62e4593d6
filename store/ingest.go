package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
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

	rehearsals int // how often it was decided outside of a transaction
	rehearsed  *oped.Known
	planned    *oped.Plan // made of what was known when it was rehearsed; nil: there is none

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

var (
	errAbandoned = errors.New("the transaction was abandoned")
	errHeavy     = errors.New("too much to decide in a transaction")
)

// What is decided in the transaction that writes it: so many entries that are not known as they are, and bytes of
// texts, of theirs and of the pieces that they may belong to. It takes some milliseconds.
const (
	lightEntries = 64
	lightBytes   = 1 << 20
)

// maxRehearsals is how often a fetch is decided outside of a transaction. Whenever what it depends on was changed
// meanwhile it is decided again, in the end in the transaction itself.
const maxRehearsals = 4

// heavy reports whether a lookup may take long to decide, with so many bytes of pieces that are known.
func heavy(l *oped.Lookup, loaded int) bool {
	n := 0
	for i := range l.Entries {
		if len(l.Entries[i].AtomIDs) > 0 {
			n++
		}
	}
	return n > lightEntries || l.Bytes+loaded > lightBytes
}

// Ingest loads what the lookup names, calls decide and carries out its plan, in one transaction that it may
// share with other callers. When it returns without an error, everything is durable; with one, or when decide
// panics or ctx has ended by the time it is through, nothing of this plan was written, and the feed keeps the
// validators it had. Decide may be called again, and on the goroutine of another caller, so it must be pure.
//
// A fetch that is heavy to decide is decided first, outside of the transaction, while others write; and one at a time.
// Since the same Known gives the same plan, that plan is carried out if the transaction finds what it was made of.
//
// Of the plan's feed, the state of its polling is written; what the configuration says, whether it is paused, and the
// count of its entries are the store's own. A key that belonged to another entry of the feed passes to the
// one that it is added to.
func (s Entries) Ingest(ctx context.Context, l oped.Lookup, decide func(oped.Known) oped.Plan) (oped.Changes, error) {
	r := &request{ctx: ctx, lookup: l, decide: decide, wake: make(chan bool, 1), err: errAbandoned}
	if heavy(&l, 0) {
		r.err = errHeavy
	} else {
		s.db.submit(r)
	}
	if r.err == errHeavy {
		s.db.rehearse(r)
	}
	if r.panicked {
		panic(r.cause)
	}
	if r.err != nil {
		return oped.Changes{}, fmt.Errorf("ingest %s: %w", oped.ShownAddress(l.FeedURL), explain(s.db.path, r.err))
	}
	Feeds{s.db}.unlease(r.feed)
	return r.changes, nil
}

// submit lets a request be carried out together with others that wait.
func (s *database) submit(r *request) {
	r.err = errAbandoned
	if s.group.join(r) || <-r.wake {
		s.lead()
	}
}

// rehearse decides a heavy request outside of a transaction and has its plan carried out, again as long as it does not
// fit what is stored.
func (s *database) rehearse(r *request) {
	select {
	case s.heavy <- struct{}{}:
		defer func() { <-s.heavy }()
	case <-r.ctx.Done():
		r.err = r.ctx.Err()
		return
	}
	for r.err == errHeavy {
		r.rehearsals++
		r.err = s.write(r.ctx, func(t *tx) error { // which writes nothing: the index of fingerprints is the writer's
			known, err := t.load(r.ctx, r.lookup)
			r.rehearsed = &known
			return err
		})
		if r.err != nil {
			return
		}
		plan, ok := r.plan(*r.rehearsed)
		if !ok {
			r.err = errAbandoned
		} else {
			r.err = r.ctx.Err()
		}
		if r.err != nil {
			return
		}
		r.planned = &plan
		s.submit(r)
	}
}

func (s *database) lead() {
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

// ingest carries out a batch in one transaction. Its error is that of all of them. A request that fails alone
// has its own error, and is left out: with something of it written, the transaction is rolled back and begun
// again without it. That is rare, and cheaper than a savepoint for everyone, for which SQLite would copy
// every page it changes.
func (s *database) ingest(batch []*request) error {
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
func (s *database) ingestAll(batch []*request) (failed *request, err error) {
	t, err := s.begin(context.Background())
	if err != nil {
		return nil, err
	}
	defer t.rollback()
	t.ended = func() error { return ended(batch) }
	for _, r := range batch {
		r.panicked, r.cause = false, nil
		var wrote bool
		if r.changes, wrote, r.err = t.handle(r); r.err != nil && (wrote || spoils(r.err)) {
			t.failed = r.err
			return r, r.err
		}
	}
	t.failed = t.commit()
	return nil, t.failed
}

// ended is why all callers of a batch have gone; nil if one of them waits.
func ended(batch []*request) error {
	for _, r := range batch {
		if r.ctx.Err() == nil {
			return nil
		}
	}
	return batch[0].ctx.Err()
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

// handle loads, decides and writes for one request, and tells whether it came to writing.
func (t *tx) handle(r *request) (changes oped.Changes, wrote bool, err error) {
	known, err := t.load(r.ctx, r.lookup)
	if err != nil {
		return changes, false, err
	}
	r.feed = known.Feed.ID
	var plan oped.Plan
	switch ok := true; {
	case r.planned != nil && reflect.DeepEqual(known, *r.rehearsed):
		plan = *r.planned
	case r.rehearsals < maxRehearsals && heavy(&r.lookup, t.loaded):
		return changes, false, errHeavy
	default:
		if plan, ok = r.plan(known); !ok {
			return changes, false, errAbandoned
		}
	}
	if err := r.ctx.Err(); err != nil {
		return changes, false, err
	}
	changes, err = t.apply(r.ctx, known, plan)
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
