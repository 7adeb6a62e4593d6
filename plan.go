package oped

import (
	"cmp"
	"time"
)

// Fetched is the result of one attempt to fetch a feed. Success, "not modified" and failure are all values of it and
// take the same path.
type Fetched struct {
	Feed FeedState // the state when it was claimed
	At   time.Time // when the attempt began
	Took time.Duration

	URL         string // the final address, after redirects
	Status      int    // 0: no answer
	NotModified bool   // 304
	SameBody    bool   // 200, with the bytes we already had
	Bytes       int64  // on the wire
	Err         *FetchError
	Limits      Limits // reached by the document; if empty, the document is kept in full
	Partial     bool   // another answer may have more than this one: its validators are not kept
	Warning     string // the fault of a document that was still readable in part; "" if none

	// The state to store. After a failure, or for a partial document, Validators and BodyHash keep the feed's earlier
	// values.
	Validators Validators
	BodyHash   [32]byte
	Freshness  time.Duration
	Next       time.Time // when to come back

	Document Document // metadata of the document; zero unless a document was read
	Entries  []Entry  // without Text, Row and FirstSeen
}

// Read reports whether the attempt returned a new document with entries to examine.
func (f *Fetched) Read() bool { return f.Err == nil && !f.NotModified && !f.SameBody }

// Document is the metadata of a feed document.
type Document struct {
	ID      string // atom:id, unchanged
	Title   string // plain text
	SiteURL string // absolute
	Lang    string
	Rights  string        // plain text
	Signals Signals       // of the header of its response
	TTL     time.Duration // rss ttl or sy:updatePeriod; 0 if it has none
	Parser  string        // how it was read: the version of the parser, and charset and zone configured for the feed
}

// Lookup lists the data to load from the store before [Fetched] can be decided.
type Lookup struct {
	FeedURL string
	At      time.Time     // of the fetch
	Entries []EntryLookup // one for each fetched entry, in the same order
	Bytes   int           // total size of the texts of new and changed entries
}

// EntryLookup lists the data needed about one entry.
type EntryLookup struct {
	Keys         []string  // identity keys within its feed, strongest first
	Hash         [32]byte  // if the store has the entry with this hash, nothing more is loaded
	PieceKeys    []string  // keys shared with other entries of the same piece
	Beginning    string    // key shared with texts of the same beginning; "": the text is too short
	AtomIDs      []string  // candidate ids for a new piece, in order of preference
	Blocks       []int64   // hashes of the paragraphs at the edges of its text: possible boilerplate
	Fingerprints []uint64  // fingerprints of its text, to find edited copies; nil: the text is too short
	Date         time.Time // copies are searched among pieces of about this time
}

// Known is the store's answer to a [Lookup]. Maps may be nil.
type Known struct {
	Feed    FeedState
	Entries map[string]KnownEntry // by identity key, of this feed
	Matches map[string][]PieceID  // by piece key; bounded, oldest first
	Pieces  map[PieceID]Piece     // every piece named by Matches or by a changed entry, whole
	// TakenIDs maps AtomIDs in use to their pieces: those of the lookup, and those in RecoveredIDs.
	TakenIDs     map[string]PieceID
	RecoveredIDs map[string][]RecoveredID // by piece key or beginning
	// Seen maps rows of this feed's entries among Pieces to the time when the entry was last in the feed's document. An
	// entry without a value was last seen when it was first seen.
	Seen   map[int64]time.Time
	Blocks map[int64]int // for each block of the lookup, the number of pieces of the feed's publisher with it
	// Alike lists, for each entry of the lookup, the pieces with shared fingerprints, those with most first. All are
	// among Pieces.
	Alike [][]PieceID
	// Common holds fingerprints of the lookup found in many pieces of the feed's publisher: its boilerplate.
	Common map[uint64]bool
	// Flips maps the row of an alternating entry to its hash in the lookup. Both this version and the present one are
	// among its earlier versions.
	Flips map[int64][32]byte
	// CannotLink holds pairs of Pieces, the lower id first, not to be merged. Either a curator split the two, or merged
	// one of them with a piece split from the other; or one is a roundup of others.
	CannotLink map[[2]PieceID]bool
}

