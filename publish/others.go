package publish

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/dedup"
)

// appearance is a place where a piece stood, beside the one that it is republished from.
type appearance struct {
	Publisher, URL string
	On             day // its Text is "" if that is the day of the lead entry, or not known
}

// place finds where the piece stood: the address of the original, and all the others in the order of their dates.
func (r *Renderer) place(it *item, feeds Feeds) {
	entries := inOrder(it.piece.Entries)
	urls := make(map[*oped.Entry]string, len(entries)) // as they may be published
	for _, e := range entries {
		urls[e] = r.entryURL(e, feeds)
	}
	own := urls[it.lead]
	for i := range it.piece.Entries { // that of the lead entry, where it has one
		if it.URL = urls[&it.piece.Entries[i]]; it.URL != "" {
			break
		}
	}
	if len(entries) == 1 {
		return
	}
	seen, named := map[string]bool{own: true}, map[string]bool{strings.ToLower(it.Publisher): true}
	for _, e := range entries {
		u := urls[e]
		if e == it.lead || u != "" && seen[u] {
			continue // feeds that give one address are one place
		}
		seen[u] = true
		a := appearance{cmp.Or(publisherOf(e, feeds[e.FeedURL]), u), u, it.otherDay(e)}
		if u != "" && u != it.URL && len(it.related) < maxOthers {
			it.related = append(it.related, a)
		}
		if name := strings.ToLower(a.Publisher); name != "" && !named[name] && len(it.Others) < maxOthers {
			named[name] = true // two sections of one paper have one name
			it.Others = append(it.Others, a)
		}
	}
	if from := takenFrom(it, entries, urls, feeds); from != nil && own != "" && urls[from] != own {
		it.via = urls[from]
	}
}

// credited is the appearance that the lead entry of an item says it was taken from; nil if it says nothing of the kind.
func credited(it *item, entries []*oped.Entry, urls map[*oped.Entry]string, feeds Feeds) *oped.Entry {
	credits := dedup.Crediting(it.lead)
	for _, e := range entries {
		if name := publisherOf(e, feeds[e.FeedURL]); urls[e] != "" && name != it.Publisher && credits(name) {
			return e
		}
	}
	return nil
}

// takenFrom is the appearance that the original came from: the one that it names, or the first; nil if that is not known.
func takenFrom(it *item, entries []*oped.Entry, urls map[*oped.Entry]string, feeds Feeds) *oped.Entry {
	if e := credited(it, entries, urls, feeds); e != nil {
		return e
	}
	if first := entries[0]; surelyBefore(first, it.lead) {
		return first
	}
	return nil
}

// inOrder are the entries by date, then by row; those without a date stand last.
func inOrder(entries []oped.Entry) []*oped.Entry {
	ordered := make([]*oped.Entry, len(entries))
	for i := range entries {
		ordered[i] = &entries[i]
	}
	slices.SortStableFunc(ordered, func(a, b *oped.Entry) int {
		s, t := a.Date(), b.Date()
		if s.IsZero() != t.IsZero() {
			return cmp.Compare(truth(s.IsZero()), truth(t.IsZero()))
		}
		return cmp.Or(s.Compare(t), cmp.Compare(a.Row, b.Row))
	})
	return ordered
}

// surelyBefore tells whether an entry was published before another one. It does not go by when we first met that one, which says nothing of when
// it was published, nor by the hour where only the day is told.
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

// isDay tells a time that is most likely a day without an hour.
func isDay(t time.Time) bool { return t.Equal(t.Truncate(24 * time.Hour)) }

// otherDay is the day of an appearance, where it is another one than that of the lead entry.
func (it *item) otherDay(e *oped.Entry) day {
	t := e.Date()
	if !t.Equal(believable(t)) || t.UTC().Format(time.DateOnly) == it.Date.Format(time.DateOnly) {
		return day{}
	}
	return day{t.UTC().Format(time.DateOnly), it.words.short(t, it.Date)}
}

// also names the other places as HTML: "X, Y (12 Feb)".
func (it *item) also() string {
	var names []string
	for _, o := range it.Others {
		name := it.named(o.URL, o.Publisher)
		if o.On.Text != "" {
			name += " (" + o.On.Text + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, it.comma())
}

// named is a name as HTML that leads to an address. One that is written in the other direction is followed by a mark of ours (UAX 9 §2.6):
// without it the digits and brackets that follow would belong to the name. Readers take out bdi, and leave the mark.
func (it *item) named(href, name string) string {
	if direction("", name) == it.Dir {
		return anchor(href, name)
	}
	if it.Dir == "rtl" {
		return anchor(href, name) + "\u200f"
	}
	return anchor(href, name) + "\u200e"
}
