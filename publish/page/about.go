package page

import "time"

// About is the page about an edition.
type About struct {
	Head
	Edition, EditionURL string
	Atom                string
	Formats             []FormatLink
	Criteria            []Row
	Total               int // number of pieces
	Changed             time.Time
	Recent              int // pieces in the 30 days before the last change
	Topics              []Topic
	Contact, ContactURL string
}

func (*About) template() string { return "about" }

// Row is one selection criterion of an edition.
type Row struct {
	Label string
	Of    []Labelled
}

// Labelled is one value of a [Row].
type Labelled struct {
	Text, URL, Dir, Lang string
	Code                 bool
}

// Topic describes a topic and its rule to readers.
type Topic struct {
	Title, Dir, Describe, Version string
	Rules                         []Weighed
	Require, Exclude              string
	Threshold, Review             string
	Lists                         []Terms
	Yes, No                       []Sample
	Evaluation                    *Evaluation // nil: not evaluated
}

// Weighed is an expression of a rule with its weight.
type Weighed struct{ Expr, Weight string }

// Terms is a list of terms used by a rule.
type Terms struct {
	Name  string
	Terms []string
}

// Sample is an example text.
type Sample struct{ Text, Dir, Lang string }

// Evaluation is the measured accuracy of a rule.
type Evaluation struct {
	At            time.Time
	Version, File string
	Records       int
	Other         bool // of another version of the rule
	Kinds         []KindEvaluation
}

// KindEvaluation is the accuracy of a rule for one kind of texts.
type KindEvaluation struct{ Kind, Precision, Recall, F1 string }
