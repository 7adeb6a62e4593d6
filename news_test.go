package oped

import (
	"testing"
	"time"
)

// TestLastingNews: an undone decision and its undo are no news, except where readers have seen tombstones.
func TestLastingNews(t *testing.T) {
	for _, tt := range []struct {
		d      Decision
		undone Action
		want   bool
	}{
		{Decision{}, "", true},
		{Decision{Action: Apply}, "", true},
		{Decision{Action: Apply, UndoneBy: 2}, "", false},
		{Decision{Action: Undo}, Apply, false},
		{Decision{Action: TagIt, UndoneBy: 2}, "", false},
		{Decision{Action: Merge, UndoneBy: 2}, "", true},
		{Decision{Action: Split, UndoneBy: 2}, "", true},
		{Decision{Action: Withdraw, UndoneBy: 2}, "", true},
		{Decision{Action: Undo}, Merge, true},
		{Decision{Action: Undo}, Withdraw, true},
		{Decision{Action: Undo}, "", false},
	} {
		if got := tt.d.LastingNews(tt.undone); got != tt.want {
			t.Errorf("%+v of %q: %v", tt.d, tt.undone, got)
		}
	}
}

// TestUpdatedAfterUndo: the time goes back to the last news, and never before the creation.
func TestUpdatedAfterUndo(t *testing.T) {
	at := func(n int64) time.Time { return time.UnixMilli(n) }
	for _, tt := range []struct {
		changes []DocumentChange
		want    time.Time
	}{
		{nil, at(10)},
		{[]DocumentChange{{at(20), true}, {at(30), false}}, at(20)},
		{[]DocumentChange{{at(30), true}, {at(20), true}}, at(30)},
		{[]DocumentChange{{at(5), true}, {at(30), false}}, at(10)},
	} {
		if got := UpdatedAfterUndo(at(10), tt.changes); !got.Equal(tt.want) {
			t.Errorf("%v: %v", tt.changes, got)
		}
	}
}

// TestClosesPeriod: only a digest has periods, and they are closed for a piece of an issue, or after a wrong clock.
func TestClosesPeriod(t *testing.T) {
	day := func(n int) time.Time { return time.Unix(0, 0).AddDate(0, 0, n) }
	const reach, none = 24 * time.Hour, time.Duration(1<<63 - 1)
	for _, tt := range []struct {
		digest   Digest
		closed   time.Time
		youngest time.Duration
		want     bool
	}{
		{"daily", day(4), reach, true},
		{"daily", day(4), -reach, true},
		{"daily", day(4), reach + 1, false},
		{"daily", day(4), none, false},
		{"daily", day(5), reach, false}, // it is closed
		{"daily", day(7), none, true},   // the clock was wrong
		{"", day(4), reach, false},
		{"", day(7), reach, false},
	} {
		e := EditionState{Edition: Edition{Digest: tt.digest}, Closed: tt.closed}
		if got := e.ClosesPeriod(day(5), day(6), tt.youngest, reach); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
