package main

import (
	"context"
	"fmt"
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
	cmd := &cobra.Command{
		Use:   "explain REF [TOPIC|REF]",
		Short: "Explain the topics of a piece, or compare two pieces",
		Long: "Explain why a piece is on a topic or not: the rule, its version, the score and\n" +
			"every matching span. With two REFs, explain why they are one piece or not." + refHelp,
		Example: "  oped explain 42 pak-us",
		Args:    requireArgs("REF", "[TOPIC|REF]"),
	}
	a.jsonFlag(cmd, "print JSON")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		if len(args) == 2 && !slices.Contains(p.Topics().Names(), args[1]) {
			x, err := p.Pieces().Compare(ctx, args[0], args[1])
			if err != nil {
				return nil, nil, err
			}
			return struct {
				Pieces []oped.PieceID `json:"pieces"`
				dedup.Explanation
			}{[]oped.PieceID{x.One.ID, x.Other.ID}, x.Explanation}, func(o *output) { printCompared(o, x) }, nil
		}
		x, err := p.Pieces().Explain(ctx, args[0], args[1:]...)
		return x, func(o *output) { printExplained(o, x, len(args) == 2) }, err
	})
}

func printExplained(o *output, x *app.Explained, all bool) {
	o.title(x.Title)
	o.wrapf("    ", "  piece %d, %s", x.Piece, x.AtomID)
	o.wrapf("    ", "  %s, in %s", x.Kind, orNothing(x.Editions))
	for _, at := range x.Appearances {
		o.wrapf("              ", "  %s  %s  %s", at.Date, at.Publisher, at.URL)
		if at.Revised > 0 {
			o.printf("              revised %s, last on %s (%s)\n", text.Count(at.Revised, "time"), at.Last,
				newsWords(at.News))
		}
		if len(at.Limits) > 0 {
			o.wrapf("                ", "              cut: %s", at.Limits.Meaning())
		}
	}
	o.WriteByte('\n')
	var others []string
	for _, e := range x.Explanations {
		if all || e.Outcome != oped.None || e.By != oped.ByRule {
			o.lines(e.String())
		} else {
			others = append(others, e.Verdict())
		}
	}
	if len(others) > 0 {
		o.lines(strings.Join(others, "\n"))
	}
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "no edition"
	}
	return strings.Join(names, ", ")
}

// printCompared prints why two appearances are one piece, or not.
func printCompared(o *output, x *app.Comparison) {
	one, other, a1, b1, m := &x.One, &x.Other, x.A, x.B, &x.Explanation
	line := fmt.Sprintf("two pieces, %d and %d: %s; %s", one.ID, other.ID, verdictWords[m.Verdict], m.Why)
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
		effect := "overruled"
		if (m.Verdict == dedup.Same) == (one.ID == other.ID) {
			effect = "confirmed"
		}
		line += "\n" + effect + " by decision " + x.Decided
	} else if m.Verdict == dedup.Same && one.ID != other.ID {
		line += "\nthey are still two pieces: oped piece merge merges them, oped piece split keeps them apart for good"
	}
	o.lines(line)
	for _, e := range []*oped.Entry{a1, b1} {
		o.linef("  %s  %s  %s", day(e), e.Publisher, oneLine(e.Title))
	}
	if m.Guard != "" {
		o.wrapf("  ", "guard %s keeps apart %s", guardText(string(m.Guard)), m.Guard.Means())
	}
	if a1.Row != b1.Row {
		writeEvidence(o, m)
	}
}

var verdictWords = map[dedup.Verdict]string{
	dedup.Same:         "the same",
	dedup.Different:    "different",
	dedup.RerunOf:      "a rerun",
	dedup.ExcerptOf:    "an excerpt",
	dedup.CorrectionOf: "a correction",
	dedup.SeriesWith:   "in a series",
}

// guardText returns the name of a guard with its code, as "re-run (G1)".
func guardText(guard string) string { return fmt.Sprintf("%s (%s)", dedup.Guard(guard).Name(), guard) }

func day(e *oped.Entry) string { return e.Date().Format(time.DateOnly) }

// writeEvidence writes the overlap of two texts, and the overlap needed for one piece.
func writeEvidence(o *output, x *dedup.Explanation) {
	headlines := "headlines: " + strings.ReplaceAll(x.Headlines, "other", "different")
	if x.DaysApart >= 0 {
		headlines += "; published " + text.Count(x.DaysApart, "day") + " apart"
	}
	if x.Needed == 0 {
		o.wrapf("  ", "%s; the shorter text has %s of five words, too few to compare", headlines,
			text.Count(x.Shingles, "run"))
		return
	}
	o.wrapf("  ", "%s", headlines)
	o.wrapf("  ", "words: they share %.0f %% of the %d five-word phrases of the shorter text (%.0f %% needed for one "+
		"piece); it is %.0f %% as long as the other, and %.0f %% of a lead is in the other text", 100*x.Containment,
		x.Shingles, 100*x.Needed, 100*x.Ratio, 100*x.Leads)
	for i, p := range x.Passages {
		if i == 0 {
			o.WriteString("shared passages, the longest first:\n")
		}
		o.wrapf("    ", "  %d words: %s", p.Words, shortened(p.Text, 160))
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
