package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"oped"
	"oped/config"
	"oped/dedup"
	"oped/ingest"
	"oped/store"
	"oped/text"
	"oped/topic"
)

// Decided is a decision with its results. A decision with a number was written, even if publishing failed
// afterwards.
type Decided struct {
	Decision   oped.Decision     `json:"decision"`
	Pieces     []RearrangedPiece `json:"pieces"`     // changed by a merge or split
	Rearranged bool              `json:"rearranged"` // by a merge or split
	Undone     *oped.Decision    `json:"undone,omitempty"`
}

// MarshalJSON writes a Decided without a decision with null in its place.
func (d Decided) MarshalJSON() ([]byte, error) {
	type plain Decided
	out := struct {
		Decision *oped.Decision `json:"decision"`
		plain
	}{plain: plain(d)}
	if d.Decision.ID != 0 {
		out.Decision = &d.Decision
	}
	return json.Marshal(out)
}

// RearrangedPiece is a piece after a merge or a split.
type RearrangedPiece struct {
	ID          oped.PieceID `json:"id"`
	Title       string       `json:"title"`
	Appearances int          `json:"appearances"`
}

// Reason is the curator of a decision, and the reason for it.
type Reason struct {
	By  string `json:"by"`
	Why string `json:"why"`
	// Request names the request; "": it has no name. The same request, sent again, returns the decision made by the
	// first one, without its pieces, and does nothing more. A different one with its name is an Invalid error.
	Request string `json:"request,omitempty"`
	// Seen is the number of the last decision known to the curator; 0: all; -1: none. If another curator has answered the
	// same question since, the error is a *Conflict.
	Seen int64 `json:"seen,omitempty"`
}

func (r Reason) reason() Reason { return r }

// asksFor reports whether a decision is the one asked for, apart from its pieces.
func (r Reason) asksFor(d *oped.Decision, _ *config.Config) bool { return d.Why == r.Why }

// asking is a request for a decision.
type asking interface {
	reason() Reason
	asksFor(*oped.Decision, *config.Config) bool
}

// Conflict reports that another curator has answered a question meanwhile. Nothing was decided.
type Conflict struct {
	Decision oped.Decision // of the other curator
	at       time.Time
}

func (e *Conflict) Error() string {
	d, where := &e.Decision, ""
	if len(d.Editions) > 0 {
		where = " in " + strings.Join(d.Editions, ", ")
	}
	did := map[oped.Action]string{
		oped.TagIt:    "put this piece on " + d.Topic,
		oped.Untag:    "took this piece off " + d.Topic,
		oped.Merge:    "merged this piece",
		oped.Split:    "split this piece",
		oped.Withdraw: "withdrew this piece",
		oped.Approve:  "approved this piece",
		oped.Reject:   "rejected this piece",
		oped.Hold:     "held this piece",
		oped.Pin:      "pinned this piece",
		oped.Unpin:    "unpinned this piece",
		oped.Annotate: "noted this piece",
		oped.Undo:     fmt.Sprintf("undid decision %d on this piece", d.Undoes),
	}[d.Action]
	return fmt.Sprintf("%s %s %s ago%s", d.By, did, text.Span(max(e.at.Sub(d.At), 0)), where)
}

// Hint returns the way out.
func (e *Conflict) Hint() string { return "look at the piece again, and decide again if you must" }

// deciding returns a verb that decides each request once.
func deciding[P asking](
	p *App, do func(context.Context, P) (Decided, error),
) func(context.Context, P) (Decided, error) {
	return func(ctx context.Context, x P) (Decided, error) {
		if r := x.reason(); r.Request != "" {
			done, err := p.requested(ctx, r)
			if err == nil && !x.asksFor(&done.Decision, p.cfg) {
				return Decided{}, oped.Invalid(fmt.Sprintf("the request %q has led to another decision: %s", r.Request,
					Describe(done.Decision)), "load the page again; or choose another name")
			}
			if !errors.Is(err, store.ErrNotFound) {
				return done, err
			}
		}
		done, err := do(ctx, x)
		if by, ok := errors.AsType[*store.OvertakenError](err); ok {
			err = &Conflict{by.By, p.now()}
		}
		return done, err
	}
}

