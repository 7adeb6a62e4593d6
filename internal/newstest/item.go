package newstest

import (
	"fmt"
	"strings"
	"time"
)

// Items returns n op-eds with different words, numbered from from.
func Items(base string, from, n int) []Item {
	items := make([]Item, n)
	for i := range items {
		k := from + i
		link := fmt.Sprintf("%s/opinion/%d", base, k)
		items[i] = Item{
			GUID:      link,
			Link:      link,
			Title:     fmt.Sprintf("Opinion number %d", k),
			Author:    fmt.Sprintf("Author %d", k%7),
			HTML:      fmt.Sprintf("<p>%s</p>", Words(k, 60)),
			Published: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(k) * time.Hour),
		}
	}
	return items
}

// Words returns n words derived from a seed.
func Words(seed, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("word%dx%d", seed, i)
	}
	return strings.Join(out, " ")
}
