package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/text"
)

func diffCommand(a *cli) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "diff [TOPIC]",
		Short: "Show the effect of drafted rules on the whole archive",
		Long: "Compare the drafts of rules in the configuration with the active rules: list\n" +
			"the pieces that would come onto each topic or leave it, with reasons, and the\n" +
			"effect on editions. Without TOPIC, compare every draft that differs. Nothing is\n" +
			"written; oped topic apply activates a draft.",
		Example: "  oped topic diff pak-us --limit 5",
		Args:    requireArgs("[TOPIC]"),
	}
	a.jsonFlag(cmd, "print JSON, with every piece")
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most `n` pieces of each kind; 0 lists all")
	return a.reads(cmd, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		began := a.now()
		all, err := p.Topics().Diff(ctx, args...)
		took := a.now().Sub(began)
		return map[string]any{"topics": all, "seconds": took.Seconds()},
			func(o *output) { printDiff(o, all, limit) }, err
	})
}

func printDiff(o *output, all []app.Difference, limit int) {
	for i := range all {
		d := &all[i]
		o.wrapf("  ", "%s: the draft, compared with the rule active since %s (by %s)", d.Topic,
			d.Since.Format(time.DateOnly), d.By)
		for _, line := range d.Rule {
			o.wrapf("      ", "    %s", line)
		}
		o.WriteString("\n")
		writeSort(o, "+", "would come onto the topic", d.Added, limit)
		writeSort(o, "-", "would leave it", d.Removed, limit)
		writeSort(o, "?", "would be for review", d.ReviewAdded, limit)
		writeSort(o, "·", "would no longer be for review", d.ReviewRemoved, limit)
		writeSummary(o, d)
	}
	if len(all) == 0 {
		o.WriteString("no draft differs from the active rules\n")
	} else {
		apply := "oped topic apply " + all[0].Topic + " activates it"
		if len(all) > 1 {
			apply = "oped topic apply activates them, oped topic apply TOPIC one of them"
		}
		o.wrapf("", "nothing was written; %s", apply)
	}
}

func writeSort(o *output, mark, what string, pieces []app.DifferingPiece, limit int) {
	if len(pieces) == 0 {
		return
	}
	o.printf("  %s %s\n", text.Count(len(pieces), "piece"), what)
	shown := pieces
	if limit > 0 {
		shown = pieces[:min(limit, len(pieces))]
	}
	t := newTable("", "PIECE", "DAY", "PAPER", "HEADLINE")
	t.indent = "  "
	for _, x := range shown {
		t.row(mark, x.Piece, x.Date, x.Publisher, x.Title)
		where := ""
		if len(x.Head) > 0 {
			where = "; at the head of " + strings.Join(x.Head, ", ")
		}
		t.note(fmt.Sprintf("%s, was %s: %s%s%s", outcomeWords[x.Outcome], outcomeWords[x.Was], x.Reason,
			quoted(x.Spans), where))
	}
	o.table(t)
	if n := len(pieces) - len(shown); n > 0 {
		o.printf("  %s … and %d more\n", mark, n)
	}
	o.WriteString("\n")
}

var outcomeWords = map[oped.Outcome]string{
	oped.Tagged: "on the topic",
	oped.Review: "for review",
	oped.None:   "not on it",
}

// quoted lists the weightiest matched words, at most four.
func quoted(spans []app.SpanLine) string {
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(a, b app.SpanLine) int { return cmp.Compare(b.Weight, a.Weight) })
	var words []string
	for _, x := range spans {
		w := fmt.Sprintf("%q", strings.Join(strings.Fields(x.Text), " "))
		if x.Text != "" && len(words) < 4 && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, ", ")
}

// writeSummary summarises the effect on the topic and on subscribers.
func writeSummary(o *output, d *app.Difference) {
	head, archive := map[string]int{}, map[string]int{}
	for _, x := range d.Added {
		for _, e := range x.Head {
			head[e]++
		}
		for _, e := range x.Archive {
			archive[e]++
		}
	}
	o.wrapf("  ", "  +%d -%d, for review +%d -%d; %d of %d pieces had to be judged", len(d.Added), len(d.Removed),
		len(d.ReviewAdded), len(d.ReviewRemoved), d.Judged, d.Pieces)
	for _, name := range sortedKeys(head, archive) {
		o.wrapf("    ", "  edition %s: %s new at its head, %s below it, unseen by subscribers", name,
			text.Count(head[name], "piece"), text.Count(archive[name], "piece"))
	}
	if d.Pinned > 0 {
		o.printf("  unchanged by decision of curators: %s\n", text.Count(d.Pinned, "piece"))
	}
	o.WriteString("\n")
}

func sortedKeys(ms ...map[string]int) (keys []string) {
	for _, m := range ms {
		for k := range m {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
