package ingest

import "oped"

// Survivor is survivor, for the tests of other packages.
func Survivor(pieces []oped.Piece) int { return survivor(pieces) }
