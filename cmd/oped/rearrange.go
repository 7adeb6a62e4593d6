package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
)

const refHelp = "\nREF is the address of an appearance, PIECE#N (oped piece show PIECE numbers them), an AtomID or a piece's number."

func mergeCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "merge REF REF...", Args: requireMore("REF", 2),
		Short: "Make one piece of several, for good",
		Long:  "Make one piece of several, for good. The one that readers know longest goes on under its id; the ids of the others lead\nto it. oped undo takes it back." + refHelp,
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *app.App) error {
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
		Short: "Part appearances from a piece, or keep pieces apart, for good",
		Long: "Part appearances from their piece, for good: together they make a new one, and the two are never joined again by\nthemselves. " +
			"Where every REF names another piece, nothing moves, and it is recorded that these stay apart. oped undo\ntakes it back." + refHelp,
	}
	h := addDecisionFlags(a, cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *app.App) error {
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

// requireMore wants so many arguments of one sort, or more.
func requireMore(name string, lowest int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < lowest {
			return oped.Invalid(fmt.Sprintf("%s: it takes %s at least, and there are %d", cmd.CommandPath(), text.Count(lowest, name), len(args)), "write "+cmd.UseLine())
		}
		return nil
	}
}
