package store

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"

	"oped"
)

// maxBatch is the most fetches to share a transaction, so that the first of them does not wait long.
const maxBatch = 32

// request is one call of Ingest, and in the end its answer.
type request struct {
	ctx    context.Context
	lookup oped.Lookup
	decide func(oped.Known) oped.Plan
	wake   chan bool // true: lead the next batch; false: the answer is there

	rehearsals int // number of decisions outside of a transaction
	rehearsed  *oped.Known
	planned    *oped.Plan // made of the Known of the rehearsal; nil: there is none

	feed     int64 // row
	changes  oped.Changes
	err      error
	panicked bool
	cause    any // of the panic
}

// group holds the calls waiting for the writer. One of the callers leads: it carries out all their requests
// in one transaction, hands the lead to the next one waiting, and returns. Nothing runs without a caller.
type group struct {
	mu      sync.Mutex
	waiting []*request
	led     bool
}

// join queues a request and reports whether its caller leads.
func (g *group) join(r *request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, r)
	leads := !g.led
	g.led = true
	return leads
}

// take returns the batch for the leader to carry out; its own request is the first.
func (g *group) take() []*request {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), maxBatch)
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return batch
}

// pass hands the lead to the longest-waiting caller.
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

// Up to these limits a fetch is decided in the transaction that writes it: the number of new or changed
// entries, and the bytes of their texts and of their candidate pieces. It takes some milliseconds.
const (
	lightEntries = 64
	lightBytes   = 1 << 20
)

// maxRehearsals is the most decisions on a fetch outside of a transaction. If the stored state changed
// meanwhile, it is decided again, in the end in the transaction itself.
const maxRehearsals = 4

// heavy reports whether a lookup may take long to decide, with so many bytes of known pieces.
func heavy(l *oped.Lookup, loaded int) bool {
	n := 0
	for i := range l.Entries {
		if len(l.Entries[i].AtomIDs) > 0 {
			n++
		}
	}
	return n > lightEntries || l.Bytes+loaded > lightBytes
}

// Ingest loads the entries and pieces named by the lookup, calls decide and carries out its plan, in one
// transaction. It may share the transaction with other callers. When it returns without an error, everything
// is durable. With an error, a panic of decide, or the end of ctx before the end of the work, nothing of this
// plan was written, and the feed keeps its validators. Decide may be called again, and on the goroutine of
// another caller, so it must be pure.
//
// A heavy fetch is decided first outside of the transaction, while others write; and one at a time. Since the
// same Known gives the same plan, that plan is carried out if the transaction loads an equal Known.
//
// Of the plan's feed, the state of its polling is written. Its configuration, its pause, and the count of its
// entries are the store's own. A key of another entry of the feed passes to the entry it is added to.
func (s Entries) Ingest(ctx context.Context, l oped.Lookup, decide func(oped.Known) oped.Plan) (oped.Changes, error) {
	r := &request{ctx: ctx, lookup: l, decide: decide, wake: make(chan bool, 1)}
	switch r.err = s.db.awaitFill(ctx); {
	case r.err != nil:
	case heavy(&l, 0):
		r.err = errHeavy
	default:
		s.db.submit(r)
	}
	if r.err == errHeavy {
		s.db.rehearse(r)
	}
	if r.panicked {
		panic(r.cause)
	}
	if r.err != nil {
		return oped.Changes{}, s.db.doing("ingest "+oped.ShownAddress(l.FeedURL), r.err)
	}
	Feeds(s).unlease(r.feed)
	return r.changes, nil
}

// submit carries out a request together with others waiting.
func (s *database) submit(r *request) {
	r.err = errAbandoned
	if s.group.join(r) || <-r.wake {
		s.lead()
	}
}

// rehearse decides a heavy request outside of a transaction and has its plan carried out, again as long as
// the stored state differs.
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
		r.err = s.write(r.ctx, func(t *tx) error { // writes nothing: the index of fingerprints is the writer's
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
		if err = s.ingest(batch); faultOf(err) != busyFault {
			break
		}
	}
	if err != nil {
		for _, r := range batch {
			r.err = err
		}
	}
}

// ingest carries out a batch in one transaction. Its error applies to all of them. A request failing alone
// gets its own error and is left out: if part of it was written, the transaction is rolled back and begun
// again without it. That is rare, and cheaper than a savepoint for every request: for those SQLite would copy
// every changed page.
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

// ingestAll carries out a batch, or nothing of it. On failure it returns the request at fault, if there is
// one.
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

// ended returns why all callers of a batch have gone; nil if one of them waits.
func ended(batch []*request) error {
	for _, r := range batch {
		if r.ctx.Err() == nil {
			return nil
		}
	}
	return batch[0].ctx.Err()
}

// spoils reports whether SQLite may have ended the whole transaction over an error, and not just the
// statement (https://www.sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
func spoils(err error) bool { return faultOf(err) != noFault }

// handle loads, decides and writes for one request, and reports whether it got as far as writing.
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

// plan calls decide and recovers its panic, for its own caller alone.
func (r *request) plan(k oped.Known) (plan oped.Plan, ok bool) {
	defer func() {
		if !ok {
			r.cause = recover()
			r.panicked = r.cause != nil
		}
	}()
	return r.decide(k), true
}
