package publish

import "testing"

// TestZoneName: an offset has its sign, and minutes only where they differ from a full hour.
func TestZoneName(t *testing.T) {
	for minutes, want := range map[int]string{0: "UTC", 300: "UTC+5", 330: "UTC+5:30", -210: "UTC−3:30"} {
		if got := zoneName(minutes); got != want {
			t.Errorf("%d: %s, want %s", minutes, got, want)
		}
	}
}
