package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
	"oped/topic"
)

func topicCommand(a *cli) *cobra.Command {
	cmd := parent(&cobra.Command{
		Use:     "topic",
		Short:   "Test, measure and activate the rules of topics",
		Long:    "Test, measure and activate the rules of topics, and review the candidates.",
		Example: "  oped topic diff pak-us",
		Args:    cobra.ArbitraryArgs,
	})
	test := &cobra.Command{
		Use:   "test",
		Short: "Run the tests of the topics",
		Long: "Run the tests of each topic in the configuration, and report the examples with\n" +
			"a wrong verdict.",
		Example: "  oped topic test",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return topicTest(a) },
	}
	var asJSON, reviews, record bool
	var misses int
	eval := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the topics on labelled pieces",
		Long: "Measure the drafted rules on labelled pieces: JSON lines with title, text,\n" +
			"author, url, lang, topics (it is on), scored_topics (labelled for it),\n" +
			"uncertain, and text_kind (full, summary or title-only). An outcome of \"tag\"\n" +
			"counts as positive. Print precision, recall and F1 by kind of text and by\n" +
			"language, and the wrong verdicts.",
		Example: "  oped topic eval labels.jsonl --misses 10",
		Args:    requireArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if reviews {
				return topicReviews(a, args[0], asJSON)
			}
			if record {
				return recordEval(cmd.Context(), a, args[0], asJSON, misses)
			}
			return topicEval(a, args[0], asJSON, misses)
		},
	}
	eval.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	eval.Flags().BoolVar(&record, "record", false, "store the figures, for the pages about editions")
	eval.Flags().BoolVar(&reviews, "reviews", false, "count the reviews until 90 % of relevant pieces are found")
	eval.Flags().IntVar(&misses, "misses", 5, "list `n` wrong verdicts of each kind and topic")
	tag := &cobra.Command{
		Use:   "tag",
		Short: "Tag pieces, read as JSON lines",
		Long: "Read pieces from standard input as JSON lines {id, title, summary, text,\n" +
			"author, publisher, url, lang, format: \"text\"|\"html\", implies: [lists]}, and\n" +
			"write their tags as JSON lines {id, tags: [{topic, outcome, score, threshold,\n" +
			"spans: [{zone, field, start, end, text, weight}]}]}.",
		Example: "  oped topic tag < pieces.jsonl",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return topicTag(a) },
	}
	cmd.AddCommand(test, eval, tag, diffCommand(a), applyCommand(a), undoCommand(a, true), logCommand(a),
		coverageCommand(a), queueCommand(a), suggestCommand(a))
	return cmd
}

func topicTest(a *cli) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if err := cfg.Tagger.Test().Err(); err != nil {
		return err
	}
	for _, t := range cfg.Topics {
		if _, err := fmt.Fprintf(a.stdout, "%s: %s passed\n", t.Name, text.Count(len(t.Tests), "example")); err != nil {
			return err
		}
	}
	return nil
}

// pieceLine is a piece in the input of scorers and of `topic tag`.
type pieceLine struct {
	ID         json.RawMessage `json:"id"`
	Title      string          `json:"title"`
	Summary    string          `json:"summary"`
	Text       string          `json:"text"`
	Author     string          `json:"author"`
	Publisher  string          `json:"publisher"`
	Categories []string        `json:"categories"`
	URL        string          `json:"url"`
	Lang       string          `json:"lang"`
	Format     string          `json:"format"`
	Implies    []string        `json:"implies"`

	Topics       []string `json:"topics"`
	ScoredTopics []string `json:"scored_topics"`
	Uncertain    bool     `json:"uncertain"`
	TextKind     string   `json:"text_kind"`
}

func (p *pieceLine) doc() *topic.Doc {
	return &topic.Doc{
		Title:      p.Title,
		Summary:    p.Summary,
		Text:       p.Text,
		Author:     p.Author,
		Categories: p.Categories,
		URL:        p.URL,
		HTML:       p.Format == "html", Implies: p.Implies,
	}
}

// textKinds are the kinds of text with scores of their own.
var textKinds = []string{"full", "summary", "title-only"}

func (p *pieceLine) kind() string {
	switch n := utf8.RuneCountInString(p.Text); {
	case p.TextKind != "":
		return p.TextKind
	case n >= 600:
		return "full"
	case n > 0:
		return "summary"
	}
	return "title-only"
}

// language returns the language to count the piece under: en for en-GB, "" if unknown.
func (p *pieceLine) language() string {
	lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(p.Lang)), "-")
	return lang
}

// topicScore holds the counts of a topic by kind of text and by language, and its wrong verdicts.
type topicScore struct {
	kinds, languages map[string]*counts
	wrong, missed    []string
}

func (s *topicScore) of(kind string) *counts {
	if s.kinds[kind] == nil {
		s.kinds[kind] = &counts{}
	}
	return s.kinds[kind]
}

