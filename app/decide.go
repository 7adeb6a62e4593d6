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

// Decided is a decision with its results. A decision with a number was written, even if publishing failed
// afterwards.
type Decided struct {
	oped.Decision
	Pieces     []oped.Piece // changed by a merge or split
	Rearranged bool         // by a merge or split
}

// decide writes a decision with its effects on pieces, and publishes the changes.
func (p *App) decide(ctx context.Context, d oped.Decision, v store.Verdict) (Decided, error) {
	d, _, err := p.Store.Decisions.Decide(ctx, d, v)
	if err != nil {
		return Decided{}, err
	}
	return Decided{Decision: d}, p.Publish(p.Committed(ctx))
}

// decideRules writes a decision on rules, judges the affected pieces again, and publishes the changes.
func (p *App) decideRules(
	ctx context.Context, cfg *config.Config, d oped.Decision, tagger *topic.Tagger,
) (Decided, error) {
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
	p.active.rules.Store(rules) // not earlier: pages rendered meanwhile have the old version
	p.mustReload()
	return Decided{Decision: d}, p.Publish(p.Committed(ctx))
}

// rearrange writes a decision to merge or split pieces, publishes the changes, and reads the changed pieces.
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

// Committed returns a context for the work after a commit. It does not end with the command, but with the daemon
// running the command.
func (p *App) Committed(ctx context.Context) context.Context {
	if p.lasting != nil {
		return p.lasting
	}
	return context.WithoutCancel(ctx)
}

// mustReload asks the daemon, if there is one, to reload its configuration.
func (p *App) mustReload() {
	if p.changed != nil {
		p.changed()
	}
}

// Topics has the operations on topics. See [App.Topics].
type Topics struct {
	p   *App
	cfg *config.Config // has the drafts
}

// Apply makes the draft of a topic its active rule, or the drafts of all topics that differ. Without a draft it
// writes nothing, and the decision has no number. It returns an Invalid error for an unknown topic.
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

// Pieces has the operations on pieces. See [App.Pieces].
type Pieces struct {
	p   *App
	cfg *config.Config
}

// Judge puts a piece on a topic or takes it off, depending on the action of the decision. It returns an Invalid
// error for an unknown topic or piece.
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

// Withdraw removes a piece from all editions. It returns an Invalid error if the piece is unknown or already
// withdrawn.
func (v Pieces) Withdraw(ctx context.Context, d oped.Decision, ref string) (Decided, error) {
	piece, err := findPiece(ctx, v.p.Store, ref)
	if err != nil {
		return Decided{}, err
	}
	if piece.Withdrawn {
		return Decided{}, oped.Invalid(fmt.Sprintf("piece %d is already withdrawn", piece.ID),
			"oped undo undoes a withdrawal")
	}
	s, err := loadRuleSet(ctx, v.p.Store, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	return v.p.toggleWithdrawn(ctx, d, piece.ID, RulesOf(v.cfg, s.tagger))
}

// toggleWithdrawn withdraws a piece, or restores it if the decision undoes a withdrawal.
func (p *App) toggleWithdrawn(ctx context.Context, d oped.Decision, id oped.PieceID, r *ingest.Rules) (Decided, error) {
	to, err := p.Store.Pieces.ResolveID(ctx, id)
	if err != nil {
		return Decided{}, err
	}
	d.Piece = to
	return p.decide(ctx, d, store.Verdict{
		Pieces: []oped.PieceID{to},
		Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
			return ingest.Withdraw(piece, r, d.At)
		},
	})
}

// Merge merges several pieces into one. It returns an Invalid error if a piece is unknown, or two references
// name the same piece.
func (v Pieces) Merge(ctx context.Context, d oped.Decision, names []string) (Decided, error) {
	refs, err := findAll(ctx, v.p.Store, names)
	if err != nil {
		return Decided{}, err
	}
	for i, r := range refs {
		for _, other := range refs[:i] {
			if r.piece.ID == other.piece.ID {
				return Decided{}, oped.Invalid(
					fmt.Sprintf("%s and %s are already one piece, %d", other.ref, r.ref, r.piece.ID),
					fmt.Sprintf("oped piece show %d shows why", r.piece.ID))
			}
		}
	}
	rules, err := loadActiveRules(ctx, v.cfg, v.p.Store)
	if err != nil {
		return Decided{}, err
	}
	return v.p.rearrange(ctx, d, piecesOf(refs), Merging(rules, d.At, len(refs)))
}

// Merging returns the change that merges n pieces into one. It fails if some of them were merged in the
// meantime.
func Merging(r *ingest.Rules, at time.Time, n int) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		if len(f.Pieces) != n {
			return nil, oped.Invalid("some of these were just merged", "oped topic log shows the decision")
		}
		return []oped.PieceChange{ingest.Merge(f.Pieces, r, at)}, nil
	}
}

// Split moves appearances out of a piece into a new one, or records that several pieces are different. It
// returns an Invalid error if the references name neither appearances of one piece nor one appearance each of
// several.
func (v Pieces) Split(ctx context.Context, d oped.Decision, names []string) (Decided, error) {
	refs, err := findAll(ctx, v.p.Store, names)
	if err != nil {
		return Decided{}, err
	}
	ids := piecesOf(refs)
	rows, err := toSplit(refs, ids)
	if err != nil {
		return Decided{}, err
	}
	rules, err := loadActiveRules(ctx, v.cfg, v.p.Store)
	if err != nil {
		return Decided{}, err
	}
	return v.p.rearrange(ctx, d, ids, Splitting(rows, rules, d.At, len(ids)))
}

// toSplit returns the rows of the named appearances, all of one piece. It returns none if the references name
// several pieces, to be kept apart.
func toSplit(refs []reference, ids []oped.PieceID) (rows []int64, err error) {
	if len(ids) > 1 {
		if len(ids) < len(refs) {
			return nil, oped.Invalid("some of these are of one piece, and some of others",
				"name appearances of one piece to split them off, or one of each piece to keep the pieces apart")
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
		return nil, oped.Invalid(
			fmt.Sprintf("these are all appearances of piece %d: nothing would remain of it", p.ID),
			"name only those that do not belong to it")
	}
	return rows, nil
}

// Splitting returns the change that splits the appearances with these rows off a piece. Without rows, it moves
// nothing: the decision alone keeps the n pieces apart.
func Splitting(rows []int64, r *ingest.Rules, at time.Time, n int) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		switch {
		case len(f.Pieces) != n:
			return nil, oped.Invalid("some of these were just merged", "oped topic log shows the decision")
		case len(rows) == 0:
			return nil, nil
		}
		return ingest.Split(f.Pieces[0], rows, f.Decision, r, at)
	}
}

// loadActiveRules returns the active rules, for judging changed pieces.
func loadActiveRules(ctx context.Context, cfg *config.Config, st *store.Store) (*ingest.Rules, error) {
	s, err := loadRuleSet(ctx, st, cfg)
	if err != nil {
		return nil, err
	}
	rules := RulesOf(cfg, s.tagger)
	rules.New, rules.Since, err = newEditions(ctx, st)
	return rules, err
}
