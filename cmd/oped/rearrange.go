package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
	"oped/text"
)

const refHelp = "\nREF is the address of an appearance, PIECE#N (oped piece show PIECE numbers them), an AtomID or a piece's number."

func mergeCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "merge REF REF...", Args: requireMore("REF", 2),
		Short: "Make one piece of several, for good",
		Long:  "Make one piece of several, for good. The one that readers know longest goes on under its id; the ids of the others lead\nto it. oped undo takes it back." + refHelp,
	}
	h := a.addDecisionFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *pipeline) error {
			return a.merge(cmd.Context(), cfg, p, h, args)
		})
	}
	return cmd
}

func splitCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "split REF...", Args: requireMore("REF", 1),
		Short: "Part appearances from a piece, or keep pieces apart, for good",
		Long: "Part appearances from their piece, for good: together they make a new one, and the two are never joined again by\nthemselves. " +
			"Where every REF names another piece, nothing moves, and it is recorded that these stay apart. oped undo\ntakes it back." + refHelp,
	}
	h := a.addDecisionFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withPipeline(cmd.Context(), func(cfg *config.Config, p *pipeline) error {
			return a.split(cmd.Context(), cfg, p, h, args)
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

// merge lets a curator make one piece of several.
func (a *app) merge(ctx context.Context, cfg *config.Config, p *pipeline, h *decisionFlags, args []string) error {
	refs, err := findAll(ctx, p.store, args)
	if err != nil {
		return err
	}
	for i, r := range refs {
		for _, other := range refs[:i] {
			if r.piece.ID == other.piece.ID {
				return oped.Invalid(fmt.Sprintf("%s and %s are one piece already, %d", other.ref, r.ref, r.piece.ID), fmt.Sprintf("oped piece show %d tells why", r.piece.ID))
			}
		}
	}
	rules, err := loadActiveRules(ctx, cfg, p.store)
	if err != nil {
		return err
	}
	d, err := h.decision(a, oped.Merge)
	if err != nil {
		return err
	}
	return a.rearrange(ctx, p, d, piecesOf(refs), merging(rules, d.At, len(refs)))
}

// merging makes one piece of n.
func merging(r *ingest.Rules, at time.Time, n int) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		if len(f.Pieces) != n {
			return nil, oped.Invalid("some of these have just become one piece", "oped topic log tells how")
		}
		return []oped.PieceChange{ingest.Merge(f.Pieces, r, at)}, nil
	}
}

// split lets a curator part appearances from a piece, or keep pieces apart.
func (a *app) split(ctx context.Context, cfg *config.Config, p *pipeline, h *decisionFlags, args []string) error {
	refs, err := findAll(ctx, p.store, args)
	if err != nil {
		return err
	}
	ids := piecesOf(refs)
	rows, err := toPart(refs, ids)
	if err != nil {
		return err
	}
	rules, err := loadActiveRules(ctx, cfg, p.store)
	if err != nil {
		return err
	}
	d, err := h.decision(a, oped.Split)
	if err != nil {
		return err
	}
	return a.rearrange(ctx, p, d, ids, splitting(rows, rules, d.At, len(ids)))
}

// toPart are the appearances that references name, all of one piece; none if they name several pieces, which are to stay apart.
func toPart(refs []reference, ids []oped.PieceID) (rows []int64, err error) {
	if len(ids) > 1 {
		if len(ids) < len(refs) {
			return nil, oped.Invalid("some of these are of one piece, and some of others", "name appearances of one piece to part them from it, or one of each piece to keep these apart")
		}
		return nil, nil
	}
	for i := range refs {
		row, err := refs[i].appearance()
		if err != nil {
			return nil, err
		}
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	if p := &refs[0].piece; len(rows) == len(p.Entries) {
		return nil, oped.Invalid(fmt.Sprintf("these are all appearances of piece %d: nothing would be left of it", p.ID), "name those that do not belong to it")
	}
	return rows, nil
}

// splitting parts appearances from a piece; without any, n pieces are to stay apart, and nothing moves.
func splitting(rows []int64, r *ingest.Rules, at time.Time, n int) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		switch {
		case len(f.Pieces) != n:
			return nil, oped.Invalid("some of these have just become one piece", "oped topic log tells how")
		case len(rows) == 0:
			return nil, nil
		}
		return ingest.Split(f.Pieces[0], rows, f.Decision, r, at)
	}
}

