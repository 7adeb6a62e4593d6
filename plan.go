package oped

import "time"

// Fetched is one attempt at a feed. Success, "not modified" and failure are all values of it and travel the same path.
type Fetched struct {
	Feed FeedState // as it was claimed
	At   time.Time // when the attempt began
	Took time.Duration

	URL         string // the address that answered in the end
	Status      int    // 0: no answer
	NotModified bool   // 304
	SameBody    bool   // 200, with the bytes we already had
	Bytes       int64  // on the wire
	Err         *FetchError
	Limits      Limits // that the document reached; what is kept of it is complete otherwise
	Warning     string // what was wrong with a document that could still be read in part; "" if nothing

	// What to remember. On failure, and for a document with a flaw, Validators and BodyHash are those the feed had before.
	Validators Validators
	BodyHash   [32]byte
	Freshness  time.Duration
	Next       time.Time // when to come back

	Document Document // what the document says of itself; zero unless a document was read
	Entries  []Entry  // without Text, Row and FirstSeen
}

// Read tells whether the attempt gave a document whose entries have to be looked at.
func (f *Fetched) Read() bool { return f.Err == nil && !f.NotModified && !f.SameBody }

// Document is what a feed document says of itself.
type Document struct {
	ID      string // atom:id, to the letter
	Title   string // plain text
	SiteURL string // absolute
	Lang    string
	Rights  string        // plain text
	TTL     time.Duration // rss ttl or sy:updatePeriod; 0 if it names none
}

// Lookup names what the store has to load before a fetch can be decided.
type Lookup struct {
	FeedURL string
	At      time.Time     // of the fetch
	Entries []EntryLookup // one for each fetched entry, in the same order
	Bytes   int           // of the texts of those that are not known as they are
}

// EntryLookup names what has to be known about one entry.
type EntryLookup struct {
	Keys         []string  // its identity within its feed, strongest first
	Hash         [32]byte  // nothing more is loaded for an entry that is known with this hash
	PieceKeys    []string  // what it would share with other entries of the same piece
	Beginning    string    // what it would share with other texts that begin alike; "": it says too little
	AtomIDs      []string  // ids that a new piece might take, in order of choice
	Blocks       []int64   // hashes of the paragraphs at the edges of its text, which may be its publisher's furniture
	Fingerprints []uint64  // fingerprints of its text, by which copies in other words are found; nil: it says too little
	Date         time.Time // copies are looked for among pieces of about this time
}

// Known is what the store had about a lookup. Maps may be nil.
type Known struct {
	Feed         FeedState
	Entries      map[string]KnownEntry    // by identity key, of this feed
	Matches      map[string][]PieceID     // by piece key; bounded, oldest first
	Pieces       map[PieceID]Piece        // every piece named by Matches or by a changed entry, whole
	TakenIDs     map[string]PieceID       // which of the lookup's AtomIDs, and of those in RecoveredIDs, are in use, and by whom
	RecoveredIDs map[string][]RecoveredID // by piece key or beginning
	Seen         map[int64]time.Time      // when entries of this feed among Pieces last stood in its document, by row; where it is missing, at their first sight
	Blocks       map[int64]int            // in how many pieces of the feed's publisher each of the lookup's blocks stood
	Alike        [][]PieceID              // by the lookup's entries: pieces that share fingerprints with each, those that share most first; they are among Pieces
	Common       map[uint64]bool          // fingerprints of the lookup that stand in many pieces of the feed's publisher: its furniture
	Flips        map[int64][32]byte       // by row: the hash in the lookup of an entry that had both that version and its own before
	CannotLink   map[[2]PieceID]bool      // pairs of Pieces, the lower id first, that a curator parted, or joined with something that was parted from the other, or of which one is a digest of others
}

// RecoveredID is a piece that readers know and the database has forgotten, because an older one was restored.
type RecoveredID struct {
	AtomID    string
	Title     string   // plain
	Beginning string   // of what readers were told; "": that says too little
	Keys      []string // its piece keys, and its beginning
}

// KnownEntry is what is remembered of an entry.
type KnownEntry struct {
	Row   int64
	Piece PieceID
	Hash  [32]byte
}

// EntryOutcome is what becomes of a fetched entry.
type EntryOutcome string

// The four outcomes.
const (
	New       EntryOutcome = "new"       // an entry that makes a new piece
	Joined    EntryOutcome = "joined"    // an entry of a piece that others already carry
	Changed   EntryOutcome = "changed"   // an entry that was known and reads differently now
	Unchanged EntryOutcome = "unchanged" // nothing to do
)

// Plan is what has to be written after a fetch.
type Plan struct {
	Feed      FeedState
	Pieces    []PieceChange
	Blocks    []int64 // blocks of new pieces, to be counted for the feed's publisher; one that stands in two pieces is named twice
	Seen      []int64 // rows of entries to be noted as seen
	Unchanged int     // entries with nothing to do
}

// PieceChange is a piece as it shall stand, and which parts of that are news.
type PieceChange struct {
	Piece              Piece         // ID 0: a new piece. Its lead entry, kind, tags and times are written as they stand here
	Entries            []EntryChange // the entries to be written
	Keys               []string      // piece keys to be added
	Rekey              bool          // Keys are all that the piece has from now on
	Why                string        // the taken pieces are the same as this one
	MergedIDs          []PieceID     // pieces that are merged into this one: their entries are among its own, and their ids lead to it from now on
	Fingerprints       []uint64      // fingerprints of its lead entry, where UpdateFingerprints says that they changed
	UpdateFingerprints bool
	Relations          []Relation // to other pieces, to be added; Piece is 0
	Words              string     // its distinct folded words, for the index; "": as before
	Enter              []string   // editions that the piece enters now, at their head
	Archive            []string   // editions that it enters below their head: it is old, and a rule that changed takes it
	Leave              []string   // editions that it leaves
	Revise             []string   // editions in which it stands and reads differently now
}

// EntryChange is one entry to be written.
type EntryChange struct {
	Outcome EntryOutcome
	Index   int      // of the entry in the piece's Entries; Row 0 there means a new row
	Keys    []string // identity keys to be added
	News    string   // of a changed entry: what a reader would want to see again (title, text, author, correction); "": nothing
	Drop    bool     // the version that it replaces is not kept
}

// Changes is what a plan did.
type Changes struct {
	New, Joined, Changed, Unchanged int       // entries, by their fate
	Merged                          int       // pieces, into others
	Pieces                          []PieceID // touched, merged ones among them
	Tags                            int       // tags given to them
	Editions                        []string  // that it changed
}
