package main

import (
	"context"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/text"
)

func editionQueueCommand(a *cli) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "queue [EDITION]",
		Short: "List the pieces for review in curated editions",
		Long: "List the pieces for review in curated editions, the highest score on its topics\n" +
			"first: those selected by the filter of the edition, or with one of its topics\n" +
			"for review, among the newest 1,000 without a decision. Once there are 20\n" +
			"decisions of each kind (oped piece approve, oped piece reject), oped learns the\n" +
			"order from them. A piece is approved by a curator alone.",
		Example: "  oped queue picks --limit 10",
		Args:    requireArgs("[EDITION]"),
	}
	a.jsonFlag(cmd, "print JSON, with every contribution to the order")
	cmd.Flags().IntVar(&limit, "limit", 40, "list at most `n` pieces of each; 0 lists all")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		all, err := p.Pieces().Queue(ctx, limit, args...)
		return map[string]any{"editions": all}, func(o *output) { printEditionQueues(o, all) }, err
	})
}

func printEditionQueues(o *output, all []*app.Candidates) {
	waiting := false
	for _, q := range all {
		if q.Waiting == 0 {
			o.printf("%s: no piece for review\n", q.Edition)
			continue
		}
		waiting = true
		o.wrapf("  ", "%s: %s for review, %s", q.Edition, text.Count(q.Waiting, "piece"),
			orderOf(q, "approved", "rejected"))
		printQueue(o, q.Pieces, q.Learned || q.Fitted, !q.Fitted)
	}
	switch {
	case len(all) == 0:
		o.wrapf("", "no edition is curated: write `curated: true` in one")
	case waiting:
		o.wrapf("", "oped piece approve PIECE EDITION and reject decide")
	}
}
