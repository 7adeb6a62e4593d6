package publish

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// maxListed is how many pieces the page of a publisher or an author lists.
const maxListed = 50

// peoplePage is the page of a publisher or of an author.
type peoplePage struct {
	frame
	Label   string // above the name
	Count   string
	Papers  string // in how many of them an author writes
	Sources []sourceView
	Atom    string // the feed of an edition that takes this publisher or author alone; "" if there is none
	Pieces  []pieceView
}

// sourceView is a feed of a publisher.
type sourceView struct {
	Title, Dir, URL, Site string
	Read                  day // the last day on which it was; its Text is "" if it never was
}

// RenderPublisher writes the page of a publisher: its feeds, and its newest pieces, of which there are all. The same arguments give the same bytes.
func (r *Renderer) RenderPublisher(w io.Writer, from Feeds, editions []oped.EditionState, name string, pieces []oped.Piece, all int) error {
	return r.renderPublisher(w, from, publishersOf(from), editions, name, pieces, all)
}

func (r *Renderer) renderPublisher(w io.Writer, from Feeds, in slugs, editions []oped.EditionState, name string, pieces []oped.Piece, all int) error {
	feeds := feedsOf(from, name)
	lang := "en"
	if len(feeds) > 0 && direction("", name) == "rtl" {
		lang = language(feeds[0].Lang, feeds[0].DocLang, "ur")
	}
	page := peoplePage{frame: r.frame(lang, name, "", r.base+"/"+publisherFolder+in[name]+"/"), Pieces: r.listed(from, in, pieces)}
	said := wordsIn(lang)
	page.Label, page.Count = said.site.Publisher, count(said, len(pieces), all)
	for _, f := range feeds {
		v := sourceView{Title: orName(line(orName(f.Title, f.DocTitle)), name), URL: feedURL(&f.Feed), Site: siteURL(&f)}
		if v.Dir = direction(lang, v.Title); !f.LastSuccess.IsZero() {
			v.Read = newDay(said, believable(f.LastSuccess))
		}
		page.Sources = append(page.Sources, v)
	}
	page.subscribe(r, editionsOf(editions, name))
	return r.pages.ExecuteTemplate(w, "people", &page)
}

// subscribe lets the page lead to the feeds of the first of some editions.
func (page *peoplePage) subscribe(r *Renderer, editions []oped.EditionState) {
	if len(editions) > 0 {
		e := &editions[0]
		page.Atom, page.Feeds = r.atomURL(e.Name), r.feedLinks(orName(line(e.Title), e.Name), e.Name)
	}
}

// editionsOf are the editions that take all of a publisher, and nothing else.
func editionsOf(editions []oped.EditionState, publisher string) (all []oped.EditionState) {
	for _, e := range editions {
		if takesOnly(e.Filter, publisher) {
			all = append(all, e)
		}
	}
	return all
}

// editionsBy are the editions that were made for an author.
func editionsBy(editions []oped.EditionState, key string) (all []oped.EditionState) {
	for _, e := range editions {
		if e.Filter.Author == key {
			all = append(all, e)
		}
	}
	return all
}

// takesOnly tells whether a filter takes the pieces of one publisher, and no other condition.
func takesOnly(f oped.Filter, publisher string) bool {
	return len(f.Publishers) == 1 && f.Publishers[0] == publisher && f.Query == "" && len(f.Topics)+len(f.AllTopics)+len(f.Kinds)+len(f.Langs)+len(f.Feeds)+len(f.Authors) == 0 && f.Author == ""
}

// feedsOf are the feeds of a publisher, by their addresses.
func feedsOf(from Feeds, publisher string) (feeds []oped.FeedState) {
	for _, f := range from {
		if cutLine(f.Publisher, maxName) == publisher {
			feeds = append(feeds, f)
		}
	}
	slices.SortFunc(feeds, func(a, b oped.FeedState) int { return cmp.Or(cmp.Compare(a.ID, b.ID), strings.Compare(a.URL, b.URL)) })
	return feeds
}

// RenderAuthor writes the page of an author, whose slug is the key, with the newest pieces, of which there are all. The same arguments give the same bytes.
func (r *Renderer) RenderAuthor(w io.Writer, from Feeds, editions []oped.EditionState, key string, pieces []oped.Piece, all int) error {
	return r.renderAuthor(w, from, publishersOf(from), editions, key, pieces, all)
}

func (r *Renderer) renderAuthor(w io.Writer, from Feeds, in slugs, editions []oped.EditionState, key string, pieces []oped.Piece, all int) error {
	name, papers := nameOf(key, from, pieces)
	lang := "en"
	if direction("", name) == "rtl" {
		lang = "ur"
	}
	said := wordsIn(lang)
	page := peoplePage{frame: r.frame(lang, name, "", r.authorURL(key)), Label: said.site.Author, Count: count(said, len(pieces), all), Pieces: r.listed(from, in, pieces)}
	page.subscribe(r, editionsBy(editions, key))
	if papers > 1 {
		page.Papers = fmt.Sprintf(said.site.inPapers, papers)
	}
	return r.pages.ExecuteTemplate(w, "people", &page)
}

// nameOf is the name of an author as most of the pieces have it, of as many the newest, and in how many papers they stand.
func nameOf(key string, from Feeds, pieces []oped.Piece) (name string, papers int) {
	counts, seen := map[string]int{}, map[string]bool{}
	for i := range pieces {
		for j := range pieces[i].Entries {
			e := &pieces[i].Entries[j]
			for _, author := range text.Bylines(e.Authors) {
				if authorKey(author, e, from[e.FeedURL]) != key {
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
	return orName(name, key), len(seen)
}

// listed are pieces as lists show them, without their texts.
func (r *Renderer) listed(from Feeds, in slugs, pieces []oped.Piece) (views []pieceView) {
	for _, it := range r.newItems(&oped.EditionState{}, from, pieces) {
		v := r.view(in, it)
		v.Excerpt, v.Why = nil, v.words.site.page
		views = append(views, v)
	}
	return views
}

// publishersPage lists all publishers.
type publishersPage struct {
	frame
	Of []publisherLine
}

type publisherLine struct{ Name, Dir, Lang, URL, Count string }

// RenderPublishers writes the page that lists all publishers, with how many pieces they have. The same arguments give the same bytes.
func (r *Renderer) RenderPublishers(w io.Writer, from Feeds, counts map[string]int) error {
	in := publishersOf(from)
	page := publishersPage{frame: r.frame("en", englishSite.Publishers, "", r.base+"/"+publisherFolder)}
	for name := range in {
		l := publisherLine{Name: name, Dir: direction("", name), URL: r.publisherURL(in, name), Count: count(&english, counts[name], counts[name])}
		if l.Dir == "rtl" {
			l.Lang = language(feedsOf(from, name)[0].Lang, "ur")
		}
		page.Of = append(page.Of, l)
	}
	slices.SortFunc(page.Of, func(a, b publisherLine) int {
		return cmp.Or(strings.Compare(text.Fold(strings.TrimPrefix(a.Name, "The ")), text.Fold(strings.TrimPrefix(b.Name, "The "))), strings.Compare(a.Name, b.Name))
	})
	return r.pages.ExecuteTemplate(w, "publishers", &page)
}
