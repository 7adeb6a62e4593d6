package oped

import "time"

// Action is what was decided.
type Action string

// The decisions. Tag and Untag are of a curator on one piece, Apply is of the rules, Merge and Split are of pieces, Undo takes one of them
// back.
const (
	Apply Action = "apply"
	Undo  Action = "undo"
	TagIt Action = "tag"
	Untag Action = "untag"
	Merge Action = "merge"
	Split Action = "split"

	Withdraw Action = "withdraw"
)

// ByConfig is the By of a decision that nobody gave by hand: a topic that is new in the configuration, or there no more.
const ByConfig = "config"

// Decision is what somebody decided, kept for good. It is taken back by another decision.
type Decision struct {
	ID       int64        `json:"id"` // in the store
	At       time.Time    `json:"at"`
	By       string       `json:"by"` // the curator, or ByConfig
	Why      string       `json:"why"`
	Action   Action       `json:"action"`
	Piece    PieceID      `json:"piece,omitempty"`     // of TagIt and Untag; of Merge the piece that stays, of Split the piece that was parted
	Pieces   []PieceID    `json:"pieces,omitempty"`    // of Merge and Split: all that it was about, as they were before
	Split    int          `json:"parted,omitempty"`    // of Split: how many appearances were parted from the piece; 0: pieces are to stay apart
	Topic    string       `json:"topic,omitempty"`     // of TagIt and Untag
	Rules    []RuleChange `json:"rules,omitempty"`     // of Apply, and of Undo of an Apply
	Undoes   int64        `json:"undoes,omitempty"`    // the decision that an Undo takes back
	UndoneBy int64        `json:"undone_by,omitempty"` // 0: it stands
}

// RuleChange is one topic whose rule was changed by a decision.
type RuleChange struct {
	Topic   string `json:"topic"`
	Before  string `json:"before"` // source, as topic.Source gives it; "": none
	After   string `json:"after"`
	Version string `json:"version,omitempty"` // of After
	Added   int    `json:"added"`             // pieces that came to be on the topic
	Removed int    `json:"removed"`           // pieces that are on it no more
}
