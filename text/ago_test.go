package text

import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	karachi := time.FixedZone("PKT", 5*3600)
	for written, want := range map[string]string{
		"2026-12-31T12:00:00Z": "12:00 on 31 December",
		"2027-01-01T12:00:00Z": "12:00 on 1 January 2027",
	} {
		at, _ := time.Parse(time.RFC3339, written)
		if got := Clock(time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC), at); got != want {
			t.Errorf("%s: %q, want %q", written, got, want)
		}
	}
	now := time.Date(2026, 12, 31, 20, 0, 0, 0, time.UTC) // next year in Karachi
	if got := Clock(now, now.Add(time.Hour).In(karachi)); got != "02:00 on 1 January" {
		t.Error(got)
	}
}
