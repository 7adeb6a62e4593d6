package page

import "time"

// About is the page about an edition.
type About struct {
	Head
	Edition, EditionURL string       // title of the edition and address of its page
	Atom                string       // address of its Atom feed
	Formats             []FormatLink // its feeds in other formats
	Criteria            []Row        // its filter
	Total               int          // number of pieces
	Changed             time.Time    // time of the last change
	Recent              int          // pieces in the 30 days before the last change
	Quality             []Quality    // the figures of its fitted topics
	Topics              []Topic      // the rules of its topics
	Contact, ContactURL string       // for requests to withdraw a piece; "" if none
}

func (*About) template() string { return "about" }

// Row is one selection criterion of an edition.
type Row struct {
	Label string     // in the page's language
	Of    []Labelled // the selected values
}

// Labelled is one value of a [Row].
type Labelled struct {
	Text, URL, Dir, Lang string // URL is "" if none
	Code                 bool   // an expression
}

// Topic describes a topic and its rule to readers.
type Topic struct {
	Title, Dir, Describe, Version string      // Version identifies the rule
	Rules                         []Weighed   // expressions with their weights
	Require, Exclude              string      // expressions; "" if none
	Threshold, Review             string      // minimum scores; Review is "" if none
	Lists                         []Terms     // the lists of terms in its expressions
	Yes, No                       []Sample    // examples on the topic, and not on it
	Evaluation                    *Evaluation // nil: not evaluated
	Fitted                        bool        // the page has its Quality
}

// Quality is the success of a fitted topic with papers unknown to its weights.
type Quality struct {
	Title          string
	Right, Found   Percent   // the precision, and the recall
	Pieces, Papers int       // labelled pieces, and their papers; 0: not known
	At             time.Time // the day
	Forced         bool      // its weights are in use in spite of their figures
	ReviewOnly     bool      // it tags nothing by itself
}

// Percent is a share of 100, and its 95 % interval.
type Percent struct{ Value, Low, High int }

// Weighed is an expression of a rule with its weight.
type Weighed struct{ Expr, Weight string }

// Terms is a list of terms used by a rule.
type Terms struct {
	Name  string // as $name
	Terms []string
}

// Sample is an example text.
type Sample struct{ Text, Dir, Lang string }

// Evaluation is the measured accuracy of a rule.
type Evaluation struct {
	At            time.Time        // time of the evaluation
	Version, File string           // of the rule, and of the labelled pieces
	Records       int              // number of labelled pieces
	Other         bool             // of another version of the rule
	Kinds         []KindEvaluation // results by kind of text
}

// KindEvaluation is the accuracy of a rule for one kind of texts.
type KindEvaluation struct{ Kind, Precision, Recall, F1 string }
