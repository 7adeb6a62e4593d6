package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/rank"
	"oped/text"
)

func queueCommand(a *cli) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "queue [TOPIC]",
		Short: "List the candidates for a topic, the most probable first",
		Long: "List the pieces for review: with a score below the threshold of the topic, and\n" +
			"without a decision. The rule's score orders them, or the probability of a\n" +
			"fitted topic. After 20 decisions of each kind (oped piece tag, oped piece\n" +
			"untag) the ranker orders them by probability; it never tags a piece by itself.",
		Example: "  oped topic queue pak-us --limit 10",
		Args:    requireArgs("[TOPIC]"),
	}
	a.jsonFlag(cmd, "print JSON, with every contribution to the order")
	cmd.Flags().IntVar(&limit, "limit", 40, "list at most `n` pieces of each topic; 0 lists all")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		all, err := p.Topics().Queue(ctx, limit, args...)
		return map[string]any{"topics": all}, func(o *output) { printQueues(o, all) }, err
	})
}

func printQueues(o *output, all []*app.Queue) {
	var none []string
	for _, q := range all {
		if q.Waiting == 0 {
			none = append(none, q.Topic)
			continue
		}
		o.wrapf("  ", "%s: %s for review, %s", q.Topic, text.Count(q.Waiting, "piece"), orderOf(q))
		t := newTable("PIECE", "CHANCE", "SCORE", "DAY", "HEADLINE")
		t.lines = 2
		for _, x := range q.Pieces {
			var chance, score cell
			if q.Learned || q.Fitted {
				chance = right("%.0f %%", 100*x.Probability)
			}
			if !q.Fitted {
				score = right("%g of %g", x.Score, x.Threshold)
			}
			t.row(x.Piece, chance, score, x.Date, cell{text: x.Title, style: bold, below: x.Publisher})
			t.note(x.Excerpt, x.URL)
		}
		o.table(t)
		o.WriteString("\n")
	}
	if len(none) > 0 {
		o.wrapf("  ", "no piece for review: %s", strings.Join(none, ", "))
	}
	if len(none) == len(all) {
		return
	}
	o.wrapf("", "oped explain PIECE TOPIC shows why; oped piece tag PIECE TOPIC and untag decide")
}

// orderOf describes the order of a queue.
func orderOf(q *app.Queue) string {
	by := "the rule's score"
	switch {
	case q.Learned:
		return fmt.Sprintf("ordered by %d decisions (%d on, %d off)", q.Approved+q.Rejected, q.Approved, q.Rejected)
	case q.Fitted:
		by = "the topic's own probability"
	}
	return fmt.Sprintf("ordered by %s; after %d decisions of each kind by the ranker (now %d on, %d off)", by,
		rank.MinPieces, q.Approved, q.Rejected)
}

func suggestCommand(a *cli) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "suggest TOPIC",
		Short: "Suggest terms for the rule of a topic",
		Long: "List words and phrases missing in the topic's lists, with their log-odds, from\n" +
			"the pieces that curators put on the topic or took off it. It needs 20 decisions\n" +
			"of each kind. Nothing is written: add good terms to a list yourself.",
		Example: "  oped topic suggest pak-us",
		Args:    requireArgs("TOPIC"),
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most `n` terms of each kind")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		found, err := p.Topics().Suggest(ctx, args[0], limit)
		return map[string]any{"topic": args[0], "suggestions": found}, func(o *output) {
			t := newTable("LOG-ODDS", "PUT ON", "TAKEN OFF", "TERM")
			for _, x := range found {
				t.row(right("%+.2f", x.LogOdds), x.For, x.Against, x.Term)
			}
			o.table(t)
		}, err
	})
}
