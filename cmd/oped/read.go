package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
)

func readCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show PIECE", Args: requireArgs("PIECE"),
		Short: "Read a piece in the terminal",
		Long: "Show a piece to read: headline, authors, paper, day, address, and the whole\n" +
			"stored text. PIECE is its number, or the address of one of its entries.",
		Example: "  oped show 42",
	}
	a.jsonFlag(cmd, "print JSON")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		x, err := p.Pieces().Read(ctx, args[0])
		return x, func(o *output) { printReading(o, x) }, err
	})
}

// lineOfText is the width of a text for reading.
const lineOfText = 80

func printReading(o *output, x *app.Reading) {
	o.width = min(o.width, lineOfText)
	o.title(x.Title)
	by := ""
	if len(x.Authors) > 0 {
		by = "By " + strings.Join(x.Authors, ", ") + ". "
	}
	o.wrapf("", "%s%s, %s", by, x.Papers[0], longDay(x.Date))
	if x.URL != "" {
		o.printf("%s\n", x.URL)
	}
	where := "in " + orNothing(x.Editions)
	if x.Withdrawn {
		where = "withdrawn from all editions"
	}
	if len(x.Topics) > 0 {
		where = "on " + strings.Join(x.Topics, ", ") + ", " + where
	}
	o.wrapf("", "piece %d, %s", x.Piece, where)
	for _, c := range x.Also {
		o.wrapf("", "also in %s, %s: %s", c.Publisher, longDay(c.Date), c.URL)
	}
	o.WriteString("\n")
	if x.Text == "" {
		o.printf("The feed has no text of this piece: oped open %d opens its address.\n", x.Piece)
		return
	}
	for line := range strings.SplitSeq(x.Text, "\n") {
		o.wrapf("", "%s", strings.TrimSpace(line))
	}
}

// longDay formats a day as "1 March 2026".
func longDay(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.Format("2 January 2006")
}

func openCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "open PIECE", Args: requireArgs("PIECE"),
		Short: "Open the address of a piece in the browser",
		Long: "Open the original address of a piece in the browser, and print it. PIECE is its\n" +
			"number, or the address of one of its entries. Without a browser, only print it.",
		Example: "  oped open 42",
	}
	a.jsonFlag(cmd, "print JSON, and open nothing")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		id, address, err := p.Pieces().Address(ctx, args[0])
		if err != nil {
			return nil, nil, err
		}
		return struct {
				Piece oped.PieceID `json:"piece"`
				URL   string       `json:"url"`
			}{id, address}, func(o *output) {
				o.printf("%s\n", address)
				if !browse(ctx, address) {
					o.printf("no browser was found\n")
				}
			}, nil
	})
}
