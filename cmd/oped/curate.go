package main

import (
	"github.com/spf13/cobra"

	"oped"
	"oped/app"
)

// choiceHelp explains the arguments of decisions on a piece in curated editions.
const choiceHelp = "\nWithout EDITION, the decision is on all curated editions with the piece, for\n" +
	"review or published." + refHelp

// curates completes a command that decides on a piece in some editions. x has the details.
func curates(a *cli, cmd *cobra.Command, x *app.Curation) *cobra.Command {
	x.Action = oped.Action(cmd.Name())
	cmd.Use += " REF [EDITION]..."
	cmd.Args = requireMore("REF", 1)
	return decides(a, cmd, app.CuratePiece, func(r app.Reason, args []string) app.Curation {
		x.Reason, x.Ref, x.Editions = r, args[0], args[1:]
		return *x
	})
}

func approveCommand(a *cli) *cobra.Command {
	return curates(a, &cobra.Command{
		Use:   "approve",
		Short: "Publish a piece in curated editions",
		Long: "Publish a piece in curated editions, whatever their filters say, now and after\n" +
			"any change of them, until a later decision or oped undo." + choiceHelp,
		Example: "  oped piece approve 42 picks",
	}, &app.Curation{})
}

func rejectCommand(a *cli) *cobra.Command {
	x := &app.Curation{}
	cmd := curates(a, &cobra.Command{
		Use:   "reject",
		Short: "Keep a piece out of curated editions",
		Long: "Keep a piece out of curated editions, and remove it from their queue, until a\n" +
			"later decision or oped undo. A feed that had it gets a tombstone (RFC 6721), so\n" +
			"that readers remove it. The reasons are off-topic, duplicate, not-opinion, poor\n" +
			"and other; --why adds words of your own." + choiceHelp,
		Example: "  oped piece reject 42 picks --reason poor --why \"no argument\"",
	}, x)
	cmd.Flags().StringVar((*string)(&x.Listed), "reason", string(oped.OtherReason),
		"store this `reason`, one of the list")
	return cmd
}

func noteCommand(a *cli) *cobra.Command {
	x := &app.Curation{}
	cmd := curates(a, &cobra.Command{
		Use:   "note",
		Short: "Put a curator's note before a piece in editions",
		Long: "Put a curator's note before the excerpt of a piece, in its feeds and pages: one\n" +
			"paragraph of plain text, marked as a note of ours. Another note replaces it, and\n" +
			"--text \"\" removes it. EDITION may be any edition." + choiceHelp,
		Example: "  oped piece note 42 picks --text \"Written before the talks failed.\"",
	}, x)
	cmd.Flags().StringVar(&x.Note, "text", "", "the `note`")
	if err := cmd.MarkFlagRequired("text"); err != nil {
		panic(err) // the flag was just defined
	}
	return cmd
}

func holdCommand(a *cli) *cobra.Command {
	x := &app.Curation{}
	cmd := curates(a, &cobra.Command{
		Use:   "hold",
		Short: "Publish a piece in curated editions at a later time",
		Long: "Approve a piece in curated editions from a time on: the daemon publishes it\n" +
			"within a minute after, and oped once when it runs next. TIME is an hour and\n" +
			"minute in the zone of publish.timezone, today or tomorrow, or a time as in RFC\n" +
			"3339. oped piece approve publishes it at once." + choiceHelp,
		Example: "  oped piece hold 42 picks --until 12:00",
	}, x)
	cmd.Flags().StringVar(&x.Until, "until", "", "the `time`")
	if err := cmd.MarkFlagRequired("until"); err != nil {
		panic(err) // the flag was just defined
	}
	return cmd
}

func pinCommand(a *cli) *cobra.Command {
	x := &app.Curation{}
	cmd := curates(a, &cobra.Command{
		Use:   "pin",
		Short: "Put a piece first in editions",
		Long: "Put a piece first on the page of editions, and in the issues of a digest: the\n" +
			"pinned pieces come before the others, by their places. Of one place, the last\n" +
			"pinned comes first, so another pin moves it. EDITION may be any edition." + choiceHelp,
		Example: "  oped piece pin 42 picks --place 2",
	}, x)
	cmd.Flags().IntVar(&x.Place, "place", 1, "put it at place `n` among the pinned pieces")
	return cmd
}

func unpinCommand(a *cli) *cobra.Command {
	return curates(a, &cobra.Command{
		Use:     "unpin",
		Short:   "Put a pinned piece back in its order by date",
		Long:    "Put a pinned piece back among the others of editions, in its order by date." + choiceHelp,
		Example: "  oped piece unpin 42 picks",
	}, &app.Curation{})
}
