package oped

import "time"

// Position is a place in a file that a person wrote. Line and Col count from 1; Col counts runes. 0 means unknown.
type Position struct {
	File      string
	Line, Col int
}

// List is a named list of terms, which rules call $name.
type List struct {
	Name  string
	Terms []Term
	Pos   Position
}

// Term is one term as its author wrote it, flags included: "US/caps", "Pakistani~", "White House".
type Term struct {
	Source string
	Pos    Position
}

// Topic is a subject and what puts a piece on it.
type Topic struct {
	Name      string // [a-z0-9-]{1,64}
	Title     string
	Describe  string // what the topic means, for people
	Score     []Rule
	Require   Rule    // no piece is on the topic without it; Expr "" requires nothing
	Exclude   Rule    // a veto; Expr "" vetoes nothing
	Threshold float64 // a piece is on the topic from here
	Review    float64 // from here to the threshold it is a candidate; 0: no review
	Tests     []Example
	Lists     []List // of its own, in place of those of the same name that all topics share
	Pos       Position
}

// Rule is an expression of the topic language and its weight.
type Rule struct {
	Expr   string
	Weight float64
	Pos    Position // of the expression's first rune
}

// Example is an inline test of a topic: a headline or a text, and whether it belongs.
type Example struct {
	Text string
	Want bool
	Pos  Position
}

// Outcome is the verdict of a topic on a piece.
type Outcome string

// The outcomes.
const (
	Tagged Outcome = "tag"    // on the topic
	Review Outcome = "review" // a candidate for the curators
	None   Outcome = "none"   // not on the topic
)

// ByRule is the By of a tag that a rule gave; a curator's tag has the curator's name.
const ByRule = "rule"

// Tag is the fact that a piece is on a topic, or a candidate for it.
type Tag struct {
	Topic       string
	Outcome     Outcome
	By          string // ByRule, or the curator who decided
	Why         []Span // of each rule the first MaxMatches; where there are no more, they add up to Score
	Score       float64
	Threshold   float64
	RuleVersion string // changes whenever the rule could judge otherwise
	At          time.Time
}

// Span is a stretch of a piece that counted. Start and End are byte offsets into the text that Field names, and Text is what
// stands between them, to the letter.
type Span struct {
	Zone       string // title, lead, body, summary, quote, author, category, url, bio, credit, furniture
	Field      string // title, text, summary, author, category or url
	Start, End int
	Text       string
	Weight     float64 // what it added to the score
	Rule       string  // the expression that it counted for
}
