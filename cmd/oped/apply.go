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

// decisionFlags is who decides by hand, and why.
type decisionFlags struct{ by, why string }

func addDecisionFlags(a *cli, cmd *cobra.Command) *decisionFlags {
	h := &decisionFlags{}
	cmd.Flags().StringVar(&h.by, "by", "", "who decides (default: $USER)")
	cmd.Flags().StringVar(&h.why, "why", "", "why, for the record")
	return h
}

// maxWords is how long a name or a reason may be, in bytes.
const maxWords = 1000

// decision begins a decision of this hand.
func (h *decisionFlags) decision(a *cli, action oped.Action) (oped.Decision, error) {
	by := h.by
	if by == "" {
		by = a.user()
	}
	for _, text := range []struct{ flag, value string }{{"--by", by}, {"--why", h.why}} {
		if !utf8.ValidString(text.value) || strings.ContainsFunc(text.value, unicode.IsControl) || len(text.value) > maxWords {
			return oped.Decision{}, oped.Invalid(fmt.Sprintf("%s holds what cannot stand on one line of a log", text.flag), fmt.Sprintf("write plain words, %d bytes at most, without line ends", maxWords))
		}
	}
	if by = strings.TrimSpace(by); by == "" {
		return oped.Decision{}, oped.Invalid("--by names nobody", "write --by with your name")
	}
	if by == oped.ByConfig || by == oped.ByRule {
		return oped.Decision{}, oped.Invalid(fmt.Sprintf("nobody is called %s: decisions of that name are not given by hand", by), "write --by with your name")
	}
	return oped.Decision{At: a.now().UTC().Truncate(time.Millisecond), By: by, Why: h.why, Action: action}, nil
}

// user is who sits at the keyboard, as far as the system knows.
func (a *cli) user() string {
	for _, env := range []string{"USER", "LOGNAME"} {
		if name := a.getenv(env); name != "" {
			return name
		}
	}
	return "curator"
}

func applyFlag(a *cli, cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.applyDrafts, "apply", false, "put drafted rules in force first, as oped topic apply does")
}

func applyCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "apply [TOPIC]",
		Short: "Put a drafted rule in force: retag the archive in one step, recorded, to be undone",
		Long:  "Put the rules that are drafted in the configuration in force: the archive is tagged again in one transaction, the\ndecision is recorded with who, when and why, and the editions are published. Without TOPIC: every topic whose draft\ndiffers. Pieces older than an edition's window enter its archive, not its head. oped topic undo takes it back.",
		Args:  cobra.MaximumNArgs(1),
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *app.App) error {
			d, err := h.decision(a, oped.Apply)
			if err != nil {
				return err
			}
			done, err := p.Topics(cfg).Apply(cmd.Context(), d, args...)
			if err == nil && done.ID == 0 {
				_, err = fmt.Fprintln(a.stdout, "no draft differs from the rules in force; nothing was changed")
				return err
			}
			return printDecided(a, done, err)
		})
	}
	return cmd
}

// printDecided says what a decision did. It was written if it has a number, whatever went wrong afterwards.
func printDecided(a *cli, d app.Decided, err error) error {
	if d.ID == 0 {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "decision %d: %s\n", d.ID, app.Describe(d.Decision))
	for i := range d.Pieces {
		fmt.Fprintf(&b, "  piece %d, %s: %s\n", d.Pieces[i].ID, text.Count(len(d.Pieces[i].Entries), "appearance"), d.Pieces[i].Lead().Title)
	}
	if d.Rearranged && len(d.Pieces) == 0 {
		b.WriteString("  no piece has changed\n")
	}
	_, untold := fmt.Fprint(a.stdout, b.String())
	return cmp.Or(err, untold)
}

func undoCommand(a *cli, rules bool) *cobra.Command {
	cmd := &cobra.Command{
		Use: "undo [DECISION]", Args: cobra.MaximumNArgs(1),
		Short: "Take back the last decision, or the one of this number",
		Long:  "Take back the last decision that somebody gave by hand and that was not taken back yet: a rule put in force, a piece\nput on a topic or taken off it or withdrawn, pieces merged or parted. Tags, editions and their files are as before, to the byte, but for\nwhat came in since; pieces merged, parted or withdrawn are news in editions, and so is taking that back. A merge that oped made by\nitself is taken back by its number, and does not happen again. The decision stays on record.",
	}
	if rules {
		cmd.Short = "Take back the last rule that was put in force"
		cmd.Long = "Take back the last oped topic apply that was not taken back yet: the rules before it are in force again, and tags,\neditions and their files are as before, to the byte, but for what came in since. The draft in the configuration stays\nas it is; oped topic apply puts it in force again."
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *app.App) error {
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
		Use: "log", Args: cobra.NoArgs, Short: "List the decisions: who put which rule in force, judged, merged or parted which piece, when and why",
		RunE: func(cmd *cobra.Command, _ []string) error { return topicLog(cmd.Context(), a, limit, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with the rules before and after")
	cmd.Flags().IntVar(&limit, "limit", 20, "list so many; 0 lists all")
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
					break // the whole rule is new, or gone
				}
				if _, err := fmt.Fprintf(a.stdout, "        %s\n", change); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// logLine is a decision in a line of the log.
func logLine(d oped.Decision) string {
	line := fmt.Sprintf("%4d  %s  %s", d.ID, d.At.Format(time.DateTime), app.Describe(d))
	if d.UndoneBy != 0 {
		line += fmt.Sprintf("; taken back by %d", d.UndoneBy)
	}
	return line
}
