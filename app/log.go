package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"oped"
)

// LogLine is a decision of the log.
type LogLine struct {
	oped.Decision
	Undone *oped.Decision // by this one; nil: none
	On     []LoggedPiece  // the pieces that now are where those of the decision were
	Keeps  string         // why it cannot be undone; "": it can
}

// LoggedPiece names a piece in the log.
type LoggedPiece struct {
	ID    oped.PieceID
	Title string
	Paper string
}

// Log returns up to n selected decisions, the latest first. ref is a reference of the piece of the filter; "": any. It
// returns an Invalid error for an unknown piece.
func (p *App) Log(ctx context.Context, ref string, f oped.LogFilter, n int) ([]LogLine, error) {
	if ref != "" {
		piece, err := findPiece(ctx, p.store, ref)
		if err != nil {
			return nil, err
		}
		f.Piece = piece.ID
	}
	all, err := p.store.Decisions.Log(ctx, f, n)
	if err != nil {
		return nil, err
	}
	return p.logLines(ctx, all)
}

// Curators returns everybody who made a decision, by name.
func (p *App) Curators(ctx context.Context) ([]string, error) { return p.store.Decisions.Curators(ctx) }

func (p *App) logLines(ctx context.Context, all []oped.Decision) ([]LogLine, error) {
	var undone []int64
	var ids []oped.PieceID
	for i := range all {
		if all[i].Undoes != 0 {
			undone = append(undone, all[i].Undoes)
		}
		ids = append(append(ids, all[i].Piece), all[i].Pieces...)
	}
	earlier, err := p.store.Decisions.Numbered(ctx, undone)
	if err != nil {
		return nil, err
	}
	named, err := p.namesOfPieces(ctx, ids)
	if err != nil {
		return nil, err
	}
	lines := make([]LogLine, len(all))
	for i := range all {
		d := &all[i]
		x := &lines[i]
		*x = LogLine{Decision: *d, Keeps: keeps(d)}
		if undone, ok := earlier[d.Undoes]; ok {
			x.Undone = &undone
		}
		for _, id := range append([]oped.PieceID{d.Piece}, d.Pieces...) {
			if piece, ok := named[id]; ok && !slices.Contains(x.On, piece) {
				x.On = append(x.On, piece)
			}
		}
	}
	return lines, nil
}

// namesOfPieces returns the names of pieces, or of those into which they were merged.
func (p *App) namesOfPieces(ctx context.Context, ids []oped.PieceID) (map[oped.PieceID]LoggedPiece, error) {
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id oped.PieceID) bool { return id == 0 })
	to, err := p.store.Pieces.Targets(ctx, ids)
	if err != nil {
		return nil, err
	}
	var present []oped.PieceID
	for _, id := range ids {
		present = append(present, cmp.Or(to[id], id))
	}
	slices.Sort(present)
	pieces, err := p.store.Pieces.Listed(ctx, slices.Compact(present))
	if err != nil {
		return nil, err
	}
	named := map[oped.PieceID]LoggedPiece{}
	for i := range pieces {
		if x := &pieces[i]; len(x.Entries) > 0 {
			named[x.ID] = LoggedPiece{x.ID, x.Lead().Title, x.Lead().Publisher}
		}
	}
	for _, id := range ids {
		if at, ok := named[to[id]]; ok {
			named[id] = at
		}
	}
	return named, nil
}

// keeps returns why a decision cannot be undone; "" if it can.
func keeps(d *oped.Decision) string {
	switch {
	case d.UndoneBy != 0:
		return fmt.Sprintf("undone by decision %d", d.UndoneBy)
	case d.Action == oped.Undo:
		return "an undo: decide again instead"
	case d.By == oped.ByConfig:
		return "from the configuration: change it there"
	}
	return ""
}
