package dedup_test

import (
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"oped/internal/newstest"
)

// TestRecycled: an entry whose guid is its address is the same one in other words of its day, if its headline says what
// it is about. One of another day, or under the headline of any page, is another one.
func TestRecycled(t *testing.T) {
	noon := time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)
	entry := func(title string, words int, at time.Time) *oped.Entry {
		const address = "https://a.example/opinion/59"
		return &oped.Entry{
			FeedURL:   "https://a.example/feed",
			ID:        address,
			URL:       address,
			Title:     title,
			Text:      newstest.Words(words, 60),
			Published: at,
		}
	}
	for title, x := range map[string]struct {
		at   time.Time
		want bool
	}{
		"Opinion number 59":                 {noon.Add(time.Hour), false},
		"The river runs dry in the plains":  {noon.Add(time.Hour), false},
		"The river runs dry in the plains ": {noon.AddDate(0, 0, 3), true},
		"Letters":                           {noon.Add(time.Hour), true},
	} {
		if got := dedup.NewComparer(t.Context(), 1<<20).Recycled(entry(title, 1, noon), entry(title, 1_000_003, x.at)); got != x.want {
			t.Errorf("%q, %v later: recycled is %v", title, x.at.Sub(noon), got)
		}
	}
}
