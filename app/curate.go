package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
	"oped/text"
)

// maxPlace is the last place for a pin.
const maxPlace = 9999

// Curation decides on a piece in some editions.
type Curation struct {
	Reason
	Action   oped.Action       `json:"action"`
	Ref      string            `json:"ref"`
	Editions []string          `json:"editions"` // none: the curated editions with the piece, published or for review
	Listed   oped.RejectReason `json:"reason"`   // of a rejection
	Note     string            `json:"note"`     // "" removes the note
	Until    string            `json:"until"`    // of a hold: 15:04 in the zone of the site, or RFC 3339
	Place    int               `json:"place"`    // of a pin, from 1
}

func (x Curation) asksFor(d *oped.Decision, cfg *config.Config) bool {
	want := oped.Decision{At: d.At}
	return x.Reason.asksFor(d, cfg) && d.Action == x.Action && x.fill(&want, cfg) == nil && d.Reason == want.Reason &&
		d.Until.Equal(want.Until) && d.Place == want.Place && d.Note == want.Note
}

// curate writes a decision on a piece in some editions. It returns an Invalid error for an unknown piece, a withdrawn
// one, or an unsuitable edition.
func (v Pieces) curate(ctx context.Context, x Curation) (Decided, error) {
	d, err := v.p.decision(x.Reason, x.Action)
	if err != nil {
		return Decided{}, err
	}
	if err := x.fill(&d, v.cfg); err != nil {
		return Decided{}, err
	}
	piece, err := findPiece(ctx, v.p.store, x.Ref)
	if err != nil {
		return Decided{}, err
	}
	if piece.Withdrawn {
		return Decided{}, oped.Invalid(fmt.Sprintf("piece %d is withdrawn from all editions", piece.ID),
			"oped undo undoes a withdrawal").OnDesk(undoWithdrawal)
	}
	rules, err := v.p.activeRules(ctx, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	d.Piece = piece.ID
	if d.Editions, err = editionsOf(v.cfg, x, &piece, rules); err != nil {
		return Decided{}, err
	}
	for _, name := range d.Editions {
		if x.Action == oped.Hold && slices.Contains(piece.Editions, name) {
			return Decided{}, oped.Invalid(fmt.Sprintf("piece %d is already published in %s", piece.ID, name),
				"hold a piece before you approve it; oped piece reject removes it").
				OnDesk("hold a piece before you approve it; reject removes it")
		}
	}
	asked := strings.Join(d.Editions, ", ")
	d.Editions = slices.DeleteFunc(d.Editions, func(name string) bool { return changesNothing(&d, &piece, name) })
	if len(d.Editions) == 0 {
		is := "is not pinned in "
		if x.Action == oped.Annotate {
			is = "has no other note in "
		}
		return Decided{}, oped.Invalid(fmt.Sprintf("nothing to do: piece %d %s%s", piece.ID, is, asked), "")
	}
	return v.p.decideChoice(ctx, d, d, rules)
}

// changesNothing reports whether a decision would leave a pin or a note of a piece in an edition as it is.
func changesNothing(d *oped.Decision, p *oped.Piece, edition string) bool {
	switch d.Action {
	case oped.Unpin:
		return !p.IsPinned(edition)
	case oped.Annotate:
		return p.NoteIn(edition) == d.Note
	}
	return false
}

// fill adds the details of the action to a decision.
func (x *Curation) fill(d *oped.Decision, cfg *config.Config) (err error) {
	if !x.Action.IsChoice() {
		return oped.Invalid(fmt.Sprintf("%q is no decision on a piece in an edition", x.Action), "")
	}
	switch x.Action {
	case oped.Reject:
		if d.Reason = x.Listed; !slices.Contains(oped.RejectReasons(), d.Reason) {
			return oped.Invalid(fmt.Sprintf("%q is no reason of the list", d.Reason),
				"write --reason with one of "+joined(oped.RejectReasons())+"; --why adds words of your own").
				OnDesk("choose " + joined(oped.RejectReasons()))
		}
	case oped.Hold:
		d.Until, err = holdUntil(x.Until, d.At.In(cfg.Publish.Timezone))
		return err
	case oped.Pin:
		if d.Place = x.Place; d.Place < 1 || d.Place > maxPlace {
			return oped.Invalid(fmt.Sprintf("%d is no place", x.Place),
				fmt.Sprintf("the first place is 1, the last one %d", maxPlace))
		}
	case oped.Annotate:
		d.Note = strings.TrimSpace(x.Note)
		return plainWords("the note", d.Note)
	}
	return nil
}

// holdUntil returns the time written by a curator: RFC 3339, or 15:04 for the next such time of day in the zone of now.
func holdUntil(written string, now time.Time) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, written); err == nil && at.After(now) {
		return at.UTC().Truncate(time.Millisecond), nil
	} else if err == nil {
		return at, oped.Invalid(fmt.Sprintf("%s is over", written),
			"write a time to come; oped piece approve publishes now").
			OnDesk("write a time to come; approve publishes now")
	}
	clock, err := time.Parse("15:04", written)
	if err != nil {
		return clock, oped.Invalid(fmt.Sprintf("%q is no time", written),
			"write 12:00, or a time such as 2026-03-09T12:00:00+05:00")
	}
	y, m, d := now.Date()
	at := time.Date(y, m, d, clock.Hour(), clock.Minute(), 0, 0, now.Location())
	if !at.After(now) {
		at = time.Date(y, m, d+1, clock.Hour(), clock.Minute(), 0, 0, now.Location())
	}
	return at.UTC(), nil
}

