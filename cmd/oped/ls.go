package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/text"
)

func lsCommand(a *cli) *cobra.Command {
	var l app.Listing
	cmd := &cobra.Command{
		Use:   "ls [EDITION | QUERY]",
		Short: "List the newest pieces, of an edition or a query",
		Long: "List the newest opinion pieces of the database, or those at the head of an\n" +
			"EDITION, or those that match a QUERY in the language of topics: words, \"exact\n" +
			"phrases\", AND, OR, NOT, title:…, author:…, lists as $name, and the filters of\n" +
			"searches, such as topic:, publisher:, lang: and since: (docs/topics.md).",
		Example: "  oped ls 'title:water topic:pak-us since:2026'",
		Args:    cobra.ArbitraryArgs,
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.Flags().IntVar(&l.Limit, "limit", 20, "list at most `n` pieces; 0 lists all")
	cmd.Flags().BoolVar(&l.News, "news", false, "list news too")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		l.Of = strings.Join(args, " ")
		list, err := p.Pieces().List(ctx, l)
		return list, func(o *output) { printList(o, list, l, p.Pieces().Editions()) }, err
	})
}

func printList(o *output, list []app.ListedPiece, l app.Listing, editions []string) {
	if len(list) == 0 {
		switch {
		case l.Of == "":
			o.printf("No pieces yet: oped once fetches the feeds.\n")
		case slices.Contains(editions, l.Of):
			o.printf("No pieces yet in %s.\n", l.Of)
		default:
			o.wrapf("  ", "No piece matches %s; %s", l.Of,
				text.DidYouMean(l.Of, editions, "the editions are "+strings.Join(editions, ", ")))
		}
		return
	}
	t := newTable("PIECE", "DAY", "HEADLINE")
	t.lines = 2
	for _, x := range list {
		below := x.Papers[0]
		if n := len(x.Papers) - 1; n > 0 {
			below += " and " + text.Count(n, "other")
		}
		if len(x.Authors) > 0 {
			below += ": " + strings.Join(x.Authors, ", ")
		}
		t.row(x.Piece, x.Date, cell{text: x.Title, style: bold, below: below})
	}
	o.table(t)
	if len(list) == l.Limit {
		o.printf("the newest %s; --limit 0 lists all\n", text.Count(len(list), "piece"))
	}
}
