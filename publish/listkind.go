package publish

import (
	"bytes"
	"context"
	"iter"
	"net/http"
	"slices"
	"time"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
)

// listKind is the kind of the single pages: the index, the lists of editions and of feeds (OPML), style sheets, the script
// of the search, and its description.
type listKind struct{ site *site }

const (
	indexFile    = "index.html"
	feedStyles   = "feed.css" // feeds and archives name it for ever
	editionsFile = "editions.opml"
	feedsFile    = "feeds.opml"
)

func (k listKind) all() []string {
	all := []string{indexFile, feedStyles, page.StyleName(), page.FontName(), editionsFile, feedsFile}
	if k.site.hasIndex() {
		all = append(all, page.ScriptName())
	}
	if k.site.options.Catalog != nil && k.site.options.Search != NoSearch {
		all = append(all, openSearchFile)
	}
	return all
}

func (k listKind) Match(name string) bool { return slices.Contains(k.all(), name) }

func (k listKind) Pages(_ context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) {
		var b bytes.Buffer
		var err error
		m := Meta{Status: http.StatusOK, Policy: dataPolicy}
		switch name {
		case indexFile:
			m = k.site.html(k.changed())
			err = k.site.pages.Write(&b, k.index())
		case feedStyles:
			m.MediaType = cssType
			b.WriteString(feed.Style)
		case page.StyleName():
			m.MediaType, m.Cache = cssType, archiveCache
			b.WriteString(page.Style)
		case page.FontName():
			m.MediaType, m.Cache = fontType, archiveCache
			b.WriteString(page.Font)
		case page.ScriptName():
			m.MediaType, m.Cache = jsType, archiveCache
			b.WriteString(page.Script())
		case openSearchFile:
			m.MediaType = openSearchType + "; charset=utf-8"
			err = k.site.writeOpenSearch(&b)
		case editionsFile:
			m.MediaType = opmlType
			err = k.site.at.writeEditions(&b, k.site.at.host(), k.site.editions)
		case feedsFile:
			m.MediaType = opmlType
			err = writePublic(&b, "Feeds behind "+k.site.at.host(), k.site.feedList)
		}
		return finished(name, m, b.Bytes()), err
	})
}

// Affected returns all of them: they are few and small.
func (k listKind) Affected(ctx context.Context, _ *oped.ChangeSet) iter.Seq2[string, error] {
	return k.All(ctx)
}

func (k listKind) All(context.Context) iter.Seq2[string, error] { return each(k.all()) }

// changed returns the time of an edition's last change.
func (k listKind) changed() (last time.Time) {
	for i := range k.site.editions {
		e := &k.site.editions[i]
		if t := believable(e.Updated, e.Created); t.After(last) {
			last = t
		}
	}
	return last
}

// index returns the page listing all editions.
func (k listKind) index() *page.Index {
	v := &page.Index{Head: head("en", siteTitle(k.site.options), k.site.at.base+"/"), Host: k.site.at.host()}
	for i := range k.site.editions {
		e := &k.site.editions[i]
		title, lang := titleOf(e), language(e.Lang, "en")
		v.Feeds = append(v.Feeds, k.site.at.feedLinks(title, e.Name)[0])
		v.Editions = append(v.Editions, page.EditionLine{
			Title:    title,
			Subtitle: line(e.Subtitle),
			Lang:     lang,
			Dir:      direction(lang, title),
			Page:     k.site.at.pageURL(e.Name),
			Atom:     k.site.at.atomURL(e.Name),
			About:    k.site.at.aboutURL(e.Name),
			Formats:  k.site.at.formatLinks(e.Name),
			Pieces:   e.Pieces,
			Changed:  believable(e.Updated, e.Created),
		})
	}
	return v
}
