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
	Rhythm     *Rhythm  // of a publisher; nil if unknown
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

// Largest returns the number of pieces of the publisher with the highest one.
func (p *Publishers) Largest() (n int) {
	for _, l := range p.Of {
		n = max(n, l.Pieces)
	}
	return n
}

// Sum returns the number of pieces of all publishers. A piece in several papers counts for each.
func (p *Publishers) Sum() (n int) {
	for _, l := range p.Of {
		n += l.Pieces
	}
	return n
}

func (*Publishers) template() string { return "publishers" }

// PublisherLine is a publisher in [Publishers].
type PublisherLine struct {
	Name, Dir, Lang, URL string // URL is the publisher's page
	Pieces               int    // number of pieces
}

// Authors is the page listing the authors with a letter, or the index of all.
type Authors struct {
	Head
	Letter  string        // "" on the index
	All     string        // address of the index; "" on the index
	Letters []Link        // of the index
	Groups  []AuthorGroup // none on the index of many authors
}

func (*Authors) template() string { return "authors" }

// AuthorGroup holds the authors with a letter.
type AuthorGroup struct {
	Letter string
	Of     []AuthorLine
}

// AuthorLine is an author in [Authors].
type AuthorLine struct {
	Name, Dir, Lang, URL string // URL is the author's page
	Pieces               int    // number of pieces
}