// requested returns the decision made by a request. The error is store.ErrNotFound if there is none.
func (p *App) requested(ctx context.Context, r Reason) (Decided, error) {
	d, err := p.store.Decisions.ByRequest(ctx, r.Request)
	if err != nil {
		return Decided{}, err
	}
	if d.By != strings.TrimSpace(r.By) {
		return Decided{}, oped.Invalid(fmt.Sprintf("another curator has used the request %q", r.Request), "choose another name")
	}
	done := Decided{Decision: d, Rearranged: d.Action == oped.Merge || d.Action == oped.Split}
	if d.Undoes != 0 {
		undone, err := p.store.Decisions.ByID(ctx, d.Undoes)
		if err != nil {
			return Decided{}, err
		}
		done.Undone = &undone
	}
	return done, nil
}

const (
	// maxWords limits a name, a reason or a note, in bytes.
	maxWords = 1000
	// maxRequestName limits the name of a request, in bytes.
	maxRequestName = 64
)

// decision returns a new decision with a reason. It returns an Invalid error for text unfit for the record.
func (p *App) decision(r Reason, action oped.Action) (oped.Decision, error) {
	for _, words := range []struct{ what, value string }{{"the name", r.By}, {"the reason", r.Why}} {
		if err := plainWords(words.what, words.value); err != nil {
			return oped.Decision{}, err
		}
	}
	by := strings.TrimSpace(r.By)
	if by == "" {
		return oped.Decision{}, oped.Invalid("--by is empty", "write --by with your name")
	}
	if by == oped.ByConfig || by == oped.ByRule {
		return oped.Decision{}, oped.Invalid(fmt.Sprintf("the name %s is reserved for decisions by oped itself", by),
			"write --by with your name")
	}
	if len(r.Request) > maxRequestName || plainWords("", r.Request) != nil {
		return oped.Decision{}, oped.Invalid("the name of the request is too long, or has control characters",
			fmt.Sprintf("it has at most %d bytes", maxRequestName))
	}
	return oped.Decision{
		At:      p.now().UTC().Truncate(time.Millisecond),
		By:      by,
		Why:     r.Why,
		Action:  action,
		Request: r.Request,
		Seen:    r.Seen,
	}, nil
}

// plainWords returns an Invalid error for a text, such as the note, if it is unfit for the record.
func plainWords(what, value string) error {
	if utf8.ValidString(value) && !strings.ContainsFunc(value, unicode.IsControl) && len(value) <= maxWords {
		return nil
	}
	return oped.Invalid(
		fmt.Sprintf("%s is too long, or has line breaks or control characters", what),
		fmt.Sprintf("write plain text, at most %d bytes, without line breaks", maxWords))
}

// decide writes a decision with its effects on pieces, and publishes the changes.
func (p *App) decide(ctx context.Context, d oped.Decision, v store.Verdict) (Decided, error) {
	d, _, err := p.store.Decisions.Decide(ctx, d, v)
	if err != nil {
		return Decided{}, err
	}
	p.followers.send(d)
	return Decided{Decision: d}, p.publish(p.committed(ctx))
}

// decideRules writes a decision on rules, judges the affected pieces again, and publishes the changes.
func (p *App) decideRules(
	ctx context.Context, cfg *config.Config, d oped.Decision, tagger *topic.Tagger,
) (Decided, error) {
	rules := rulesOf(cfg, tagger)
	var err error
	if rules.New, rules.Since, err = newEditions(ctx, p.store); err != nil {
		return Decided{}, err
	}
	names := namesOf(d.Rules)
	d, _, err = p.store.Decisions.Decide(ctx, d, store.Verdict{
		Queries: candidateQueries(cfg, tagger, names),
		Topics:  names,
		Decide: func(piece oped.Piece, was []oped.Tag) (oped.PieceChange, bool) {
			return ingest.Rejudge(piece, was, rules, d.At)
		},
		Begin:  func(pieces int) { jobOf(ctx).begin("judging pieces", pieces) },
		Judged: func() { jobOf(ctx).did(1, "") },
	})
	if err != nil {
		return Decided{}, err
	}
	p.active.rules.Store(rules) // not earlier: pages rendered meanwhile have the old version
	p.mustReload()
	p.followers.send(d)
	return Decided{Decision: d}, p.publish(p.committed(ctx))
}

