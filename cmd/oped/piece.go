package main

import (
	"github.com/spf13/cobra"

	"oped"
)

func pieceCommand(a *cli) *cobra.Command {
	cmd := parent(&cobra.Command{
		Use:   "piece COMMAND",
		Short: "Decide on single pieces, and show their history",
		Long: "Decide on single pieces, and show their history. Each decision is stored with\n" +
			"its curator and reason; oped undo undoes it.",
		Example: "  oped piece show 42",
		Args:    cobra.ArbitraryArgs,
	})
	cmd.AddCommand(
		judgeCommand(a, oped.TagIt, "Put a piece on a topic, against its rule", "Put a piece on a topic."),
		judgeCommand(a, oped.Untag, "Take a piece off a topic, against its rule", "Take a piece off a topic."),
		withdrawCommand(a), mergeCommand(a), splitCommand(a), showCommand(a), versionsCommand(a))
	cmd.AddCommand(choiceCommands(a)...)
	return cmd
}
