package main

import (
	"github.com/spf13/cobra"

	"oped"
)

func pieceCommand(a *cli) *cobra.Command {
	cmd := parent(&cobra.Command{
		Use:   "piece",
		Short: "Decide on single pieces, and show their history",
		Long: "Decide on single pieces, on record, and show their history. Each decision has a\n" +
			"curator and a reason, and oped undo undoes it.",
		Example: "  oped piece show 42",
		Args:    cobra.ArbitraryArgs,
	})
	cmd.AddCommand(
		judgeCommand(a, oped.TagIt, "Put a piece on a topic, whatever its rule says", "Put a piece on a topic."),
		judgeCommand(a, oped.Untag, "Take a piece off a topic, whatever its rule says", "Take a piece off a topic."),
		withdrawCommand(a), mergeCommand(a), splitCommand(a), showCommand(a), versionsCommand(a))
	return cmd
}
