package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/store"
	"oped/text"
)

// LogFilter selects decisions of the log. Zero fields select all.
type LogFilter struct {
	By           string
	Action       oped.Action
	Topic        string
	Edition      string
	Piece        string    // a reference
	Since, Until time.Time // Until is not included
	Before       int64     // only decisions with a smaller number
}

// LogLine is a decision of the log, in words.
type LogLine struct {
	oped.Decision
	Words  string        // what was decided on the pieces
	Pieces []LoggedPiece // that now are where the pieces of the decision were
	Keeps  string        // why it cannot be undone; "": it can
}

// LoggedPiece names a piece in the log.
type LoggedPiece struct {
	ID    oped.PieceID
	Title string
	Paper string
}

// Log returns up to n selected decisions in words, the latest first. It returns an Invalid error for an unknown piece.
func (p *App) Log(ctx context.Context, f LogFilter, n int) ([]LogLine, error) {
	of := store.Logged{
		By: f.By, Action: f.Action, Topic: f.Topic, Edition: f.Edition,
		Since: f.Since, Until: f.Until, Before: f.Before,
	}
	if f.Piece != "" {
		piece, err := findPiece(ctx, p.store, f.Piece)
		if err != nil {
			return nil, err
		}
		of.Piece = piece.ID
	}
	all, err := p.store.Decisions.Log(ctx, of, n)
	if err != nil {
		return nil, err
	}
	return p.logLines(ctx, all)
}

// LogOf returns the decisions with some numbers in words, in order. Unknown ones are missing.
func (p *App) LogOf(ctx context.Context, numbers []int64) ([]LogLine, error) {
	all, err := p.store.Decisions.Numbered(ctx, numbers)
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
	byNumber := map[int64]*oped.Decision{}
	for i := range earlier {
		byNumber[earlier[i].ID] = &earlier[i]
	}
	named, err := p.namesOfPieces(ctx, ids)
	if err != nil {
		return nil, err
	}
	lines := make([]LogLine, len(all))
	for i := range all {
		d := &all[i]
		x := &lines[i]
		*x = LogLine{Decision: *d, Words: p.InWords(d), Keeps: keeps(d)}
		if was := byNumber[d.Undoes]; was != nil {
			x.Words = fmt.Sprintf("took back decision %d: %s", was.ID, p.InWords(was))
		}
		for _, id := range append([]oped.PieceID{d.Piece}, d.Pieces...) {
			if piece, ok := named[id]; ok && !slices.Contains(x.Pieces, piece) {
				x.Pieces = append(x.Pieces, piece)
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
		return "made by the configuration: change that"
	}
	return ""
}

// InWords returns what a decision is, without its curator, pieces and reason, with the titles of topics and editions.
func (p *App) InWords(d *oped.Decision) string {
	editions := make([]string, len(d.Editions))
	for i, name := range d.Editions {
		editions[i] = p.EditionTitle(name)
	}
	in := strings.Join(editions, ", ")
	switch d.Action {
	case oped.Approve:
		return "approved for " + in
	case oped.Reject:
		return "rejected for " + in + ": " + string(d.Reason)
	case oped.Hold:
		return "held until " + d.Until.In(p.cfg.Publish.Timezone).Format("2 Jan 15:04") + " for " + in
	case oped.Pin:
		return fmt.Sprintf("pinned at place %d of %s", d.Place, in)
	case oped.Unpin:
		return "unpinned in " + in
	case oped.Annotate:
		if d.Note == "" {
			return "note removed in " + in
		}
		return "noted in " + in + ": “" + d.Note + "”"
	case oped.TagIt:
		return "put on " + p.TopicTitle(d.Topic)
	case oped.Untag:
		return "taken off " + p.TopicTitle(d.Topic)
	case oped.Withdraw:
		return "withdrawn from all editions"
	case oped.Merge:
		if len(d.Pieces) == 1 {
			return "confirmed as one piece"
		}
		return "made one piece of " + numbers(d.Pieces)
	case oped.Split:
		if d.Split > 0 {
			return text.Count(d.Split, "appearance") + " split off"
		}
		return numbers(d.Pieces) + " kept apart"
	case oped.Undo:
		return fmt.Sprintf("took back decision %d", d.Undoes)
	}
	return p.rulesInWords(d.Rules)
}

// rulesInWords describes changes of rules.
func (p *App) rulesInWords(rules []oped.RuleChange) string {
	var parts []string
	for _, r := range rules {
		verb := "changed"
		switch {
		case r.Before == "":
			verb = "added"
		case r.After == "":
			verb = "removed"
		}
		parts = append(parts, fmt.Sprintf("rule of %s %s: %s on it, %d off it", p.TopicTitle(r.Topic), verb,
			text.Count(r.Added, "piece"), r.Removed))
	}
	return strings.Join(parts, "; ")
}

// EditionTitle returns the title of an edition, or its name.
func (p *App) EditionTitle(name string) string {
	for _, e := range p.cfg.Editions {
		if e.Name == name {
			return cmp.Or(e.Title, name)
		}
	}
	return name
}

// TopicTitle returns the title of a topic, or its name.
func (p *App) TopicTitle(name string) string {
	for _, t := range p.cfg.Topics {
		if t.Name == name {
			return cmp.Or(t.Title, name)
		}
	}
	return name
}
