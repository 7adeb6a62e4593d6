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
		Use: "coverage", Args: requireArgs(),
		Short: "Report pieces, terms and topics that may need new rules",
		Long: "Report where the rules may be wrong: pieces on no topic, terms without a match\n" +
			"in the archive, terms whose pieces curators mostly took off the topic, and\n" +
			"topics with unusually many or few pieces last week (over three standard\n" +
			"deviations). --json has all terms.",
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
	newest := newTable("PIECE", "DAY", "PAPER", "HEADLINE")
	for _, x := range r.Newest {
		newest.row(x.Piece, x.Date, x.Publisher, x.Title)
	}
	o.section("Newest pieces on no topic", newest)
	publishers := newTable("ON NO TOPIC", "OF", "PAPER")
	for _, x := range r.Publishers[:min(limit, len(r.Publishers))] {
		if x.NoTopic > 0 {
			publishers.row(x.NoTopic, x.Pieces, x.Publisher)
		}
	}
	o.section("Papers with the most pieces on no topic", publishers)
	unmatched := newTable("LIST", "TERMS")
	unmatched.lines = 3
	shown := r.Unmatched[:min(limit, len(r.Unmatched))]
	for _, x := range shown {
		unmatched.row("$"+x.List, strings.Join(x.Terms, ", "))
	}
	o.section("Terms without a match in the archive", unmatched)
	if n := len(r.Unmatched) - len(shown); n > 0 {
		o.printf("  … and of %s more\n", text.Count(n, "list"))
	}
	rejected := newTable("TOPIC", "TAKEN OFF", "PUT ON", "TERM")
	for _, x := range r.Rejected {
		rejected.row(x.Topic, x.Rejected, x.Approved, x.Term)
	}
	o.section("Terms of pieces that curators mostly took off the topic", rejected)
	odd := newTable("TOPIC", "WEEK OF", "PIECES", "WEEKS BEFORE")
	for _, x := range r.Odd {
		odd.row(x.Topic, x.Week, x.Pieces, right("%.1f ± %.1f", x.Mean, x.Sigma))
	}
	o.section("Topics with an odd week", odd)
}

// section writes a table with a title, after an empty line. Without rows it writes nothing.
func (o *output) section(title string, t *table) {
	if len(t.rows) == 0 {
		return
	}
	o.printf("\n%s\n", title)
	t.indent = "  "
	o.table(t)
}
