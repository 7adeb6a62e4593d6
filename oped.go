// Package oped is the dictionary of the program: the things it talks about, and no code that does anything to the
// outside world. Every other package imports it; it imports the standard library only.
//
// # The words
//
// A Feed is what we poll. An Entry is one item of one feed, as it was published there. A Piece is one op-ed, however many
// feeds carry it. A Topic is a subject, a Rule what puts a piece on it, a Tag the fact that a piece is on it, with who and
// why. An Edition is a feed we publish; its Filter says which pieces it takes.
//
// # The way of one entry
//
// fetcher makes a Fetched out of a FeedState, ingest names a Lookup and turns what the store Known about it into a
// Plan, the store carries the plan out and reports Changes, publish renders the editions that changed.
package oped

import (
	"slices"
	"strings"
	"time"
)

// Feed is what we poll, as the configuration has it.
type Feed struct {
	Name      string        // short and unique: [a-z0-9-]{1,64}
	URL       string        // absolute, http or https
	Title     string        // shown to people; the document's own title where it is empty
	Publisher string        // the newspaper or think tank
	SiteURL   string        // its home page
	Country   string        // where the publisher is, as a plain word
	Lang      string        // BCP 47; what entries are in unless they say otherwise
	Every     time.Duration // the least time between two fetches; 0: the default of the configuration
	Opinion   string        // how its opinion pieces are known: "always", "never" or an expression of the topic language
	Kind      PieceKind     // what its opinion pieces are unless an entry shows another kind; "": opinion
	Implies   []string      // names of term lists that hold without being said (a Pakistani paper: pakistan)
	Excerpt   int           // words that may be republished; 0: the default of the configuration
	Full      bool          // the publisher permits republication of the whole text
	Enabled   bool          // false: kept in the configuration, not fetched
	Secret    bool          // its address is nobody else's business: it is published nowhere
	Quota     int           // new entries stored in a day; 0: the default of the configuration. The store does not keep it
}

// Validators are what a server gave us to ask "has it changed since?" with, byte for byte (RFC 9110 §8.8).
type Validators struct {
	URL          string // the address that answered; validators are never sent to another one
	ETag         string // "" if none
	LastModified string // "" if none
}

// FeedState is a feed and all that its polling has taught us.
type FeedState struct {
	Feed
	ID         int64 // row in the store; 0 before it is stored
	Paused     bool  // by the operator
	Validators Validators
	BodyHash   [32]byte      // of the last document that was read, before decoding of its text; zero if none
	Freshness  time.Duration // what the last response allowed us to keep it for; a bare 304 keeps it (RFC 9111 §4.3.4)
	TTL        time.Duration // what the document itself asks for (rss ttl, sy:updatePeriod)

	DocTitle string // what the document calls itself
	DocSite  string // the page it says it belongs to
	DocLang  string // the language it says it is in
	DocID    string // its atom:id
	Rights   string // its rights statement, plain text

	NextFetch    time.Time
	LastFetch    time.Time // the last attempt, whatever came of it
	LastSuccess  time.Time // the last 200 that was read, or 304
	LastNew      time.Time // the last time an entry was new
	Failures     int       // in a row
	FailingSince time.Time // zero while it works
	LastStatus   int       // HTTP status of the last attempt; 0 if there was none
	LastKind     Kind      // of the last failure; "" while it works
	LastError    string    // its text; "" while it works
	Entries      int       // how many entries it ever gave

	GUIDs      int // guids that were looked at, in new and changed entries
	GUIDFaults int // of these, how many named nothing, or something else each time; both are halved now and then, so that old sins fade

	Limits   Limits    // that its last document reached
	NewDay   time.Time // the day of NewToday, UTC
	NewToday int       // new entries that were stored on that day
	Deferred int       // entries of its last document that wait for another fetch

	RevisedToday       int // pieces that it revised on the day of NewToday
	RevisionBytesToday int // bytes of earlier versions of its entries that were kept on that day

	Noted time.Time // when all entries of its document were last noted as seen; those noted before it, or not at all, have left it

	Version int64 // number of the last change of what pages show of it; see ChangeSet
}

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

// PieceID names a piece in the store.
type PieceID int64

// PieceKind tells opinion from the rest; nothing is dropped for its kind.
type PieceKind string

