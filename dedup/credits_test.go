package dedup

import (
	"slices"
	"testing"
	"time"

	"oped"
	"oped/text"
)

// TestHeadlinesWithACredit: a headline with the name of a publisher is that headline, in every form of a credit; they
// share a key, and meet in the queue. Other words before or behind a headline make another one.
func TestHeadlinesWithACredit(t *testing.T) {
	const plain = "Rivers need treaties now"
	day := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	entry := func(publisher, title string) *oped.Entry {
		return &oped.Entry{FeedURL: publisher, Publisher: publisher, Title: title, Published: day}
	}
	for title, want := range map[string]bool{
		plain + " - Hill Post":           true,
		plain + " – The Hill Post":       true,
		plain + " | Hill Post":           true,
		plain + " | Hill Post | Opinion": true,
		plain + " | Opinion | Hill Post": true,
		plain + " (Hill Post)":           true,
		plain + " (The Hill Post)":       true,
		plain + ": Hill Post":            true,
		"Hill Post: " + plain:            true,
		"HILL POST: " + plain:            true,

		plain + " (part two)":            false,
		plain + ": a reply":              false,
		"A reply: " + plain:              false,
		"Hill Posts: " + plain:           false,
		plain + " | A reply | Opinion":   false,
		"Hill Post: rivers need nothing": false,
	} {
		a, b := entry("Hill Post", plain), entry("Aggregator", title)
		m := Compare(a, b)
		if got := m.Guard == GuardHeadline; got != want {
			t.Errorf("%q: %+v, want a twin: %v", title, m, want)
		}
		var words text.Tokens
		x := Keys(a, &words)
		if shared := slices.ContainsFunc(Keys(b, &words), func(k string) bool { return slices.Contains(x, k) }); want && !shared {
			t.Errorf("%q: no key is shared", title)
		}
	}
}
