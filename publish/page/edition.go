package page

import "time"

// Edition is the page of an edition, of one of its archives, or of an issue.
type Edition struct {
	Head
	Atom       string
	Formats    []FormatLink
	About      string
	Older      string // where older pieces are; "" if there are none
	Newer      string // where newer pieces are; "" if there are none
	Shown, All int    // pieces
	Changed    time.Time
	Pieces     []Listed
}

func (*Edition) template() string { return "edition" }

// FormatLink leads to the feed of an edition in another format than Atom.
type FormatLink struct{ Name, URL, Format string }

// Listed is a piece in a list.
type Listed struct {
	Title      string
	URL        string // of the original; "" if no appearance has an address
	Lang, Dir  string
	By         []Link
	Publisher  string
	Paper      string // the page of its publisher; "" if there is none
	When       time.Time
	Excerpt    []string // paragraphs
	Topics     []string
	Kind       string // "" where it says nothing to a reader
	Others     []Place
	Page       string // of the piece; "" if it has none
	Why, Named string // what leads there: in words, and the title
}

// Place is another place where a piece was published.
type Place struct {
	Publisher, URL string
	On             time.Time // zero: on the same day, or not known
}

// Index is the page that lists all editions.
type Index struct {
	Head
	Host     string
	Editions []EditionLine
}

func (*Index) template() string { return "index" }

// EditionLine is an edition in the index.
type EditionLine struct {
	Title, Subtitle   string
	Lang, Dir         string
	Page, Atom, About string
	Formats           []FormatLink
	Pieces            int
	Changed           time.Time
}

// Missing is the page for an address without a page.
type Missing struct{ Head }

func (*Missing) template() string { return "missing" }

// Removed is the page for an edition that was removed.
type Removed struct{ Head }

func (*Removed) template() string { return "removed" }
