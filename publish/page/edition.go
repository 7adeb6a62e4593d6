package page

import "time"

// Edition is the page of an edition, of one of its archives, or of an issue.
type Edition struct {
	Head
	Atom       string       // address of its Atom feed
	Formats    []FormatLink // its feeds in other formats
	About      string       // address of the page about it
	Older      string       // address of older pieces; "" if none
	Newer      string       // address of newer pieces; "" if none
	Shown, All int          // number of pieces
	Changed    time.Time    // time of the last change
	Pieces     []Listed     // newest first
}

func (*Edition) template() string { return "edition" }

// FormatLink is a link to an edition's feed in a format other than Atom.
type FormatLink struct{ Name, URL, Format string }

// Listed is a piece in a list.
type Listed struct {
	Title      string    // plain text
	URL        string    // of the original; "" if no appearance has an address
	Lang, Dir  string    // of the piece: BCP 47 and "ltr" or "rtl"
	By         []Link    // authors, with their pages
	Publisher  string    // "" if unknown
	Paper      string    // page of its publisher; "" if none
	When       time.Time // time of publication
	Excerpt    []string  // paragraphs
	Topics     []string  // titles
	Kind       string    // "" if of no interest to a reader
	Others     []Place   // other places of publication
	Page       string    // of the piece; "" if none
	Why, Named string    // text of the link to Page, and the title for its label
}

// Place is another place of publication.
type Place struct {
	Publisher, URL string    // URL is "" if none
	On             time.Time // zero: same day or unknown
}

// Missing is the page for an unknown address.
type Missing struct{ Head }

func (*Missing) template() string { return "missing" }

// Removed is the page for a removed edition.
type Removed struct{ Head }

func (*Removed) template() string { return "removed" }
