package page

import (
	"time"

	"oped"
)

// Piece is the page of a piece.
type Piece struct {
	Head
	Piece       Listed
	Editions    []EditionLink // in which it is
	Appearances []Appearance
	More        int // appearances that are not listed
	Related     []Related
	MoreRelated int
	Versions    []Change
	MoreChanges int
	On, Others  []Verdict
	Whole       bool // the whole text may be shown
	Allowed     int  // else: so many words of it
}

func (*Piece) template() string { return "piece" }

// EditionLink leads to an edition.
type EditionLink struct{ Title, Lang, URL string }

// Appearance is one entry of a piece.
type Appearance struct {
	Publisher, URL string
	Title          string // "" if it is that of the piece
	Lang, Dir      string
	When           time.Time
	Lead           bool   // the piece is republished from it
	Why            string // it is a copy: an English sentence; "" if the piece was made of it
}

// Related is a piece that has to do with the one of the page.
type Related struct {
	How                   string // what that piece is to this one
	Title, Publisher, URL string
	Lang, Dir             string
	When                  time.Time
	Why                   string // an English sentence
}

// Change is what became of a version of an entry.
type Change struct {
	Publisher               string
	When                    time.Time
	News                    string // what was news
	Lang, Dir               string
	Headline, Authors, Text []Stretch
	Removed, Added          int // words of the text
}

// Stretch is a stretch of two versions, as far as it may be shown.
type Stretch struct {
	Op   string // kept, removed or added
	Say  string // the same in the words of the page; "" for what was kept
	Text string // with "…" where something is left out
}

// Verdict is what became of a piece at one topic.
type Verdict struct {
	Lang             string // of the page's own words
	Title            string
	Outcome          oped.Outcome
	Score, Threshold string
	Review           string // from which score on the topic is reviewed; "" if it is not
	Version          string
	Curator          string // who decided; "" if the rule did
	Reason           string // one English sentence; "" if there is nothing to add
	Note             string // a message, where the rule has changed since
	Rules            []Rule
	Limits           string // what the explanation leaves out, and what that adds to the score; "" if nothing
	Vetoed, Beside   []Aside
}

// Rule is one expression and what it found.
type Rule struct {
	Expr   string
	Weight string // "" if only the sum is known
	Parts  []Part
}

// Part is a span in its sentence, and the arithmetic of what it adds.
type Part struct {
	Quoted
	Lang, Dir string
	Factors   []Factor // empty if only their product is known
	Equals    string   // = or, where the product was rounded to an eighth, ≈
	Addend    string   // with its sign
	Value     string   // the same, as a number
	Zone      string
	Place     string
}

// Quoted is a span in its sentence, as far as it may be shown.
type Quoted struct {
	Before, After string
	Marked        []string // the span to the byte; of a long one its two ends
}

// Factor is a factor of an addend.
type Factor struct{ Name, Value string }

// Aside is a span that adds nothing.
type Aside struct{ Text, Zone, Place string }

// Withdrawn is the page of a piece that was withdrawn.
type Withdrawn struct{ Head }

func (*Withdrawn) template() string { return "withdrawn" }

// Moved is the page of a piece that was merged into another one.
type Moved struct {
	Head
	Piece Listed // the other one
}

func (*Moved) template() string { return "moved" }
