package main

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/text"
)

func onceCommand(a *cli) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "once",
		Short: "Fetch due feeds, publish files, and exit: for cron",
		Long: "Fetch the due feeds once, ingest their entries, publish files, announce the\n" +
			"changes to hubs, and exit. Run it from cron, or use oped run. With --quiet,\n" +
			"print nothing but errors and failures of feeds, each once.",
		Example: "  oped once --quiet",
		Args:    requireArgs(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return runOnce(cmd.Context(), a, all) },
	}
	applyFlag(a, cmd)
	a.jsonFlag(cmd, "print JSON, also with --quiet")
	cmd.Flags().BoolVar(&all, "all", false, "fetch every feed, due or not, with conditional requests")
	return cmd
}

// runOnce fetches and publishes one round. Its last line on standard output summarises the run, except with --quiet.
func runOnce(ctx context.Context, a *cli, all bool) error {
	began := a.now()
	cfg, err := a.config()
	if err != nil {
		return err
	}
	var progress progress
	o := a.options()
	o.Progress = progress.show
	p, err := app.Open(ctx, cfg, o) // not forwarded: a daemon fetches by itself
	if err != nil {
		return err
	}
	defer p.Close()
	progress.begin(a)
	defer progress.done()
	s, err := p.Once(ctx, all)
	progress.done()
	if s == nil || a.quiet && !a.asJSON { // the log has the failures
		return err
	}
	printErr := a.print(s, func(o *output) { printSummary(o, s, a.now().Sub(began)) })
	return cmp.Or(err, printErr)
}

// printSummary prints a line for each feed that failed, one about the store, and one about the run at the end.
func printSummary(o *output, s *app.Summary, took time.Duration) {
	for _, line := range s.Failures {
		o.wrapf("  ", "failed %s", line)
	}
	o.printf("%s given; in store: %s, %s, %s; %v\n", text.Count(s.Tags, "tag"), text.Count(s.Stored.Entries, "entry"),
		text.Count(s.Stored.Pieces, "piece"), text.Count(s.Stored.Tags, "tag"), took.Round(time.Millisecond))
	o.printf("%s fetched (%d unchanged, %d failed), %s (%d new, %d joined, %d changed)\n", text.Count(s.Feeds, "feed"),
		s.Unchanged, s.Failed, text.Count(s.Entries, "entry"), s.New, s.Joined, s.Changed)
}
