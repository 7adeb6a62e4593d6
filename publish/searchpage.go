package publish

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
	"oped/topic"
)

// Page returns the page or the feed with the results so far.
func (s *Search) Page() (Page, error) {
	if s.format != "" {
		return s.feedPage()
	}
	v := s.view
	if v == nil {
		v = s.blank()
		v.Help = s.err == nil
		s.explain(v)
	}
	m := s.site.html(time.Time{})
	m.Signals = s.said.And(oped.Signals{NoSearch: true})
	if m.Cache = CacheNever; s.err != nil {
		m.Status = http.StatusBadRequest
	}
	var b bytes.Buffer
	if err := s.site.pages.Write(&b, v); err != nil {
		return Page{}, err
	}
	return finished(SearchName, m, b.Bytes()), nil
}

// blank returns the page with the query and the form.
func (s *Search) blank() *page.Search {
	w := s.site.words
	v := &page.Search{
		Head:   head(s.lang, w.Say(s.lang, "Search the archive"), s.site.at.base+"/"+SearchName),
		Fields: s.site.searchFields(s.lang),
	}
	v.Query, v.Dir = s.text, Direction(s.lang, "")
	return v
}

// results returns the page with results.
func (s *Search) results(r *results) *page.Search {
	v := s.blank()
	v.Searched, v.Found, v.Signals = true, r.hits, s.said
	title := s.title()
	for _, f := range feed.Formats() {
		v.Feeds = append(v.Feeds, page.FeedLink{Title: title, URL: s.feedURL(f), Format: string(f)})
	}
	v.Atom = s.feedURL(feed.Atom)
	for _, f := range s.site.at.formatLinks(SearchName) {
		f.URL = s.feedURL(feed.Format(f.Format))
		v.Formats = append(v.Formats, f)
	}
	switch {
	case s.before != oped.Cursor{}:
	case r.stopped && r.more, r.count > maxCounted:
		v.Count = s.site.words.Sayf(s.lang, "more than %d pieces", (r.count-1)/10*10)
	case !r.stopped && r.count > 0:
		v.Count = s.site.words.Sayf(s.lang, "%d pieces", r.count)
	}
	if r.stopped && !r.more {
		v.Stopped = oped.SearchLimit.Meaning()
	}
	if (r.more || r.stopped) && r.last != (oped.Cursor{}) {
		v.Older = s.older(r.last)
	}
	return v
}

// older returns the address of the page of results after a place.
func (s *Search) older(last oped.Cursor) string {
	q := url.Values{"q": {s.text}, "before": {fmt.Sprintf("%d.%d", last.Date, last.Piece)}}
	return s.site.at.base + "/" + SearchName + "?" + q.Encode()
}

// explain writes the error of the query on the page.
func (s *Search) explain(v *page.Search) {
	var all oped.Diagnostics
	switch w := s.site.words; {
	case s.err == nil:
	case errors.As(s.err, &all) && len(all) > 0:
		m := all[0]
		v.Line, v.Caret = m.Line, strings.Repeat(" ", max(0, m.Pos.Col-1))+"^"
		v.Diagnostic = w.Sayf(v.Lang, "Invalid query at character %d: %s", m.Pos.Col, m.Message)
		v.Hint = m.Hint
	default:
		v.Diagnostic, v.Hint = w.Say(v.Lang, "Invalid query"), w.Say(v.Lang, s.err.Error())
	}
}

// filterValues returns the names that filters of a search may have.
func (s *site) filterValues() topic.Known {
	feeds := make([]oped.Feed, len(s.feedList))
	for i := range s.feedList {
		feeds[i] = s.feedList[i].Feed
		feeds[i].Lang = cmp.Or(feeds[i].Lang, s.feedList[i].DocLang)
	}
	known := topic.KnownOf(feeds, s.options.Topics)
	titled := func(filter string, title func(lang, name string) string) {
		for i := range known[filter] {
			known[filter][i].Title = title("en", known[filter][i].Name)
		}
	}
	titled("lang", s.words.Language)
	titled("kind", s.words.Kinds)
	return known
}

// searchFields returns the filters of the form with a choice of values.
func (s *site) searchFields(lang string) (fields []page.Field) {
	known := s.filterValues()
	for _, of := range [][3]string{
		{"topic", "Topic", "any topic"},
		{"publisher", "Paper", "any paper"},
		{"country", "Country", "any country"},
		{"kind", "Kind", "all opinion"},
		{"lang", "Language", "any language"},
	} {
		f := page.Field{Name: of[0], Label: of[1], Choices: []page.Choice{{Name: s.words.Say(lang, of[2])}}}
		for _, n := range known[of[0]] {
			name := cutLine(cmp.Or(n.Title, n.Name), maxName)
			switch f.Name {
			case "kind":
				name = s.words.Kinds(lang, n.Name)
			case "lang":
				name = s.words.Language(lang, n.Name)
			}
			f.Choices = append(f.Choices, page.Choice{Value: n.Name, Name: name})
		}
		if f.Name != "kind" {
			slices.SortStableFunc(f.Choices[1:], func(a, b page.Choice) int {
				return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
			})
		}
		if len(f.Choices) > 1 {
			fields = append(fields, f)
		}
	}
	return append(fields, page.Field{Name: "length", Label: "Length", Choices: []page.Choice{
		{Name: s.words.Say(lang, "any length")},
		{Value: "<500", Name: s.words.Say(lang, "under 500 words")},
		{Value: "500..1000", Name: s.words.Say(lang, "500 to 1,000 words")},
		{Value: ">1000", Name: s.words.Say(lang, "over 1,000 words")},
	}})
}

// withFields returns a query with the filters of a form.
func withFields(query string, values url.Values) string {
	var filters []string
	for _, name := range append(topic.Filters(), "author") {
		if v := asWritten(values.Get(name)); v != "" {
			filters = append(filters, topic.Filtered(name, v))
		}
	}
	return topic.And(query, filters)
}
