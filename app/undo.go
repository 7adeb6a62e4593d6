package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
	"oped/text"
	"oped/topic"
)

// decisions has the operations on decisions.
type decisions struct {
	p   *App
	cfg *config.Config
}

// Reversal names a decision to undo.
type Reversal struct {
	Reason
	Number string `json:"number"` // "": the last one
	Rules  bool   `json:"rules"`  // only decisions that activated drafts
}

func (x Reversal) asksFor(d *oped.Decision, cfg *config.Config) bool {
	return x.Reason.asksFor(d, cfg) && (x.Number == "" || x.Number == fmt.Sprint(d.Undoes))
}

// Decisions returns up to limit decisions, the latest first; 0 returns all.
func (p *App) Decisions(ctx context.Context, limit int) ([]oped.Decision, error) {
	return p.store.Decisions.Latest(ctx, limit)
}

// Decision returns the decision with a number. The error is oped.ErrNotFound if there is none.
func (p *App) Decision(ctx context.Context, id int64) (oped.Decision, error) {
	return p.store.Decisions.ByID(ctx, id)
}

// undo undoes a decision. It returns an Invalid error if there is no such decision, or it cannot be undone.
func (v decisions) undo(ctx context.Context, x Reversal) (Decided, error) {
	d, err := v.p.decision(x.Reason, oped.Undo)
	if err != nil {
		return Decided{}, err
	}
	last, err := toUndo(ctx, v.p.store, x.Number, x.Rules)
	if err != nil {
		return Decided{}, err
	}
	d.Undoes = last.ID
	done, err := v.reverse(ctx, d, last)
	if done.Decision.ID != 0 {
		done.Undone = &last
	}
	return done, err
}

// reverse writes a decision that undoes another one.
func (v decisions) reverse(ctx context.Context, d, last oped.Decision) (Decided, error) {
	if last.Action == oped.Apply {
		s, err := loadRuleSet(ctx, v.p.store, v.cfg)
		if err != nil {
			return Decided{}, err
		}
		tagger, err := s.restored(v.cfg, last, &d)
		if err != nil {
			return Decided{}, err
		}
		return v.p.decideRules(ctx, v.cfg, d, tagger)
	}
	rules, err := v.p.activeRules(ctx, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	switch last.Action {
	case oped.Merge, oped.Split:
		return v.undoPieces(ctx, d, last, rules)
	case oped.Withdraw:
		return v.p.toggleWithdrawn(ctx, d, last.Piece, rules)
	case oped.TagIt, oped.Untag:
		return v.p.undoTag(ctx, d, last, rules)
	}
	return v.p.undoChoice(ctx, d, last, rules)
}

// toUndo returns the decision to undo: the one with a number, else the last.
func toUndo(ctx context.Context, st *store.Store, number string, rules bool) (oped.Decision, error) {
	if number == "" {
		last, err := st.Decisions.Last(ctx, rules)
		if errors.Is(err, store.ErrNotFound) {
			return last, oped.Invalid("there is no decision to undo", "oped topic log lists the decisions").OnDesk(inLog)
		}
		return last, err
	}
	d, err := decisionOf(ctx, st, number)
	wrong := ""
	switch {
	case errors.Is(err, store.ErrNotFound):
		wrong = "there is no decision " + number
	case err != nil:
		return d, err
	case d.UndoneBy != 0:
		wrong = fmt.Sprintf("decision %s was already undone, by %d", number, d.UndoneBy)
	}
	if wrong != "" {
		return d, oped.Invalid(wrong, "oped topic log lists the decisions").OnDesk(inLog)
	}
	if hint := undoElsewhere(&d, rules); hint != "" {
		return d, oped.Invalid(fmt.Sprintf("decision %s cannot be undone here: %s", number, Describe(d)), hint).
			OnDesk(keeps(&d))
	}
	return d, nil
}

// inLog is a hint on the desk.
const inLog = "the log lists the decisions"

// decisionOf returns the decision with a number as written. The error is store.ErrNotFound if there is none.
func decisionOf(ctx context.Context, st *store.Store, number string) (oped.Decision, error) {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || fmt.Sprint(id) != number {
		return oped.Decision{}, store.ErrNotFound
	}
	return st.Decisions.ByID(ctx, id)
}

// undoElsewhere returns how to change a decision that the command cannot undo; "" if it can.
func undoElsewhere(d *oped.Decision, rules bool) string {
	switch {
	case d.Action == oped.Undo:
		return "an undo stays: decide again, or undo another decision of oped topic log"
	case d.By == oped.ByConfig:
		return "the configuration decided it: edit the rule, then run oped topic apply"
	case rules && d.Action != oped.Apply:
		return fmt.Sprintf("oped undo %d undoes it", d.ID)
	}
	return ""
}

// undoTag undoes the decision of a curator on a piece and a topic. If the piece was merged since, its tag may
// come from the merged piece.
func (p *App) undoTag(ctx context.Context, d, last oped.Decision, r *ingest.Rules) (Decided, error) {
	to, err := p.store.Pieces.ResolveID(ctx, last.Piece)
	if err != nil {
		return Decided{}, err
	}
	d.Piece, d.Topic = to, last.Topic
	judgements, err := p.store.Decisions.Judgements(ctx, last.Topic)
	if err != nil {
		return Decided{}, err
	}
	var counts *oped.Decision // without the undone one; nil: the rule decides
	for i := range judgements {
		if j := &judgements[i]; j.Piece == to && j.ID != last.ID {
			counts = j
		}
	}
	return p.decide(ctx, d, store.Verdict{
		Pieces: []oped.PieceID{to},
		Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
			if counts != nil {
				return ingest.DecideTopic(piece, last.Topic, counts.Action == oped.TagIt, counts.By, r, counts.At)
			}
			return ingest.UndoTopic(piece, last.Topic, r, d.At)
		},
	})
}

