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
	Published int       // pieces in it
	Newest    time.Time // when a piece last entered; zero: none has
	Held      int       // of a curated edition: pieces to be published later
	Asks      *Asked    // its queue, or that of its only topic; nil: there is none
}

// Summaries returns all editions, the curated ones first.
func (v Pieces) Summaries(ctx context.Context) ([]EditionSummary, error) {
	states, err := v.p.store.Editions.All(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(states, func(a, b oped.EditionState) int {
		switch {
		case a.Filter.Curated == b.Filter.Curated:
			return 0
		case a.Filter.Curated:
			return -1
		}
		return 1
	})
	all := make([]EditionSummary, len(states))
	for i := range states {
		if all[i], err = v.summary(ctx, &states[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (v Pieces) summary(ctx context.Context, e *oped.EditionState) (EditionSummary, error) {
	x := EditionSummary{
		Name:      e.Name,
		Title:     cmp.Or(e.Title, e.Name),
		Lang:      e.Lang,
		Curated:   e.Filter.Curated,
		Digest:    e.Digest,
		Published: e.Pieces,
	}
	var err error
	if x.Newest, err = v.p.store.Editions.LastEntered(ctx, e.Name); err != nil {
		return x, err
	}
	of := Question{}
	if x.Curated {
		of.Edition = e.Name
	} else if len(e.Filter.Topics) == 1 {
		of.Topic = e.Filter.Topics[0]
	} else {
		return x, nil
	}
	q, _, err := v.ranked(ctx, of, false)
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

// EditionContents is an edition with what curators decided on its pieces.
type EditionContents struct {
	Edition   string          `json:"edition"`
	Curated   bool            `json:"curated"`
	Published []EditionMember `json:"published"` // at its head, the pinned ones first
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
	if !slices.Contains(v.Editions(), edition) {
		return nil, oped.ErrNotFound
	}
	x := &EditionContents{Edition: edition, Curated: slices.Contains(curatedEditions(v.cfg), edition)}
	ids, err := v.p.store.Editions.Head(ctx, edition, 0)
	if err != nil {
		return nil, err
	}
	if x.Published, err = v.members(ctx, edition, ids); err != nil {
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
	byNumber := map[int64]oped.Decision{}
	for _, d := range decisions {
		byNumber[d.ID] = d
	}
	for i := range pieces {
		p := &pieces[i]
		pin := p.PinIn(edition)
		x := EditionMember{
			ListedPiece: days.listed(p),
			Lang:        p.Lead().Lang,
			Place:       pin.Place,
			Pinned:      pin.Decision,
			Note:        p.NoteIn(edition),
			Decision:    byNumber[p.EntryChoice(edition).Decision],
		}
		all = append(all, x)
	}
	return all, nil
}
