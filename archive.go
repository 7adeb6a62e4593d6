package oped

import "time"

// Tombstone records the removal of a published piece from an edition (RFC 6721).
type Tombstone struct {
	AtomID    string
	At        time.Time
	Withdrawn bool   // by a curator
	Into      string // AtomID of the piece it was merged into; "" if it was not merged
}

// Archive is an immutable archive document of an edition (RFC 5005 §4): a page of pieces no longer at its head.
// Positions count the lines of the edition's record.
type Archive struct {
	Edition  string
	Number   int64  // from 1
	Previous int64  // number of the next older archive; 0: none
	Position int64  // up to this position, everything below the head is in archives
	Cut      int64  // position at the time of its creation
	Unlinked bool   // nothing links to it any more: the change it was created for was undone
	Base     string // prefix of its links
	Pieces   []PieceID
	Gone     []string // AtomIDs of its tombstones
	Atom     []byte   // the document as Atom, gzip
	JSON     []byte   // the document as JSON Feed, gzip
}

// ArchivePage is an archive as people see it: with its pieces as they are now, not as first published.
type ArchivePage struct {
	Edition  string
	Number   int64
	Previous int64     // number of the next older archive; 0: none
	Next     int64     // number of the next newer archive; 0: the head follows
	Pieces   []PieceID // those still in the edition, the newest first
}

// Backlog lists an edition's pieces and tombstones outside any archive, and describes its existing archives.
type Backlog struct {
	Head     int         // number of pieces at the head, in no archive
	Waiting  []PieceID   // pieces below the head in no archive yet, the oldest first
	Gone     []Tombstone // tombstones in no archive yet, the oldest first
	Archive  int64       // number of the newest archive; 0: none
	Number   int64       // the highest archive number ever used
	Position int64       // of the last line of the edition's record
	Archived int64       // up to this position, everything below the head is in archives
}
