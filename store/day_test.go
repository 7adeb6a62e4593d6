package store

import (
	"testing"
	"time"
)

// TestBeginDay: a new day is a change, and the same day again is none.
func TestBeginDay(t *testing.T) {
	s := empty(t)
	karachi := time.FixedZone("Karachi", 5*3600)
	at := func(hour int) time.Time { return time.Date(2026, 3, 9, hour, 0, 0, 0, time.UTC).In(karachi) }
	begin := func(now time.Time) (number int64) {
		t.Helper()
		before, err := s.Changes.Since(t.Context(), 0)
		if err == nil {
			err = s.Changes.BeginDay(t.Context(), now)
		}
		after, err2 := s.Changes.Since(t.Context(), before.Number)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if after.NewDay != (after.Number > before.Number) || after.Today.Format(time.DateOnly) != now.Format(time.DateOnly) {
			t.Errorf("%v: %+v after %+v", now, after, before)
		}
		return after.Number - before.Number
	}
	for _, step := range []struct {
		hour    int
		changes int64
	}{{0, 1}, {18, 0}, {19, 1}, {20, 0}, {18, 1}} { // the clock may be set back
		if n := begin(at(step.hour)); n != step.changes {
			t.Errorf("%d hours: %d changes, want %d", step.hour, n, step.changes)
		}
	}
}
