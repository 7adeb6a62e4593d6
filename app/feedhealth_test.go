package app

import (
	"testing"

	"oped"
)

// TestGUIDsOf: the guids of a feed are trusted until enough of them were looked at, and too many faulty.
func TestGUIDsOf(t *testing.T) {
	for _, want := range []GUIDHealth{{0, 0, true}, {19, 19, true}, {1204, 36, true}, {1000, 50, false}} {
		if got := guidsOf(&oped.FeedState{GUIDs: want.Looked, GUIDFaults: want.Faults}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}
