package oped_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"oped"
)

// TestPeriods: every time is in one period of each digest, periods follow each other without a gap, and each has a
// name of its own.
func TestPeriods(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := oped.Digest(rapid.SampledFrom(oped.Digests()).Draw(rt, "digest"))
		at := time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(rt, "at"), 0)
		p := d.Period(at)
		if at.Before(p.Start) || !at.Before(p.End) || d.Period(p.Start) != p || d.Period(p.End.Add(-1)) != p {
			rt.Fatalf("%v is not in %v", at, p)
		}
		if old := at.Sub(p.Earliest()); old > d.Reach() {
			rt.Fatalf("%v reaches back %v", at, old)
		}
		next := d.Period(p.End)
		if !next.Start.Equal(p.End) || next.Name == p.Name || next.Name < p.Name && at.Year() > 0 {
			rt.Fatalf("%v is followed by %v", p, next)
		}
	})
	for at, want := range map[string]string{
		"2026-11-16": "2026-W47",
		"2026-11-22": "2026-W47",
		"2027-01-03": "2026-W53",
		"2025-12-29": "2026-W01",
	} {
		day, _ := time.Parse(time.DateOnly, at)
		if got := oped.Weekly.Period(day); got.Name != want {
			t.Errorf("%s is in %s, want %s", at, got.Name, want)
		}
	}
}
