package oped

import "time"

// Person is an author (RFC 4287 §3.2).
type Person struct {
	Name, Email, URL string
}

// Enclosure is a file belonging to an entry, such as its recording (RSS 2.0, RFC 4287 §4.2.7.2).
type Enclosure struct {
	URL  string // absolute
	Type string // media type as received; "" if unknown
	Size int64  // in bytes; 0 if unknown
}

// Entry is one item of one feed, as published there. HTML is kept as received, with absolute addresses. It is sanitised
// on output, never before it is stored.
type Entry struct {
	Row       int64  // in the store; 0 until it is stored
	FeedURL   string // the feed that carried it
	Publisher string // of that feed
	ID        string // guid or atom:id, unchanged but for trimmed white space; "" if it has none
	URL       string // absolute http(s) address of the page; "" if it has none
	Title     string // plain text
	Authors   []Person
	Summary   string // HTML as received, or ""
	Content   string // HTML as received, or ""
	Text      string // plain text of Content, else of Summary; rules read it, spans index it
	Rights    string // plain text
	Source    string // name of the publisher it credits as its origin (rss source, atom:source title), or ""

	// Boilerplate lists the stretches of Text, in byte offsets, that the publisher repeats under many pieces. It was
	// learned at the time of the entry's arrival.
	Boilerplate [][2]int
	Categories  []string // plain text
	Lang        string   // BCP 47; "" if unknown
	Published   time.Time
	Updated     time.Time
	Zone        int // of its date as written, in minutes east of UTC; 0: UTC or unknown
	Enclosures  []Enclosure
	FirstSeen   time.Time // when we first received it
	Joined      string    // why it is a copy of its piece; "" if the piece was created from it
	Limits      Limits    // limits it reached; some of its published content is then not kept
	// Hash covers the whole published entry, before any limit. Equal hashes mean an unchanged entry. Text, Boilerplate,
	// Row, Zone, FirstSeen, Joined and Limits do not count.
	Hash [32]byte
}

// Date returns the entry's time of publication, else of its update, else of its first sight. It ignores dates later
// than the first sight.
func (e *Entry) Date() time.Time {
	for _, t := range []time.Time{e.Published, e.Updated} {
		if !t.IsZero() && (e.FirstSeen.IsZero() || !t.After(e.FirstSeen)) {
			return t
		}
	}
	return e.FirstSeen
}

// Revision is an earlier version of an entry.
type Revision struct {
	At    time.Time // when it was last replaced
	News  NewsPart  // the significant change in the version that replaced it
	Text  string    // its plain text
	Entry Entry     // the earlier ID, URL, Title, Authors, Summary, Content, Published, Updated and Hash
}

// Author is a person with at least one piece.
type Author struct {
	Key    string // text.AuthorSlug of the name
	Name   string // the commonest spelling in the latest pieces
	Pieces int    // opinion pieces
}

// PrimaryLang returns the first subtag of a BCP 47 tag, in lower case: "ur" for "ur-PK".
func PrimaryLang(tag string) string {
	var out []byte
	for i := range len(tag) {
		c := tag[i]
		switch {
		case c == '-' || c == '_':
			return string(out)
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}
