package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
	"oped/topic"
)

// Decided is a decision with what it did. It was written if it has a number, even if publishing failed afterwards.
type Decided struct {
	oped.Decision
	Pieces     []oped.Piece // of a merge or a split: those that changed
	Rearranged bool         // pieces were merged or split
}

// decide writes a decision with what follows from it, and publishes what it changed.
func (p *App) decide(ctx context.Context, d oped.Decision, v store.Verdict) (Decided, error) {
	d, _, err := p.Store.Decisions.Decide(ctx, d, v)
	if err != nil {
		return Decided{}, err
	}
	return Decided{Decision: d}, p.Publish(p.Committed(ctx))
}

// decideRules writes a decision on rules, and publishes what it changed.
func (p *App) decideRules(ctx context.Context, cfg *config.Config, d oped.Decision, tagger *topic.Tagger) (Decided, error) {
	rules := RulesOf(cfg, tagger)
	var err error
	if rules.New, rules.Since, err = newEditions(ctx, p.Store); err != nil {
		return Decided{}, err
	}
	names := namesOf(d.Rules)
	d, _, err = p.Store.Decisions.Decide(ctx, d, store.Verdict{
		Queries: candidateQueries(cfg, tagger, names),
		Topics:  names,
		Decide: func(piece oped.Piece, was []oped.Tag) (oped.PieceChange, bool) {
			return ingest.Rejudge(piece, was, rules, d.At)
		},
	})
	if err != nil {
		return Decided{}, err
	}
	p.active.rules.Store(rules) // not before: a page that is rendered meanwhile has the version of the old ones
	p.mustReload()
	return Decided{Decision: d}, p.Publish(p.Committed(ctx))
}

// rearrange writes a decision that merges or splits pieces, publishes what it changed, and reads the pieces.
func (p *App) rearrange(
	ctx context.Context, d oped.Decision, ids []oped.PieceID, arrange func(store.Found) ([]oped.PieceChange, error),
) (Decided, error) {
	d, changes, err := p.Store.Decisions.Rearrange(ctx, d, ids, arrange)
	if err != nil {
		return Decided{}, err
	}
	done := Decided{Decision: d, Rearranged: true}
	ctx = p.Committed(ctx)
	err = p.Publish(ctx)
	pieces, unread := p.Store.Pieces.Seen(ctx, changes.Pieces)
	done.Pieces = pieces
	return done, cmp.Or(err, unread)
}

// Committed is a context for what has to follow from a commit. It does not end with the command, but with the daemon
// that carries it out.
func (p *App) Committed(ctx context.Context) context.Context {
	if p.lasting != nil {
		return p.lasting
	}
	return context.WithoutCancel(ctx)
}

// mustReload notes that a daemon has to read its configuration again.
func (p *App) mustReload() {
	if p.changed != nil {
		p.changed()
	}
}

// Topics are the verbs on topics.
type Topics struct {
	p   *App
	cfg *config.Config // with the drafts
}

// Apply makes the draft of a topic its active rule, or the drafts of all topics that have one. Without a draft it
// decides nothing.
func (t Topics) Apply(ctx context.Context, d oped.Decision, only ...string) (Decided, error) {
	s, err := loadRuleSet(ctx, t.p.Store, t.cfg)
	if err != nil {
		return Decided{}, err
	}
	names, err := s.chosen(t.cfg, only)
	if err != nil || len(names) == 0 {
		return Decided{}, err
	}
	tagger, err := s.draftTagger(t.cfg, names)
	if err != nil {
		return Decided{}, err
	}
	for _, name := range names {
		d.Rules = append(d.Rules, oped.RuleChange{
			Topic:   name,
			Before:  s.Active[name].Source,
			After:   tagger.Source(name),
			Version: tagger.Version(name),
		})
	}
	return t.p.decideRules(ctx, t.cfg, d, tagger)
}

// Pieces are the verbs on pieces.
type Pieces struct {
	p   *App
	cfg *config.Config
}