// The kinds of piece. All but News count as opinion pieces, which is what an edition takes by default.
const (
	Opinion   PieceKind = "opinion"
	Editorial PieceKind = "editorial"
	Letter    PieceKind = "letter"
	Analysis  PieceKind = "analysis"
	News      PieceKind = "news"
)

// PieceKinds are all kinds, in the order in which people list them.
func PieceKinds() []PieceKind { return []PieceKind{Opinion, Editorial, Letter, Analysis, News} }

// Piece is one op-ed, however many feeds carry it.
type Piece struct {
	ID        PieceID // 0 until it is stored
	AtomID    string  // chosen once, never changed (RFC 4287 §4.2.6)
	Kind      PieceKind
	Entries   []Entry // its appearances; the first is the lead entry, from which it is republished
	Tags      []Tag
	Editions  []string // names of the editions it stands in now
	FirstSeen time.Time
	Updated   time.Time // the last significant change; what atom:updated says
	Entered   time.Time // when it first entered an edition; zero: never. From then on its AtomID may be known to readers
	Revision  int       // counts significant changes, from 1
	Withdrawn bool      // by a curator: it stands in no edition, whatever it is on
}

// Lead is the entry a piece is republished from.
func (p *Piece) Lead() *Entry { return &p.Entries[0] }

// Topics are the names of the topics the piece is on.
func (p *Piece) Topics() []string {
	var on []string
	for _, t := range p.Tags {
		if t.Outcome == Tagged {
			on = append(on, t.Topic)
		}
	}
	return on
}

// RelationKind says how two pieces that are not one are related.
type RelationKind string

// The relations, of the later piece to the earlier one.
const (
	RerunOf      RelationKind = "rerun_of"      // the same text, published again much later
	ExcerptOf    RelationKind = "excerpt_of"    // a part of it, which is not its beginning
	CorrectionOf RelationKind = "correction_of" // a note that puts it right
	SeriesWith   RelationKind = "series_with"   // another part of a series
	Like         RelationKind = "like"          // much of the same text, but a guard kept them apart: for curators to look at
)

// Relation is the fact that a piece has to do with another one.
type Relation struct {
	Piece PieceID // the later one; 0 in a plan: the piece that is being changed
	Other PieceID
	Kind  RelationKind
	Guard string  // that kept them apart; "": none had to
	Score float64 // how much of the shorter text stands in the longer one, 0 to 1
	Why   string
	At    time.Time
}

// Revision is what an entry said before it was changed.
type Revision struct {
	At    time.Time // when it was replaced, the last time
	News  string    // what made the version that replaced it news (see EntryChange); "": nothing
	Text  string    // its plain text
	Entry Entry     // ID, URL, Title, Authors, Summary, Content, Published, Updated and Hash as they were
}

// Tombstone says that a piece which an edition published does not stand there any more (RFC 6721).
type Tombstone struct {
	AtomID    string
	At        time.Time
	Withdrawn bool   // by a curator
	Into      string // AtomID of the piece that it turned out to be one with; "" if it was not merged
}

// MembershipChange is a piece that came into an edition, or left it.
type MembershipChange struct {
	Piece   PieceID
	Date    time.Time // of its lead entry: what editions are sorted by
	At      time.Time
	Enters  bool // false: it left
	Present bool // it is in the edition now
	News    bool // false: by a decision that was taken back, or that took one back, after which everything reads as before
}

// Author is somebody who wrote pieces.
type Author struct {
	Key    string // text.AuthorSlug of the name
	Name   string // as most of the latest pieces have it
	Pieces int    // of opinion
}

// Archive is a document of an edition that never changes (RFC 5005 §4): what has left its head, in pages.
type Archive struct {
	Edition  string
	Number   int64  // from 1
	Previous int64  // the one that stands before it; 0: none
	Position int64  // of the edition's record up to which everything below the head stands in archives
	Cut      int64  // position of the record when it was cut
	Unlinked bool   // nothing leads to it any more: what it was cut for was taken back
	Base     string // that its links begin with
	Pieces   []PieceID
	Gone     []string // AtomIDs of the tombstones in it
	Atom     []byte   // the document as Atom, gzip
	JSON     []byte   // the same as JSON Feed, gzip
}

