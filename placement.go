package oped

// Place is the place of a piece in an edition.
type Place int

// The places. Readers of the head have seen a piece there; a piece below it is in the archive pages only.
const (
	Nowhere Place = iota
	BelowHead
	AtHead
)

// Placement is what is known when a piece enters an edition.
type Placement struct {
	Planned  Place // by the plan
	Merged   Place // of the pieces that the plan merges into it
	Undone   Place // that the undone decision took from it
	Archived bool  // an archive has it
	Buried   bool  // a later archive has its tombstone
}

// Place returns the place where the piece enters. An archived piece stays in its archive, where readers find it,
// unless they have seen its tombstone since. A piece that returns by an undo takes its earlier place, and one
// with merged pieces theirs.
func (p Placement) Place() Place {
	switch {
	case p.Archived && p.Buried:
		return AtHead
	case p.Archived:
		return BelowHead
	case p.Undone != Nowhere:
		return p.Undone
	case p.Merged != Nowhere:
		return p.Merged
	}
	return p.Planned
}

// LeavesTombstone reports whether a piece that leaves an edition leaves a tombstone (RFC 6721): readers knew it, and it
// was withdrawn, or taken out by a decision on the piece itself: merged into another one, or rejected.
func (p *Piece) LeavesTombstone(known, taken bool) bool { return known && (taken || p.Withdrawn) }
