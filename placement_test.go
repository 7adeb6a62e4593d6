package oped

import "testing"

// TestPlacement: an archive comes before an undo, an undo before a merge, and a merge before the plan.
func TestPlacement(t *testing.T) {
	for _, tt := range []struct {
		name string
		p    Placement
		want Place
	}{
		{"as planned at the head", Placement{Planned: AtHead}, AtHead},
		{"as planned below it", Placement{Planned: BelowHead}, BelowHead},
		{"in the place of a merged piece", Placement{Planned: BelowHead, Merged: AtHead}, AtHead},
		{"in the low place of a merged piece", Placement{Planned: AtHead, Merged: BelowHead}, BelowHead},
		{"back by an undo", Placement{Planned: AtHead, Merged: AtHead, Undone: BelowHead}, BelowHead},
		{"back by an undo at the head", Placement{Planned: BelowHead, Undone: AtHead}, AtHead},
		{"in its archive", Placement{Planned: AtHead, Merged: AtHead, Undone: AtHead, Archived: true}, BelowHead},
		{"after its tombstone", Placement{Planned: BelowHead, Archived: true, Buried: true}, AtHead},
		{"a tombstone at the head is no reason", Placement{Planned: BelowHead, Buried: true}, BelowHead},
	} {
		if got := tt.p.Place(); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestLeavesTombstone(t *testing.T) {
	for _, tt := range []struct{ withdrawn, known, merged, want bool }{
		{false, true, false, false}, // a rule removed it
		{true, true, false, true},
		{false, true, true, true},
		{true, false, false, false}, // nobody knew it
		{false, false, true, false},
	} {
		p := Piece{Withdrawn: tt.withdrawn}
		if got := p.LeavesTombstone(tt.known, tt.merged); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
