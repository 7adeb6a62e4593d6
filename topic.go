package oped

import "time"

// Position is a place in a file written by a person. Line and Col count from 1; Col counts runes. 0 means unknown.
type Position struct {
	File      string
	Line, Col int
}

// List is a named list of terms. Rules refer to it as $name.
type List struct {
	Name  string
	Terms []Term
	Pos   Position
}

// Term is one term as written, flags included: "US/caps", "Pakistani~", "White House".
type Term struct {
	Source string
	Pos    Position
}

// Topic is a subject, with the rules to put pieces on it.
type Topic struct {
	Name     string // [a-z0-9-]{1,64}
	Title    string
	Describe string // the topic's meaning, for people
	Score    []Rule
	Require  Rule // every piece on the topic must match it; Expr "": no requirement
	Exclude  Rule // no piece on the topic may match it; Expr "": no veto
	// A fitted topic names what it is about: one or two sides, or a subject with at most one side, and lists of terms
	// for both at once. Its weights are fitted to labelled pieces. Score is one part of it, or judges until it is fitted.
	Sides       []string
	Subject     []string
	Bridge      []string
	Weights     string  // the text of its file of weights; "": not fitted yet
	WeightsFile string  // the path of that file
	Threshold   float64 // minimum score of a piece on the topic
	Review      float64 // minimum score of a candidate for review; 0: no review
	Tests       []Example
	Lists       []List // the topic's own; they replace shared lists of the same name
	Stored      string // the rule as the store has it; "" for one of the configuration. It sees its own lists only
	Pos         Position
}

// Fitted reports whether the weights of the topic are fitted, not written.
func (t *Topic) Fitted() bool { return len(t.Sides) > 0 || len(t.Subject) > 0 }

// Rule is an expression of the topic language and its weight.
type Rule struct {
	Expr   string
	Weight float64
	Pos    Position // of the expression's first rune
}

// Example is an inline test of a topic: a headline or a text, and the expected result.
type Example struct {
	Text string
	Want bool // the text is on the topic
	Pos  Position
}

// Outcome is the verdict of a topic on a piece.
type Outcome string

// The outcomes of a topic's rules.
const (
	Tagged Outcome = "tag"    // on the topic
	Review Outcome = "review" // a candidate for the curators
	None   Outcome = "none"   // not on the topic
)

// ByRule is the By of a tag given by a rule. A curator's tag has the curator's name instead.
const ByRule = "rule"

// Tag records the outcome of a topic for a piece: the piece is on the topic, a candidate for it, or taken off it by a
// curator.
type Tag struct {
	Topic       string
	Outcome     Outcome
	By          string // ByRule, or the curator's name
	Why         []Span // the first MaxMatches of each rule; unless a rule has more, they sum to Score
	Score       float64
	Threshold   float64
	RuleVersion string // changes whenever the rule's verdicts may change
	At          time.Time
}

// Span is a matched stretch of a piece. Start and End are byte offsets into the text named by Field. Text is the part
// of it between them, unchanged.
type Span struct {
	Zone       string // title, lead, body, summary, quote, author, category, url, bio, credit, furniture
	Field      string // title, text, summary, author, category or url
	Start, End int
	Text       string
	Weight     float64 // its share of the score
	Rule       string  // the matched expression
}
