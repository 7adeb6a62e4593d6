package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/rank"
	"oped/text"
)

func queueCommand(a *cli) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "queue [TOPIC]",
		Short: "List the candidates for a topic, the most probable first",
		Long: "List the pieces that scored enough for review but not for the topic, and have\n" +
			"no decision. The rule's score orders them, until there are 20 tags and 20\n" +
			"untags by curators (oped piece tag, oped piece untag); then the ranker orders\n" +
			"them by probability. It never puts a piece on a topic by itself.",
		Example: "  oped topic queue pak-us --limit 10",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return topicQueue(cmd.Context(), a, args, limit, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with every contribution to the order")
	cmd.Flags().IntVar(&limit, "limit", 40, "list at most `n` pieces of each topic; 0 lists all")
	return cmd
}

func suggestCommand(a *cli) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "suggest TOPIC",
		Short: "Suggest terms for the rule of a topic",
		Long: "List words and phrases missing in the topic's lists, with their log-odds, from\n" +
			"the pieces that curators put on the topic or took off it. It needs 20 decisions\n" +
			"of each kind. Nothing is written: add good terms to a list yourself.",
		Example: "  oped topic suggest pak-us",
		Args:    requireArgs("TOPIC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return topicSuggest(cmd.Context(), a, args[0], limit, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most `n` terms of each kind")
	return cmd
}

func topicQueue(ctx context.Context, a *cli, args []string, limit int, asJSON bool) error {
	p, err := a.readOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Store.Close()
	all, err := p.Topics(p.Cfg).Queue(ctx, limit, args...)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(map[string]any{"topics": all})
	}
	return printQueues(a, all)
}

func printQueues(a *cli, all []*app.Queue) error {
	var b strings.Builder
	for _, q := range all {
		order := fmt.Sprintf("ordered by %d decisions (%d on, %d off)", q.Approved+q.Rejected, q.Approved, q.Rejected)
		if !q.Learned {
			order = fmt.Sprintf(
				"ordered by the rule's score; the ranker needs %d decisions of each kind, and has %d on and %d off",
				rank.MinPieces, q.Approved, q.Rejected)
		}
		fmt.Fprintf(&b, "%s: %s for review, %s\n", q.Topic, text.Count(q.Waiting, "piece"), order)
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, x := range q.Pieces {
			probability := "–"
			if q.Learned {
				probability = fmt.Sprintf("%.0f %%", 100*x.Probability)
			}
			fmt.Fprintf(w, "  %d\t%s\t%g of %g\t%s\t%s\t%.90s\n", x.Piece, probability, x.Score, x.Threshold, x.Date,
				x.Publisher, x.Title)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		b.WriteString("\n")
	}
	b.WriteString("oped explain PIECE TOPIC shows why; oped piece tag PIECE TOPIC and untag decide\n")
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

func topicSuggest(ctx context.Context, a *cli, name string, limit int, asJSON bool) error {
	p, err := a.readOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Store.Close()
	found, err := p.Topics(p.Cfg).Suggest(ctx, name, limit)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(map[string]any{"topic": name, "suggestions": found})
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "term\tlog-odds\tput on\ttaken off\t")
	for _, x := range found {
		fmt.Fprintf(w, "%s\t%+.2f\t%d\t%d\t\n", x.Term, x.LogOdds, x.For, x.Against)
	}
	return w.Flush()
}
