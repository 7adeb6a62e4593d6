package main

import (
	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
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
	for _, c := range []struct {
		action      oped.Action
		short, long string
	}{
		{
			oped.TagIt, "Put a piece on a topic, whatever its rule says",
			"Put a piece on a topic. The decision overrules the rule, now and after any\n" +
				"change of it, until oped undo. REF is the address of one of its entries, its\n" +
				"AtomID, or its number.",
		},
		{
			oped.Untag, "Take a piece off a topic, whatever its rule says",
			"Take a piece off a topic. The decision overrules the rule, now and after any\n" +
				"change of it, until oped undo. REF is the address of one of its entries, its\n" +
				"AtomID, or its number.",
		},
	} {
		sub := &cobra.Command{
			Use:     string(c.action) + " REF TOPIC",
			Short:   c.short,
			Long:    c.long,
			Example: "  oped piece " + string(c.action) + " 42 pak-us",
			Args:    requireArgs("REF", "TOPIC"),
		}
		h := addDecisionFlags(a, sub)
		sub.RunE = func(cmd *cobra.Command, args []string) error {
			return a.withApp(cmd.Context(), func(cfg *config.Config, p *app.App) error {
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
