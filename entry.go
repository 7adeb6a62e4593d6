package oped

import "time"

// Person is an author (RFC 4287 §3.2).
type Person struct {
	Name, Email, URL string
}

// Entry is one item of one feed, as it was published there. HTML is kept as received, with absolute addresses; it is
// sanitised on the way out, never before it is stored.
type Entry struct {
	Row       int64  // in the store; 0 until it is stored
	FeedURL   string // the feed it stood in
	Publisher string // of that feed
	ID        string // guid or atom:id to the letter, outer white space trimmed; "" if it has none
	URL       string // absolute http(s) address of the page; "" if it has none
	Title     string // plain text
	Authors   []Person
	Summary   string // HTML as received, or ""
	Content   string // HTML as received, or ""
	Text      string // plain text of Content, or of Summary where Content is empty: what rules see and spans cut
	Rights    string // plain text
	Source    string // name of the publisher it says it comes from (rss source, atom:source title), or ""

	Boilerplate [][2]int // stretches of Text that the publisher puts under many pieces, as learned when it came in; byte offsets
	Categories  []string // plain text
	Lang        string   // BCP 47; "" if unknown
	Published   time.Time
	Updated     time.Time
	FirstSeen   time.Time // when we first met it
	Joined      string    // why it is a copy of its piece; "" if the piece was made of it
	Limits      Limits    // that it reached: what is kept of it is not all that was published
	// Hash is of all that was published, before any limit; equal hashes mean an unchanged entry. Text, Boilerplate, Row,
	// FirstSeen, Joined and Limits do not count.
	Hash [32]byte
}

// Date is the day an entry belongs to: published, else updated, else first seen. Dates in the future of its first sight are
// not believed.
func (e *Entry) Date() time.Time {
	for _, t := range []time.Time{e.Published, e.Updated} {
		if !t.IsZero() && (e.FirstSeen.IsZero() || !t.After(e.FirstSeen)) {
			return t
		}
	}
	return e.FirstSeen
}

// Revision is what an entry said before it was changed.
type Revision struct {
	At    time.Time // when it was replaced, the last time
	News  string    // what made the version that replaced it news (see EntryChange); "": nothing
	Text  string    // its plain text
	Entry Entry     // ID, URL, Title, Authors, Summary, Content, Published, Updated and Hash as they were
}

// Author is somebody who wrote pieces.
type Author struct {
	Key    string // text.AuthorSlug of the name
	Name   string // as most of the latest pieces have it
	Pieces int    // of opinion
}

// PrimaryLang is the first subtag of a BCP 47 tag, in lower case: "ur" for "ur-PK".
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
