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
		Short: "Take a piece out of all editions, for good",
		Long:  "Take a piece out of all editions, whatever it is on, with all its copies, also those that come in later. Its id stands as a\ntombstone (RFC 6721) in the feeds that had it, so that readers can remove it; its page says that it was withdrawn. Archives that\nwere published never change: one that has its excerpt keeps it. oped undo takes the last decision back.",
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		return a.withPipeline(ctx, func(cfg *config.Config, p *app.App) error {
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
