package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/dedup"
	"oped/text"
)

func dedupQueueCommand(a *cli) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use: "queue", Args: cobra.NoArgs,
		Short: "List similar pairs that a guard kept apart",
		Long: "List the pairs of similar pieces kept apart by a guard and not yet decided by a\n" +
			"curator, the latest first. oped piece merge merges a pair, oped piece split\n" +
			"records that the pieces are different; either removes the pair from the list.",
		Example: "  oped dedup queue --limit 10",
		RunE:    func(cmd *cobra.Command, _ []string) error { return dedupQueue(cmd.Context(), a, limit, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&limit, "limit", 40, "list at most `n` pairs; 0 lists all")
	return cmd
}

func dedupQueue(ctx context.Context, a *cli, limit int, asJSON bool) error {
	p, err := a.readOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Store.Close()
	pairs, waiting, err := p.Pieces(p.Cfg).Guarded(ctx, limit)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(map[string]any{"waiting": waiting, "pairs": pairs})
	}
	_, err = fmt.Fprint(a.stdout, describeQueue(waiting, pairs))
	return err
}

func describeQueue(waiting int, pairs []app.GuardedPair) string {
	if waiting == 0 {
		return "No pairs to review.\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s kept apart by a guard", text.Count(waiting, "pair"))
	if len(pairs) < waiting {
		fmt.Fprintf(&b, "; these are the latest %d", len(pairs))
	}
	b.WriteString("\n")
	for _, p := range pairs {
		fmt.Fprintf(&b, "\n%s, guard %s (%s), score %.2f: %s\n", p.Kind, dedup.Guard(p.Guard).Name(), p.Guard, p.Score,
			p.Why)
		for _, k := range p.Pieces {
			fmt.Fprintf(&b, "  piece %d  %s  %s  %s\n    %s\n", k.Piece, k.Date, strings.Join(k.Papers, ", "), k.Title,
				k.URL)
		}
		fmt.Fprintf(&b, "  %s   # they are one piece\n  %s   # they are different\n", p.Merge, p.Split)
	}
	return b.String()
}
