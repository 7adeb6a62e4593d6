package oped

import (
	"fmt"
	"slices"
)

// Constraint is a decision on entries: a must-link or a cannot-link.
type Constraint struct {
	Decision int64
	MustLink bool // all of its entries are one piece; false: those of one side are not one with those of another
	Entries  []LinkedEntry
}

// Links reports whether a must-link has both of two entries, by row.
func (c *Constraint) Links(a, b int64) bool {
	has := func(row int64) bool {
		return slices.ContainsFunc(c.Entries, func(e LinkedEntry) bool { return e.Row == row })
	}
	return c.MustLink && has(a) && has(b)
}

// LinkedEntry is an entry of a [Constraint], and its present piece.
type LinkedEntry struct {
	Row   int64
	Side  int
	Piece PieceID
}

// CannotLinks calls separate for the pieces of each two entries on different sides of a cannot-link. A later decision
// joining two separated entries needs no check: they are then in one piece.
func CannotLinks(all []Constraint, separate func(a, b PieceID)) {
	for _, c := range all {
		for i, a := range c.Entries {
			for _, b := range c.Entries[:i] {
				if !c.MustLink && a.Side != b.Side {
					separate(a.Piece, b.Piece)
				}
			}
		}
	}
}

// A ConflictError reports that a rearrangement would break a [Constraint]. Nothing was changed.
type ConflictError struct {
	Decision int64    // the decision in the way
	Joined   bool     // must-link: the entries are one piece; false: cannot-link
	Entries  [2]int64 // their rows
}

func (e *ConflictError) Error() string {
	says := "are one piece"
	if !e.Joined {
		says = "are not one piece"
	}
	return fmt.Sprintf(
		"decision %d is in the way: it says that entries %d and %d %s", e.Decision, e.Entries[0], e.Entries[1], says,
	)
}

// BrokenConstraint returns the conflict of a rearrangement of some pieces with a constraint; nil if all hold. The
// constraints are sorted, the oldest first. Between two entries the latest of them counts.
func BrokenConstraint(all []Constraint, pieces []PieceID) *ConflictError {
	settled := map[[2]int64]bool{} // by the latest decision covering both
	for _, c := range slices.Backward(all) {
		for i, a := range c.Entries {
			for _, b := range c.Entries[:i] {
				if !c.MustLink && a.Side == b.Side || !slices.Contains(pieces, a.Piece) && !slices.Contains(pieces, b.Piece) {
					continue // no statement about them, or about other pieces
				}
				pair := [2]int64{min(a.Row, b.Row), max(a.Row, b.Row)}
				if !settled[pair] && (a.Piece == b.Piece) != c.MustLink {
					return &ConflictError{Decision: c.Decision, Joined: c.MustLink, Entries: pair}
				}
				settled[pair] = true
			}
		}
	}
	return nil
}