// rearrange writes a decision to merge or split pieces, publishes the changes, and reads the changed pieces.
func (p *App) rearrange(
	ctx context.Context, d oped.Decision, ids []oped.PieceID, arrange func(store.Found) ([]oped.PieceChange, error),
) (Decided, error) {
	d, changes, err := p.store.Decisions.Rearrange(ctx, d, ids, arrange)
	if err != nil {
		return Decided{}, err
	}
	p.followers.send(d)
	done := Decided{Decision: d, Rearranged: true}
	ctx = p.committed(ctx)
	err = p.publish(ctx)
	pieces, unread := p.store.Pieces.Seen(ctx, changes.Pieces)
	for i := range pieces {
		x := &pieces[i]
		done.Pieces = append(done.Pieces, RearrangedPiece{x.ID, x.Lead().Title, len(x.Entries)})
	}
	return done, cmp.Or(err, unread)
}

// committed returns a context for the work after a commit. It does not end with the command, but with the daemon
// running the command.
func (p *App) committed(ctx context.Context) context.Context {
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

// Topics has the operations on topics. [App.Topics] returns it.
type Topics struct {
	p   *App
	cfg *config.Config // has the drafts
}

// Application names the topics whose drafts to activate; none: all that differ.
type Application struct {
	Reason
	Topics []string `json:"topics"`
}

// apply makes the draft of a topic its active rule, or the drafts of all topics that differ. Without a draft it
// writes nothing, and the decision has no number. It returns an Invalid error for an unknown topic.
func (t Topics) apply(ctx context.Context, x Application) (Decided, error) {
	d, err := t.p.decision(x.Reason, oped.Apply)
	if err != nil {
		return Decided{}, err
	}
	s, err := loadRuleSet(ctx, t.p.store, t.cfg)
	if err != nil {
		return Decided{}, err
	}
	names, err := s.chosen(t.cfg, x.Topics)
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
			Before:  s.active[name].Source,
			After:   tagger.Source(name),
			Version: tagger.Version(name),
		})
	}
	return t.p.decideRules(ctx, t.cfg, d, tagger)
}

// Pieces has the operations on pieces. [App.Pieces] returns it.
type Pieces struct {
	p   *App
	cfg *config.Config
}

// Judgement puts a piece on a topic, or takes it off.
type Judgement struct {
	Reason
	Action oped.Action `json:"action"` // oped.TagIt or oped.Untag
	Ref    string      `json:"ref"`
	Topic  string      `json:"topic"`
}

func (x Judgement) asksFor(d *oped.Decision, cfg *config.Config) bool {
	return x.Reason.asksFor(d, cfg) && d.Action == x.Action && d.Topic == x.Topic
}

// judge puts a piece on a topic or takes it off. It returns an Invalid error for an unknown topic or piece.
func (v Pieces) judge(ctx context.Context, x Judgement) (Decided, error) {
	if x.Action != oped.TagIt && x.Action != oped.Untag {
		return Decided{}, oped.Invalid(fmt.Sprintf("%q is no judgement on a piece", x.Action), "")
	}
	d, err := v.p.decision(x.Reason, x.Action)
	if err != nil {
		return Decided{}, err
	}
	if err := knownTopic(v.cfg, x.Topic); err != nil {
		return Decided{}, err
	}
	piece, err := findPiece(ctx, v.p.store, x.Ref)
	if err != nil {
		return Decided{}, err
	}
	rules, err := v.p.activeRules(ctx, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	d.Piece, d.Topic = piece.ID, x.Topic
	return v.p.decide(ctx, d, store.Verdict{
		Pieces: []oped.PieceID{piece.ID},
		Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
			return ingest.DecideTopic(piece, x.Topic, d.Action == oped.TagIt, d.By, rules, d.At)
		},
	})
}

