package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"oped"
)

// EditionSummary is an edition in a line.
type EditionSummary struct {
	Name      string
	Title     string
	Lang      string
	Curated   bool
	Digest    oped.Digest
	Published int       // pieces in it; of a digest, without Next
	Next      int       // of a digest: pieces for its next issue
	Newest    time.Time // when the last of its pieces entered; zero: it has none
	Held      int       // of a curated edition: pieces to be published later
	Asks      *Asked    // its queue; nil: there is none
}

// Summaries returns all editions, the curated ones first.
func (v Pieces) Summaries(ctx context.Context) ([]EditionSummary, error) {
	states, err := v.p.store.Editions.All(ctx)
	if err != nil {
		return nil, err
	}
	var all []EditionSummary
	for _, curated := range []bool{true, false} {
		for i := range states {
			if e := &states[i]; e.Filter.Curated == curated {
				x, err := v.summary(ctx, e)
				if err != nil {
					return nil, err
				}
				all = append(all, x)
			}
		}
	}
	return all, nil
}

func (v Pieces) summary(ctx context.Context, e *oped.EditionState) (EditionSummary, error) {
	x := EditionSummary{
		Name:    e.Name,
		Title:   cmp.Or(e.Title, e.Name),
		Lang:    e.Lang,
		Curated: e.Filter.Curated,
		Digest:  e.Digest,
	}
	next, err := v.nextIssue(ctx, e)
	if err != nil {
		return x, err
	}
	x.Published, x.Next = e.Pieces-len(next), len(next)
	if x.Newest, err = v.p.store.Editions.LastEntered(ctx, e.Name); err != nil {
		return x, err
	}
	of := questionOf(&e.Edition)
	if of == nil {
		return x, nil
	}
	q, _, err := v.ranked(ctx, *of, false)
	if err != nil {
		return x, err
	}
	x.Asks = &q.Asked
	for _, c := range q.decided {
		if c.Action == oped.Hold && !c.Released {
			x.Held++
		}
	}
	return x, nil
}

// questionOf returns the question whose answers fill an edition: its own if it is curated, else that of its topic if it
// selects by nothing else. It returns nil for other editions.
func questionOf(e *oped.Edition) *Question {
	switch f := e.Filter; {
	case f.Curated:
		return &Question{Edition: e.Name}
	case len(f.Topics) == 1 && f.Canonical() == oped.Filter{Topics: f.Topics}.Canonical():
		return &Question{Topic: f.Topics[0]}
	}
	return nil
}

// NextIssue returns the pieces that a digest will publish with its next issue. Another edition has none.
func (v Pieces) NextIssue(ctx context.Context, edition string) (map[oped.PieceID]bool, error) {
	i := slices.Index(v.Editions(), edition)
	if i < 0 || v.cfg.Editions[i].Digest == oped.NoDigest {
		return nil, nil
	}
	states, err := v.p.store.Editions.All(ctx)
	if err != nil {
		return nil, err
	}
	for i := range states {
		if e := &states[i]; e.Name == edition {
			return v.nextIssue(ctx, e)
		}
	}
	return nil, nil
}

func (v Pieces) nextIssue(ctx context.Context, e *oped.EditionState) (map[oped.PieceID]bool, error) {
	if e.Digest == oped.NoDigest {
		return nil, nil
	}
	ids, err := v.p.store.Editions.FirstEntered(ctx, e.Name, e.Digest.Period(e.Closed).Start)
	next := map[oped.PieceID]bool{}
	for _, id := range ids {
		next[id] = true
	}
	return next, err
}

// EditionContents is an edition with what curators decided on its pieces.
type EditionContents struct {
	Edition   string          `json:"edition"`
	Curated   bool            `json:"curated"`
	Asks      *Question       `json:"-"`         // of its queue; nil: there is none
	Published []EditionMember `json:"published"` // at its head, the pinned ones first
	Next      []EditionMember `json:"next"`      // of a digest: for its next issue, the pinned ones first
	Held      []EditionMember `json:"held"`      // the next to be published first
	Rejected  []EditionMember `json:"rejected"`  // the latest first
}

// EditionMember is a piece with the decisions on it in one edition.
type EditionMember struct {
	ListedPiece
	Lang     string        `json:"lang"`
	Place    int           `json:"place"`    // of a pin, from 1; 0: none
	Pinned   int64         `json:"pinned"`   // the number of the decision that pinned it; 0: none
	Note     string        `json:"note"`     // of a curator
	Decision oped.Decision `json:"decision"` // that published, held or rejected it; the zero value: none did
}

// maxRejected is the number of rejected pieces in the contents of an edition.
const maxRejected = 20

// Contents returns the pieces at the head of an edition, all held ones, and the last rejected. The error is
// oped.ErrNotFound if there is no such edition.
func (v Pieces) Contents(ctx context.Context, edition string) (*EditionContents, error) {
	i := slices.Index(v.Editions(), edition)
	if i < 0 {
		return nil, oped.ErrNotFound
	}
	e := &v.cfg.Editions[i]
	x := &EditionContents{Edition: edition, Curated: e.Filter.Curated, Asks: questionOf(e)}
	ids, err := v.p.store.Editions.Head(ctx, edition, 0)
	if err != nil {
		return nil, err
	}
	next, err := v.NextIssue(ctx, edition)
	if err != nil {
		return nil, err
	}
	isNext := func(id oped.PieceID) bool { return next[id] }
	isOut := func(id oped.PieceID) bool { return !next[id] }
	if x.Next, err = v.members(ctx, edition, slices.DeleteFunc(slices.Clone(ids), isOut)); err != nil {
		return nil, err
	}
	if x.Published, err = v.members(ctx, edition, slices.DeleteFunc(ids, isNext)); err != nil {
		return nil, err
	}
	decided, err := v.p.store.Editions.Decided(ctx, edition)
	if err != nil {
		return nil, err
	}
	var held, rejected []oped.PieceID
	for _, c := range slices.Backward(decided) {
		if c.Action == oped.Hold && !c.Released {
			held = append(held, c.Piece)
		} else if c.Action == oped.Reject && len(rejected) < maxRejected {
			rejected = append(rejected, c.Piece)
		}
	}
	if x.Held, err = v.members(ctx, edition, held); err != nil {
		return nil, err
	}
	slices.SortFunc(x.Held, func(a, b EditionMember) int { return a.Decision.Until.Compare(b.Decision.Until) })
	x.Rejected, err = v.members(ctx, edition, rejected)
	return x, err
}

// members returns pieces with the decisions on them in an edition, the pinned ones first.
func (v Pieces) members(ctx context.Context, edition string, ids []oped.PieceID) ([]EditionMember, error) {
	all, days := []EditionMember{}, calendarOf(v.cfg)
	pieces, err := v.p.store.Pieces.Listed(ctx, ids)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(pieces, func(a, b oped.Piece) int { return oped.ComparePins(edition, &a, &b) })
	var numbers []int64
	for i := range pieces {
		numbers = append(numbers, pieces[i].EntryChoice(edition).Decision)
	}
	decisions, err := v.p.store.Decisions.Numbered(ctx, numbers)
	if err != nil {
		return nil, err
	}
	for i := range pieces {
		p := &pieces[i]
		pin := p.PinIn(edition)
		all = append(all, EditionMember{
			ListedPiece: days.listed(p),
			Lang:        p.Lead().Lang,
			Place:       pin.Place,
			Pinned:      pin.Decision,
			Note:        p.NoteIn(edition),
			Decision:    decisions[p.EntryChoice(edition).Decision],
		})
	}
	return all, nil
}
