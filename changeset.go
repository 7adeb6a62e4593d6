package oped

import "time"

// ChangeSet lists the changes after a change number. A store numbers its changes: a transaction that changes the data
// of pages takes the next number. Each changed owner (a piece, a feed, an edition, an archive) gets this number as its
// version.
type ChangeSet struct {
	Number int64     // of the last change
	Pieces []PieceID // changed themselves, ascending; merged and withdrawn ones too
	// Editions lists configured editions with a change of their row, record, pieces, archives, tombstones or closed
	// period.
	Editions []string
	Feeds    []string     // URLs of feeds with a new description, or a new day of their last reading
	Archives []ArchiveRef // created, unlinked, or with another neighbour; those of removed editions too
	Rules    bool         // the active rules changed, or their evaluations
	Today    time.Time    // the day that pages call today, as 00:00 UTC; zero if none is stored
	NewDay   bool         // Today changed
}

// ArchiveRef names an archive of an edition.
type ArchiveRef struct {
	Edition string
	Number  int64
}

// PieceHeader is a piece without its texts.
type PieceHeader struct {
	ID PieceID
	// Version is the highest number among the changes of the piece, of the pieces related to it, in either direction,
	// and of the feeds of their entries. It grows whenever any data on the piece's page is added, changed or removed. A
	// feed's day of last reading, name and place in the configuration do not count. For a merged piece, Version covers
	// the target too.
	Version   int64
	Into      PieceID  // the final target of its merges; 0: it was not merged
	Withdrawn bool     // by a curator; for a merged piece, the target's value
	Entries   int      // 0 for a merged piece
	Editions  []string // configured editions it is in, in alphabetical order
	// Detailed reports that it has a tag, a revision, a relation or several entries; false for a merged piece.
	Detailed bool
}

// ListVersion is the version of a list of pieces.
type ListVersion struct {
	Version int64 // the highest number among the changes of its pieces, and of the feeds of their entries
	Pieces  int   // number of pieces not withdrawn
}