// release publishes the pieces whose hold is over. The contents of an edition depend on the clock only here.
func (p *App) release(ctx context.Context) error {
	if !p.store.Filled() { // pieces are judged when it is
		return nil
	}
	now := p.now().UTC().Truncate(time.Millisecond)
	due, err := p.store.Decisions.Due(ctx, now)
	if err != nil {
		return err
	}
	for _, d := range due {
		err := p.store.Decisions.Release(ctx, d.ID, now, func(piece oped.Piece) oped.PieceChange {
			return ingest.Curate(piece, nil, p.active.rules.Load())
		})
		if err != nil {
			return err
		}
		p.followers.send(d)
		p.log.Info("released", "piece", d.Piece, "editions", strings.Join(d.Editions, " "), "decision", d.ID)
	}
	next, err := p.store.Decisions.NextHold(ctx)
	p.hold.set(next)
	return err
}

// decideChoice writes a decision on a piece in some editions, or its undo: last is the decision that counts.
func (p *App) decideChoice(ctx context.Context, d, last oped.Decision, r *ingest.Rules) (Decided, error) {
	var noted []string
	if last.Action == oped.Annotate {
		noted = last.Editions
	}
	return p.decide(ctx, d, store.Verdict{
		Pieces: []oped.PieceID{d.Piece},
		Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
			return ingest.Curate(piece, noted, r), true // its page may show the decision
		},
	})
}

// undoChoice undoes a decision on a piece in some editions. After a merge, it is a decision on the target.
func (p *App) undoChoice(ctx context.Context, d, last oped.Decision, r *ingest.Rules) (Decided, error) {
	to, err := p.store.Pieces.ResolveID(ctx, last.Piece)
	if err != nil {
		return Decided{}, err
	}
	d.Piece = to
	return p.decideChoice(ctx, d, last, r)
}

// editionsOf returns the editions that a decision names, or the curated ones with the piece, published or for review.
func editionsOf(cfg *config.Config, x Curation, p *oped.Piece, r *ingest.Rules) ([]string, error) {
	if len(x.Editions) == 0 {
		names := slices.DeleteFunc(curatedEditions(cfg), func(name string) bool {
			return !slices.Contains(p.Editions, name)
		})
		if names = append(names, r.OfferedTo(p)...); len(names) == 0 {
			return nil, oped.Invalid(fmt.Sprintf("no curated edition has piece %d, for review or published", p.ID),
				"name the editions; curated: "+cmp.Or(strings.Join(curatedEditions(cfg), ", "), "none"))
		}
		return unique(names), nil
	}
	known := knownEditions
	if x.Action.DecidesEntry() {
		known = knownCurated
	}
	return unique(slices.Clone(x.Editions)), known(cfg, x.Editions)
}

// unique sorts names, and returns each once.
func unique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// knownEditions returns an Invalid error, with a suggestion, for a name of no edition.
func knownEditions(cfg *config.Config, names []string) error {
	all := make([]string, len(cfg.Editions))
	for i, e := range cfg.Editions {
		all[i] = e.Name
	}
	for _, name := range names {
		if !slices.Contains(all, name) {
			return oped.Invalid(fmt.Sprintf("there is no edition %s in %s", name, cfg.Path),
				text.DidYouMean(name, all, "oped ls EDITION lists one")).
				OnDesk(text.DidYouMean(name, all, "the page Editions lists them"))
		}
	}
	return nil
}

// knownCurated returns an Invalid error, with a suggestion, for a name of no curated edition.
func knownCurated(cfg *config.Config, names []string) error {
	curated := curatedEditions(cfg)
	for _, name := range names {
		switch {
		case len(curated) == 0:
			return oped.Invalid("no edition is curated", "write `curated: true` in an edition of "+cfg.Path)
		case !slices.Contains(curated, name):
			return oped.Invalid(fmt.Sprintf("there is no curated edition %s in %s", name, cfg.Path),
				text.DidYouMean(name, curated, "the curated editions are "+strings.Join(curated, ", ")))
		}
	}
	return nil
}

// curatedEditions returns the names of the curated editions, in the order of the configuration.
func curatedEditions(cfg *config.Config) (names []string) {
	for _, e := range cfg.Editions {
		if e.Filter.Curated {
			names = append(names, e.Name)
		}
	}
	return names
}

// joined returns words, separated by commas.
func joined[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}
