package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
	"oped/topic"
)

// decisionFlags holds the curator and the reason of a decision.
type decisionFlags struct{ by, why string }

func addDecisionFlags(a *cli, cmd *cobra.Command) *decisionFlags {
	h := &decisionFlags{}
	cmd.Flags().StringVar(&h.by, "by", "", "`name` of the curator (default: $USER)")
	cmd.Flags().StringVar(&h.why, "why", "", "`reason`, for the record")
	return h
}

// maxWords limits a name or a reason, in bytes.
const maxWords = 1000

// decision returns a new decision with the name and reason of the flags.
func (h *decisionFlags) decision(a *cli, action oped.Action) (oped.Decision, error) {
	by := h.by
	if by == "" {
		by = a.user()
	}
	for _, text := range []struct{ flag, value string }{{"--by", by}, {"--why", h.why}} {
		if !utf8.ValidString(text.value) || strings.ContainsFunc(text.value, unicode.IsControl) ||
			len(text.value) > maxWords {
			return oped.Decision{}, oped.Invalid(
				fmt.Sprintf("%s is too long, or has line breaks or control characters", text.flag),
				fmt.Sprintf("write plain text, at most %d bytes, without line breaks", maxWords))
		}
	}
	if by = strings.TrimSpace(by); by == "" {
		return oped.Decision{}, oped.Invalid("--by is empty", "write --by with your name")
	}
	if by == oped.ByConfig || by == oped.ByRule {
		return oped.Decision{}, oped.Invalid(fmt.Sprintf("the name %s is reserved for decisions by oped itself", by),
			"write --by with your name")
	}
	return oped.Decision{At: a.now().UTC().Truncate(time.Millisecond), By: by, Why: h.why, Action: action}, nil
}

// user returns the name of the user, from $USER or $LOGNAME, else "curator".
func (a *cli) user() string {
	for _, env := range []string{"USER", "LOGNAME"} {
		if name := a.getenv(env); name != "" {
			return name
		}
	}
	return "curator"
}

func applyFlag(a *cli, cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.applyDrafts, "apply", false, "activate drafted rules first, as oped topic apply does")
}

func applyCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "apply [TOPIC]",
		Short: "Activate drafted rules, and tag the archive again",
		Long: "Activate the drafts of rules in the configuration: tag all stored pieces again\n" +
			"in one transaction, record the decision with its curator, time and reason, and\n" +
			"publish the editions. Without TOPIC, activate every draft that differs. A piece\n" +
			"older than an edition's window goes below its head, where readers do not see it\n" +
			"as new. oped topic undo undoes it.",
		Example: "  oped topic apply pak-us --why \"new treaty\"",
		Args:    cobra.MaximumNArgs(1),
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withApp(cmd.Context(), func(cfg *config.Config, p *app.App) error {
			d, err := h.decision(a, oped.Apply)
			if err != nil {
				return err
			}
			done, err := p.Topics(cfg).Apply(cmd.Context(), d, args...)
			if err == nil && done.ID == 0 {
				_, err = fmt.Fprintln(a.stdout, "no draft differs from the active rules; nothing was changed")
				return err
			}
			return printDecided(a, done, err)
		})
	}
	return cmd
}

// printDecided prints the results of a decision. A decision with a number was written, even if err is set.
func printDecided(a *cli, d app.Decided, err error) error {
	if d.ID == 0 {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "decision %d: %s\n", d.ID, app.Describe(d.Decision))
	for i := range d.Pieces {
		fmt.Fprintf(&b, "  piece %d, %s: %s\n", d.Pieces[i].ID, text.Count(len(d.Pieces[i].Entries), "appearance"),
			d.Pieces[i].Lead().Title)
	}
	if d.Rearranged && len(d.Pieces) == 0 {
		b.WriteString("  no piece has changed\n")
	}
	_, printErr := fmt.Fprint(a.stdout, b.String())
	return cmp.Or(err, printErr)
}

func undoCommand(a *cli, rules bool) *cobra.Command {
	cmd := &cobra.Command{
		Use: "undo [DECISION]", Args: cobra.MaximumNArgs(1),
		Short: "Undo the last decision, or the one with a number",
		Long: "Undo the last decision by a curator, or the one with number DECISION: activated\n" +
			"rules, a piece put on a topic, taken off it or withdrawn, pieces merged or\n" +
			"split. Tags, editions and their files become as before, to the byte, except for\n" +
			"entries fetched since. Readers see a merge, a split or a withdrawal in their\n" +
			"feeds, and its undo too. To undo an automatic merge, give its number; oped does\n" +
			"not merge these pieces again. The decision stays on record.",
		Example: "  oped undo 12 --why \"different pieces\"",
	}
	if rules {
		cmd.Short = "Undo the last oped topic apply, or the one with a number"
		cmd.Example = "  oped topic undo"
		cmd.Long = "Undo the last oped topic apply, or the one with number DECISION: activate the\n" +
			"rules before it again. Tags, editions and their files become as before, to the\n" +
			"byte, except for entries fetched since. The draft in the configuration stays as\n" +
			"it is; oped topic apply activates it again."
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withApp(cmd.Context(), func(cfg *config.Config, p *app.App) error {
			d, err := h.decision(a, oped.Undo)
			if err != nil {
				return err
			}
			number := ""
			if len(args) > 0 {
				number = args[0]
			}
			done, err := p.Decisions(cfg).Undo(cmd.Context(), d, number, rules)
			return printDecided(a, done, err)
		})
	}
	return cmd
}

func logCommand(a *cli) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use: "log", Args: cobra.NoArgs,
		Short: "List the decisions: curator, time, action and reason",
		Long: "List the decisions, the latest first, with their number, time, curator, action\n" +
			"and reason. For decisions on rules, the changed lines follow.",
		Example: "  oped topic log --limit 5",
		RunE:    func(cmd *cobra.Command, _ []string) error { return topicLog(cmd.Context(), a, limit, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with the rules before and after")
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most `n` decisions; 0 lists all")
	return cmd
}

func topicLog(ctx context.Context, a *cli, limit int, asJSON bool) error {
	_, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	all, err := st.Decisions.Latest(ctx, limit)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(all)
	}
	for _, d := range all {
		if _, err := fmt.Fprintln(a.stdout, logLine(d)); err != nil {
			return err
		}
		for _, r := range d.Rules {
			for _, change := range topic.Compare(r.Before, r.After) {
				if r.Before == "" || r.After == "" {
					break // the whole rule was added or removed
				}
				if _, err := fmt.Fprintf(a.stdout, "        %s\n", change); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// logLine returns a decision as a line of the log.
func logLine(d oped.Decision) string {
	line := fmt.Sprintf("%4d  %s  %s", d.ID, d.At.Format(time.DateTime), app.Describe(d))
	if d.UndoneBy != 0 {
		line += fmt.Sprintf("; undone by %d", d.UndoneBy)
	}
	return line
}
