package oped

import (
	"cmp"
	"slices"
	"time"
)

// Action is the kind of a decision.
type Action string

// The actions. TagIt and Untag are decisions of a curator on one piece and one topic. Apply activates changed rules.
// Merge joins pieces, and Split separates them. Withdraw removes a piece from all editions. Approve and Reject decide
// on one piece in some curated editions, Hold approves it from a time on, Pin and Unpin put it first there or back,
// and Annotate gives it a note there. Undo reverses one of the others.
const (
	Apply Action = "apply"
	Undo  Action = "undo"
	TagIt Action = "tag"
	Untag Action = "untag"
	Merge Action = "merge"
	Split Action = "split"

	Withdraw Action = "withdraw"

	Approve  Action = "approve"
	Reject   Action = "reject"
	Hold     Action = "hold"
	Pin      Action = "pin"
	Unpin    Action = "unpin"
	Annotate Action = "note"
)

// ByConfig is the By of an automatic decision: a topic was added to the configuration, or removed from it.
const ByConfig = "config"

// Decision is a decision of a curator or of the configuration. It is kept for good; an Undo is a decision of its own.
type Decision struct {
	ID     int64     `json:"id"` // in the store
	At     time.Time `json:"at"`
	By     string    `json:"by"` // the curator, or ByConfig
	Why    string    `json:"why"`
	Action Action    `json:"action"`
	// Piece is the subject of a decision on one piece, the remaining piece of Merge, and the original piece of Split.
	Piece    PieceID      `json:"piece,omitempty"`
	Pieces   []PieceID    `json:"pieces,omitempty"`    // of Merge and Split: all pieces involved, as they were before
	Split    int          `json:"parted,omitempty"`    // of Split: entries moved out; 0: keep Pieces separate
	Topic    string       `json:"topic,omitempty"`     // of TagIt and Untag
	Editions []string     `json:"editions,omitempty"`  // of a choice, by name
	Reason   RejectReason `json:"reason,omitempty"`    // of Reject
	Note     string       `json:"note,omitempty"`      // of Annotate: plain text; "" removes the note
	Until    time.Time    `json:"until,omitzero"`      // of Hold
	Place    int          `json:"place,omitempty"`     // of Pin, from 1
	Rules    []RuleChange `json:"rules,omitempty"`     // of Apply, and of Undo of an Apply
	Undoes   int64        `json:"undoes,omitempty"`    // of Undo: the reversed decision
	UndoneBy int64        `json:"undone_by,omitempty"` // the Undo of this decision; 0: it is in effect
	Request  string       `json:"-"`                   // names the request, chosen by its client; "": none
	Seen     int64        `json:"-"`                   // the last decision known to the curator, not stored; 0: all; -1: none
}

// SameQuestion reports whether a later decision answers the question of d again. A merge, a split and a withdrawal
// concern all questions on a piece.
func (d *Decision) SameQuestion(later *Decision) bool {
	switch {
	case d.Action.isOnAll() || later.Action.isOnAll():
		return true
	case d.Action.IsChoice() && later.Action.IsChoice():
		return d.Action.question() == later.Action.question() &&
			slices.ContainsFunc(d.Editions, func(name string) bool { return slices.Contains(later.Editions, name) })
	case d.Topic != "":
		return d.Topic == later.Topic
	}
	return false
}

func (a Action) isOnAll() bool { return a == Merge || a == Split || a == Withdraw }

// LastingNews reports whether a change of an edition by the decision stays news to its readers. undone is the action
// that it undoes; "": it undoes none. A decision that was undone is no news, and neither is the undo: the documents are
// as before. But readers have seen the tombstones of merged, split and withdrawn pieces, and of those that curators let
// into an edition and took out again, so these decisions and their undoing are. The zero Decision is a fetch, and its
// changes are news.
func (d *Decision) LastingNews(undone Action) bool {
	switch cmp.Or(undone, d.Action) {
	case Merge, Split, Withdraw, Approve, Reject, Hold:
		return true
	}
	return d.UndoneBy == 0 && d.Action != Undo
}

// LogFilter selects decisions of the log. Zero fields select all.
type LogFilter struct {
	By           string
	Action       Action
	Topic        string
	Edition      string
	Piece        PieceID   // with those on its entries in other pieces, and on pieces merged into it
	Since, Until time.Time // Until is not included
	Before       int64     // only decisions with a smaller number
}

// RuleChange is the change of one topic's rule by a decision.
type RuleChange struct {
	Topic   string `json:"topic"`
	Before  string `json:"before"` // source, as returned by topic.Source; "": none
	After   string `json:"after"`
	Version string `json:"version,omitempty"` // of After
	Added   int    `json:"added"`             // pieces newly on the topic
	Removed int    `json:"removed"`           // pieces no longer on it
}
