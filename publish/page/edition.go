package page

import "time"

// Edition is the page of an edition, of one of its archives, or of an issue.
type Edition struct {
	Head
	Atom       string
	Formats    []FormatLink
	About      string
	Older      string // address of older pieces; "" if none
	Newer      string // address of newer pieces; "" if none
	Shown, All int    // number of pieces
	Changed    time.Time
	Pieces     []Listed
}

func (*Edition) template() string { return "edition" }

// FormatLink is a link to an edition's feed in a format other than Atom.
type FormatLink struct{ Name, URL, Format string }

// Listed is a piece in a list.
type Listed struct {
	Title      string
	URL        string // of the original; "" if no appearance has an address
	Lang, Dir  string
	By         []Link
	Publisher  string
	Paper      string // page of its publisher; "" if none
	When       time.Time
	Excerpt    []string // paragraphs
	Topics     []string
	Kind       string // "" if of no interest to a reader
	Others     []Place
	Page       string // of the piece; "" if none
	Why, Named string // text of the link to Page, and the title for its label
}

// Place is another place of publication.
type Place struct {
	Publisher, URL string
	On             time.Time // zero: same day or unknown
}

// Index is the page listing all editions.
type Index struct {
	Head
	Host     string
	Editions []EditionLine
}

func (*Index) template() string { return "index" }

// EditionLine is an edition in the [Index].
type EditionLine struct {
	Title, Subtitle   string
	Lang, Dir         string
	Page, Atom, About string
	Formats           []FormatLink
	Pieces            int
	Changed           time.Time
}

// Missing is the page for an unknown address.
type Missing struct{ Head }

func (*Missing) template() string { return "missing" }

// Removed is the page for a removed edition.
type Removed struct{ Head }

func (*Removed) template() string { return "removed" }
