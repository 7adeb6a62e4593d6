package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/fit"
	"oped/text"
)

func topicListCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the topics, with their pieces and their quality",
		Long: "List the topics: fitted or written, with an active rule or a draft that differs\n" +
			"(new: it becomes active at the next run), and the numbers of pieces on them and\n" +
			"for review. Below are precision and recall for unseen papers, with the 95 %\n" +
			"interval. A topic for review only tags nothing by itself; an outdated one has\n" +
			"weights of another release, and judges no new piece.",
		Example: "  oped topic list",
		Args:    requireArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			topics, err := app.ListTopics(cmd.Context(), cfg, a.options())
			if err != nil {
				return err
			}
			return a.print(map[string]any{"topics": topics}, func(o *output) { printTopics(o, topics) })
		},
	}
	a.jsonFlag(cmd, "print JSON")
	return cmd
}

func printTopics(o *output, topics []app.ListedTopic) {
	table := newTable("TOPIC", "KIND", "RULE", "TAGGED", "IN REVIEW", "TITLE")
	for i := range topics {
		t := &topics[i]
		table.row(t.Topic, t.Kind, t.Rule, t.Tagged, t.Review, t.Title)
		table.note(details(t)...)
	}
	o.table(table)
}

// details describes the quality of a topic, a line each.
func details(t *app.ListedTopic) (lines []string) {
	if t.Kind == "fitted" && t.Weights == nil {
		lines = append(lines, "no weights yet: it judges nothing until oped topic fit "+t.Topic)
	}
	lines = append(lines, quality("", t.Weights)...)
	lines = append(lines, quality("draft: ", t.Draft)...)
	if e := t.Eval; e != nil {
		lines = append(lines, fmt.Sprintf("%s on %s of %s, %s", shares(e.Precision, e.Recall),
			text.Count(e.Pieces, "piece"), e.File, e.Day))
	}
	return lines
}

func quality(of string, q *app.TopicQuality) (lines []string) {
	if q == nil {
		return nil
	}
	switch {
	case q.Precision != nil:
		lines = append(lines, of+shares(*q.Precision, *q.Recall)+" for unseen papers")
	case !q.Fitted.IsZero() && q.Papers == 0:
		lines = append(lines, of+"no figures yet: no labelled pieces")
	case q.Text != "":
		lines = append(lines, of+q.Text+" for unseen papers")
	default:
		lines = append(lines, of+"the file of weights has no figures")
	}
	if !q.Fitted.IsZero() {
		lines = append(lines, fmt.Sprintf("%sfitted %s to %s of %s, %d on the topic", of,
			q.Fitted.Format(time.DateOnly), text.Count(q.Pieces, "piece"), text.Count(q.Papers, "paper"), q.On))
	}
	if q.Stale {
		lines = append(lines, of+"its lists or its rule have changed since: fit it again")
	}
	if q.Forced != "" {
		lines = append(lines, of+"written in spite of its figures: "+q.Forced)
	}
	return lines
}

func shares(precision, recall fit.Estimate) string {
	return fmt.Sprintf("precision %.3f (%.3f–%.3f), recall %.3f (%.3f–%.3f)", precision.Value, precision.Low,
		precision.High, recall.Value, recall.Low, recall.High)
}