// Selection names pieces or appearances.
type Selection struct {
	Reason
	Refs  []string `json:"refs"`
	Force bool     `json:"force"` // merge pieces even if they have nothing in common
}

// withdraw removes a piece from all editions. It returns an Invalid error if the piece is unknown or already
// withdrawn.
func (v Pieces) withdraw(ctx context.Context, x Selection) (Decided, error) {
	d, err := v.p.decision(x.Reason, oped.Withdraw)
	if err != nil {
		return Decided{}, err
	}
	if len(x.Refs) != 1 {
		return Decided{}, oped.Invalid("one piece is withdrawn at a time", "")
	}
	piece, err := findPiece(ctx, v.p.store, x.Refs[0])
	if err != nil {
		return Decided{}, err
	}
	if piece.Withdrawn {
		return Decided{}, oped.Invalid(fmt.Sprintf("piece %d is already withdrawn", piece.ID),
			"oped undo undoes a withdrawal").OnDesk(undoWithdrawal)
	}
	rules, err := v.p.activeRules(ctx, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	return v.p.toggleWithdrawn(ctx, d, piece.ID, rules)
}

// toggleWithdrawn withdraws a piece, or restores it if the decision undoes a withdrawal.
func (p *App) toggleWithdrawn(ctx context.Context, d oped.Decision, id oped.PieceID, r *ingest.Rules) (Decided, error) {
	to, err := p.store.Pieces.ResolveID(ctx, id)
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

// merge merges several pieces into one, or records that several appearances are rightly one piece. It returns an
// Invalid error if a piece is unknown, two references name the same piece, or pieces have nothing in common and are not
// forced.
func (v Pieces) merge(ctx context.Context, x Selection) (Decided, error) {
	d, refs, err := v.selected(ctx, x, oped.Merge)
	if err != nil {
		return Decided{}, err
	}
	if len(refs) < 2 {
		return Decided{}, oped.Invalid("a merge needs several pieces", "")
	}
	if ids := piecesOf(refs); appearancesOfOne(refs) {
		nothing := func(store.Found) ([]oped.PieceChange, error) { return nil, nil }
		return v.p.rearrange(ctx, d, ids, nothing)
	}
	for i, r := range refs {
		for _, other := range refs[:i] {
			if r.piece.ID == other.piece.ID {
				return Decided{}, oped.Invalid(
					fmt.Sprintf("%s and %s are already one piece, %d", other.ref, r.ref, r.piece.ID),
					fmt.Sprintf("oped piece show %d shows why", r.piece.ID)).
					OnDesk(fmt.Sprintf("the page of piece %d shows why", r.piece.ID))
			}
		}
	}
	pieces := make([]oped.Piece, len(refs))
	for i, r := range refs {
		pieces[i] = r.piece
	}
	if err := related(pieces); err != nil && !x.Force {
		return Decided{}, err
	}
	rules, err := v.p.activeRules(ctx, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	return v.p.rearrange(ctx, d, piecesOf(refs), merging(rules, d.At, len(refs)))
}

// appearancesOfOne reports whether references name different appearances of one piece.
func appearancesOfOne(refs []reference) bool {
	var rows []int64
	for i := range refs {
		r := &refs[i]
		if r.piece.ID != refs[0].piece.ID || len(r.rows) != 1 || slices.Contains(rows, r.rows[0]) {
			return false
		}
		rows = append(rows, r.rows[0])
	}
	return true
}

// related returns an Invalid error if pieces have nothing in common: most likely one of their numbers is wrong.
func related(pieces []oped.Piece) error {
	strange := dedup.Unrelated(pieces)
	if len(strange) == 0 {
		return nil
	}
	first, other := &pieces[0], &strange[0]
	return oped.Invalid(
		fmt.Sprintf("%s and %s share no author, address, word of a headline or phrase", inWordsOf(first), inWordsOf(other)),
		fmt.Sprintf("oped explain %d %d compares them; --force merges them", first.ID, other.ID)).
		OnDesk("if they are one piece, merge them by force")
}

// inWordsOf names a piece by its number, headline and publisher.
func inWordsOf(p *oped.Piece) string {
	return fmt.Sprintf("piece %d, %q of %s,", p.ID, p.Lead().Title, p.Lead().Publisher)
}

// undoWithdrawal is a hint on the desk.
const undoWithdrawal = "undo the withdrawal in the log, or on the page of the piece"

// merging returns the change that merges n pieces into one. It fails if some of them were merged in the
// meantime.
func merging(r *ingest.Rules, at time.Time, n int) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		if len(f.Pieces) != n {
			return nil, oped.Invalid("some of these were just merged", "oped topic log shows the decision").
				OnDesk("the log shows the decision")
		}
		return []oped.PieceChange{ingest.Merge(f.Pieces, f.InEffect, r, at)}, nil
	}
}

// selected returns a new decision and the resolved references of a selection.
func (v Pieces) selected(ctx context.Context, x Selection, action oped.Action) (oped.Decision, []reference, error) {
	d, err := v.p.decision(x.Reason, action)
	if err != nil {
		return d, nil, err
	}
	refs := make([]reference, len(x.Refs))
	for i, ref := range x.Refs {
		if refs[i], err = find(ctx, v.p.store, ref); err != nil {
			return d, nil, err
		}
	}
	return d, refs, nil
}

// split moves appearances out of a piece into a new one, or records that several pieces are different. It
// returns an Invalid error if the references name neither appearances of one piece nor one appearance each of
// several.
func (v Pieces) split(ctx context.Context, x Selection) (Decided, error) {
	d, refs, err := v.selected(ctx, x, oped.Split)
	if err != nil {
		return Decided{}, err
	}
	if len(refs) == 0 {
		return Decided{}, oped.Invalid("a split needs appearances or pieces", "")
	}
	ids := piecesOf(refs)
	rows, err := toSplit(refs, ids)
	if err != nil {
		return Decided{}, err
	}
	rules, err := v.p.activeRules(ctx, v.cfg)
	if err != nil {
		return Decided{}, err
	}
	return v.p.rearrange(ctx, d, ids, splitting(rows, rules, d.At, len(ids)))
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

// splitting returns the change that splits the appearances with these rows off a piece. Without rows, it moves
// nothing: the decision alone keeps the n pieces apart.
func splitting(rows []int64, r *ingest.Rules, at time.Time, n int) func(store.Found) ([]oped.PieceChange, error) {
	return func(f store.Found) ([]oped.PieceChange, error) {
		switch {
		case len(f.Pieces) != n:
			return nil, oped.Invalid("some of these were just merged", "oped topic log shows the decision").
				OnDesk("the log shows the decision")
		case len(rows) == 0:
			return nil, nil
		}
		return ingest.Split(f.Pieces[0], rows, f.Decision, f.InEffect, r, at)
	}
}

// activeRules returns the active rules, for judging changed pieces.
func (p *App) activeRules(ctx context.Context, cfg *config.Config) (*ingest.Rules, error) {
	active, err := p.explaining(ctx, cfg)
	if err != nil {
		return nil, err
	}
	rules := *active
	rules.New, rules.Since, err = newEditions(ctx, p.store)
	return &rules, err
}

// explaining returns the active rules, without New and Since. They are compiled again for a client with another
// configuration than the daemon's, and for a command that only reads.
func (p *App) explaining(ctx context.Context, cfg *config.Config) (*ingest.Rules, error) {
	if cfg == p.cfg && p.active != nil {
		return p.active.rules.Load(), nil
	}
	s, err := loadRuleSet(ctx, p.store, cfg)
	if err != nil {
		return nil, err
	}
	return rulesOf(cfg, s.tagger), nil
}
