package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/text"
)

func dedupQueueCommand(a *cli) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use: "queue", Args: cobra.NoArgs,
		Short: "List the pairs that are much alike and that a guard kept apart, the latest first",
		Long:  "List the pairs of pieces that have much of their text in common, that a guard kept apart all the same, and on which nobody\nhas decided. oped piece merge makes one of them, oped piece split records that they stay apart; either takes the pair off\nthe list.",
		RunE:  func(cmd *cobra.Command, _ []string) error { return dedupQueue(cmd.Context(), a, limit, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&limit, "limit", 40, "list so many; 0 lists all")
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
		return "no pair waits: guards kept nothing apart that nobody has decided on\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s kept apart by a guard", text.Count(waiting, "pair"))
	if len(pairs) < waiting {
		fmt.Fprintf(&b, ", of which the latest %d", len(pairs))
	}
	b.WriteString("\n")
	for _, p := range pairs {
		fmt.Fprintf(&b, "\n%s, guard %s, score %.2f: %s\n", p.Kind, p.Guard, p.Score, p.Why)
		for _, k := range p.Pieces {
			fmt.Fprintf(&b, "  piece %d  %s  %s  %s\n    %s\n", k.Piece, k.Date, strings.Join(k.Papers, ", "), k.Title, k.URL)
		}
		fmt.Fprintf(&b, "  %s   # they are one\n  %s   # they stay apart\n", p.Merge, p.Split)
	}
	return b.String()
}
