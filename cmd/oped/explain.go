package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/dedup"
	"oped/text"
)

func explainCommand(a *cli) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain REF [TOPIC|REF]",
		Short: "Explain the topics of a piece, or compare two pieces",
		Long: "Explain why a piece is on a topic or not: the rule, its version, the score and\n" +
			"every matching span. REF is the address of one of its entries, its AtomID, or\n" +
			"its number. With two REFs, explain why they are one piece or not.",
		Example: "  oped explain 42 pak-us",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return explainPiece(cmd.Context(), a, args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func explainPiece(ctx context.Context, a *cli, args []string, asJSON bool) error {
	p, err := a.readOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Store.Close()
	v := p.Pieces(p.Cfg)
	if len(args) == 2 && !slices.Contains(app.TopicNames(p.Cfg), args[1]) {
		x, err := v.Compare(ctx, args[0], args[1])
		if err != nil {
			return err
		}
		return printCompared(a, x, asJSON)
	}
	out, err := v.Explain(ctx, args[0], args[1:]...)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(out)
	}
	return printExplained(a, out, len(args) == 2)
}

func printExplained(a *cli, x *app.Explained, all bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", x.Title)
	fmt.Fprintf(&b, "  piece %d, %s\n  %s, in %s\n", x.Piece, x.AtomID, x.Kind, orNothing(x.Editions))
	for _, at := range x.Appearances {
		fmt.Fprintf(&b, "  %s  %s  %s\n", at.Date, at.Publisher, at.URL)
		if at.Revised > 0 {
			fmt.Fprintf(&b, "              revised %s, last on %s (%s)\n", text.Count(at.Revised, "time"), at.Last,
				newsWords(at.News))
		}
		if len(at.Limits) > 0 {
			fmt.Fprintf(&b, "              cut: %s\n", at.Limits.Meaning())
		}
	}
	b.WriteByte('\n')
	var others []string
	for _, e := range x.Explanations {
		if all || e.Outcome != oped.None || e.By != oped.ByRule {
			b.WriteString(e.String() + "\n")
		} else {
			others = append(others, fmt.Sprintf("%s: not on the topic (%s)", e.Topic, e.Reason))
		}
	}
	if len(others) > 0 {
		b.WriteString(strings.Join(others, "\n") + "\n")
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "no edition"
	}
	return strings.Join(names, ", ")
}

// printCompared prints why two appearances are one piece, or not.
func printCompared(a *cli, x *app.Comparison, asJSON bool) error {
	one, other, a1, b1, m := &x.One, &x.Other, x.A, x.B, &x.Explanation
	if asJSON {
		return a.printJSON(struct {
			Pieces []oped.PieceID `json:"pieces"`
			dedup.Explanation
		}{[]oped.PieceID{one.ID, other.ID}, *m})
	}
	line := fmt.Sprintf("two pieces, %d and %d: %s; %s", one.ID, other.ID, m.Verdict, m.Why)
	switch {
	case one.ID == other.ID && a1.Row == b1.Row:
		line = fmt.Sprintf("one piece, %d, and the same appearance of it", one.ID)
	case one.ID == other.ID:
		line = fmt.Sprintf("one piece, %d, with %s: %s", one.ID, text.Count(len(one.Entries), "appearance"), m.Why)
	}
	if m.Guard != "" {
		line += fmt.Sprintf(" (guard %s, %s)", m.Guard.Name(), m.Guard)
	}
	if x.Decided != "" && a1.Row != b1.Row {
		line += "\noverruled by decision " + x.Decided
	} else if m.Verdict == dedup.Same && one.ID != other.ID {
		line += "\nthey are still two pieces: oped piece merge merges them, oped piece split keeps them apart for good"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s  %s  %s\n  %s  %s  %s\n", line, day(a1), a1.Publisher, a1.Title, day(b1), b1.Publisher,
		b1.Title)
	if m.Guard != "" {
		fmt.Fprintf(&b, "guard %s keeps apart %s\n", guardText(string(m.Guard)), m.Guard.Means())
	}
	if a1.Row != b1.Row {
		writeEvidence(&b, m)
	}
	_, err := io.WriteString(a.stdout, b.String())
	return err
}

// guardText returns the name of a guard with its code, as "re-run (G1)".
func guardText(guard string) string { return fmt.Sprintf("%s (%s)", dedup.Guard(guard).Name(), guard) }

func day(e *oped.Entry) string { return e.Date().Format(time.DateOnly) }

// writeEvidence writes the overlap of two texts, and the overlap needed for one piece.
func writeEvidence(b *strings.Builder, x *dedup.Explanation) {
	fmt.Fprintf(b, "headlines: %s", x.Headlines)
	if x.DaysApart >= 0 {
		fmt.Fprintf(b, "; published %s apart", text.Count(x.DaysApart, "day"))
	}
	if x.Needed == 0 {
		fmt.Fprintf(b, "; the shorter text has %s of five words, too few to compare\n", text.Count(x.Shingles, "run"))
		return
	}
	fmt.Fprintf(
		b, "\nwords: %.0f %% of the shorter text (%s of five words) is in the other; %.0f %% needed for one piece\n",
		100*x.Containment, text.Count(x.Shingles, "run"), 100*x.Needed)
	fmt.Fprintf(b, "       the shorter text is %.0f %% as long as the other; %.0f %% of a lead is in the other text\n",
		100*x.Ratio, 100*x.Leads)
	for i, p := range x.Passages {
		if i == 0 {
			b.WriteString("shared passages, the longest first:\n")
		}
		fmt.Fprintf(b, "  %d words: %s\n", p.Words, shortened(p.Text, 160))
	}
}

// shortened returns a text in one line, without its middle if it is long.
func shortened(s string, limit int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= limit {
		return string(r)
	}
	return string(r[:limit/2]) + " … " + string(r[len(r)-limit/2:])
}
