package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/text"
)

// refHelp explains REF in the help of commands on pieces and appearances.
const refHelp = "\nREF is the number of a piece, its id in a feed of oped, the address of an entry\n" +
	"or of the page of a piece, or PIECE#N for one appearance: oped piece show PIECE\n" +
	"numbers them."

// decides completes a command that records a decision: it adds --by and --why, and carries the method out.
func decides[P any](
	a *cli, cmd *cobra.Command, m app.Method[P, app.Decided], params func(app.Reason, []string) P,
) *cobra.Command {
	r := app.Reason{}
	cmd.Flags().StringVar(&r.By, "by", "", "store this `name` (default: $USER, or curator)")
	cmd.Flags().StringVar(&r.Why, "why", "", "store this `reason` with the decision")
	a.jsonFlag(cmd, "print JSON, with the number of the decision")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r.By = cmp.Or(r.By, a.user())
		done, err := call(cmd.Context(), a, m, params(r, args))
		if err != nil && done.Decision.ID == 0 {
			return err
		}
		printErr := a.print(done, func(o *output) { printDecided(o, done) })
		return cmp.Or(err, printErr)
	}
	return cmd
}

// printDecided prints the results of a decision.
func printDecided(o *output, d app.Decided) {
	if d.Decision.ID == 0 {
		o.printf("no draft differs from the active rules; nothing was changed\n")
		return
	}
	o.wrapf("  ", "decision %d: %s", d.Decision.ID, o.decision(d.Decision))
	if d.Undone != nil {
		o.wrapf("    ", "  undone: %s", o.decision(*d.Undone))
	}
	for _, p := range d.Pieces {
		o.linef("  piece %d, %s: %s", p.ID, text.Count(p.Appearances, "appearance"), oneLine(p.Title))
	}
	if d.Rearranged && len(d.Pieces) == 0 {
		o.printf("  no piece has changed\n")
	}
}

func mergeCommand(a *cli) *cobra.Command {
	var force bool
	cmd := decides(a, &cobra.Command{
		Use: "merge REF REF...", Args: requireMore("REF", 2),
		Short: "Merge several pieces into one",
		Long: "Merge several pieces into one. The piece published first keeps its id; the ids\n" +
			"of the others redirect to it. oped undo undoes it. Pieces without anything in\n" +
			"common, such as an author or a word of the headline, need --force. If the REFs\n" +
			"are appearances of one piece, nothing moves: the decision records that they are\n" +
			"one." + refHelp,
		Example: "  oped piece merge 42 57",
	}, app.MergePieces, func(r app.Reason, refs []string) app.Selection {
		return app.Selection{Reason: r, Refs: refs, Force: force}
	})
	cmd.Flags().BoolVar(&force, "force", false, "merge pieces even if they have nothing in common")
	return cmd
}

func splitCommand(a *cli) *cobra.Command {
	return decides(a, &cobra.Command{
		Use: "split REF...", Args: requireMore("REF", 1),
		Short: "Split appearances off a piece, or keep pieces apart",
		Long: "Split appearances off their piece. Together they become one new piece, and oped\n" +
			"never joins it to the old one again. If each REF names a different piece,\n" +
			"nothing moves: the decision records that these pieces are different. oped undo\n" +
			"undoes it." + refHelp,
		Example: "  oped piece split 42#2",
	}, app.SplitPieces, selection)
}

func withdrawCommand(a *cli) *cobra.Command {
	return decides(a, &cobra.Command{
		Use: "withdraw REF", Args: requireArgs("REF"),
		Short: "Remove a piece from all editions",
		Long: "Remove a piece from all editions, with all its copies, including later ones.\n" +
			"The feeds that had it get a tombstone (RFC 6721), so that readers remove it;\n" +
			"its page says that it was withdrawn. Published archives never change: one with\n" +
			"its excerpt keeps it. oped undo undoes it." + refHelp,
		Example: "  oped piece withdraw 42 --why \"the author asked\"",
	}, app.WithdrawPiece, selection)
}

func selection(r app.Reason, refs []string) app.Selection {
	return app.Selection{Reason: r, Refs: refs}
}

// judgeCommand is `piece tag` or `piece untag`.
func judgeCommand(a *cli, action oped.Action, short, does string) *cobra.Command {
	return decides(a, &cobra.Command{
		Use:   string(action) + " REF TOPIC",
		Short: short,
		Long: does + " The decision overrules the rule, now and after any\n" +
			"change of it, until oped undo." + refHelp,
		Example: "  oped piece " + string(action) + " 42 pak-us",
		Args:    requireArgs("REF", "TOPIC"),
	}, app.TagPiece, func(r app.Reason, args []string) app.Judgement {
		return app.Judgement{Reason: r, Action: action, Ref: args[0], Topic: args[1]}
	})
}

func applyCommand(a *cli) *cobra.Command {
	return decides(a, &cobra.Command{
		Use:   "apply [TOPIC]",
		Short: "Activate drafted rules, and tag the archive again",
		Long: "Activate the drafts of rules in the configuration: tag all stored pieces again\n" +
			"in one transaction, record the decision with its curator, time and reason, and\n" +
			"publish the editions. Without TOPIC, activate every draft that differs. A piece\n" +
			"older than an edition's window goes below its head, where readers do not see it\n" +
			"as new. oped topic undo undoes it.",
		Example: "  oped topic apply pak-us --why \"new treaty\"",
		Args:    requireArgs("[TOPIC]"),
	}, app.ApplyDrafts, func(r app.Reason, args []string) app.Application {
		return app.Application{Reason: r, Topics: args}
	})
}

// undoCommand is `undo`, or `topic undo`, which undoes only decisions on rules.
func undoCommand(a *cli, rules bool) *cobra.Command {
	cmd := &cobra.Command{
		Use: "undo [DECISION]", Args: requireArgs("[DECISION]"),
		Short: "Undo the last decision, or the one with a number",
		Long: "Undo the last decision by a curator, or the one with number DECISION: activated\n" +
			"rules, a piece put on a topic, taken off it or withdrawn, pieces merged or\n" +
			"split, and decisions on a piece in editions. Tags, editions and their files\n" +
			"become as before, to the byte, except for entries fetched since. Readers see a\n" +
			"merge, a split or a withdrawal in their feeds, and its undo too. To undo an\n" +
			"automatic merge, give its number; oped does not merge these pieces again. The\n" +
			"decision stays on record.",
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
	return decides(a, cmd, app.UndoDecision, func(r app.Reason, args []string) app.Reversal {
		x := app.Reversal{Reason: r, Rules: rules}
		if len(args) > 0 {
			x.Number = args[0]
		}
		return x
	})
}