// undoPieces undoes a merge or a split.
func (v decisions) undoPieces(ctx context.Context, d, last oped.Decision, r *ingest.Rules) (Decided, error) {
	done, err := v.p.rearrange(ctx, d, nil, undoing(last, r, d.At))
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) {
		return done, err
	}
	in, hint, onDesk := "another decision", "decide again with oped piece merge or split", "merge or split again"
	switch other, err := v.p.store.Decisions.ByID(ctx, conflict.Decision); {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return Decided{}, err
	case err == nil:
		in = Describe(other)
		if other.Action != oped.Undo {
			hint = fmt.Sprintf("oped undo %d undoes that first", conflict.Decision)
			onDesk = fmt.Sprintf("undo decision %d first, in the log", conflict.Decision)
		}
	}
	return Decided{}, oped.Invalid(
		fmt.Sprintf("decision %d cannot be undone because of decision %d, %s", last.ID, conflict.Decision, in), hint).
		OnDesk(onDesk)
}

// undoing returns the changes that undo a merge or a split.
func undoing(last oped.Decision, r *ingest.Rules, at time.Time) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		switch {
		case last.Action == oped.Merge && len(f.Back) > 0:
			return ingest.Unmerge(f.Pieces[0], f.Back, f.InEffect, last.At, r, at), nil
		case last.Action == oped.Split && len(f.Pieces) > 1:
			return []oped.PieceChange{ingest.Merge(f.Pieces, f.InEffect, r, at)}, nil
		}
		return nil, nil // the decision moved nothing, or all has moved elsewhere since
	}
}

// restored returns a tagger with the rules active before a decision, and adds the rule changes to d.
func (s *ruleSet) restored(cfg *config.Config, last oped.Decision, d *oped.Decision) (*topic.Tagger, error) {
	topics := slices.Clone(s.topics)
	for _, r := range last.Rules {
		if s.active[r.Topic].Source != r.After {
			return nil, oped.Invalid(
				fmt.Sprintf("the rule of %s has changed since decision %d activated it", r.Topic, last.ID),
				"a later decision or the configuration activated another rule: undo that first, or edit the rule "+
					"and run oped topic apply; oped undo NUMBER undoes another decision").
				OnDesk("a later decision or the configuration activated another rule: undo that first")
		}
		i := slices.IndexFunc(topics, func(t oped.Topic) bool { return t.Name == r.Topic })
		if i < 0 {
			continue
		}
		var err error
		if topics[i], err = topic.WithSource(topics[i], r.Before); err != nil {
			return nil, err
		}
		if !topic.Usable(topics[i]) {
			return nil, oped.Invalid(
				fmt.Sprintf("the rule of %s before decision %d has weights that this release cannot use", r.Topic, last.ID),
				"it was fitted by an earlier release: fit the topic again")
		}
	}
	tagger, err := topic.Compile(cfg.Lists, topics)
	if err != nil {
		return nil, fmt.Errorf("compile the rules before: %w", err)
	}
	for _, r := range last.Rules {
		d.Rules = append(d.Rules, oped.RuleChange{
			Topic:   r.Topic,
			Before:  r.After,
			After:   r.Before,
			Version: tagger.Version(r.Topic),
		})
	}
	return tagger, nil
}

// Describe returns a decision in one line. Its times are in their own zones.
func Describe(d oped.Decision) string {
	var parts []string
	for _, r := range d.Rules {
		parts = append(parts, fmt.Sprintf("%s +%d -%d", r.Topic, r.Added, r.Removed))
	}
	switch {
	case d.Action == oped.Merge || d.Action == oped.Split:
		parts = append(parts, describePieces(d))
	case d.Action == oped.Withdraw:
		parts = append(parts, fmt.Sprintf("piece %d", d.Piece))
	case d.Action.IsChoice():
		parts = append(parts, describeChoice(d))
	case d.Topic != "":
		parts = append(parts, fmt.Sprintf("piece %d, %s", d.Piece, d.Topic))
	}
	if d.Undoes != 0 {
		parts = append([]string{fmt.Sprintf("undoes decision %d", d.Undoes)}, parts...)
	}
	line := fmt.Sprintf("%s by %s: %s", d.Action, d.By, strings.Join(parts, ", "))
	if d.Why != "" {
		line += fmt.Sprintf(" (%s)", d.Why)
	}
	return line
}

// describeChoice describes a decision on a piece in some editions.
func describeChoice(d oped.Decision) string {
	line := fmt.Sprintf("piece %d, %s", d.Piece, strings.Join(d.Editions, ", "))
	switch {
	case d.Reason != "":
		line += ": " + string(d.Reason)
	case d.Action == oped.Hold:
		line += " until " + d.Until.Format("2006-01-02 15:04 MST")
	case d.Action == oped.Pin:
		line += fmt.Sprintf(" at place %d", d.Place)
	case d.Note != "":
		line += fmt.Sprintf(": %q", d.Note)
	case d.Action == oped.Annotate:
		line += ": none"
	}
	return line
}

// describePieces describes the effect of a decision on pieces.
func describePieces(d oped.Decision) string {
	switch {
	case d.Action == oped.Merge && len(d.Pieces) == 1:
		return fmt.Sprintf("piece %d is one", d.Piece)
	case d.Action == oped.Merge:
		return fmt.Sprintf("%s are piece %d", numbers(d.Pieces), d.Piece)
	case d.Split > 0:
		return fmt.Sprintf("%s split from piece %d", text.Count(d.Split, "appearance"), d.Piece)
	}
	return numbers(d.Pieces) + " kept apart"
}

// numbers returns "pieces 1, 2 and 3".
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
