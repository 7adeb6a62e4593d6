package publish

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"oped"
	"oped/publish/feed"
)

// searchFormat returns the format of the search with a name, "" for its page, and reports whether there is one.
func searchFormat(name string) (format feed.Format, ok bool) {
	for _, f := range feed.Formats() {
		if name == feedFile(SearchName, f) {
			return f, true
		}
	}
	return "", name == SearchName || name == finderFile
}

// feedURL returns the address of the feed of a search. It has the full names of filters: a feed lasts.
func (s *Search) feedURL(f feed.Format) string {
	return s.site.at.feedURL(SearchName, f) + s.query()
}

func (s *Search) title() string {
	return s.site.words.Sayf(s.lang, "Search: %s", s.expr.Canonical(s.text))
}

// entry returns a result as an entry of a feed: with as much of the piece as an edition has.
func (s *Search) entry(p *oped.Piece) *feed.Entry {
	at := s.site
	edition, a := at.items.largest(editionsWith(at.editions, p), at.items.feeds[at.items.shown(p).FeedURL])
	it := at.items.item(&edition, p)
	s.said = s.said.And(it.feed.Signals())
	return at.entries.entry(it, a.whole)
}

// feedPage returns the feed of the search. Its time is that of its latest entry. Without a valid query there is none.
func (s *Search) feedPage() (Page, error) {
	if s.expr == nil {
		return s.refused(), nil
	}
	m := &feed.FeedMeta{
		ID:      s.site.at.base + "/" + SearchName + s.query(),
		Title:   line(s.title()),
		Updated: time.Unix(0, 0).UTC(),
		Author:  s.site.at.author(),
		Version: clean(s.site.options.Version),
		Page:    s.site.at.base + "/" + SearchName + s.query(),
		Self:    s.feedURL(s.format),
		Style:   s.site.at.styleURL(),
	}
	entries := make([]*feed.Entry, len(s.pieces))
	for i := range s.pieces {
		entries[i] = s.entry(&s.pieces[i])
		if entries[i].Updated.After(m.Updated) {
			m.Updated = entries[i].Updated
		}
	}
	var b bytes.Buffer
	if _, err := feed.Write(&b, s.format, m, each(entries), maxBytes); err != nil {
		return Page{}, err
	}
	meta := s.site.feed(s.format, time.Time{})
	meta.Cache, meta.Signals = cachePrivately, s.said.And(oped.Signals{NoSearch: true})
	return finished(s.Feed(), meta, b.Bytes()), nil
}

// refused explains to the owner of a reader why there is no feed.
func (s *Search) refused() Page {
	message := "A feed of a search needs a query: search.atom?q=…"
	var all oped.Diagnostics
	if errors.As(s.err, &all) {
		message = all.Error()
	} else if s.err != nil {
		message = s.err.Error()
	}
	meta := Meta{
		Status:    http.StatusBadRequest,
		MediaType: "text/plain; charset=utf-8",
		Policy:    dataPolicy,
		Cache:     CacheNever,
	}
	return finished(feedFile(SearchName, s.format), meta, []byte(strings.TrimSpace(message)+"\n"))
}
