package page

import (
	"time"

	"oped"
)

// Piece is the page of a piece.
type Piece struct {
	Head
	Piece       Listed
	Editions    []EditionLink // editions containing it
	Appearances []Appearance
	More        int // number of unlisted appearances
	Related     []Related
	MoreRelated int
	Versions    []Change
	MoreChanges int
	On, Others  []Verdict
	Whole       bool // the whole text may be shown
	Allowed     int  // number of words otherwise
}

func (*Piece) template() string { return "piece" }

// EditionLink is a link to an edition.
type EditionLink struct{ Title, Lang, URL string }

// Appearance is one entry of a piece.
type Appearance struct {
	Publisher, URL string
	Title          string // "" if equal to the piece's
	Lang, Dir      string
	When           time.Time
	Lead           bool   // the lead entry
	Why            string // why it counts as a copy, in English; "" for the piece's first entry
}

// Related is a piece related to the piece of the page.
type Related struct {
	How                   string // its relation to this piece
	Title, Publisher, URL string
	Lang, Dir             string
	When                  time.Time
	Why                   string // an English sentence
}

// Change is a change of an entry from one version to the next.
type Change struct {
	Publisher               string
	When                    time.Time
	News                    string // kind of change
	Lang, Dir               string
	Headline, Authors, Text []Stretch
	Removed, Added          int // words of the text
}

// Stretch is a passage of two versions, within the number of words that may be shown.
type Stretch struct {
	Op   string // kept, removed or added
	Say  string // Op in the page's words; "" for kept
	Text string // with "…" for omissions
}

// Verdict is the outcome of a piece at one topic.
type Verdict struct {
	Lang             string // of the page's own words
	Title            string
	Outcome          oped.Outcome
	Score, Threshold string
	Review           string // minimum score for review; "" if none
	Version          string
	Curator          string // who decided; "" for the rule
	Reason           string // one English sentence; "" if there is nothing to add
	Note             string // message about a rule changed since the decision
	Rules            []Rule
	Limits           string // parts omitted from the explanation, and their share of the score; "" if none
	Vetoed, Beside   []Aside
}

// Rule is one expression with its matches.
type Rule struct {
	Expr   string
	Weight string // "" if only the sum is known
	Parts  []Part
}

// Part is a span in its sentence, with the computation of its share of the score.
type Part struct {
	Quoted
	Lang, Dir string
	Factors   []Factor // empty if only their product is known
	Equals    string   // = or ≈, if the product was rounded to an eighth
	Addend    string   // with sign
	Value     string   // the same as a number
	Zone      string
	Place     string
}

// Quoted is a span in its sentence, within the number of words that may be shown.
type Quoted struct {
	Before, After string
	Marked        []string // the exact span; for a long one, its two ends
}

// Factor is a factor of an addend.
type Factor struct{ Name, Value string }

// Aside is a span without effect on the score.
type Aside struct{ Text, Zone, Place string }

// Withdrawn is the page of a withdrawn piece.
type Withdrawn struct{ Head }

func (*Withdrawn) template() string { return "withdrawn" }

// Moved is the page of a piece merged into another one.
type Moved struct {
	Head
	Piece Listed // the other piece
}

func (*Moved) template() string { return "moved" }
