package app

import (
	"context"
	"sync"

	"oped"
	"oped/store"
)

// Step is how far long work has come. The steps of one job have the same Doing.
type Step struct {
	Doing string `json:"doing"` // in a few words, such as "fetching"
	Done  int    `json:"done"`
	Total int    `json:"total"` // 0: unknown
	What  string `json:"what"`  // what was done last, such as a feed; "": see Doing
}

// job reports its steps. It may be used from several goroutines. A nil job reports nothing.
type job struct {
	report func(Step)

	mu sync.Mutex
	at Step
}

type jobKey struct{}

// reporting returns a context whose work reports its steps.
func reporting(ctx context.Context, report func(Step)) context.Context {
	if report == nil {
		return ctx
	}
	return context.WithValue(ctx, jobKey{}, &job{report: report})
}

// jobOf returns the job that a context reports to; nil: none.
func jobOf(ctx context.Context) *job {
	j, _ := ctx.Value(jobKey{}).(*job)
	return j
}

// begin begins work of a number of steps; 0: unknown.
func (j *job) begin(doing string, total int) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.at = Step{Doing: doing, Total: total}
	j.report(j.at)
}

// did reports that n more steps are done.
func (j *job) did(n int, what string) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.at.Done, j.at.What = j.at.Done+n, what
	j.report(j.at)
}

// eachPercent reports the first step of a job, and then those of a further percent: a slow reader gets a hundred at
// most.
func eachPercent(report func(Step)) func(Step) {
	var last Step
	return func(s Step) {
		if s.Doing == last.Doing && s.Total > 0 && 100*s.Done/s.Total == 100*last.Done/s.Total {
			return
		}
		last = s
		report(s)
	}
}

// dueFeeds counts the feeds that a round fetches.
func (p *App) dueFeeds(ctx context.Context) (n int, err error) {
	states, err := p.store.Feeds.All(ctx)
	for i := range states {
		s := &states[i]
		if s.Enabled && !s.Paused && !s.Removed && !s.NextFetch.After(p.now()) {
			n++
		}
	}
	return n, err
}

// countFirst returns a function to call after each fetch. It reports the first fetches of feeds, and calls fetched too.
func (p *App) countFirst(
	ctx context.Context, fetched func(oped.Fetched, oped.Changes),
) (func(oped.Fetched, oped.Changes), error) {
	if p.options.Progress == nil {
		return fetched, nil
	}
	states, err := p.store.Feeds.All(ctx)
	if err != nil {
		return nil, err
	}
	waiting := map[string]bool{}
	for i := range states {
		if s := &states[i]; s.Enabled && !s.Paused && !s.Removed && s.LastFetch.IsZero() {
			waiting[s.URL] = true
		}
	}
	j := &job{report: p.options.Progress}
	if len(waiting) > 0 {
		j.begin("first fetches", len(waiting))
	}
	return func(f oped.Fetched, c oped.Changes) {
		if waiting[f.Feed.URL] {
			delete(waiting, f.Feed.URL)
			j.did(1, f.Feed.Name)
		}
		if fetched != nil {
			fetched(f, c)
		}
	}, nil
}

// walkedPieces are the rows of pieces for a publisher. They report an export of all pages, most of which are those of
// pieces, walked by their ids.
type walkedPieces struct {
	store.Pieces
	counts func(context.Context) (store.Counts, error)
}

// IDs is that of the store.
func (w walkedPieces) IDs(ctx context.Context, after oped.PieceID, n int) ([]oped.PieceID, error) {
	ids, err := w.Pieces.IDs(ctx, after, n)
	if j := jobOf(ctx); j != nil && err == nil {
		if after == 0 {
			counts, err := w.counts(ctx)
			if err != nil {
				return nil, err
			}
			j.begin("writing pages", counts.Pieces)
		}
		j.did(len(ids), "")
	}
	return ids, err
}
