package oped

import "time"

// Tombstone says that a piece which an edition published does not stand there any more (RFC 6721).
type Tombstone struct {
	AtomID    string
	At        time.Time
	Withdrawn bool   // by a curator
	Into      string // AtomID of the piece that it turned out to be one with; "" if it was not merged
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
