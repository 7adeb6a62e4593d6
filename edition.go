package oped

import "time"

// MembershipChange is a piece that came into an edition, or left it.
type MembershipChange struct {
	Piece   PieceID
	Date    time.Time // of its lead entry: what editions are sorted by
	At      time.Time
	Enters  bool // false: it left
	Present bool // it is in the edition now
	News    bool // false: by a decision that was taken back, or that took one back, after which everything reads as before
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