func (s *topicScore) add(p *pieceLine, got, want bool) {
	s.of("all").add(got, want)
	s.of(p.kind()).add(got, want)
	lang := p.language()
	if lang == "" {
		return
	}
	if s.languages[lang] == nil {
		s.languages[lang] = &counts{}
	}
	s.languages[lang].add(got, want)
}

func topicEval(a *cli, path string, asJSON bool, misses int) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	scores, err := scoresOf(a, cfg, path)
	if err != nil {
		return err
	}
	return reportScores(a, cfg, scores, asJSON, misses)
}

// scoresOf measures the drafted rules on a file.
func scoresOf(a *cli, cfg *config.Config, path string) (map[string]*topicScore, error) {
	file, err := openInput(a, path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	scores := map[string]*topicScore{}
	err = eachLine(nameOf(path), file, func(p *pieceLine) error {
		if p.Uncertain {
			return nil
		}
		for _, tag := range cfg.Tagger.Verdicts(p.doc()) {
			if !slices.Contains(p.ScoredTopics, tag.Topic) {
				continue
			}
			s := scores[tag.Topic]
			if s == nil {
				s = &topicScore{kinds: map[string]*counts{}, languages: map[string]*counts{}}
				scores[tag.Topic] = s
			}
			got, want := tag.Outcome == oped.Tagged, slices.Contains(p.Topics, tag.Topic)
			s.add(p, got, want)
			line := fmt.Sprintf("%-10s %6g of %g  %s  %.100s", p.kind(), tag.Score, tag.Threshold, p.ID, p.Title)
			switch {
			case got && !want:
				s.wrong = append(s.wrong, line)
			case want && !got:
				s.missed = append(s.missed, line)
			}
		}
		return nil
	})
	return scores, err
}

func reportScores(a *cli, cfg *config.Config, scores map[string]*topicScore, asJSON bool, misses int) error {
	if asJSON {
		return a.printJSON(map[string]any{"topics": scoresJSON(scores)})
	}
	return printScores(a, cfg.Topics, scores, misses)
}

func scoresJSON(scores map[string]*topicScore) map[string]any {
	out := map[string]any{}
	for name, s := range scores {
		kinds, languages := map[string]any{}, map[string]any{}
		for _, kind := range append([]string{"all"}, textKinds...) {
			kinds[kind] = s.of(kind).topicJSON()
		}
		for lang, c := range s.languages {
			languages[lang] = c.topicJSON()
		}
		kinds["languages"] = languages
		out[name] = kinds
	}
	return out
}

func (c *counts) topicJSON() map[string]any {
	return map[string]any{
		"tp":        c.TP,
		"fp":        c.FP,
		"fn":        c.FN,
		"precision": c.precision(),
		"recall":    c.recall(),
		"f1":        c.f1(),
	}
}

func printScores(a *cli, topics []oped.Topic, scores map[string]*topicScore, misses int) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "topic\ttext\ttp\tfp\tfn\tprecision\trecall\tF1\t")
	for _, t := range topics {
		s := scores[t.Name]
		if s == nil {
			continue
		}
		row := func(kind string, c *counts) {
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t\n", t.Name, kind, c.TP, c.FP, c.FN, c.precision(),
				c.recall(), c.f1())
		}
		for _, kind := range append([]string{"all"}, textKinds...) {
			row(kind, s.of(kind))
		}
		for _, lang := range slices.Sorted(maps.Keys(s.languages)) {
			row("lang:"+lang, s.languages[lang])
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, t := range topics {
		if s := scores[t.Name]; s != nil {
			printMisses(a, t.Name+": wrongly tagged", s.wrong, misses)
			printMisses(a, t.Name+": missed", s.missed, misses)
		}
	}
	return nil
}

func printMisses(a *cli, title string, lines []string, limit int) {
	if len(lines) == 0 || limit <= 0 {
		return
	}
	fmt.Fprintf(a.stdout, "\n%s (%d)\n", title, len(lines))
	for _, line := range lines[:min(limit, len(lines))] {
		fmt.Fprintln(a.stdout, " ", strings.TrimSpace(line))
	}
}

// tagLine is a verdict in the output of `topic tag`.
type tagLine struct {
	Topic     string         `json:"topic"`
	Outcome   oped.Outcome   `json:"outcome"`
	Score     float64        `json:"score"`
	Threshold float64        `json:"threshold"`
	Spans     []app.SpanLine `json:"spans"`
}

func topicTag(a *cli) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err = eachLine("standard input", a.stdin, func(p *pieceLine) error {
		tags := []tagLine{}
		for _, t := range cfg.Tagger.Verdicts(p.doc()) {
			line := tagLine{t.Topic, t.Outcome, t.Score, t.Threshold, []app.SpanLine{}}
			for _, x := range t.Why {
				line.Spans = append(line.Spans, app.SpanLine(x))
			}
			tags = append(tags, line)
		}
		return enc.Encode(struct {
			ID   json.RawMessage `json:"id"`
			Tags []tagLine       `json:"tags"`
		}{p.ID, tags})
	})
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return err
}