// undoPieces takes back a decision that merged pieces or parted one.
func (a *app) undoPieces(ctx context.Context, cfg *config.Config, p *pipeline, d, last oped.Decision) error {
	rules, err := loadActiveRules(ctx, cfg, p.store)
	if err != nil {
		return err
	}
	err = a.rearrange(ctx, p, d, nil, undoing(last, rules, d.At))
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) {
		return err
	}
	all, err := p.store.Decisions.Latest(ctx, 0)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(d oped.Decision) bool { return d.ID == conflict.Decision })
	hint := fmt.Sprintf("oped undo %d takes that back first", conflict.Decision)
	if i < 0 || all[i].Action == oped.Undo {
		hint = "oped piece merge and split decide anew"
	}
	in := "another decision"
	if i >= 0 {
		in = describe(all[i])
	}
	return oped.Invalid(fmt.Sprintf("decision %d cannot be taken back: decision %d is in the way, %s", last.ID, conflict.Decision, in), hint)
}

// undoing takes back a merge or a split.
func undoing(last oped.Decision, r *ingest.Rules, at time.Time) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		switch {
		case last.Action == oped.Merge && len(f.Back) > 0:
			return ingest.Unmerge(f.Pieces[0], f.Back, f.Was, last.At, r, at), nil
		case last.Action == oped.Split && len(f.Pieces) > 1:
			return []oped.PieceChange{ingest.Merge(f.Pieces, r, at)}, nil
		}
		return nil, nil // pieces were kept apart, or all went elsewhere since
	}
}

// loadActiveRules are the rules in force, by which pieces that change are judged.
func loadActiveRules(ctx context.Context, cfg *config.Config, st *store.Store) (*ingest.Rules, error) {
	s, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return nil, err
	}
	rules := rulesOf(cfg, s.tagger)
	rules.New, rules.Since, err = newEditions(ctx, st)
	return rules, err
}

// rearrange writes a decision that merges or parts pieces, publishes what follows, and tells how the pieces stand.
func (a *app) rearrange(ctx context.Context, p *pipeline, d oped.Decision, ids []oped.PieceID, arrange func(store.Found) ([]oped.PieceChange, error)) error {
	d, changes, err := p.store.Decisions.Rearrange(ctx, d, ids, arrange)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // it is decided: it is published, interrupted or not
	if err := p.publish(ctx); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "decision %d: %s\n", d.ID, describe(d))
	pieces, err := p.store.Pieces.Seen(ctx, changes.Pieces)
	if err != nil {
		return err
	}
	for i := range pieces {
		fmt.Fprintf(&b, "  piece %d, %s: %s\n", pieces[i].ID, text.Count(len(pieces[i].Entries), "appearance"), pieces[i].Lead().Title)
	}
	if len(changes.Pieces) == 0 {
		b.WriteString("  no piece has changed\n")
	}
	_, err = fmt.Fprint(a.stdout, b.String())
	return err
}

// describePieces tells what a decision did to pieces.
func describePieces(d oped.Decision) string {
	switch {
	case d.Action == oped.Merge:
		return fmt.Sprintf("%s are piece %d", numbers(d.Pieces), d.Piece)
	case d.Split > 0:
		return fmt.Sprintf("%s parted from piece %d", text.Count(d.Split, "appearance"), d.Piece)
	}
	return numbers(d.Pieces) + " stay apart"
}

// numbers is "pieces 1, 2 and 3".
func numbers(ids []oped.PieceID) string {
	var b strings.Builder
	for i, id := range ids {
		switch {
		case i == 0:
			b.WriteString("pieces ")
		case i == len(ids)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		fmt.Fprint(&b, id)
	}
	return b.String()
}
