package publish

import (
	"cmp"
	"fmt"
	"slices"

	"oped"
	"oped/text"
)

// Bounds of what the page of a piece tells of its versions.
const (
	maxVersions  = 30   // changes
	wholeChanged = 3000 // words of changed texts, where whole texts are permitted
)

// change is one version of an entry, and the next one.
type change struct {
	oped.Revision
	entry   *oped.Entry
	title   string // of the next version, as what follows
	authors []oped.Person
	after   string
}

// changeView is what a reader sees of a change.
type changeView struct {
	Publisher string
	When      day
	News      string // what was news
	Lang, Dir string
	Headline, Authors,
	Text []stretchView
	Count string // how many words of the text were removed and added
}

// changesOf are the changes of all appearances, the latest first.
func changesOf(p *oped.Piece, a *About) (all []change) {
	for _, e := range inOrder(p.Entries) {
		versions := a.Revisions[e.Row]
		for i, v := range versions {
			c := change{Revision: v, entry: e, title: e.Title, after: textOfEntry(e), authors: e.Authors}
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

func textOfEntry(e *oped.Entry) string {
	if e.Text != "" {
		return e.Text
	}
	return text.FromHTML(cmp.Or(e.Content, e.Summary)).Text
}

// versions shows what became of the appearances, how many changes are not listed, and how many words of texts it shows.
func (r *Renderer) versions(said *words, from Feeds, stands []oped.EditionState, p *oped.Piece, about *About, page allowance) (out []changeView, more string, used int) {
	all := changesOf(p, about)
	if n := len(all) - maxVersions; n > 0 {
		all, more = all[:maxVersions], fmt.Sprintf(said.piece.more, n)
	}
	left := r.mayChange(from, stands, all, page)
	for i, c := range all {
		v, cost := said.change(c, from[c.entry.FeedURL], left/(len(all)-i))
		left -= cost
		used += cost
		out = append(out, v)
	}
	return out, more, used
}

// mayChange is how many words of changed texts may be shown: half of what the page may, as the other half is for the words that counted, and no more
// than each of the feeds allows.
func (r *Renderer) mayChange(from Feeds, stands []oped.EditionState, all []change, page allowance) int {
	most := page.left / 2
	if page.whole {
		most = wholeChanged
	}
	for _, c := range all {
		if _, own := r.mostGenerous(stands, from[c.entry.FeedURL]); !own.whole {
			most = min(most, own.left)
		}
	}
	return most
}

// change puts a change into words, with so many words of the text at most, and tells how many that took.
func (w *words) change(c change, feed oped.FeedState, most int) (changeView, int) {
	v := changeView{
		Publisher: publisherOf(c.entry, feed), When: newDay(w, believable(c.At)), News: orName(w.piece.news[c.News], line(c.News)),
		Lang: language(c.entry.Lang, feed.Lang, feed.DocLang),
	}
	v.Dir = direction(v.Lang, c.title)
	comma := commaIn(v.Dir)
	v.Headline = w.piece.tell(line(c.Entry.Title), line(c.title)).whole()
	v.Authors = w.piece.tell(namesOf(authors(c.Entry.Authors), comma), namesOf(authors(c.authors), comma)).whole()
	words := w.piece.tell(c.Text, c.after)
	if removed, added := words.changed(); removed+added > 0 {
		v.Count = fmt.Sprintf(w.piece.changedWords, removed, added)
	}
	var cost int
	v.Text, cost = words.show(most, aroundChange)
	return v, cost
}
