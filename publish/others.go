package publish

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/dedup"
	"oped/publish/page"
)

// addOthers adds where the piece was published: the address of the shown copy, and all the others in the order of
// their dates.
func (i *items) addOthers(it *item) {
	entries := inOrder(it.piece.Entries)
	urls := make(map[*oped.Entry]string, len(entries)) // as they may be published
	for _, e := range entries {
		urls[e] = i.entryURL(e)
	}
	own := urls[it.lead]
	it.url = own
	if len(entries) == 1 {
		return
	}
	seen, named := map[string]bool{own: true}, map[string]bool{strings.ToLower(it.publisher): true}
	for _, e := range entries {
		u := urls[e]
		if e == it.lead || u != "" && seen[u] {
			continue // feeds with the same address are one place
		}
		seen[u] = true
		if i.owner(it.piece, e) != e {
			u = "" // it leads to the paper of another copy
		}
		a := page.Place{Publisher: cmp.Or(publisherOf(e, i.feeds[e.FeedURL]), u), URL: u, On: i.otherDay(it, e)}
		if u != "" && u != it.url && len(it.related) < maxOthers {
			it.related = append(it.related, a)
		}
		if name := strings.ToLower(a.Publisher); name != "" && !named[name] && len(it.others) < maxOthers {
			named[name] = true // two sections of one paper have one name
			it.others = append(it.others, a)
		}
	}
	if from := i.takenFrom(it, entries, urls); from != nil && own != "" && urls[from] != own {
		it.via = urls[from]
	}
}

// takenFrom returns the source of the original: the appearance it credits, or else the first one. It
// returns nil if the source is not known.
func (i *items) takenFrom(it *item, entries []*oped.Entry, urls map[*oped.Entry]string) *oped.Entry {
	credits := dedup.Crediting(it.lead)
	for _, e := range entries {
		if name := publisherOf(e, i.feeds[e.FeedURL]); urls[e] != "" && name != it.publisher && credits(name) {
			return e
		}
	}
	if first := entries[0]; surelyBefore(first, it.lead) {
		return first
	}
	return nil
}

// inOrder returns the entries by date, then by row; entries without a date are last.
func inOrder(entries []oped.Entry) []*oped.Entry {
	ordered := make([]*oped.Entry, len(entries))
	for i := range entries {
		ordered[i] = &entries[i]
	}
	slices.SortStableFunc(ordered, func(a, b *oped.Entry) int {
		s, t := a.Date(), b.Date()
		if s.IsZero() != t.IsZero() {
			return cmp.Compare(boolToInt(s.IsZero()), boolToInt(t.IsZero()))
		}
		return cmp.Or(s.Compare(t), cmp.Compare(a.Row, b.Row))
	})
	return ordered
}

// surelyBefore reports whether an entry was published before another one. It does not use the time we
// first saw the other, since that is no publication time. If one date is only a day, it compares days.
func surelyBefore(e, than *oped.Entry) bool {
	s, t := e.Date().UTC(), than.Date().UTC()
	if s.IsZero() || t.Equal(than.FirstSeen) {
		return false
	}
	if isDay(s) || isDay(t) {
		return s.Truncate(24 * time.Hour).Before(t.Truncate(24 * time.Hour))
	}
	return s.Before(t)
}

// isDay reports whether a time is most likely a day without an hour.
func isDay(t time.Time) bool { return t.Equal(t.Truncate(24 * time.Hour)) }

// otherDay returns the day of an appearance if it differs from that of the lead entry, else the zero
// time.
func (i *items) otherDay(it *item, e *oped.Entry) time.Time {
	t := e.Date()
	if !t.Equal(believable(t)) {
		return time.Time{}
	}
	if t = i.day(e, t.UTC()); t.Format(time.DateOnly) == it.day.Format(time.DateOnly) {
		return time.Time{}
	}
	return t
}
