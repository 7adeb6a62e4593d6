package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oped"
	"oped/app"
)

// choiceCommands returns the commands that decide on a piece in some editions.
func choiceCommands(a *cli) []*cobra.Command {
	return []*cobra.Command{
		choiceCommand(a, oped.Approve, "picks", "Publish a piece in curated editions",
			"Publish a piece in curated editions, whatever their filters say, now and after\n"+
				"any change of them, until a later decision or oped undo.",
			func(*pflag.FlagSet, *app.Curation) {}),
		choiceCommand(a, oped.Reject, `picks --reason poor --why "no argument"`, "Keep a piece out of curated editions",
			"Keep a piece out of curated editions, and remove it from their queue, until a\n"+
				"later decision or oped undo. A feed that had it gets a tombstone (RFC 6721), so\n"+
				"that readers remove it. The reasons are off-topic, duplicate, not-opinion, poor\n"+
				"and other; --why adds words of your own.",
			func(f *pflag.FlagSet, x *app.Curation) {
				f.StringVar((*string)(&x.Listed), "reason", string(oped.OtherReason), "store this `reason`, one of the list")
			}),
		choiceCommand(a, oped.Hold, "picks --until 12:00", "Publish a piece in curated editions at a later time",
			"Approve a piece in curated editions from a time on: the daemon publishes it\n"+
				"within a minute after, and oped once when it runs next. TIME is an hour and\n"+
				"minute in the zone of publish.timezone, today or tomorrow, or a time as in RFC\n"+
				"3339. oped piece approve publishes it at once.",
			func(f *pflag.FlagSet, x *app.Curation) {
				f.StringVar(&x.Until, "until", "", "the `time`")
				cobra.MarkFlagRequired(f, "until")
			}),
		choiceCommand(a, oped.Pin, "picks --place 2", "Put a piece first in editions",
			"Put a piece first on the page of editions, and in the issues of a digest: the\n"+
				"pinned pieces come before the others, by their places. Of one place, the last\n"+
				"pinned comes first, so another pin moves it. EDITION may be any edition.",
			func(f *pflag.FlagSet, x *app.Curation) {
				f.IntVar(&x.Place, "place", 1, "put it at place `n` among the pinned pieces")
			}),
		choiceCommand(a, oped.Unpin, "picks", "Put a pinned piece back in its order by date",
			"Put a pinned piece back among the others of editions, in its order by date.",
			func(*pflag.FlagSet, *app.Curation) {}),
		choiceCommand(a, oped.Annotate, `picks --text "Written before the talks failed."`,
			"Put a curator's note before a piece in editions",
			"Put a curator's note before the excerpt of a piece, in its feeds and pages: one\n"+
				"paragraph of plain text, under the words Curator’s note. Another note replaces\n"+
				"it, and --text \"\" removes it. EDITION may be any edition.",
			func(f *pflag.FlagSet, x *app.Curation) {
				f.StringVar(&x.Note, "text", "", "the `note`")
				cobra.MarkFlagRequired(f, "text")
			}),
	}
}

// choiceCommand returns a command that decides on a piece in some editions. example has the arguments after the piece.
func choiceCommand(
	a *cli, action oped.Action, example, short, long string, addFlags func(*pflag.FlagSet, *app.Curation),
) *cobra.Command {
	cmd := &cobra.Command{
		Use:   string(action) + " REF [EDITION]...",
		Short: short,
		Long: long + "\nWithout EDITION, the decision is on all curated editions with the piece, for\n" +
			"review or published." + refHelp,
		Example: "  oped piece " + string(action) + " 42 " + example,
		Args:    requireMore("REF", 1),
	}
	x := &app.Curation{Action: action}
	addFlags(cmd.Flags(), x)
	return decides(a, cmd, app.CuratePiece, func(r app.Reason, args []string) app.Curation {
		x.Reason, x.Ref, x.Editions = r, args[0], args[1:]
		return *x
	})
}
