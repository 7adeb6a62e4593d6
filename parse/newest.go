package parse

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// stamp is the age of an entry: its date, else the number at the end of its id.
type stamp struct {
	written string
	id      string
}

// newestOf returns the places of the newest n entries, in order, at whichever end of the document they are.
// Entries without a date have the one of the entry before.
func newestOf(n int, all []stamp, feed *oped.Feed) []int {
	written := make([]string, len(all))
	for i := range all {
		written[i] = all[i].written
	}
	c := newCalendar(feed.Country, FeedZone(feed), written...)
	times := make([]time.Time, len(all))
	var first, last time.Time
	for i := range all {
		if t, ok := c.time(written[i]); ok {
			last = t
			if first.IsZero() {
				first = t
			}
		}
		times[i] = last
	}
	rising := first.Before(last)
	if first.IsZero() {
		rising = numbersRise(all)
	}
	places := make([]int, len(all))
	for i := range places {
		places[i] = i
		if times[i].IsZero() {
			times[i] = first
		}
	}
	slices.SortStableFunc(places, func(a, b int) int {
		if c := times[b].Compare(times[a]); c != 0 || !rising {
			return c
		}
		return b - a
	})
	places = places[:min(n, len(places))]
	slices.Sort(places)
	return places
}

// numbersRise reports whether the numbers in ids rise from the beginning to the end.
func numbersRise(all []stamp) bool {
	before := -1
	for _, i := range []int{0, len(all) / 2, len(all) - 1} {
		id := strings.TrimRight(all[i].id, "/")
		n, err := strconv.Atoi(id[len(strings.TrimRight(id, "0123456789")):])
		if err != nil || n <= before {
			return false
		}
		before = n
	}
	return true
}

// stamp returns the age of an entry before it is read.
func (e *element) stamp() (s stamp) {
	for _, k := range e.children {
		switch k.name {
		case "pubdate", "published", "issued":
			s.written = k.value()
		case "date", "updated", "modified", "created":
			s.written = cmp.Or(s.written, k.value())
		case "guid", "id":
			s.id = k.value()
		case "link":
			s.id = cmp.Or(s.id, k.value(), k.attr("href"))
		}
	}
	return s
}

// pickPlaces returns the elements at the given places.
func pickPlaces[T any](all []T, places []int) []T {
	out := make([]T, len(places))
	for i, at := range places {
		out[i] = all[at]
	}
	return out
}

// newest keeps one of several entries with the same id if they may be versions of each other: the last updated
// one, in the place of the first (RFC 4287 §4.1.1).
func newest(entries []oped.Entry) []oped.Entry {
	at := map[string][]int{}
	numbers := map[string]int{}
	number := func(s string) int { // compares long strings only once
		if _, ok := numbers[s]; !ok {
			numbers[s] = len(numbers)
		}
		return numbers[s]
	}
	titles, times := map[string]int{}, map[string]int{} // of each id: its titles, its entries
	pairs := map[[2]int]bool{}
	for _, e := range entries {
		times[e.ID]++
		if pair := [2]int{number(e.ID), number(e.Title)}; e.ID != "" && !pairs[pair] {
			pairs[pair] = true
			titles[e.ID]++
		}
	}
	out := entries[:0]
	seen := make([]version, 0, len(entries)) // of out
	for _, e := range entries {
		v := version{
			url:       number(e.URL),
			title:     number(e.Title),
			hasURL:    e.URL != "",
			brief:     e.ID != "" && times[e.ID] == 2 && isBrief(&e),
			named:     titles[e.ID] <= 2 || 2*len(titles) >= len(pairs),
			published: e.Published,
			updated:   e.Updated,
		}
		k := slices.IndexFunc(at[e.ID], func(i int) bool { return versions(v, seen[i]) })
		if e.ID == "" || k < 0 {
			at[e.ID] = append(at[e.ID], len(out))
			out, seen = append(out, e), append(seen, v)
			continue
		}
		if i := at[e.ID][k]; changed(&e).After(changed(&out[i])) {
			out[i], seen[i] = e, v
		}
	}
	return out
}

// version distinguishes versions of one entry from different entries with the same id.
type version struct {
	url, title         int
	hasURL             bool
	brief              bool // it has a few words at most, and only one other entry has its id
	named              bool // its id identifies: on one entry and its revision, or in a document of many ids
	published, updated time.Time
}

// versions reports whether two entries with one id may be versions of one. Their addresses do not differ, and
// the id identifies, or they have the same title, or the same time of publication, or, as in Atom, only times
// of updates. Many feeds give everything the same id. With two addresses, the only two entries of an id are versions if
// both have too few words to say otherwise.
func versions(a, b version) bool {
	if a.hasURL && b.hasURL && a.url != b.url {
		return a.brief && b.brief
	}
	onlyUpdated := a.published.IsZero() && b.published.IsZero() && !a.updated.IsZero() && !b.updated.IsZero()
	return a.named || a.title == b.title || onlyUpdated || !a.published.IsZero() && a.published.Equal(b.published)
}

// isBrief reports whether an entry has a title, and a text of fewer than twelve words. Two pages with one id and no
// title are two.
func isBrief(e *oped.Entry) bool { return e.Title != "" && len(strings.Fields(text.OfEntry(e))) < 12 }

func changed(e *oped.Entry) time.Time {
	if e.Updated.IsZero() {
		return e.Published
	}
	return e.Updated
}