// Judge puts a piece on a topic or takes it off, as the action of the decision says.
func (v Pieces) Judge(ctx context.Context, d oped.Decision, ref, topicName string) (Decided, error) {
	if err := knownTopic(v.cfg, topicName); err != nil {
		return Decided{}, err
	}
	piece, err := findPiece(ctx, v.p.Store, ref)
	if err != nil {
		return Decided{}, err
	}
	s, err := loadRuleSet(ctx, v.p.Store, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	d.Piece, d.Topic = piece.ID, topicName
	rules := RulesOf(v.cfg, s.tagger)
	return v.p.decide(ctx, d, store.Verdict{
		Pieces: []oped.PieceID{piece.ID},
		Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
			return ingest.Pin(piece, topicName, d.Action == oped.TagIt, d.By, rules, d.At)
		},
	})
}

// Withdraw takes a piece out of all editions.
func (v Pieces) Withdraw(ctx context.Context, d oped.Decision, ref string) (Decided, error) {
	piece, err := findPiece(ctx, v.p.Store, ref)
	if err != nil {
		return Decided{}, err
	}
	if piece.Withdrawn {
		return Decided{}, oped.Invalid(fmt.Sprintf("piece %d is withdrawn already", piece.ID), "oped undo takes a withdrawal back")
	}
	s, err := loadRuleSet(ctx, v.p.Store, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	return v.p.toggleWithdrawn(ctx, d, piece.ID, RulesOf(v.cfg, s.tagger))
}

// toggleWithdrawn withdraws a piece, or puts it back if the decision undoes a withdrawal.
func (p *App) toggleWithdrawn(ctx context.Context, d oped.Decision, id oped.PieceID, r *ingest.Rules) (Decided, error) {
	to, err := p.Store.Pieces.ResolveID(ctx, id)
	if err != nil {
		return Decided{}, err
	}
	d.Piece = to
	return p.decide(ctx, d, store.Verdict{
		Pieces: []oped.PieceID{to},
		Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) { return ingest.Withdraw(piece, r, d.At) },
	})
}

// Merge makes one piece of several.
func (v Pieces) Merge(ctx context.Context, d oped.Decision, names []string) (Decided, error) {
	refs, err := findAll(ctx, v.p.Store, names)
	if err != nil {
		return Decided{}, err
	}
	for i, r := range refs {
		for _, other := range refs[:i] {
			if r.piece.ID == other.piece.ID {
				return Decided{}, oped.Invalid(fmt.Sprintf("%s and %s are one piece already, %d", other.ref, r.ref, r.piece.ID),
					fmt.Sprintf("oped piece show %d tells why", r.piece.ID))
			}
		}
	}
	rules, err := loadActiveRules(ctx, v.cfg, v.p.Store)
	if err != nil {
		return Decided{}, err
	}
	return v.p.rearrange(ctx, d, piecesOf(refs), Merging(rules, d.At, len(refs)))
}

// Merging makes one piece of n.
func Merging(r *ingest.Rules, at time.Time, n int) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		if len(f.Pieces) != n {
			return nil, oped.Invalid("some of these have just become one piece", "oped topic log tells how")
		}
		return []oped.PieceChange{ingest.Merge(f.Pieces, r, at)}, nil
	}
}

// Split moves appearances out of a piece, or records that several pieces are different ones.
func (v Pieces) Split(ctx context.Context, d oped.Decision, names []string) (Decided, error) {
	refs, err := findAll(ctx, v.p.Store, names)
	if err != nil {
		return Decided{}, err
	}
	ids := piecesOf(refs)
	rows, err := toPart(refs, ids)
	if err != nil {
		return Decided{}, err
	}
	rules, err := loadActiveRules(ctx, v.cfg, v.p.Store)
	if err != nil {
		return Decided{}, err
	}
	return v.p.rearrange(ctx, d, ids, Splitting(rows, rules, d.At, len(ids)))
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

// Splitting parts appearances from a piece; without any, n pieces are to stay apart, and nothing moves.
func Splitting(rows []int64, r *ingest.Rules, at time.Time, n int) func(store.Found) ([]oped.PieceChange, error) {
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

// loadActiveRules are the rules in force, by which pieces that change are judged.
func loadActiveRules(ctx context.Context, cfg *config.Config, st *store.Store) (*ingest.Rules, error) {
	s, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return nil, err
	}
	rules := RulesOf(cfg, s.tagger)
	rules.New, rules.Since, err = newEditions(ctx, st)
	return rules, err
}
