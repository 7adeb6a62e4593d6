package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
)

func (a *app) withdrawCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "withdraw REF", Args: requireArgs("REF"),
		Short: "Take a piece out of all editions, for good",
		Long:  "Take a piece out of all editions, whatever it is on, with all its copies, also those that come in later. Its id stands as a\ntombstone (RFC 6721) in the feeds that had it, so that readers can remove it; its page says that it was withdrawn. Archives that\nwere published never change: one that has its excerpt keeps it. oped undo takes the last decision back.",
	}
	h := a.addDecisionFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		return a.withPipeline(ctx, func(cfg *config.Config, p *pipeline) error {
			piece, err := findPiece(ctx, p.store, args[0])
			if err != nil {
				return err
			}
			if piece.Withdrawn {
				return oped.Invalid(fmt.Sprintf("piece %d is withdrawn already", piece.ID), "oped undo takes a withdrawal back")
			}
			s, err := loadRuleSet(ctx, p.store, cfg)
			if err != nil {
				return err
			}
			d, err := h.decision(a, oped.Withdraw)
			if err != nil {
				return err
			}
			return a.withdraw(ctx, p, d, piece.ID, rulesOf(cfg, s.tagger))
		})
	}
	return cmd
}

// withdraw lets a piece stand in no edition any more, or again where the decision takes that back. Which it is, the stored piece tells.
func (a *app) withdraw(ctx context.Context, p *pipeline, d oped.Decision, id oped.PieceID, r *ingest.Rules) error {
	to, err := p.store.Pieces.ResolveID(ctx, id)
	if err != nil {
		return err
	}
	d.Piece = to
	return a.decide(ctx, p, d, store.Verdict{Pieces: []oped.PieceID{to}, Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
		return ingest.Withdraw(piece, r, d.At)
	}})
}
