package page

import "time"

// About is the page about an edition.
type About struct {
	Head
	Edition, EditionURL string
	Atom                string
	Formats             []FormatLink
	Criteria            []Row
	Total               int // pieces
	Changed             time.Time
	Recent              int // pieces of the 30 days before it changed
	Topics              []Topic
	Contact, ContactURL string
}

func (*About) template() string { return "about" }

// Row is one line of what an edition takes.
type Row struct {
	Label string
	Of    []Labelled
}

// Labelled is a part of a Row.
type Labelled struct {
	Text, URL, Dir, Lang string
	Code                 bool
}

// Topic is a topic as people are told of it.
type Topic struct {
	Title, Dir, Describe, Version string
	Rules                         []Weighed
	Require, Exclude              string
	Threshold, Review             string
	Lists                         []Terms
	Yes, No                       []Sample
	Evaluation                    *Evaluation // nil: it was not
}

// Weighed is an expression of a rule.
type Weighed struct{ Expr, Weight string }

// Terms are a list of terms that a rule uses.
type Terms struct {
	Name  string
	Terms []string
}

// Sample is an example of a text.
type Sample struct{ Text, Dir, Lang string }

// Evaluation is how well a rule was measured to work.
type Evaluation struct {
	At            time.Time
	Version, File string
	Records       int
	Other         bool // it was another version
	Kinds         []KindEvaluation
}

// KindEvaluation is how well a rule works on one kind of texts.
type KindEvaluation struct{ Kind, Precision, Recall, F1 string }
