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
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "diff [TOPIC]",
		Short: "Show the effect of drafted rules on the whole archive",
		Long: "Compare the drafts of rules in the configuration with the active rules: list\n" +
			"the pieces that would come onto each topic or leave it, with reasons, and the\n" +
			"effect on editions. Without TOPIC, compare every draft that differs. Nothing is\n" +
			"written; oped topic apply activates a draft.",
		Example: "  oped topic diff pak-us --limit 5",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return topicDiff(cmd.Context(), a, args, limit, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with every piece")
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most `n` pieces of each kind; 0 lists all")
	return cmd
}

func topicDiff(ctx context.Context, a *cli, args []string, limit int, asJSON bool) error {
	p, err := a.readOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Store.Close()
	began := a.now()
	s, all, err := p.Topics(p.Cfg).Diff(ctx, args...)
	if err != nil {
		return err
	}
	took := a.now().Sub(began)
	if asJSON {
		return a.printJSON(map[string]any{"topics": all, "seconds": took.Seconds()})
	}
	return printDiff(a, s, all, limit, took)
}

func printDiff(a *cli, s *app.RuleSet, all []app.Difference, limit int, took time.Duration) error {
	var b strings.Builder
	for i := range all {
		d := &all[i]
		r := s.Active[d.Topic]
		fmt.Fprintf(&b, "%s: the draft, compared with the rule active since %s (by %s)\n", d.Topic,
			r.Decision.At.Format(time.DateOnly), r.Decision.By)
		for _, line := range d.Rule {
			fmt.Fprintf(&b, "    %s\n", line)
		}
		b.WriteString("\n")
		writeSort(&b, "+", "would come onto the topic", d.Added, limit)
		writeSort(&b, "-", "would leave it", d.Removed, limit)
		writeSort(&b, "?", "would be for review", d.ReviewAdded, limit)
		writeSort(&b, "·", "would no longer be for review", d.ReviewRemoved, limit)
		writeSummary(&b, d)
	}
	if len(all) == 0 {
		b.WriteString("no draft differs from the active rules\n")
	} else {
		apply := "oped topic apply " + all[0].Topic + " activates it"
		if len(all) > 1 {
			apply = "oped topic apply activates them, oped topic apply TOPIC one of them"
		}
		fmt.Fprintf(&b, "nothing was written (%v); %s\n", took.Round(time.Millisecond), apply)
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

func writeSort(b *strings.Builder, mark, what string, pieces []app.DifferingPiece, limit int) {
	if len(pieces) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s %s\n", text.Count(len(pieces), "piece"), what)
	for i, x := range pieces {
		if limit > 0 && i == limit {
			fmt.Fprintf(b, "  %s … and %d more\n", mark, len(pieces)-limit)
			break
		}
		fmt.Fprintf(b, "  %s %s  %s  %s\n", mark, x.Date, x.Publisher, x.Title)
		where := ""
		if len(x.Head) > 0 {
			where = "; at the head of " + strings.Join(x.Head, ", ")
		}
		fmt.Fprintf(b, "      %s, was %s: %s%s%s\n", outcomeWords[x.Outcome], outcomeWords[x.Was], x.Reason,
			quoted(x.Spans), where)
	}
	b.WriteString("\n")
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
		if w := fmt.Sprintf("%q", strings.Join(strings.Fields(x.Text), " ")); len(words) < 4 &&
			!slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, ", ")
}

// writeSummary summarises the effect on the topic and on subscribers.
func writeSummary(b *strings.Builder, d *app.Difference) {
	head, archive := map[string]int{}, map[string]int{}
	for _, x := range d.Added {
		for _, e := range x.Head {
			head[e]++
		}
		for _, e := range x.Archive {
			archive[e]++
		}
	}
	fmt.Fprintf(b, "  +%d -%d, for review +%d -%d; %d of %d pieces had to be judged\n", len(d.Added), len(d.Removed),
		len(d.ReviewAdded), len(d.ReviewRemoved), d.Judged, d.Pieces)
	for _, name := range sortedKeys(head, archive) {
		fmt.Fprintf(b, "  edition %s: %s new at its head, %s below it, unseen by subscribers\n", name,
			text.Count(head[name], "piece"), text.Count(archive[name], "piece"))
	}
	if d.Pinned > 0 {
		fmt.Fprintf(b, "  unchanged by decision of curators: %s\n", text.Count(d.Pinned, "piece"))
	}
	b.WriteString("\n")
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
