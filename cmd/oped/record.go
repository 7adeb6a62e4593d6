package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"oped"
	"oped/app"
	"oped/config"
)

// recordEval measures the topics on a file, stores the figures, and publishes the pages about editions. If a
// daemon holds the database, the daemon runs it.
func recordEval(ctx context.Context, a *cli, path string, asJSON bool, misses int) error {
	if path == "-" {
		return oped.Invalid("--record needs a file: its name is shown with the figures",
			"write the labelled pieces to a file first")
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if i := slices.Index(a.args, path); i >= 0 {
		a.args = slices.Clone(a.args)
		a.args[i] = full // the daemon has another working directory
	}
	return a.withApp(ctx, func(cfg *config.Config, p *app.App) error {
		scores, err := scoresOf(a, cfg, full)
		if err != nil {
			return err
		}
		var measures []oped.Evaluation
		for _, t := range cfg.Topics {
			s := scores[t.Name]
			if s == nil {
				continue
			}
			m := oped.Evaluation{
				Topic:   t.Name,
				Version: cfg.Tagger.Version(t.Name),
				File:    filepath.Base(full),
				At:      a.now(),
				Records: s.of("all").all(),
			}
			for _, kind := range append([]string{"all"}, textKinds...) {
				c := s.of(kind)
				m.Kinds = append(m.Kinds, oped.KindEvaluation{Kind: kind, Found: c.TP, Wrong: c.FP, Missed: c.FN})
			}
			measures = append(measures, m)
		}
		if len(measures) == 0 {
			return oped.Invalid(fmt.Sprintf("%s has labels for none of the topics", path),
				"name the labelled topics of each piece in scored_topics")
		}
		if err := p.Store.Topics.PutEvaluations(ctx, measures); err != nil {
			return err
		}
		if err := p.Publish(p.Committed(ctx)); err != nil {
			return err
		}
		return reportScores(a, cfg, scores, asJSON, misses)
	})
}
