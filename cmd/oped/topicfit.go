package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/fit"
	"oped/internal/regular"
	"oped/text"
)

func topicFitCommand(a *cli) *cobra.Command {
	var on []string
	var share float64
	var force string
	cmd := &cobra.Command{
		Use:   "fit NAME [--on FILE]",
		Short: "Fit the weights of a topic to labelled pieces and decisions",
		Long: "Fit the weights of a topic with sides: or subject: to the decisions of curators\n" +
			"(oped piece tag, untag) and to labelled pieces (JSON lines, as for oped topic\n" +
			"eval; outlet and cluster name the paper and the event), print how good they\n" +
			"are, and write them to NAME.weights beside the topic. \"by source\" is the\n" +
			"forecast for a new paper: each piece is judged by weights fitted without its\n" +
			"source. Weights with bad figures are not written. With fewer than 60 pieces on\n" +
			"the topic, even none, the weights stay near those shared by other topics, and\n" +
			"all they find goes to review.",
		Example: "  oped topic fit pak-us --on labels.jsonl --on more.jsonl",
		Args:    requireArgs("NAME"),
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.Flags().StringArrayVar(&on, "on", nil, "fit to the pieces in this `file`; repeatable")
	cmd.Flags().Float64Var(&share, "share", 0, "expect this `share` of pieces on the topic")
	cmd.Flags().StringVar(&force, "force", "", "tag in spite of few pieces or bad figures; note `why`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !(0 <= share && share < 1) {
			return oped.Invalid(fmt.Sprintf("--share %g is not between 0 and 1", share),
				"write for instance --share 0.1")
		}
		cfg, err := a.config()
		if err != nil {
			return err
		}
		var files []app.Lines
		for _, path := range on {
			f, err := regular.Open(path)
			if err != nil {
				return oped.Invalid(err.Error(), "name a file of labelled pieces")
			}
			defer f.Close()
			files = append(files, app.Lines{Name: path, Reader: f})
		}
		f, err := app.FitTopic(cmd.Context(), cfg, args[0], files, app.FitOptions{
			Options: fit.Options{Share: share},
			App:     a.options(),
			Force:   force,
		})
		if err != nil {
			return err
		}
		if err := a.print(f, func(o *output) { printFit(o, f) }); err != nil {
			return err
		}
		if f.File == "" {
			return &oped.Diagnostic{
				Message: "the weights of " + f.Topic + " were not written: " + f.Refusal,
				Hint:    "label pieces of more papers; --force WHY writes them anyway",
			}
		}
		return nil
	}
	return cmd
}

func printFit(o *output, f *app.TopicFit) {
	r := f.Report
	decided := ""
	if f.Decisions > 0 {
		decided = fmt.Sprintf("; curators decided on %d", f.Decisions)
	}
	o.wrapf("  ", "%s: fitted to %s of %s, %d on the topic%s", f.Topic, text.Count(r.Pieces, "piece"),
		text.Count(r.Papers, "paper"), r.On, decided)
	if r.ReviewOnly {
		o.wrapf("  ", "for review only, until %d pieces on the topic are labelled; figures at a probability of .5",
			fit.MinOn)
	}
	o.WriteString("\n")
	if r.Pieces > 0 {
		printFigures(o, r)
	}
	o.WriteString("the strongest parts, in log-odds:\n")
	for _, p := range r.Parts[:min(20, len(r.Parts))] {
		o.linef("  %+7.3f  %s", p.Weight, p.Name)
	}
	if f.File != "" {
		o.WriteString("\n")
		o.wrapf("  ", "written: %s (%s); oped topic diff %s shows the changes", f.File,
			text.Count(len(r.Parts), "part"), f.Topic)
	}
}

func printFigures(o *output, r *fit.Report) {
	figures := newTable("", "TP", "FP", "FN", "PRECISION", "AT LEAST", "RECALL", "F1")
	for _, row := range []struct {
		name string
		fit.Score
	}{{"by source", r.Sources}, {"by event", r.Events}, {"in sample", r.InSample}} {
		figures.row(row.name, row.TP, row.FP, row.FN, share(row.Precision()), share(row.LowPrecision()),
			share(row.Recall()), share(row.F1()))
	}
	o.table(figures)
	o.WriteString("\n")
	calibration := newTable("PROBABILITY", "PIECES", "MEAN", "ON THE TOPIC")
	for _, b := range r.Calibration {
		if b.Pieces > 0 {
			calibration.row(right("%.1f–%.1f", b.From, b.To), b.Pieces, share(b.Mean),
				share(float64(b.On)/float64(b.Pieces)))
		}
	}
	o.table(calibration)
	o.WriteString("\n")
}
