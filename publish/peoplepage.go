package publish

import (
	"cmp"
	"slices"
	"strings"

	"oped"
	"oped/publish/page"
	"oped/text"
)

// maxListed limits the pieces listed on the page of a publisher or an author.
const maxListed = 50

// view builds the page of a publisher: its feeds, and its newest pieces. all is the number of its
// pieces.
func (k publisherKind) view(name string, pieces []oped.Piece, all int) *page.People {
	feeds := k.site.carried[name]
	lang := "en"
	if len(feeds) > 0 && Direction("", name) == "rtl" {
		lang = language(feeds[0].Lang, feeds[0].DocLang, "ur")
	}
	v := k.site.peoplePage(
		head(lang, name, k.site.at.base+"/"+publisherFolder+k.site.people.slugs[name]+"/"), pieces,
		all, editionsOf(k.site.editions, name),
	)
	v.Label = "Publisher"
	for i := range feeds {
		f := &feeds[i]
		out := page.Source{
			Title: cmp.Or(line(cmp.Or(f.Title, f.DocTitle)), name),
			URL:   feedURL(&f.Feed),
			Site:  siteURL(f),
		}
		if out.Dir = Direction(lang, out.Title); !f.LastSuccess.IsZero() {
			out.Read = believable(f.LastSuccess)
		}
		v.Sources = append(v.Sources, out)
	}
	return v
}

// peoplePage builds the page of a publisher or an author. It links to the feeds of the first of some
// editions.
func (s *site) peoplePage(h page.Head, pieces []oped.Piece, n int, editions []oped.EditionState) *page.People {
	v := &page.People{Head: h, Shown: len(pieces), All: n}
	all := s.items.all(&oped.EditionState{}, pieces)
	v.Signals = signals(all)
	for _, it := range all {
		it.excerpt = nil
		p := s.listed(it, "about this piece")
		if p.Paper == h.Canonical { // the page says it once
			p.Publisher, p.Paper = "", ""
		}
		if len(p.By) == 1 && p.By[0].URL == h.Canonical {
			p.By = nil
		}
		v.Pieces = append(v.Pieces, p)
	}
	if len(editions) > 0 {
		e := &editions[0]
		v.Atom, v.Feeds = s.at.atomURL(e.Name), s.at.feedLinks(titleOf(e), e.Name)
	}
	return v
}

// editionsOf returns the editions with all pieces of a publisher, and no others.
func editionsOf(editions []oped.EditionState, publisher string) (all []oped.EditionState) {
	for _, e := range editions {
		if e.Filter.IsOnly(publisher) {
			all = append(all, e)
		}
	}
	return all
}

// editionsBy returns the editions made for an author.
func editionsBy(editions []oped.EditionState, key string) (all []oped.EditionState) {
	for _, e := range editions {
		if e.Filter.Author == key {
			all = append(all, e)
		}
	}
	return all
}

// feedsOf returns the feeds of each publisher, in their order.
func feedsOf(from feedStates) map[string][]oped.FeedState {
	of := map[string][]oped.FeedState{}
	for _, f := range from {
		if name := cutLine(f.Publisher, maxName); name != "" {
			of[name] = append(of[name], f)
		}
	}
	for _, feeds := range of {
		slices.SortFunc(feeds, func(a, b oped.FeedState) int {
			return cmp.Or(cmp.Compare(a.ID, b.ID), strings.Compare(a.URL, b.URL))
		})
	}
	return of
}

// view builds the page of an author, with key as the slug, and with the newest pieces. all is the
// number of the author's pieces.
func (k authorKind) view(key string, pieces []oped.Piece, all int) *page.People {
	name, papers := nameOf(key, k.site.items.feeds, pieces)
	lang := "en"
	if Direction("", name) == "rtl" {
		lang = "ur"
	}
	v := k.site.peoplePage(
		head(lang, name, k.site.people.authorURL(cmp.Or(text.AuthorSlug(name), key))), pieces, all, editionsBy(k.site.editions, key),
	)
	if v.Label = "Author"; papers > 1 {
		v.Papers = papers
	}
	return v
}

// nameOf returns the name of an author, and the number of newspapers with the pieces. The name is the
// most frequent spelling; among equally frequent ones, that of the newest pieces.
func nameOf(key string, from feedStates, pieces []oped.Piece) (name string, papers int) {
	counts, seen := map[string]int{}, map[string]bool{}
	for i := range pieces {
		for j := range pieces[i].Entries {
			e := &pieces[i].Entries[j]
			for _, author := range text.Bylines(e.Authors) {
				if !slices.Contains(text.AuthorSlugs(author, e.Publisher, from[e.FeedURL].Publisher), key) {
					continue
				}
				shown := cutLine(author, maxName)
				seen[publisherOf(e, from[e.FeedURL])] = true
				if counts[shown]++; counts[shown] > counts[name] || name == "" {
					name = shown
				}
			}
		}
	}
	return cmp.Or(name, key), len(seen)
}
