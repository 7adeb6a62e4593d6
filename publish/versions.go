package publish

import (
	"slices"

	"oped"
	"oped/publish/page"
)

// Bounds of the versions on the pages of a piece.
const (
	maxVersions  = 30   // changes on the page of the details
	wholeChanged = 3000 // words of changed texts, where whole texts are permitted
)

// change is one version of an entry, with the next one.
type change struct {
	oped.Revision
	entry   *oped.Entry
	title   string // of the next version, as the next fields
	authors []oped.Person
	after   string
}

// changesOf returns the changes of all appearances, the latest first.
func changesOf(p *oped.Piece, a *pieceFacts) (all []change) {
	for _, e := range inOrder(p.Entries) {
		versions := a.Revisions[e.Row]
		for i, v := range versions {
			c := change{
				Revision: v,
				entry:    e,
				title:    e.Title,
				after:    textOfEntry(e),
				authors:  e.Authors,
			}
			if i+1 < len(versions) {
				next := &versions[i+1]
				c.title, c.after, c.authors = next.Entry.Title, next.Text, next.Entry.Authors
			}
			all = append(all, c)
		}
	}
	slices.Reverse(all) // of one moment, the later version first
	slices.SortStableFunc(all, func(a, b change) int { return b.At.Compare(a.At) })
	return all
}

// versions returns the latest changes of the appearances, the number of changes not listed, and the number of words
// shown of texts.
func (k pieceKind) versions(
	lang string, in []oped.EditionState, about *pieceFacts, a allowance, limit int,
) (out []page.Change, more, used int) {
	all := changesOf(about.Piece, about)
	if more = max(0, len(all)-limit); more > 0 {
		all = all[:limit]
	}
	left := k.site.items.mayChange(in, all, a)
	for i, c := range all {
		v, cost := changeIn(k.site.words, lang, c, k.site.items.feeds[c.entry.FeedURL], left/(len(all)-i))
		left -= cost
		used += cost
		out = append(out, v)
	}
	return out, more, used
}

// mayChange returns the number of words of changed texts that may be shown. It is half the page's
// allowance, since the other half is for the words that counted, and no more than each of the feeds
// allows.
func (i *items) mayChange(in []oped.EditionState, all []change, page allowance) int {
	limit := page.left / 2
	if page.whole {
		limit = wholeChanged
	}
	for _, c := range all {
		if _, own := i.largest(in, i.feeds[c.entry.FeedURL]); !own.whole {
			limit = min(limit, own.left)
		}
	}
	return limit
}

// changeIn puts a change into words, with at most limit words of the text, and returns how many of them
// it took.
func changeIn(w *page.Words, in string, c change, from oped.FeedState, limit int) (page.Change, int) {
	lang := language(c.entry.Lang, from.Lang, from.DocLang)
	v := page.Change{
		Publisher: publisherOf(c.entry, from),
		When:      believable(c.At),
		News:      w.News(in, line(string(c.News))),
		Lang:      lang,
		Dir:       Direction(lang, c.title),
	}
	comma := page.Comma(v.Dir)
	v.Headline = compareTexts(w, in, line(c.Entry.Title), line(c.title)).whole()
	v.Authors = compareTexts(
		w, in, namesOf(authors(c.Entry.Authors), comma), namesOf(authors(c.authors), comma),
	).whole()
	words := compareTexts(w, in, c.Text, c.after)
	v.Removed, v.Added = words.changed()
	var cost int
	v.Text, cost = words.show(limit, aroundChange)
	return v, cost
}
