package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
)

func showCommand(a *cli) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show REF", Args: requireArgs("REF"),
		Short: "Show everything known of a piece",
		Long: "Show a piece: its ids, topics, editions and decisions, its appearances and why\n" +
			"each joined, and its relations to other pieces. oped piece split takes the\n" +
			"numbers of its appearances." + refHelp,
		Example: "  oped piece show 42",
		RunE:    func(cmd *cobra.Command, args []string) error { return showPiece(cmd.Context(), a, args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func showPiece(ctx context.Context, a *cli, ref string, asJSON bool) error {
	p, err := a.readOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Store.Close()
	x, err := p.Pieces(p.Cfg).Show(ctx, ref)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(x)
	}
	_, err = fmt.Fprint(a.stdout, showText(x))
	return err
}

func showText(x *app.Shown) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  piece %d, %s\n", x.Title, x.Piece, x.AtomID)
	for _, alias := range x.Aliases {
		fmt.Fprintf(&b, "  piece %d, %s redirects to it\n", alias.Piece, alias.AtomID)
	}
	where := "in " + orNothing(x.Editions)
	if x.Withdrawn {
		where = "withdrawn from all editions"
	}
	fmt.Fprintf(&b, "  %s, %s\n", x.Kind, where)
	for _, t := range x.Topics {
		says := map[oped.Outcome]string{oped.Tagged: "on", oped.Review: "for review:", oped.None: "not on"}[t.Outcome]
		fmt.Fprintf(&b, "  %s %s, by %s\n", says, t.Topic, t.By)
	}
	b.WriteString("appearances\n")
	for _, at := range x.Appearances {
		lead := ""
		if at.Lead {
			lead = "  (lead entry)"
		}
		fmt.Fprintf(&b, "  #%d  %s  %s  %s%s\n", at.Number, at.Date, at.Publisher, at.Title, lead)
		if at.URL != "" {
			fmt.Fprintf(&b, "      %s\n", at.URL)
		}
		if at.Joined != "" {
			fmt.Fprintf(&b, "      joined: %s\n", at.Joined)
		}
		if len(at.Limits) > 0 {
			fmt.Fprintf(&b, "      cut: %s\n", at.Limits.Meaning())
		}
	}
	if len(x.Relations) > 0 {
		b.WriteString("other pieces\n")
	}
	for _, r := range x.Relations {
		fmt.Fprintf(&b, "  %s\n", relationText(r))
	}
	if len(x.Decisions) > 0 {
		b.WriteString("decisions\n")
	}
	for _, d := range x.Decisions {
		fmt.Fprintf(&b, "%s\n", logLine(d))
	}
	return b.String()
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
