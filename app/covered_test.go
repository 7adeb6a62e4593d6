package app

import (
	"testing"
	"time"

	"oped/store"
)

// TestOddWeek: a week is odd if it lies three standard deviations off, and no topic is called odd before it has a past.
func TestOddWeek(t *testing.T) {
	now := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC) // a Tuesday
	last := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		before []int // the latest first
		last   int
		odd    bool
	}{
		{[]int{10, 12, 9, 11, 10, 8}, 11, false},
		{[]int{10, 12, 9, 11, 10, 8}, 25, true},
		{[]int{10, 12, 9, 11, 10, 8}, 0, true},
		{[]int{10, 12, 9}, 40, false},
		{[]int{1, 0, 1, 0, 2}, 0, false},
		{[]int{10, 10, 10, 10, 10}, 14, false}, // even weeks: counts scatter all the same
		{nil, 5, false},
	} {
		weeks := []store.Week{{Topic: "other", Start: last, Pieces: 99}}
		for i := len(tt.before) - 1; i >= 0; i-- {
			weeks = append(weeks, store.Week{Topic: "t", Start: last.AddDate(0, 0, -7*(i+1)), Pieces: tt.before[i]})
		}
		weeks = append(weeks, store.Week{Topic: "t", Start: last, Pieces: tt.last})
		if got, odd := oddWeek("t", weeks, now); odd != tt.odd {
			t.Errorf("%v then %d: %+v, %v", tt.before, tt.last, got, odd)
		}
	}
}
