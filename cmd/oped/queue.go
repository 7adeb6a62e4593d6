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
		Short: "List the candidates for a topic, the highest score first",
		Long: "List the pieces for review: with a score below the threshold of the topic, and\n" +
			"without a decision. The rule's score orders them, or the probability of a\n" +
			"fitted topic. Once there are 20 decisions of each kind (oped piece tag, oped\n" +
			"piece untag), oped learns the order from them. A piece is tagged by a curator\n" +
			"alone.",
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

func printQueues(o *output, all []*app.Candidates) {
	var none []string
	for _, q := range all {
		if q.Waiting == 0 {
			none = append(none, q.Topic)
			continue
		}
		o.wrapf("  ", "%s: %s for review, %s", q.Topic, text.Count(q.Waiting, "piece"),
			orderOf(q, "put on", "taken off"))
		printQueue(o, q.Pieces, q.Learned || q.Fitted, !q.Fitted)
	}
	if len(none) > 0 {
		o.wrapf("  ", "no piece for review: %s", strings.Join(none, ", "))
	}
	if len(none) == len(all) {
		return
	}
	o.wrapf("", "oped explain PIECE TOPIC shows why; oped piece tag PIECE TOPIC and untag decide")
}

// printQueue prints the pieces of a queue as a table.
func printQueue(o *output, pieces []app.Candidate, hasChance, hasScore bool) {
	t := newTable("PIECE", "CHANCE", "SCORE", "DAY", "HEADLINE")
	t.lines = 2
	for _, x := range pieces {
		var chance, score cell
		if hasChance {
			chance = right("%.0f %%", 100*x.Probability)
		}
		if hasScore {
			score = right("%g of %g", x.Score, x.Threshold)
		}
		t.row(x.Piece, chance, score, x.Date, cell{text: x.Title, style: bold, below: x.Publisher})
		var excerpt strings.Builder
		for _, part := range x.Marked {
			excerpt.WriteString(part.Text)
		}
		t.note(excerpt.String(), x.URL)
	}
	o.table(t)
	o.WriteString("\n")
}

// orderOf describes the order of a queue: by score, or learned from decisions. yes and no name the decisions.
func orderOf(q *app.Candidates, yes, no string) string {
	counts := fmt.Sprintf("%d %s, %d %s", q.Approved, yes, q.Rejected, no)
	if q.Learned {
		return fmt.Sprintf("the likeliest first, as learned from decisions (%s)", counts)
	}
	return fmt.Sprintf("the highest score first. Once there are %d decisions of each kind, oped learns the order from "+
		"them (now %s)", rank.MinPieces, counts)
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
