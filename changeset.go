package oped

// ChangeSet is what changed after a change number. A store numbers its changes: a transaction that changes what a page
// may show takes the next number. Every owner that it changes (a piece, a feed, an edition, an archive) gets that number
// as its version.
type ChangeSet struct {
	Number   int64        // of the last change
	Pieces   []PieceID    // that changed themselves, ascending; merged and withdrawn ones too
	Editions []string     // configured ones whose row, record, pieces, archives, tombstones or closed period changed
	Feeds    []string     // URLs of feeds whose description changed, or the day on which they were last read
	Archives []ArchiveRef // cut, unlinked, or with another neighbour; those of removed editions too
	Rules    bool         // the active rules changed, or how well they were measured
}

// ArchiveRef names an archive of an edition.
type ArchiveRef struct {
	Edition string
	Number  int64
}

// PieceHeader is a piece without its texts.
type PieceHeader struct {
	ID PieceID
	// Version is the highest number among the changes of the piece, of the pieces related to it, in either direction, and
	// of the feeds of their entries. It grows whenever anything that the page of the piece shows is added, changed or
	// removed. Of a feed, the day on which it was last read does not count, nor do its name and its place in the
	// configuration. For a merged piece, Version covers the target too.
	Version   int64
	Into      PieceID  // the piece that it was merged into in the end; 0: it was not merged
	Withdrawn bool     // by a curator; of a merged piece, whether the target is
	Entries   int      // 0 for a merged piece
	Editions  []string // configured ones that it is in, in the order of the alphabet
}

// ListVersion says what a list of pieces is made of.
type ListVersion struct {
	Version int64 // the highest number among the changes of its pieces, and of the feeds of their entries
	Pieces  int   // that were not withdrawn
}
