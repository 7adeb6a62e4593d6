package oped

import (
	"cmp"
	"slices"
	"time"
)

// Choice is a decision of a curator on a piece in one edition, in effect.
type Choice struct {
	Decision int64 // its number; of several decisions on one question the latest counts
	Edition  string
	Action   Action // Approve, Reject, Hold, Pin, Unpin or Annotate
	Note     string // of Annotate
	Place    int    // of Pin, from 1
	Released bool   // of Hold: its time is over. The store records that, so that no clock decides on a page
}

// InEffect is a decision in effect on a piece, in one edition if it is a choice. If the piece was merged since, the
// decision is on the piece that has its lead entry.
type InEffect struct {
	Choice // also of the other decisions: Edition is ""
	Piece  PieceID
	Lead   int64  // row of the lead entry of Piece
	Topic  string // of TagIt and Untag
	By     string
	At     time.Time
}

// RejectReason is the listed reason of a rejection. The Why of the decision may add to it.
type RejectReason string

// The reasons.
const (
	OffTopic    RejectReason = "off-topic"
	Duplicate   RejectReason = "duplicate"
	NotOpinion  RejectReason = "not-opinion"
	Poor        RejectReason = "poor"
	OtherReason RejectReason = "other"
)

// RejectReasons returns all reasons, in display order.
func RejectReasons() []RejectReason {
	return []RejectReason{OffTopic, Duplicate, NotOpinion, Poor, OtherReason}
}

// DecidesEntry reports whether the action decides if a piece enters a curated edition.
func (a Action) DecidesEntry() bool { return a == Approve || a == Reject || a == Hold }

// IsChoice reports whether the action is a decision on a piece in some editions.
func (a Action) IsChoice() bool { return a.DecidesEntry() || a.decidesPlace() || a == Annotate }

// question returns one of the actions that decide the same as a choice.
func (a Action) question() Action {
	switch {
	case a.DecidesEntry():
		return Approve
	case a.decidesPlace():
		return Pin
	}
	return a
}

func (a Action) decidesPlace() bool { return a == Pin || a == Unpin }

// latestChoice returns the last choice in an edition with one of some actions; the zero value if there is none.
func (p *Piece) latestChoice(edition string, asked func(Action) bool) (last Choice) {
	for _, c := range p.Choices {
		if c.Edition == edition && asked(c.Action) && c.Decision > last.Decision {
			last = c
		}
	}
	return last
}

// EntryChoice returns the choice that decides if the piece enters a curated edition; the zero value if nobody decided.
func (p *Piece) EntryChoice(edition string) Choice {
	return p.latestChoice(edition, Action.DecidesEntry)
}

// ApprovedIn reports whether a curated edition publishes the piece. An approval beats the filter of the edition.
func (p *Piece) ApprovedIn(edition string) bool {
	c := p.EntryChoice(edition)
	return !p.Withdrawn && (c.Action == Approve || c.Action == Hold && c.Released)
}

// NoteIn returns the note of a curator on the piece in an edition, as plain text; "" if there is none.
func (p *Piece) NoteIn(edition string) string {
	return p.latestChoice(edition, func(a Action) bool { return a == Annotate }).Note
}

// IsPinned reports whether the piece is among the first of an edition.
func (p *Piece) IsPinned(edition string) bool {
	return p.latestChoice(edition, Action.decidesPlace).Action == Pin
}

// PinIn returns the choice that pins the piece in an edition; the zero value if it is not pinned there.
func (p *Piece) PinIn(edition string) Choice {
	if c := p.latestChoice(edition, Action.decidesPlace); c.Action == Pin {
		return c
	}
	return Choice{}
}

// ComparePins compares two pieces of an edition: pinned ones come first, by their places. Of one place, the last pinned
// comes first.
func ComparePins(edition string, a, b *Piece) int {
	one, other := a.latestChoice(edition, Action.decidesPlace), b.latestChoice(edition, Action.decidesPlace)
	switch pinned := one.Action == Pin; {
	case pinned != (other.Action == Pin):
		if pinned {
			return -1
		}
		return 1
	case pinned:
		return cmp.Or(cmp.Compare(one.Place, other.Place), cmp.Compare(other.Decision, one.Decision))
	}
	return 0
}

// AddChoices adds the choices of a merged piece.
func (p *Piece) AddChoices(more []Choice) {
	if len(more) == 0 {
		return
	}
	p.Choices = append(slices.Clip(p.Choices), more...)
	slices.SortFunc(p.Choices, compareChoices)
	p.Choices = slices.CompactFunc(p.Choices, sameChoice)
}

func sameChoice(a, b Choice) bool { return compareChoices(a, b) == 0 }

func compareChoices(a, b Choice) int {
	return cmp.Or(cmp.Compare(a.Decision, b.Decision), cmp.Compare(a.Edition, b.Edition))
}
