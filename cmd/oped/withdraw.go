package main

import (
	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
)

func withdrawCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "withdraw REF", Args: requireArgs("REF"),
		Short: "Remove a piece from all editions, for good",
		Long: "Remove a piece from all editions, with all its copies, including later ones.\n" +
			"The feeds that had it get a tombstone (RFC 6721), so that readers remove it;\n" +
			"its page says that it was withdrawn. Published archives never change,\n" +
			"so they keep its excerpt. oped undo undoes it.",
		Example: "  oped piece withdraw 42 --why \"the author asked\"",
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		return a.withApp(ctx, func(cfg *config.Config, p *app.App) error {
			d, err := h.decision(a, oped.Withdraw)
			if err != nil {
				return err
			}
			done, err := p.Pieces(cfg).Withdraw(ctx, d, args[0])
			return printDecided(a, done, err)
		})
	}
	return cmd
}
