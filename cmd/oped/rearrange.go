package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
)

// refHelp explains REF in the help of commands on pieces and appearances.
const refHelp = "\nREF is the address of an appearance, PIECE#N (oped piece show PIECE numbers\n" +
	"them), an AtomID, or the number of a piece."

func mergeCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "merge REF REF...", Args: requireMore("REF", 2),
		Short: "Merge several pieces into one, for good",
		Long: "Merge several pieces into one, for good. The piece published first keeps its\n" +
			"id; the ids of the others redirect to it. oped undo undoes it." + refHelp,
		Example: "  oped piece merge 42 57",
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withApp(cmd.Context(), func(cfg *config.Config, p *app.App) error {
			d, err := h.decision(a, oped.Merge)
			if err != nil {
				return err
			}
			done, err := p.Pieces(cfg).Merge(cmd.Context(), d, args)
			return printDecided(a, done, err)
		})
	}
	return cmd
}

func splitCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "split REF...", Args: requireMore("REF", 1),
		Short: "Split appearances off a piece, or keep pieces apart",
		Long: "Split appearances off their piece. Together they become one new piece, and oped\n" +
			"never joins it to the old one again. If each REF names a different piece,\n" +
			"nothing moves: the decision records that these pieces are different. oped undo\n" +
			"undoes it." + refHelp,
		Example: "  oped piece split 42#2",
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withApp(cmd.Context(), func(cfg *config.Config, p *app.App) error {
			d, err := h.decision(a, oped.Split)
			if err != nil {
				return err
			}
			done, err := p.Pieces(cfg).Split(cmd.Context(), d, args)
			return printDecided(a, done, err)
		})
	}
	return cmd
}

// requireMore requires at least this many arguments of one kind.
func requireMore(name string, lowest int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < lowest {
			return oped.Invalid(
				fmt.Sprintf("%s: expected at least %s, found %d", cmd.CommandPath(), text.Count(lowest, name),
					len(args)), "write "+cmd.UseLine())
		}
		return nil
	}
}
