package oped

import "time"

// MembershipChange records the arrival of a piece in an edition, or its departure.
type MembershipChange struct {
	Piece   PieceID
	Date    time.Time // of its lead entry; editions are sorted by it
	At      time.Time
	Enters  bool // false: it left
	Present bool // it is in the edition now
	// News is false for a decision undone since, and for its undo: readers see nothing new.
	News bool
}

// DayCount counts the pieces of an edition on a day of their dates.
type DayCount struct {
	Day     time.Time // its first moment, in UTC
	Pieces  int
	Archive int64 // the newest archive with one of them; 0: one is still at the head
}

// HeadLimit is the default number of pieces at the head of an edition.
const HeadLimit = 50

// Edition is a feed we publish.
type Edition struct {
	Name     string // [a-z0-9-]{1,64}; part of its addresses
	Title    string
	Subtitle string
	Lang     string // BCP 47 of the edition itself
	Filter   Filter
	Limit    int  // number of pieces at its head; 0: HeadLimit
	Excerpt  int  // words republished of each piece; 0: the default
	Full     bool // republish whole texts; the operator has the permission
	Digest   Digest
	// Window is the maximum age of a piece added at the head. Older pieces enter below it. 0: 7 days, for pieces of a
	// feed's first document and of a change of rules.
	Window time.Duration
}

// EditionState is an edition with the state of its publication.
type EditionState struct {
	Edition
	AtomID    string    // stored at first sight; a new address does not change it (RFC 4287 §4.2.6)
	Created   time.Time // when it was first seen
	Updated   time.Time // of its latest change; only the undo of a decision sets it back
	Pieces    int       // number of pieces in it now
	Published bool      // it has ever had a piece
	Closed    time.Time // of a digest: the end of its last closed period
	Version   int64     // number of its last change; see ChangeSet
}

// ClosesPeriod reports whether to close the periods of a digest before began. youngest is the age on arrival of the
// youngest piece that came in since the last close and before began, and reach the highest age of a piece in an issue.
// Without such a piece no issue gains by the close. A recorded close after latest is void: the clock was wrong.
func (e *EditionState) ClosesPeriod(began, latest time.Time, youngest, reach time.Duration) bool {
	return e.Digest != "" && (e.Closed.After(latest) || e.Closed.Before(began) && youngest <= reach)
}

// DocumentChange is a change of an edition's document.
type DocumentChange struct {
	At   time.Time
	News bool // see [Decision.LastingNews]
}

// UpdatedAfterUndo returns the time of an edition after the undo of a decision: that of its last change still news, as
// if the decision had never been.
func UpdatedAfterUndo(created time.Time, changes []DocumentChange) time.Time {
	updated := created
	for _, c := range changes {
		if c.News && c.At.After(updated) {
			updated = c.At
		}
	}
	return updated
}