// ArchivePage is what people see of an archive: its pieces as they are now, not as they were published first.
type ArchivePage struct {
	Edition  string
	Number   int64
	Previous int64     // the archive that stands before it; 0: there is none
	Next     int64     // the one that stands after it; 0: that is the head
	Pieces   []PieceID // that stand in the edition still, the newest first
}

// Backlog is what of an edition stands in no archive yet, and the archives that it has.
type Backlog struct {
	Head     int         // pieces at the head, in no archive
	Waiting  []PieceID   // pieces below the head that stand in no archive yet, the oldest first
	Gone     []Tombstone // that stand in no archive yet, the oldest first
	Archive  int64       // the newest archive; 0: there is none
	Number   int64       // the highest number that an archive ever had
	Position int64       // of the last line of the edition's record
	Archived int64       // position up to which everything below the head stands in archives
}

// Edition is a feed we publish.
type Edition struct {
	Name     string // [a-z0-9-]{1,64}; its addresses are made of it
	Title    string
	Subtitle string
	Lang     string // BCP 47 of the edition itself
	Filter   Filter
	Limit    int           // how many pieces stand at its head; 0: the default of 50
	Excerpt  int           // words republished of each piece; 0: the default
	Full     bool          // whole texts, by someone who has the permission
	Digest   string        // daily, weekly or monthly: one entry for each such period, with its pieces; "": an entry for each piece
	Window   time.Duration // how old a piece may be that a changed rule puts at the head; older ones stand below it
}

// EditionState is an edition and what its publication has fixed for good.
type EditionState struct {
	Edition
	AtomID    string    // stored when it is first seen, whatever its address becomes (RFC 4287 §4.2.6)
	Created   time.Time // when it was first seen
	Updated   time.Time // of its latest change; goes back only where a decision is taken back
	Pieces    int       // how many stand in it now
	Published bool      // something ever stood in it
	Closed    time.Time // of a digest: until when its periods are noted to be over
	Version   int64     // number of its last change; see ChangeSet
}

// Filter says which pieces an edition takes. An empty list does not narrow, but for Kinds: there it means every kind of
// opinion and no news.
type Filter struct {
	Topics     []string // on one of these
	AllTopics  []string // on every one of these
	Kinds      []PieceKind
	Publishers []string // one of its appearances is in one of these
	Langs      []string // primary language of the lead entry
	Feeds      []string // URLs; one of its appearances stands there
	Authors    []string // names; one of its appearances is by one of these
	Query      string   // of the topic language, which the lead entry fulfils; Takes does not look at it
	Author     string   `json:",omitempty"` // slug; one of its appearances is by this author, however the name is spelled. Takes does not look at it
}

// MergedIDs tells whether the filter lets the piece through, its query and its author's slug aside.
func (f Filter) Matches(p *Piece) bool {
	if p.Withdrawn {
		return false
	}
	if len(f.Kinds) == 0 && p.Kind == News || len(f.Kinds) > 0 && !slices.Contains(f.Kinds, p.Kind) {
		return false
	}
	if len(f.Topics) > 0 && !slices.ContainsFunc(p.Topics(), func(t string) bool { return slices.Contains(f.Topics, t) }) {
		return false
	}
	if len(f.Langs) > 0 && !slices.Contains(f.Langs, PrimaryLang(p.Lead().Lang)) {
		return false
	}
	on := p.Topics()
	if slices.ContainsFunc(f.AllTopics, func(t string) bool { return !slices.Contains(on, t) }) {
		return false
	}
	appears := func(in []string, of func(*Entry) string) bool {
		return len(in) == 0 || slices.ContainsFunc(p.Entries, func(e Entry) bool { return slices.Contains(in, of(&e)) })
	}
	by := func(name string) bool {
		return slices.ContainsFunc(p.Entries, func(e Entry) bool {
			return slices.ContainsFunc(e.Authors, func(a Person) bool { return strings.EqualFold(a.Name, name) })
		})
	}
	if len(f.Authors) > 0 && !slices.ContainsFunc(f.Authors, by) {
		return false
	}
	return appears(f.Publishers, func(e *Entry) string { return e.Publisher }) &&
		appears(f.Feeds, func(e *Entry) string { return e.FeedURL })
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
