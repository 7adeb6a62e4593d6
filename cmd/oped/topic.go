package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
)

func topicCommand(a *cli) *cobra.Command {
	cmd := parent(&cobra.Command{
		Use:     "topic COMMAND",
		Short:   "Test, measure and activate the rules of topics",
		Long:    "Test, measure and activate the rules of topics, and review the candidates.",
		Example: "  oped topic diff pak-us",
		Args:    cobra.ArbitraryArgs,
	})
	cmd.AddCommand(topicListCommand(a), topicTestCommand(a), topicEvalCommand(a), topicTagCommand(a),
		topicFitCommand(a), diffCommand(a), applyCommand(a), undoCommand(a, true), logCommand(a), coverageCommand(a),
		queueCommand(a), suggestCommand(a))
	return cmd
}

func topicTestCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Run the tests of the topics",
		Long: "Run the tests of each topic in the configuration, and report the examples with\n" +
			"a wrong verdict. The tests of a fitted topic wait until it has weights that tag.",
		Example: "  oped topic test",
		Args:    requireArgs(),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			tests, err := app.TestTopics(cfg)
			if err != nil {
				return err
			}
			passed, waiting := map[string]int{}, map[string]int{}
			for _, t := range tests {
				passed[t.Topic], waiting[t.Topic] = t.Passed, t.Waiting
			}
			return a.print(map[string]any{"passed": passed, "waiting": waiting}, func(o *output) {
				for _, t := range tests {
					if t.Waiting > 0 {
						o.printf("%s: %s waiting for weights\n", t.Topic, text.Count(t.Waiting, "example"))
					} else {
						o.printf("%s: %s passed\n", t.Topic, text.Count(t.Passed, "example"))
					}
				}
			})
		},
	}
	a.jsonFlag(cmd, "print JSON")
	return cmd
}

func topicEvalCommand(a *cli) *cobra.Command {
	var reviews, record bool
	var misses int
	cmd := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the topics on labelled pieces",
		Long: "Measure the drafted rules on labelled pieces: JSON lines with title, text,\n" +
			"author, url, lang, topics (it is on), scored_topics (labelled for it),\n" +
			"uncertain, and text_kind (full, summary or title-only). An outcome of \"tag\"\n" +
			"counts as positive. Print precision, recall and F1 by kind of text and by\n" +
			"language, and the wrong verdicts. Of a topic for review only, count the pieces\n" +
			"for review.",
		Example: "  oped topic eval labels.jsonl --misses 10",
		Args:    requireArgs("FILE"),
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.Flags().BoolVar(&record, "record", false, "store the figures, for the pages about editions")
	cmd.Flags().BoolVar(&reviews, "reviews", false, "count the reviews until 90 % of relevant pieces are found")
	cmd.Flags().IntVar(&misses, "misses", 5, "list `n` wrong verdicts of each kind and topic")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		path := args[0]
		if record && !reviews && path == "-" {
			return oped.Invalid("--record needs a file: its name is shown with the figures",
				"write the labelled pieces to a file first")
		}
		cfg, err := a.config()
		if err != nil {
			return err
		}
		if reviews {
			return a.input(path, func(in app.Lines) error { return simulateReviews(a, cfg, in) })
		}
		var scores app.TopicScores
		err = a.input(path, func(in app.Lines) (err error) {
			scores, err = app.ScoreTopics(cfg, in)
			return err
		})
		if err == nil && record {
			var measures []oped.Evaluation
			if measures, err = scores.Evaluations(cfg, filepath.Base(path), a.now()); err == nil {
				_, err = call(cmd.Context(), a, app.RecordEvaluation, measures)
			}
		}
		if err != nil {
			return err
		}
		return a.print(map[string]any{"topics": scores}, func(o *output) { printScores(o, cfg, scores, misses) })
	}
	return cmd
}

func topicTagCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "tag",
		Short: "Tag pieces, read as JSON lines",
		Long: "Read pieces from standard input as JSON lines {id, title, summary, text,\n" +
			"author, publisher, url, lang, format: \"text\"|\"html\", implies: [lists]}, and\n" +
			"write their tags as JSON lines {id, tags: [{topic, outcome, score, threshold,\n" +
			"spans: [{zone, field, start, end, text, weight}]}]}.",
		Example: "  oped topic tag < pieces.jsonl",
		Args:    requireArgs(),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			return jsonLines(a, func(print func(app.TaggedLine) error) error {
				return a.input("-", func(in app.Lines) error { return app.TagLines(cfg, in, print) })
			})
		},
	}
}

func printScores(o *output, cfg *config.Config, scores app.TopicScores, misses int) {
	tags := func(t oped.Topic) bool { return scores[t.Name] != nil && cfg.Tagger.Tags(t.Name) }
	table := newTable("TOPIC", "TEXT", "TP", "FP", "FN", "PRECISION", "RECALL", "F1")
	for _, t := range cfg.Topics {
		if !tags(t) {
			continue
		}
		for _, r := range scores[t.Name].Rows() {
			table.row(t.Name, r.Name, r.TP, r.FP, r.FN, share(r.Precision()), share(r.Recall()), share(r.F1()))
		}
	}
	o.table(table)
	for _, t := range cfg.Topics {
		if s := scores[t.Name]; s != nil && !tags(t) {
			o.wrapf("  ", "%s", reviewed(t, s.Offered))
		}
	}
	for _, t := range cfg.Topics {
		s, wrong := scores[t.Name], ": wrongly tagged"
		switch {
		case s == nil || t.Weights == "" && !tags(t):
			continue
		case !tags(t):
			wrong = ": for review, though not on it"
		}
		printMisses(o, t.Name+wrong, s.Wrong, misses)
		printMisses(o, t.Name+": missed", s.Missed, misses)
	}
}

// reviewed describes the verdicts of a topic that tags nothing.
func reviewed(t oped.Topic, s app.Score) string {
	if t.Weights == "" {
		return t.Name + " has no weights yet: it judges nothing until oped topic fit " + t.Name
	}
	is := "are"
	if s.TP == 1 {
		is = "is"
	}
	return fmt.Sprintf("%s is for review only: of %s on it %d %s for review, and %s", t.Name,
		text.Count(s.TP+s.FN, "piece"), s.TP, is, text.Count(s.FP, "other"))
}

// share formats a share between 0 and 1.
func share(x float64) cell { return right("%.3f", x) }

func printMisses(o *output, title string, lines []string, limit int) {
	if len(lines) == 0 || limit <= 0 {
		return
	}
	o.printf("\n%s (%d)\n", title, len(lines))
	for _, line := range lines[:min(limit, len(lines))] {
		o.linef("  %s", strings.TrimSpace(line))
	}
}

func simulateReviews(a *cli, cfg *config.Config, in app.Lines) error {
	scores, err := app.SimulateReviews(cfg, in)
	if err != nil {
		return err
	}
	return a.print(map[string]any{"topics": scores}, func(o *output) {
		table := newTable("TOPIC", "PIECES", "RELEVANT", "LEARNED", "/R", "EARLY", "/R", "RULE", "RANDOM", "WORDS")
		for _, t := range cfg.Topics {
			if s, ok := scores[t.Name]; ok {
				r := float64(max(s.Relevant, 1))
				table.row(t.Name, s.Pieces, s.Relevant, s.Learned, right("%.2f", float64(s.Learned)/r), s.Early,
					right("%.2f", float64(s.Early)/r), s.Rule, right("%.0f", s.Random), s.Words)
			}
		}
		o.table(table)
	})
}
