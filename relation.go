package oped

import "time"

// RelationKind is the kind of a relation between two different pieces.
type RelationKind string

// The relations, of the later piece to the earlier one.
const (
	RerunOf      RelationKind = "rerun_of"      // the same text, published again much later
	ExcerptOf    RelationKind = "excerpt_of"    // a part of it, not from its beginning
	CorrectionOf RelationKind = "correction_of" // a note correcting it
	SeriesWith   RelationKind = "series_with"   // another part of a series
	Like         RelationKind = "like"          // similar text, kept separate by a guard; for review by curators
)

// Relation records a relation between two pieces.
type Relation struct {
	Piece PieceID // the later one; 0 in a plan: the changed piece
	Other PieceID
	Kind  RelationKind
	Guard string  // name of the guard that kept them separate; "": none
	Score float64 // share of the shorter text found in the longer one, 0 to 1
	Why   string
	At    time.Time
}
