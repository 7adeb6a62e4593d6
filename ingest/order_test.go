package ingest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"pgregory.net/rapid"
)

// copies returns twelve entries of four feeds, and their pieces: one text under several addresses, one
// address with texts of many lengths, a piece and its re-run, and pieces of one paper alone. Each two copies
// of a piece share a key. Two pieces connected only by a third copy stay two if that copy arrives last,
// because a piece with an AtomID is never merged away.
func copies() (entries []oped.Entry, pieces map[string]string) {
	pieces = map[string]string{}
	add := func(piece string, e oped.Entry) {
		e = signed(e)
		entries = append(entries, e)
		pieces[e.FeedURL+" "+e.ID] = piece
	}
	for _, feed := range []string{dawn, nation, wire} {
		add("one text", column(feed, 1))
	}
	for i, feed := range []string{dawn, nation, wire, mixed} {
		e := column(feed, 2)
		e.URL = column(dawn, 2).URL + "?utm_source=" + e.ID
		e.Content = e.Content[:120+40*i] + "…</p>"
		add("one address", e)
	}
	for i, feed := range []string{dawn, nation, wire} {
		e := column(feed, 3)
		if i > 0 {
			e.Published = e.Published.AddDate(0, 0, 40+i)
		}
		add(map[bool]string{true: "first run", false: "re-run"}[i == 0], e)
	}
	add("alone", column(dawn, 4))
	add("alone too", column(nation, 5))
	return entries, pieces
}

// TestAnyOrder: copies make the same pieces in any order of arrival, in documents of any size. No AtomID
// changes on the way; the house checks that.
func TestAnyOrder(t *testing.T) {
	entries, pieces := copies()
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t)
		defer h.store.Close()
		h.t = rt
		order := rapid.Permutation(entries).Draw(rt, "order")
		for at := epoch; len(order) > 0; at = at.Add(time.Hour) {
			size := 1
			for size < len(order) && order[size].FeedURL == order[0].FeedURL && rapid.Bool().Draw(rt, "more") {
				size++
			}
			h.fetch(order[0].FeedURL, at, order[:size]...)
			order = order[size:]
		}
		if got := h.partition(); got != partitionOf(pieces) {
			rt.Fatalf("pieces:\n%s\nwant:\n%s", got, partitionOf(pieces))
		}
	})
}

// partition returns the entries by piece, whatever the order of both.
func (h *house) partition() string {
	pieces := map[string]string{}
	for _, p := range h.all() {
		for _, e := range p.Entries {
			pieces[e.FeedURL+" "+e.ID] = p.AtomID
		}
	}
	return partitionOf(pieces)
}

func partitionOf(pieces map[string]string) string {
	members := map[string][]string{}
	for entry, piece := range pieces {
		members[piece] = append(members[piece], entry)
	}
	var all []string
	for _, m := range members {
		slices.Sort(m)
		all = append(all, strings.Join(m, ", "))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// TestSharedPage: texts under one address with nothing else in common are pieces of their own in any order,
// from whatever feed they come. A copy of one of them is found by its words (L2).
func TestSharedPage(t *testing.T) {
	const page = "https://dawn.example/opinion"
	topics := []string{
		"Rivers", "Courts and kings", "The price of bread", "A school for girls", "Trains that never come",
		"Night shift",
	}
	var entries []oped.Entry
	pieces := map[string]string{}
	for n, topic := range topics {
		for i, feed := range []string{dawn, nation, wire} {
			if i > 0 && n%3 != i {
				continue
			}
			e := edited(
				column(feed, n),
				func(e *oped.Entry) { e.URL, e.Title, e.Content = page, topic, "<p>"+prose(n, 60)+"</p>" },
			)
			entries = append(entries, e)
			pieces[e.FeedURL+" "+e.ID] = topic
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t)
		defer h.store.Close()
		h.t = rt
		for i, e := range rapid.Permutation(entries).Draw(rt, "order") {
			h.fetch(e.FeedURL, epoch.Add(time.Duration(i)*time.Hour), e)
		}
		if got := h.partition(); got != partitionOf(pieces) {
			rt.Fatalf("pieces:\n%s\nwant:\n%s", got, partitionOf(pieces))
		}
	})
}
