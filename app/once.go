package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"oped"
	"oped/fetcher"
	"oped/store"
)

// Summary counts the results of a run, and everything in the store.
type Summary struct {
	Total
	Stored store.Counts `json:"stored"`
}

// Once fetches the due feeds once, or with all every feed, publishes, announces the changes to hubs, and looks for
// damage in a large database if that is due. If ctx ends meanwhile, it publishes the fetched entries as time permits. A
// summary comes with an error too if the entries were published.
func (p *App) Once(ctx context.Context, all bool) (*Summary, error) {
	ctx = reporting(ctx, p.options.Progress)
	if all {
		if err := p.store.Feeds.MakeDue(ctx, p.wired); err != nil {
			return nil, err
		}
	}
	if err := p.blame(ctx); err != nil {
		return nil, err
	}
	due, err := p.dueFeeds(ctx)
	if err != nil {
		return nil, err
	}
	if due > 0 {
		jobOf(ctx).begin("fetching", due)
	}
	p.after = func(f oped.Fetched, _ oped.Changes) { jobOf(ctx).did(1, f.Feed.Name) }
	err = p.fetcher.Once(ctx, p.store.Feeds, func(ctx context.Context, f oped.Fetched) error {
		_, err := p.handle(ctx, f)
		return err
	})
	interrupted := ctx.Err() != nil && errors.Is(err, context.Canceled)
	offline, _ := errors.AsType[*fetcher.OfflineError](err)
	if err != nil && !interrupted && offline == nil {
		return nil, err
	}
	signalled := ctx
	ctx, stop := lasting(ctx, grace)
	defer stop()
	// This includes entries stored by an earlier run that was killed before it published.
	if err := p.publish(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, errors.New("interrupted; the fetched entries are stored, and the next run publishes them")
		}
		return nil, err
	}
	if p.announcer != nil {
		if err := p.announcer.once(signalled); err != nil { // the next run tries failed announcements again
			return nil, err
		}
	}
	slices.Sort(p.total.Failures)
	s := &Summary{Total: p.total}
	s.Failures = append([]string{}, s.Failures...) // in JSON [], never null
	if s.Stored, err = p.store.Counts(ctx); err != nil {
		return nil, err
	}
	if interrupted {
		return s, errors.New("interrupted; the fetched entries are stored and published")
	}
	if err := p.store.CheckTables(signalled, p.now()); err != nil && signalled.Err() == nil {
		return s, err // after a signal, the next run checks
	}
	if offline != nil {
		return s, offline
	}
	return s, nil
}

// grace limits publishing after a signal.
const grace = 1500 * time.Millisecond

// lasting returns a context that ends some time after ctx.
func lasting(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(grace):
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { stop(); cancel() }
}
