package oped

import (
	"testing"
	"time"
)

// TestSortDate: a piece up to 48 hours old when it arrives is sorted by its arrival, an older one by its date.
func TestSortDate(t *testing.T) {
	seen := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name             string
		published, first time.Time
		want             time.Time
	}{
		{"of now", seen, seen, seen},
		{"an hour old", seen.Add(-time.Hour), seen, seen.Add(-3600 * time.Millisecond)},
		{"of two days", seen.Add(-newFor), seen, seen.Add(-newFor / 1000)},
		{"older", seen.Add(-newFor - time.Millisecond), seen, seen.Add(-newFor - time.Millisecond)},
		{"from the future", seen.Add(time.Hour), seen, seen}, // Entry.Date has no later date than its first sight
		{"without a date", time.Time{}, seen, seen},
		{"without any time", time.Time{}, time.Time{}, time.UnixMilli(0)},
		{"to the millisecond", seen.Add(999 * time.Microsecond), seen.Add(time.Second), seen.Add(999 * time.Millisecond)},
	} {
		p := Piece{FirstSeen: tt.first, Entries: []Entry{{Published: tt.published, FirstSeen: tt.first}}}
		if got := p.SortDate(); !got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got.UTC(), tt.want)
		}
	}
}

// TestChangedAt: the latest of the change, the update and the tags.
func TestChangedAt(t *testing.T) {
	at := time.Unix(100, 0)
	for _, tt := range []struct {
		p    Piece
		want int64
	}{
		{Piece{}, 100},
		{Piece{Updated: time.Unix(50, 0), Tags: []Tag{{At: time.Unix(60, 0)}}}, 100},
		{Piece{Updated: time.Unix(150, 0), Tags: []Tag{{At: time.Unix(60, 0)}}}, 150},
		{Piece{Updated: time.Unix(150, 0), Tags: []Tag{{At: time.Unix(160, 0)}, {}}}, 160},
	} {
		if got := tt.p.ChangedAt(at).Unix(); got != tt.want {
			t.Errorf("%+v: %d, want %d", tt.p, got, tt.want)
		}
	}
}
