package main

import (
	"github.com/spf13/cobra"

	"oped/app"
)

func dedupCommand(a *cli) *cobra.Command {
	cmd := parent(&cobra.Command{
		Use:   "dedup COMMAND",
		Short: "Measure the recognition of copies, and review pairs",
		Long: "Compare pairs of texts, measure the recognition of copies on labelled pairs, and\n" +
			"review similar pieces that a guard kept apart.",
		Example: "  oped dedup queue",
		Args:    cobra.ArbitraryArgs,
	})
	var misses int
	eval := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the recognition of copies on labelled pairs",
		Long: "Measure the recognition of copies on labelled pairs: JSON lines {id, kind, a,\n" +
			"b, duplicate, uncertain}, with a and b as in oped dedup pair. Print precision,\n" +
			"recall and F1 by kind, and the wrong verdicts.",
		Example: "  oped dedup eval pairs.jsonl --misses 10",
		Args:    requireArgs("FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			var scores app.PairScores
			err := a.input(args[0], func(in app.Lines) (err error) {
				scores, err = app.ScorePairs(in)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(scores, func(o *output) { printPairScores(o, scores, misses) })
		},
	}
	a.jsonFlag(eval, "print JSON")
	eval.Flags().IntVar(&misses, "misses", 5, "list at most `n` wrong verdicts of each kind")
	pair := &cobra.Command{
		Use:   "pair",
		Short: "Compare pairs of texts, read as JSON lines",
		Long: "Read pairs from standard input as JSON lines {id, a, b}, with a and b as\n" +
			"{title, text, author, publisher, url, published}, and write the verdicts as\n" +
			"JSON lines {id, verdict, score, guard, why}.",
		Example: "  oped dedup pair < pairs.jsonl",
		Args:    requireArgs(),
		RunE: func(*cobra.Command, []string) error {
			return jsonLines(a, func(print func(app.ComparedLine) error) error {
				return a.input("-", func(in app.Lines) error { return app.CompareLines(in, print) })
			})
		},
	}
	cmd.AddCommand(eval, pair, dedupQueueCommand(a))
	return cmd
}

func printPairScores(o *output, s app.PairScores, misses int) {
	t := newTable("KIND", "TP", "FP", "FN", "TN", "PRECISION", "RECALL", "F1")
	for _, r := range s.Rows() {
		t.row(r.Name, r.TP, r.FP, r.FN, r.TN, share(r.Precision()), share(r.Recall()), share(r.F1()))
	}
	o.table(t)
	printMisses(o, "wrongly joined", s.Wrong, misses)
	printMisses(o, "missed", s.Missed, misses)
}
