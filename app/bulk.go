package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/text"
	"oped/topic"
)

// MaxBulk is the most pieces of one bulk act.
const MaxBulk = 200

// Bulk is one act on several pieces.
type Bulk struct {
	Reason
	Action  oped.Action
	Pieces  []oped.PieceID
	Edition string            // of a choice
	Topic   string            // of TagIt and Untag
	Listed  oped.RejectReason // of a rejection
	Note    string
	Until   string // [Pieces.Foresee] completes an hour to the time with its day, so that it means the same later
	Force   bool   // merge pieces even if they have nothing in common

	until time.Time
}

// Foreseen is the effect that a bulk act would have on a piece.
type Foreseen struct {
	ListedPiece
	Acts  bool   // false: nothing happens
	Words string // "to be published in Our picks"
}

// Foresee returns the effect of a bulk act on each of its pieces, without carrying it out. It returns an Invalid error
// for an act that is not complete, or a merge of pieces with nothing in common.
func (v Pieces) Foresee(ctx context.Context, b *Bulk) ([]Foreseen, error) {
	if err := v.check(ctx, b); err != nil {
		return nil, err
	}
	if b.Action == oped.Merge {
		if err := v.checkMerge(ctx, b); err != nil {
			return nil, err
		}
	}
	pieces, err := v.p.store.Pieces.Listed(ctx, b.Pieces)
	if err != nil {
		return nil, err
	}
	all, days := make([]Foreseen, 0, len(b.Pieces)), calendarOf(v.cfg)
	for i := range pieces {
		if p := &pieces[i]; len(p.Entries) > 0 {
			x := Foreseen{ListedPiece: days.listed(p)}
			x.Words, x.Acts = v.foreseen(b, p)
			all = append(all, x)
		}
	}
	at := func(x Foreseen) int { return slices.Index(b.Pieces, x.Piece) }
	slices.SortStableFunc(all, func(x, y Foreseen) int { return cmp.Compare(at(x), at(y)) })
	return all, nil
}

// check returns an Invalid error for an act that is not complete.
func (v Pieces) check(ctx context.Context, b *Bulk) error {
	slices.Sort(b.Pieces)
	b.Pieces = slices.Compact(b.Pieces)
	switch {
	case len(b.Pieces) == 0:
		return oped.Invalid("no piece is chosen", "tick the boxes of some pieces")
	case len(b.Pieces) > MaxBulk:
		return oped.Invalid(fmt.Sprintf("%d pieces are too many", len(b.Pieces)),
			fmt.Sprintf("choose at most %d at a time", MaxBulk))
	case b.Action == oped.TagIt || b.Action == oped.Untag:
		return knownTopic(v.cfg, b.Topic)
	case b.Action == oped.Merge || b.Action == oped.Withdraw:
		return nil
	case !b.Action.DecidesEntry() && b.Action != oped.Annotate:
		return oped.Invalid(fmt.Sprintf("%q is no act on several pieces", b.Action), "")
	}
	d, err := v.p.decision(b.Reason, b.Action)
	if err == nil {
		err = b.curation("").fill(&d, v.cfg)
	}
	if err != nil {
		return err
	}
	if b.Action == oped.Hold {
		b.Until, b.until = d.Until.Format(time.RFC3339), d.Until.In(v.cfg.Publish.Timezone)
	}
	if b.Action.DecidesEntry() {
		return knownCurated(v.cfg, []string{b.Edition})
	}
	return knownEditions(v.cfg, []string{b.Edition})
}

// checkMerge returns an Invalid error for a merge of fewer than two pieces, or of pieces with nothing in common unless
// that is forced.
func (v Pieces) checkMerge(ctx context.Context, b *Bulk) error {
	pieces, err := v.p.store.Pieces.Of(ctx, b.Pieces)
	switch {
	case err != nil:
		return err
	case len(pieces) < 2:
		return oped.Invalid("a merge needs several pieces", "choose the pieces that are one")
	case b.Force:
		return nil
	}
	return related(pieces)
}

func (b *Bulk) curation(ref string) *Curation {
	return &Curation{
		Reason:   b.Reason,
		Action:   b.Action,
		Ref:      ref,
		Editions: []string{b.Edition},
		Listed:   b.Listed,
		Note:     b.Note,
		Until:    b.Until,
	}
}

// foreseen returns the effect of an act on a piece, and whether there is one.
func (v Pieces) foreseen(b *Bulk, p *oped.Piece) (words string, acts bool) {
	in, on := v.cfg.EditionTitle(b.Edition), v.cfg.TopicTitle(b.Topic)
	published := slices.Contains(p.Editions, b.Edition)
	decided := p.EntryChoice(b.Edition).Action
	if p.Withdrawn && b.Action != oped.Merge {
		return "withdrawn: left alone", false
	}
	switch b.Action {
	case oped.Approve:
		if p.ApprovedIn(b.Edition) {
			return "in " + in + " already", false
		}
		return "to be published in " + in, true
	case oped.Reject:
		switch {
		case decided == oped.Reject:
			return "rejected for " + in + " already", false
		case published:
			return "to leave " + in, true
		}
		return "to be rejected for " + in, true
	case oped.Hold:
		if published {
			return "published in " + in + ": cannot be held", false
		}
		return "to wait until " + text.Clock(v.p.now(), b.until) + " for " + in, true
	case oped.Annotate:
		switch was := p.NoteIn(b.Edition); {
		case was == strings.TrimSpace(b.Note):
			return "has this note in " + in + " already", false
		case was != "":
			return "to get this note in " + in + " instead of its own", true
		}
		return "to get this note in " + in, true
	case oped.TagIt, oped.Untag:
		switch is := slices.Contains(p.Topics(), b.Topic); {
		case b.Action == oped.TagIt && is:
			return "on " + on + " already", false
		case b.Action == oped.TagIt:
			return "to be put on " + on, true
		case is:
			return "to be taken off " + on, true
		}
		return "not on " + on + " now", false
	case oped.Withdraw:
		var titles []string
		for _, name := range p.Editions {
			titles = append(titles, v.cfg.EditionTitle(name))
		}
		if len(titles) == 0 {
			return "to be withdrawn; in no edition now", true
		}
		return "to be withdrawn from " + strings.Join(titles, ", "), true
	}
	return "to become one piece with the others", true
}

