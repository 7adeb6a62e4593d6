package main

import (
	"context"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
)

func pieceCommand(a *app) *cobra.Command {
	cmd := parent(&cobra.Command{Use: "piece", Short: "Decide on single pieces, for the record, and see how they were revised", Args: cobra.ArbitraryArgs})
	for _, c := range []struct {
		action      oped.Action
		short, long string
	}{
		{oped.TagIt, "Put a piece on a topic, whatever the rule says", "Put a piece on a topic, for good: a curator's decision beats the rule and survives every change of it. REF is the address\nof one of its entries, its AtomID, or its number. oped undo takes the last decision back."},
		{oped.Untag, "Take a piece off a topic, whatever the rule says", "Take a piece off a topic, for good: a curator's decision beats the rule and survives every change of it. REF is the address\nof one of its entries, its AtomID, or its number. oped undo takes the last decision back."},
	} {
		sub := &cobra.Command{Use: string(c.action) + " REF TOPIC", Short: c.short, Long: c.long, Args: requireArgs("REF", "TOPIC")}
		h := a.addDecisionFlags(sub)
		sub.RunE = func(cmd *cobra.Command, args []string) error {
			return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *pipeline) error {
				return a.judgePiece(cmd.Context(), cfg, p, h, c.action, args[0], args[1])
			})
		}
		cmd.AddCommand(sub)
	}
	cmd.AddCommand(a.withdrawCommand())
	cmd.AddCommand(mergeCommand(a), splitCommand(a), showCommand(a), a.versionsCommand())
	return cmd
}

// judgePiece lets a curator decide whether a piece is on a topic.
func (a *app) judgePiece(ctx context.Context, cfg *config.Config, p *pipeline, h *decisionFlags, action oped.Action, ref, topicName string) error {
	if err := knownTopic(cfg, topicName); err != nil {
		return err
	}
	piece, err := findPiece(ctx, p.store, ref)
	if err != nil {
		return err
	}
	s, err := loadRuleSet(ctx, p.store, cfg)
	if err != nil {
		return err
	}
	d, err := h.decision(a, action)
	if err != nil {
		return err
	}
	d.Piece, d.Topic = piece.ID, topicName
	rules := rulesOf(cfg, s.tagger)
	return a.decide(ctx, p, d, store.Verdict{Pieces: []oped.PieceID{piece.ID}, Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
		return ingest.Pin(piece, topicName, action == oped.TagIt, d.By, rules, d.At)
	}})
}
