package page

import "time"

// People is the page of a publisher or of an author.
type People struct {
	Head
	Label      string   // message above the name
	Shown, All int      // number of pieces
	Papers     int      // number of papers with pieces by an author; 0 on a publisher's page
	Sources    []Source // of a publisher; none on an author's page
	Atom       string   // feed of an edition for only this publisher or author; "" if none
	Pieces     []Listed // newest first
}

func (*People) template() string { return "people" }

// Source is a feed of a publisher.
type Source struct {
	Title, Dir string    // plain text and its direction
	URL, Site  string    // "" if secret
	Read       time.Time // the last time; zero if never
}

// Publishers is the page listing all publishers.
type Publishers struct {
	Head
	Of []PublisherLine // sorted by name
}

func (*Publishers) template() string { return "publishers" }

// PublisherLine is a publisher in [Publishers].
type PublisherLine struct {
	Name, Dir, Lang, URL string // URL is the publisher's page
	Pieces               int    // number of pieces
}
