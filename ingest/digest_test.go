package ingest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
	"pgregory.net/rapid"
)

// TestDigest: a digest never merges the pieces it contains, whatever arrives first (GuardChain). Only later
// arrivals decide whether it is a piece of its own or joins its first match. But no two columns become one
// because of it.
func TestDigest(t *testing.T) {
	body := func(numbers ...int) string {
		var b strings.Builder
		for _, n := range numbers {
			fmt.Fprintf(&b, "<p>%s</p>", prose(n, 200))
		}
		return b.String()
	}
	titles := map[int]string{1: "Rivers", 2: "Courts and kings"}
	var entries []oped.Entry
	of := map[string]string{} // kind of each entry
	add := func(feed, what string, number int, content, title, author string) {
		e := edited(column(feed, 1), func(e *oped.Entry) {
			e.ID, e.URL = fmt.Sprintf("%s?%s", e.FeedURL, what), strings.TrimSuffix(feed, "rss")+what
			e.Title, e.Content, e.Authors = title, content, nil
			if author != "" {
				e.Authors = []oped.Person{{Name: author}}
			}
		})
		entries = append(entries, e)
		of[e.FeedURL+" "+e.ID] = what
	}
	for n := range 2 {
		n, title := n+1, titles[n+1]
		add(dawn, fmt.Sprint("column-", n), n, body(n), title, "Writer "+title)
	}
	add(nation, "column-1", 1, body(1), "Other rivers", "")
	add(wire, "column-2", 2, body(2), "Kings in court", "")
	add(wire, "column-1", 1, body(1), "Streams", "")
	add(nation, "digest", 0, body(1, 2), "The week in opinion", "")
	add(mixed, "digest", 0, body(1, 2), "What others write", "")
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t)
		defer h.store.Close()
		h.t = rt
		for i, e := range rapid.Permutation(entries).Draw(rt, "order") {
			if of[e.FeedURL+" "+e.ID] == "digest" && rapid.Bool().Draw(rt, "stub first") {
				h.fetch(
					e.FeedURL, epoch.Add(time.Duration(i)*time.Hour),
					edited(e, func(e *oped.Entry) { e.Content = "<p>Our pick.</p>" }),
				)
			}
			h.fetch(e.FeedURL, epoch.Add(time.Duration(i)*time.Hour+time.Minute), e)
		}
		where := map[string]oped.PieceID{}
		for _, p := range h.all() {
			column := ""
			for i := range p.Entries {
				what := of[p.Entries[i].FeedURL+" "+p.Entries[i].ID]
				if what != "digest" && column != "" && what != column {
					rt.Fatalf("%s and %s are one piece:\n%s", column, what, h.partition())
				}
				if what != "digest" {
					column = what
				}
				if id, ok := where[what]; ok && id != p.ID {
					rt.Fatalf("%s is two pieces:\n%s", what, h.partition())
				}
				where[what] = p.ID
			}
		}
	})
}
