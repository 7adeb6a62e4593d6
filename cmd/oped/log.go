package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/topic"
)

func logCommand(a *cli) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use: "log", Args: requireArgs(),
		Short: "List the decisions: curator, time, action and reason",
		Long: "List the decisions, the latest first, with their number, time, curator, action\n" +
			"and reason. For decisions on rules, the changed lines follow.",
		Example: "  oped topic log --limit 5",
	}
	a.jsonFlag(cmd, "print JSON, with the rules before and after")
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most `n` decisions; 0 lists all")
	return a.reads(cmd, func(ctx context.Context, p *app.App, _ []string) (any, func(*output), error) {
		all, err := p.Decisions(ctx, limit)
		return all, func(o *output) { printLog(o, all) }, err
	})
}

func printLog(o *output, all []oped.Decision) {
	for _, d := range all {
		o.wrapf("      ", "%s", o.logLine(d))
		for _, r := range d.Rules {
			for _, change := range topic.Compare(r.Before, r.After) {
				if r.Before == "" || r.After == "" {
					break // the whole rule was added or removed
				}
				o.wrapf("          ", "        %s", change)
			}
		}
	}
}

// logLine returns a decision as a line of the log.
func (o *output) logLine(d oped.Decision) string {
	line := fmt.Sprintf("%4d  %s  %s", d.ID, o.clock(d.At), o.decision(d))
	if d.UndoneBy != 0 {
		line += fmt.Sprintf("; undone by %d", d.UndoneBy)
	}
	return line
}

// decision describes a decision, in the zone of the site.
func (o *output) decision(d oped.Decision) string {
	d.Until = d.Until.In(o.zone)
	return app.Describe(d)
}
