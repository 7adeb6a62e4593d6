package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/text"
)

func coverageCommand(a *cli) *cobra.Command {
	var asJSON bool
	var days, limit int
	cmd := &cobra.Command{
		Use: "coverage", Args: cobra.NoArgs,
		Short: "Report pieces, terms and topics that may need new rules",
		Long: "Report where the rules may be wrong: pieces on no topic, terms without a match\n" +
			"in the archive, terms whose pieces curators mostly took off the topic, and\n" +
			"topics with unusually many or few pieces last week (over three standard\n" +
			"deviations).",
		Example: "  oped topic coverage --days 30",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return reportCoverage(cmd.Context(), a, days, limit, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&days, "days", 90, "look at the pieces of the last `n` days")
	cmd.Flags().IntVar(&limit, "limit", 10, "list at most `n` of each kind")
	return cmd
}

func reportCoverage(ctx context.Context, a *cli, days, limit int, asJSON bool) error {
	p, err := a.readOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Store.Close()
	r, err := p.Topics(p.Cfg).Coverage(ctx, days, limit)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(r)
	}
	return printCoverage(a, r, limit)
}

func printCoverage(a *cli, r *app.Coverage, limit int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s since %s: %d on a topic, %d for review only, %d on none\n",
		text.Count(r.Opinion, "opinion piece"), r.Since, r.OnTopic, r.Review, r.NoTopic)
	if len(r.Newest) > 0 {
		b.WriteString("\nNewest pieces on no topic\n")
	}
	for _, x := range r.Newest {
		fmt.Fprintf(&b, "  %s  %s  %s\n", x.Date, x.Publisher, x.Title)
	}
	if len(r.Publishers) > 0 && r.NoTopic > 0 {
		b.WriteString("\nPublishers with the most pieces on no topic\n")
		for _, x := range r.Publishers[:min(limit, len(r.Publishers))] {
			if x.NoTopic > 0 {
				fmt.Fprintf(&b, "  %s: %d of %d\n", x.Publisher, x.NoTopic, x.Pieces)
			}
		}
	}
	if len(r.Unmatched) > 0 {
		b.WriteString("\nTerms without a match in the archive\n")
	}
	for _, x := range r.Unmatched {
		fmt.Fprintf(&b, "  $%s: %s\n", x.List, strings.Join(x.Terms, ", "))
	}
	if len(r.Rejected) > 0 {
		b.WriteString("\nTerms of pieces that curators mostly took off the topic\n")
	}
	for _, x := range r.Rejected {
		fmt.Fprintf(&b, "  %s: %q, taken off %d times, put on %d times\n", x.Topic, x.Term, x.Rejected, x.Approved)
	}
	if len(r.Odd) > 0 {
		b.WriteString("\nTopics with an odd week\n")
	}
	for _, x := range r.Odd {
		fmt.Fprintf(&b, "  %s: %d in the week of %s, %.1f ± %.1f in the weeks before\n", x.Topic, x.Pieces, x.Week,
			x.Mean, x.Sigma)
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}
