package ingest

import (
	"cmp"
	"slices"
	"time"

	"oped"
)

const (
	// fewFeeds is the number of feeds from which one feed's first document cannot have the head of an edition alone.
	fewFeeds = 5
	// firstShare is the share of a head for the first document of a feed: one fifth.
	firstShare = 5
	// early is the most time an entry's date may be after its arrival. Papers forget the zone.
	early = 48 * time.Hour
)

// belowHeads moves pieces of a fetch below the heads they would enter: those older than the edition's window and, of
// the first document of a feed, the ones without a date and the oldest beyond a fifth of the head. Subscribers do not
// get an archive as news. Those of a new edition expect old pieces, with a date. The default window is for the first
// document alone: a paper that dates its pieces late is not silent.
func belowHeads(pieces []oped.PieceChange, f *oped.FeedState, r *Rules, at time.Time) {
	first := f.LastSuccess.IsZero() || f.Deferred > 0
	newest := make([]*oped.PieceChange, len(pieces))
	for i := range pieces {
		newest[i] = &pieces[i]
	}
	slices.SortStableFunc(newest, func(a, b *oped.PieceChange) int {
		return b.Piece.Lead().Date().Compare(a.Piece.Lead().Date())
	})
	for i := range r.Editions {
		e := &r.Editions[i]
		if e.Digest != oped.NoDigest {
			continue // its issues follow from the record, not from a head
		}
		room := len(pieces)
		if first && r.feedsOf(e) >= fewFeeds {
			room = max(cmp.Or(e.Limit, oped.HeadLimit)/firstShare, 1)
		}
		for _, c := range newest {
			n := slices.Index(c.Enter, e.Name)
			switch {
			case n < 0:
			case !first && (e.Window == 0 || !old(&c.Piece, e, at)):
			case first && room > 0 && !undated(c.Piece.Lead()) && (r.New[e.Name] || !old(&c.Piece, e, at)):
				room--
			default:
				c.Enter = slices.Delete(c.Enter, n, n+1)
				c.EnterBelow = append(c.EnterBelow, e.Name)
			}
		}
	}
}

// undated reports whether an entry has no believable date of its own.
func undated(e *oped.Entry) bool {
	for _, t := range []time.Time{e.Published, e.Updated} {
		if !t.IsZero() && !t.After(e.FirstSeen.Add(early)) {
			return false
		}
	}
	return true
}

// feedsOf returns the number of feeds with a chance to be in an edition.
func (r *Rules) feedsOf(e *Edition) (n int) {
	selects := func(list []string, name string) bool { return len(list) == 0 || slices.Contains(list, name) }
	from := &e.Edition.Filter
	for url, f := range r.Feeds {
		if f.Enabled && selects(from.Feeds, url) && selects(from.Publishers, f.Publisher) {
			n++
		}
	}
	return n
}
