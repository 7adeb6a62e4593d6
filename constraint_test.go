package oped

import (
	"slices"
	"testing"
)

// TestBrokenConstraint: between two entries the latest decision counts, and only on the pieces in question.
func TestBrokenConstraint(t *testing.T) {
	together := []LinkedEntry{{Row: 1, Piece: 10}, {Row: 2, Piece: 10}}
	separate := []LinkedEntry{{Row: 1, Piece: 10}, {Row: 2, Side: 1, Piece: 20}}
	sided := func(entries []LinkedEntry) []LinkedEntry {
		entries = slices.Clone(entries)
		entries[1].Side = 1
		return entries
	}
	for _, tt := range []struct {
		name   string
		all    []Constraint
		pieces []PieceID
		want   int64 // decision in the way; 0: none
	}{
		{"none", nil, []PieceID{10}, 0},
		{"must-link held", []Constraint{{1, true, together}}, []PieceID{10}, 0},
		{"must-link broken", []Constraint{{1, true, separate}}, []PieceID{10}, 1},
		{"cannot-link held", []Constraint{{1, false, separate}}, []PieceID{10}, 0},
		{"cannot-link broken", []Constraint{{1, false, sided(together)}}, []PieceID{10}, 1},
		{"same side", []Constraint{{1, false, together}}, []PieceID{10}, 0},
		{"other pieces", []Constraint{{1, true, separate}}, []PieceID{30}, 0},
		{"the later decision", []Constraint{{1, true, separate}, {2, false, separate}}, []PieceID{10, 20}, 0},
		{"both", []Constraint{{1, false, separate}, {2, true, separate}}, []PieceID{20}, 2},
	} {
		var got int64
		if c := BrokenConstraint(tt.all, tt.pieces); c != nil {
			got = c.Decision
		}
		if got != tt.want {
			t.Errorf("%s: decision %d, want %d", tt.name, got, tt.want)
		}
	}
}

// TestCannotLinks: pieces are separated by the sides of a cannot-link only.
func TestCannotLinks(t *testing.T) {
	entries := []LinkedEntry{{Row: 1, Piece: 10}, {Row: 2, Side: 1, Piece: 20}, {Row: 3, Side: 1, Piece: 30}}
	var got [][2]PieceID
	CannotLinks([]Constraint{{1, true, entries}, {2, false, entries}}, func(a, b PieceID) {
		got = append(got, [2]PieceID{a, b})
	})
	if want := [][2]PieceID{{20, 10}, {30, 10}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
