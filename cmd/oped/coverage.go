package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/text"
)

func coverageCommand(a *cli) *cobra.Command {
	var days, limit int
	cmd := &cobra.Command{
		Use: "coverage", Args: cobra.NoArgs,
		Short: "Report pieces, terms and topics that may need new rules",
		Long: "Report where the rules may be wrong: pieces on no topic, terms without a match\n" +
			"in the archive, terms whose pieces curators mostly took off the topic, and\n" +
			"topics with unusually many or few pieces last week (over three standard\n" +
			"deviations).",
		Example: "  oped topic coverage --days 30",
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.Flags().IntVar(&days, "days", 90, "look at the pieces of the last `n` days")
	cmd.Flags().IntVar(&limit, "limit", 10, "list at most `n` of each kind")
	return a.reads(cmd, func(ctx context.Context, p *app.App, _ []string) (any, func(*output), error) {
		r, err := p.Topics().Coverage(ctx, days, limit)
		return r, func(o *output) { printCoverage(o, r, limit) }, err
	})
}

func printCoverage(o *output, r *app.Coverage, limit int) {
	o.wrapf("  ", "%s since %s: %d on a topic, %d for review only, %d on none",
		text.Count(r.Opinion, "opinion piece"), r.Since, r.OnTopic, r.Review, r.NoTopic)
	if len(r.Newest) > 0 {
		o.WriteString("\nNewest pieces on no topic\n")
	}
	newest := newTable("PIECE", "DAY", "PAPER", "HEADLINE")
	newest.indent = "  "
	for _, x := range r.Newest {
		newest.row(x.Piece, x.Date, x.Publisher, x.Title)
	}
	o.table(newest)
	if len(r.Publishers) > 0 && r.NoTopic > 0 {
		o.WriteString("\nPublishers with the most pieces on no topic\n")
		for _, x := range r.Publishers[:min(limit, len(r.Publishers))] {
			if x.NoTopic > 0 {
				o.linef("  %s: %d of %d", x.Publisher, x.NoTopic, x.Pieces)
			}
		}
	}
	if len(r.Unmatched) > 0 {
		o.WriteString("\nTerms without a match in the archive\n")
	}
	for _, x := range r.Unmatched {
		o.wrapf("    ", "  $%s: %s", x.List, strings.Join(x.Terms, ", "))
	}
	if len(r.Rejected) > 0 {
		o.WriteString("\nTerms of pieces that curators mostly took off the topic\n")
	}
	for _, x := range r.Rejected {
		o.wrapf("    ", "  %s: %q, taken off %d times, put on %d times", x.Topic, x.Term, x.Rejected, x.Approved)
	}
	if len(r.Odd) > 0 {
		o.WriteString("\nTopics with an odd week\n")
	}
	for _, x := range r.Odd {
		o.wrapf("    ", "  %s: %d in the week of %s, %.1f ± %.1f in the weeks before", x.Topic, x.Pieces, x.Week,
			x.Mean, x.Sigma)
	}
}
