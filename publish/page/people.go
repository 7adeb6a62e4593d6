package page

import "time"

// People is the page of a publisher or of an author.
type People struct {
	Head
	Label      string // a message above the name
	Shown, All int    // pieces
	Papers     int    // in how many of them an author writes; 0: this goes without saying
	Sources    []Source
	Atom       string // the feed of an edition that takes this publisher or author alone; "" if there is none
	Pieces     []Listed
}

func (*People) template() string { return "people" }

// Source is a feed of a publisher.
type Source struct {
	Title, Dir string
	URL, Site  string    // "" if they may not be published
	Read       time.Time // the last time that it was; zero if it never was
}

// Publishers is the page that lists all publishers.
type Publishers struct {
	Head
	Of []PublisherLine
}

func (*Publishers) template() string { return "publishers" }

// PublisherLine is a publisher in the list of all.
type PublisherLine struct {
	Name, Dir, Lang, URL string
	Pieces               int
}
