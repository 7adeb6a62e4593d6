package oped

import "time"

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