// RecoveredID describes a published piece that is missing from the database, because an older database was restored. If
// the piece arrives again, it takes its old AtomID, so that readers see no duplicate.
type RecoveredID struct {
	AtomID    string
	Title     string   // plain text
	Beginning string   // key of the published text's beginning; "": the text is too short
	Keys      []string // its piece keys, and its beginning
}

// KnownEntry is the stored state of an entry.
type KnownEntry struct {
	Row   int64
	Piece PieceID
	Hash  [32]byte
}

// EntryOutcome is the result of ingesting a fetched entry.
type EntryOutcome string

// The outcomes.
const (
	New       EntryOutcome = "new"       // an entry that creates a new piece
	Joined    EntryOutcome = "joined"    // an entry added to an existing piece
	Changed   EntryOutcome = "changed"   // a known entry with changed content
	Reread    EntryOutcome = "reread"    // a known entry, read differently by a new version of the parser
	Unchanged EntryOutcome = "unchanged" // nothing to do
)

// Plan lists the writes after a fetch.
type Plan struct {
	Feed   FeedState
	Pieces []PieceChange
	// Blocks lists the blocks of new pieces, to count for the feed's publisher. A block of two pieces appears twice.
	Blocks    []int64
	Seen      []int64 // rows of entries to be noted as seen
	Unchanged int     // entries with nothing to do
}

// PieceChange is the new state of a piece, with the parts of it that changed.
type PieceChange struct {
	Piece   Piece         // ID 0: a new piece. Its lead entry, kind, tags and times are written as given
	Entries []EntryChange // the entries to be written
	Keys    []string      // piece keys to be added
	Rekey   bool          // Keys replace the piece's earlier keys
	Why     string        // the reason for the merge of MergedIDs into this piece
	// MergedIDs lists the pieces to merge into this one. Piece already includes their entries. Their ids lead to it
	// from now on.
	MergedIDs          []PieceID
	Fingerprints       []uint64 // of the lead entry; written only if UpdateFingerprints is set
	UpdateFingerprints bool
	Relations          []Relation // to other pieces, to be added; Piece is 0
	Words              string     // its distinct folded words, for the index; "": unchanged
	Enter              []string   // editions it enters now, at their head
	EnterBelow         []string   // editions it enters below their head: it is old, or one of many at once
	Leave              []string   // editions it leaves
	Revise             []string   // editions it is in and stays in, with changed content
}

// WhyMerged returns the reason for the merge: Why, or else that of the entry that joined its copies.
func (c *PieceChange) WhyMerged() string {
	why := c.Why
	for _, e := range c.Entries {
		why = cmp.Or(why, c.Piece.Entries[e.Index].Joined)
	}
	return why
}

// EntryChange is one entry to be written.
type EntryChange struct {
	Outcome EntryOutcome
	Index   int      // of the entry in the piece's Entries; Row 0 there means a new row
	Keys    []string // identity keys to be added
	News    NewsPart // a reason to show the piece to readers again
	Drop    bool     // do not keep the replaced version
}

// NewsPart is the significant part of a changed entry.
type NewsPart string

// The parts. NoNews means that no change is significant.
const (
	NoNews         NewsPart = ""
	NewsCorrection NewsPart = "correction"
	NewsTitle      NewsPart = "title"
	NewsText       NewsPart = "text"
	NewsAuthor     NewsPart = "author"
)

// Changes summarizes a completed plan.
type Changes struct {
	New, Joined, Changed, Reread, Unchanged int       // entries, by their outcome
	Merged                                  int       // pieces, into others
	Pieces                                  []PieceID // added, changed or merged
	Tags                                    int       // tags given to them
	Editions                                []string  // names of the changed editions
}
