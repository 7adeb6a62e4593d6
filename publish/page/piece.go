package page

import (
	"encoding/base64"
	"html/template"
	"time"

	"oped"
)

// Piece is the page of a piece.
type Piece struct {
	Head
	Piece    Listed        // the lead entry
	Citation Citation      // for reference managers
	Editions []EditionLink // editions containing it
	Reasons  []Reason      // one for each topic it is on
	History
	Details   string // address of the page of its details; "" if none
	Citations []Link // its citation in formats for reference managers
	RIS       string // its citation in that format, for a page without links to citations; "": none
}

// risURL returns a citation as an address (RFC 2397). A file of its own would take a block of the disk.
func risURL(ris string) template.URL {
	const media = "data:application/x-research-info-systems;charset=utf-8;base64,"
	return template.URL(media + base64.StdEncoding.EncodeToString([]byte(ris)))
}

func (*Piece) template() string { return "piece" }

// Details is the page with everything behind a [Piece].
type Details struct {
	Head
	Piece      Listed    // the lead entry
	On, Others []Verdict // topics it is on or for review, and other judged topics
	Written    bool      // not all of them are fitted
	Whole      bool      // the whole text may be shown
	Allowed    int       // number of words otherwise
	History
}

func (*Details) template() string { return "details" }

// History is what is known of a piece at other places and times. The page of a piece has the beginning of each list.
type History struct {
	Appearances []Appearance // all entries, within a limit
	More        int          // number of unlisted appearances
	Related     []Related    // related pieces, within a limit
	MoreRelated int          // number of unlisted related pieces
	Versions    []Change     // changes, within a limit
	MoreChanges int          // number of unlisted changes
}

// Reason is why a piece is on a topic, in one sentence.
type Reason struct {
	Lang    string // of the page's own words
	Topic   string // its title
	Curator string // who decided; "" for the rule
	Says    Sentence
	Words   []Match
}

// Sentence is a sentence in a language. Not all reasons are translated.
type Sentence struct{ Text, Lang, Dir string }

// Match is a span that counted much.
type Match struct{ Text, Zone string }

// Citation is the data of a piece for programs.
type Citation struct {
	Title, Newspaper, Lang, Rights string // plain text; "" if unknown
	Authors                        []string
	Date                           string // RFC 3339; a day
	URL                            string // of the original, or else of the page
	Linked                         any    // the same as linked data (JSON-LD)
}

// EditionLink is a link to an edition.
type EditionLink struct{ Title, Lang, URL string }

// Appearance is one entry of a piece.
type Appearance struct {
	Publisher, URL string    // URL is "" if none
	Title          string    // "" if equal to the piece's
	Lang, Dir      string    // of its title
	When           time.Time // time of publication
	Lead           bool      // the lead entry
	Why            string    // why it counts as a copy, in English; "" for the piece's first entry
}

// Related is a piece related to the piece of the page.
type Related struct {
	How                   string    // its relation to this piece
	Title, Publisher, URL string    // URL is its page
	Lang, Dir             string    // of its title
	When                  time.Time // time of publication
	Why                   string    // an English sentence
}

// Change is a change of an entry from one version to the next.
type Change struct {
	Publisher               string    // "" if unknown
	When                    time.Time // time of the change
	News                    string    // kind of change
	Lang, Dir               string    // of the text
	Headline, Authors, Text []Stretch // the parts that changed
	Removed, Added          int       // words of the text
}

// Stretch is a passage of two versions, within the number of words that may be shown.
type Stretch struct {
	Op   string // kept, removed or added
	Say  string // Op in the page's words; "" for kept
	Text string // with "…" for omissions
}

// Verdict is the outcome of a piece at one topic.
type Verdict struct {
	Lang             string       // of the page's own words
	Title            string       // of the topic
	Outcome          oped.Outcome // on the topic, for review or neither
	Score, Threshold string       // decimal numbers
	Review           string       // minimum score for review; "" if none
	Version          string       // of the rule
	Curator          string       // who decided; "" for the rule
	Reason           Sentence     // without a text if there is nothing to add
	Note             string       // message about a rule changed since the decision
	Fitted           bool         // its rules are parts of a fitted topic; Reason is there in any case
	Rules            []Rule       // matching expressions
	More             int          // number of smaller parts without a line
	MoreSum          string       // their share of the score, with sign
	MoreValue        string       // the same as a number
	Limits           string       // parts omitted from the explanation, and their share of the score; "" if none
	Vetoed, Beside   []Aside      // spans that veto, and spans without effect
}

// Rule is one expression with its matches.
type Rule struct {
	Expr   string // in the topic language
	Says   string // of a part of a fitted topic: its meaning, in English; ""
	Weight string // "" if only the sum is known
	Parts  []Part // its matches
}

// Part is a span in its sentence, with the computation of its share of the score.
type Part struct {
	Quoted
	Lang, Dir string   // of the sentence
	Factors   []Factor // empty if only their product is known
	Equals    string   // = or ≈, if the product was rounded
	Addend    string   // with sign
	Value     string   // the same as a number
	Zone      string   // name of the zone
	Place     string   // field and byte range; "" without a place in the piece
}

// Quoted is a span in its sentence, within the number of words that may be shown.
type Quoted struct {
	Before, After string   // the rest of the sentence
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
