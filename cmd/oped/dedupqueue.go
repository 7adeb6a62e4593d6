package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/text"
)

func dedupQueueCommand(a *cli) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use: "queue", Args: requireArgs(),
		Short: "List pairs of pieces for a curator to decide on",
		Long: "List the pairs of similar pieces kept apart by a guard and not yet decided by a\n" +
			"curator, the latest first. After an upgrade the list has pieces of the last 30\n" +
			"days, too, which the present rules would join or split. oped piece merge records\n" +
			"that a pair is one piece, oped piece split that it is not; either removes the\n" +
			"pair from the list.",
		Example: "  oped dedup queue --limit 10",
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.Flags().IntVar(&limit, "limit", 40, "list at most `n` pairs; 0 lists all")
	return a.reads(cmd, func(ctx context.Context, p *app.App, _ []string) (any, func(*output), error) {
		pairs, waiting, err := p.Pieces().Guarded(ctx, limit)
		v := map[string]any{"waiting": waiting, "pairs": pairs}
		return v, func(o *output) { printPairs(o, waiting, pairs) }, err
	})
}

func printPairs(o *output, waiting int, pairs []app.GuardedPair) {
	if waiting == 0 {
		o.WriteString("No pairs to review.\n")
		return
	}
	o.printf("%s to review", text.Count(waiting, "pair"))
	if len(pairs) < waiting {
		o.printf("; these are the latest %d", len(pairs))
	}
	o.WriteString("\n")
	for _, p := range pairs {
		o.WriteString("\n")
		what := fmt.Sprintf("piece %d: two appearances", p.Pieces[0].Piece)
		if p.Pieces[0].Piece != p.Pieces[1].Piece {
			what = fmt.Sprintf("piece %d: %s piece %d?", p.Pieces[0].Piece,
				cmp.Or(relationWords[p.Kind], "the same as"), p.Pieces[1].Piece)
		}
		o.wrapf("  ", "%s %s", what, p.Sentence())
		for _, k := range p.Pieces {
			o.wrapf("    ", "  piece %d  %s  %s  %s", k.Piece, k.Date, strings.Join(k.Papers, ", "), oneLine(k.Title))
			o.printf("    %s\n", k.URL)
		}
		o.printf("  %s   # they are one piece\n  %s   # they are different\n", p.Merge, p.Split)
	}
}