// BatchStep is one decision of a batch.
type BatchStep struct {
	Of string // the piece or decision, in words
	Do func(context.Context, *Live) (Decided, error)
}

// Steps returns the single decisions of a bulk act on some pieces, to be carried out one after the other. Each has a
// request of its own, so that the same act, sent again, does nothing more. A merge is one decision.
func (b *Bulk) Steps(pieces []oped.PieceID) []BatchStep {
	if b.Action == oped.Merge {
		x := Selection{Reason: b.Reason, Force: b.Force}
		x.Request += "-merge"
		for _, id := range pieces {
			x.Refs = append(x.Refs, fmt.Sprint(id))
		}
		return []BatchStep{step(numbers(pieces), MergePieces, x)}
	}
	steps := make([]BatchStep, len(pieces))
	for i, id := range pieces {
		of, ref, r := fmt.Sprintf("piece %d", id), fmt.Sprint(id), b.Reason
		r.Request += "-" + ref
		switch b.Action {
		case oped.TagIt, oped.Untag:
			steps[i] = step(of, TagPiece, Judgement{Reason: r, Action: b.Action, Ref: ref, Topic: b.Topic})
		case oped.Withdraw:
			steps[i] = step(of, WithdrawPiece, Selection{Reason: r, Refs: []string{ref}})
		default:
			x := b.curation(ref)
			x.Reason = r
			steps[i] = step(of, CuratePiece, *x)
		}
	}
	return steps
}

// UndoSteps returns the undoing of some decisions, the last one first.
func UndoSteps(r Reason, decisions []LogLine) (steps []BatchStep) {
	for _, d := range slices.Backward(decisions) {
		if d.Keeps == "" {
			x := Reversal{Reason: r, Number: fmt.Sprint(d.ID)}
			x.Request += "-" + x.Number
			steps = append(steps, step("decision "+x.Number, UndoDecision, x))
		}
	}
	return steps
}

func step[P any](of string, m Method[P, Decided], params P) BatchStep {
	return BatchStep{of, func(ctx context.Context, l *Live) (Decided, error) { return Do(ctx, l, m, params) }}
}

// Batch returns the decisions of a batch with a name: those with a request of it.
func (p *App) Batch(ctx context.Context, name string) ([]LogLine, error) {
	all, err := p.store.Decisions.Batch(ctx, name+"-")
	if err != nil {
		return nil, err
	}
	return p.logLines(ctx, all)
}

// Latest returns the number of the last decision; 0 if there is none.
func (p *App) Latest(ctx context.Context) (int64, error) {
	last, err := p.store.Decisions.Latest(ctx, 1)
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0].ID, nil
}

// Results of a search.
type Results struct {
	Pieces  []FoundPiece
	Next    oped.Cursor // where the next page begins; zero: there is none
	Stopped bool        // the search took too long: older pieces have not been searched
}

// FoundPiece is a result of a search, with its place in the editions.
type FoundPiece struct {
	ListedPiece
	Editions []string // titles, with a word on pieces for the next issue of a digest
}

// Search returns up to limit pieces that match a query in the language of topics, the newest first, after a place. It
// returns Diagnostics for a faulty query. A search that outlasts its context returns what it found.
func (v Pieces) Search(ctx context.Context, query string, after oped.Cursor, limit int) (*Results, error) {
	expr, err := topic.CompileSearch(v.cfg.Lists, topic.KnownOf(v.cfg.Feeds, v.cfg.Topics), query)
	if err != nil {
		return nil, err
	}
	matches := matching(ctx, v.cfg, expr)
	r, days := &Results{}, calendarOf(v.cfg)
	next := map[string]map[oped.PieceID]bool{}
	for _, name := range v.Editions() {
		if next[name], err = v.NextIssue(ctx, name); err != nil {
			return nil, err
		}
	}
	var last oped.Cursor
	for one, err := range v.p.store.Pieces.Search(ctx, expr.IndexQuery(nil), after) {
		if errors.Is(err, context.DeadlineExceeded) {
			break
		} else if err != nil {
			return nil, err
		}
		if !matches(&one.Piece) {
			continue
		}
		if len(r.Pieces) == limit {
			r.Next = last
			return r, nil
		}
		last = one.Cursor
		x := FoundPiece{ListedPiece: days.listed(&one.Piece)}
		for _, name := range one.Piece.Editions {
			title := v.cfg.EditionTitle(name)
			if next[name][one.Piece.ID] {
				title += " (next issue)"
			}
			x.Editions = append(x.Editions, title)
		}
		r.Pieces = append(r.Pieces, x)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		r.Stopped, r.Next = true, last
	}
	return r, nil
}
