package main

import (
	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
)

func pieceCommand(a *cli) *cobra.Command {
	cmd := parent(&cobra.Command{Use: "piece", Short: "Decide on single pieces, for the record, and see how they were revised", Args: cobra.ArbitraryArgs})
	for _, c := range []struct {
		action      oped.Action
		short, long string
	}{
		{oped.TagIt, "Put a piece on a topic, whatever the rule says", "Put a piece on a topic, for good: a curator's decision beats the rule and survives every change of it. REF is the address\nof one of its entries, its AtomID, or its number. oped undo takes the last decision back."},
		{oped.Untag, "Take a piece off a topic, whatever the rule says", "Take a piece off a topic, for good: a curator's decision beats the rule and survives every change of it. REF is the address\nof one of its entries, its AtomID, or its number. oped undo takes the last decision back."},
	} {
		sub := &cobra.Command{Use: string(c.action) + " REF TOPIC", Short: c.short, Long: c.long, Args: requireArgs("REF", "TOPIC")}
		h := addDecisionFlags(a, sub)
		sub.RunE = func(cmd *cobra.Command, args []string) error {
			return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *app.App) error {
				d, err := h.decision(a, c.action)
				if err != nil {
					return err
				}
				done, err := p.Pieces(cfg).Judge(cmd.Context(), d, args[0], args[1])
				return printDecided(a, done, err)
			})
		}
		cmd.AddCommand(sub)
	}
	cmd.AddCommand(withdrawCommand(a))
	cmd.AddCommand(mergeCommand(a), splitCommand(a), showCommand(a), versionsCommand(a))
	return cmd
}
