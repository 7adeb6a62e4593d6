package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/fetcher"
	"oped/text"
)

func onceCommand(a *cli) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "once",
		Short: "Fetch due feeds, publish files, and exit: for cron",
		Long: "Fetch the due feeds once, ingest their entries, publish files, announce the\n" +
			"changes to hubs, and exit. Run it from cron, or use oped run.",
		Example: "  oped once --quiet",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runOnce(cmd.Context(), a, all) },
	}
	applyFlag(a, cmd)
	cmd.Flags().BoolVar(&all, "all", false, "fetch every feed, due or not, with conditional requests")
	return cmd
}

// runOnce fetches and publishes one round. Its last line on standard output summarises the run.
func runOnce(ctx context.Context, a *cli, all bool) error {
	began := a.now()
	cfg, st, log, err := a.openStore(ctx, a.config) // not forwarded: a daemon fetches by itself
	if err != nil {
		return err
	}
	defer st.Close()
	p, err := app.Open(ctx, cfg, st, a.options(log))
	if err != nil {
		return err
	}
	return runRound(ctx, a, cfg, p, began, all)
}

func runRound(ctx context.Context, a *cli, cfg *config.Config, p *app.App, began time.Time, all bool) error {
	if all {
		if err := p.Store.Feeds.MakeDue(ctx, began); err != nil {
			return err
		}
	}
	if err := p.Blame(ctx); err != nil {
		return err
	}
	progress := newProgressOf(a, len(cfg.Feeds))
	p.After = func(f oped.Fetched, _ oped.Changes) { progress.step(f.Feed.Name) }
	err := p.Fetcher.Once(ctx, p.Store.Feeds, func(ctx context.Context, f oped.Fetched) error {
		_, err := p.Handle(ctx, f)
		return err
	})
	progress.done()
	interrupted := ctx.Err() != nil && errors.Is(err, context.Canceled)
	offline, _ := errors.AsType[*fetcher.OfflineError](err)
	if err != nil && !interrupted && offline == nil {
		return err
	}
	signalled := ctx
	ctx, stop := lasting(ctx, grace) // publish and announce the fetched entries even if interrupted, as time permits
	defer stop()
	// This includes entries stored by an earlier run that was killed before it published.
	if err := p.Publish(ctx); err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted; the fetched entries are stored, and the next run publishes them")
		}
		return err
	}
	if p.Announcer != nil {
		if err := p.Announcer.Once(signalled); err != nil { // the next run tries failed announcements again
			return err
		}
	}
	if err := printSummary(ctx, a, p, began); err != nil {
		return err
	}
	switch {
	case interrupted:
		return errors.New("interrupted; the fetched entries are stored and published")
	case offline != nil:
		return offline
	}
	return nil
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

// printSummary prints a line for each feed that failed, then one line of counts.
func printSummary(ctx context.Context, a *cli, p *app.App, began time.Time) error {
	counts, err := p.Store.Counts(ctx)
	if err != nil {
		return err
	}
	t := &p.Total
	slices.Sort(t.Failures)
	for _, line := range t.Failures {
		fmt.Fprintf(a.stdout, "failed %s\n", line)
	}
	_, err = fmt.Fprintf(
		a.stdout, "%s fetched (%d unchanged, %d failed), %s (%d new, %d joined, %d changed), %s given; in store: "+
			"%s, %s, %s; %v\n",
		text.Count(t.Feeds, "feed"), t.Unchanged, t.Failed, text.Count(t.Entries, "entry"), t.New, t.Joined, t.Changed,
		text.Count(t.Tags, "tag"), text.Count(counts.Entries, "entry"), text.Count(counts.Pieces, "piece"),
		text.Count(counts.Tags, "tag"),
		a.now().Sub(began).Round(time.Millisecond))
	return err
}
