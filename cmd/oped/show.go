package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
)

func showCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show REF", Args: requireArgs("REF"),
		Short: "Show everything known of a piece",
		Long: "Show a piece: its ids, topics, editions and decisions, its appearances and why\n" +
			"each joined, and its relations to other pieces. oped piece split takes the\n" +
			"numbers of its appearances." + refHelp,
		Example: "  oped piece show 42",
	}
	a.jsonFlag(cmd, "print JSON")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		x, err := p.Pieces().Show(ctx, args[0])
		return x, func(o *output) { printShown(o, x) }, err
	})
}

func printShown(o *output, x *app.Shown) {
	o.title(x.Title)
	o.wrapf("    ", "  piece %d, %s", x.Piece, x.AtomID)
	for _, alias := range x.Aliases {
		o.wrapf("    ", "  piece %d, %s redirects to it", alias.Piece, alias.AtomID)
	}
	where := "in " + orNothing(x.Editions)
	if x.Withdrawn {
		where = "withdrawn from all editions"
	}
	o.wrapf("    ", "  %s, %s", x.Kind, where)
	for _, t := range x.Topics {
		says := map[oped.Outcome]string{oped.Tagged: "on", oped.Review: "for review:", oped.None: "not on"}[t.Outcome]
		o.printf("  %s %s, by %s\n", says, t.Topic, t.By)
	}
	o.WriteString("appearances\n")
	for _, at := range x.Appearances {
		lead := ""
		if at.Lead {
			lead = "  (lead entry)"
		}
		o.wrapf("      ", "  #%d  %s  %s  %s%s", at.Number, at.Date, at.Publisher, oneLine(at.Title), lead)
		if at.URL != "" {
			o.printf("      %s\n", at.URL)
		}
		if at.Joined != "" {
			o.wrapf("        ", "      joined: %s", at.Joined)
		}
		if len(at.Limits) > 0 {
			o.wrapf("        ", "      cut: %s", at.Limits.Meaning())
		}
	}
	if len(x.Relations) > 0 {
		o.WriteString("other pieces\n")
	}
	for _, r := range x.Relations {
		o.wrapf("    ", "  %s", relationText(r))
	}
	if len(x.Decisions) > 0 {
		o.WriteString("decisions\n")
	}
	for _, d := range x.Decisions {
		o.wrapf("      ", "%s", o.logLine(d))
	}
}

// relationText describes a relation, seen from the shown piece.
func relationText(r app.ShownRelation) string {
	line := fmt.Sprintf("it is %s piece %d", relationWords[r.Kind], r.Piece)
	if r.Later {
		line = fmt.Sprintf("piece %d is %s it", r.Piece, relationWords[r.Kind])
	}
	line += fmt.Sprintf(", %s (%s)", r.Title, r.Why)
	if r.Guard != "" {
		line += ", kept apart by guard " + guardText(r.Guard)
	}
	return line
}

var relationWords = map[oped.RelationKind]string{
	oped.RerunOf:      "a rerun of",
	oped.ExcerptOf:    "an excerpt of",
	oped.CorrectionOf: "a correction of",
	oped.SeriesWith:   "in a series with",
	oped.Like:         "like",
}
