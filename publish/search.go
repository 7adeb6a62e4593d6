package publish

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
	"oped/topic"
)

// Bounds of one search.
const (
	maxQuery    = 500 // characters
	hitsOnPage  = 20
	hitsInFeed  = 50
	maxLookedAt = 3000 // pieces matched against a query
	maxCounted  = 1000 // results
	markedWords = 30   // of a text around a match
)

// SearchName is the name of the page of the search.
const SearchName = "search"

// SearchMode says what answers a search.
type SearchMode string

const (
	ServerSearch SearchMode = ""      // the process that serves the pages, in the language of topics
	IndexSearch  SearchMode = "index" // a script in the browser, from an index among the pages
	NoSearch     SearchMode = "none"  // nothing; no page has a box for it
	// NoServer is for files made without a word about their server: nothing answers, and the details of pieces, half of
	// all bytes, are left out.
	NoServer SearchMode = "files"
)

// ErrBusy reports that a search found nothing in time.
var ErrBusy = errors.New("too many searches")

// errPage reports a page of results that does not exist.
var errPage = errors.New("no such page of results")

// Search is one search, and its page or feed.
type Search struct {
	site   *site
	view   *page.Search
	lang   string
	format feed.Format // of a feed; "": the page
	text   string      // the query, with the filters of the form
	before oped.Cursor // older pieces only; zero: from the newest on
	expr   *topic.Expr // nil: there is nothing to look for
	err    error       // in the query

	pieces []oped.Piece // the results of a feed
	said   oped.Signals // of the publishers of the results
}

// Search begins a search. name is that of its page or feed. The values are those of a request: q is the query, a value
// with the name of a filter is added to it, and before is the place where a page begins. Search returns nil if no search
// has this name, before the first Build, without a Catalog, and if the server answers none.
func (p *Publisher) Search(name string, values url.Values) *Search {
	format, ok := searchFormat(name)
	now := p.site.Load()
	if !ok || now == nil || p.options.Catalog == nil || p.options.Search != ServerSearch {
		return nil
	}
	s := &Search{site: now, format: format, text: withFields(asWritten(values.Get("q")), values)}
	if utf8.RuneCountInString(s.text) > maxQuery { // a longer query is not read at all
		s.text, s.err = "", errTooLong
	}
	s.lang = map[string]string{"ltr": "en", "rtl": "ur"}[Direction("", s.text)]
	if s.err == nil {
		s.err = s.understand(values.Get("before"))
	}
	return s
}

// Asks reports whether there is something to look for: else the page is complete.
func (s *Search) Asks() bool { return s.expr != nil }

// Feed returns the name of a feed with its query, the same for equal searches; "" for a page.
func (s *Search) Feed() string {
	if s.format == "" || s.expr == nil {
		return ""
	}
	return feedFile(SearchName, s.format) + s.query()
}

// query returns the part of an address that repeats the search.
func (s *Search) query() string {
	if s.expr == nil {
		return ""
	}
	return "?" + url.Values{"q": {s.expr.Canonical(s.text)}}.Encode()
}

// errTooLong refuses a query.
var errTooLong = errors.New("a query may have at most 500 characters")

// understand compiles the query and reads where its page begins. Its error is oped.Diagnostics, or errPage.
func (s *Search) understand(before string) (err error) {
	if before != "" {
		date, id, _ := strings.Cut(before, ".")
		var errDate, errID error
		s.before.Date, errDate = strconv.ParseInt(date, 10, 64)
		n, errID := strconv.ParseInt(id, 10, 64)
		if s.before.Piece = oped.PieceID(n); errDate != nil || errID != nil || n <= 0 {
			return errPage
		}
	}
	if s.text == "" {
		return nil
	}
	lists := s.site.options.Lists
	if !strings.Contains(s.text, "$") {
		lists = nil
	}
	s.expr, err = topic.CompileSearch(lists, s.site.filterValues(), s.text)
	return err
}

// Run looks for the results. The error is ErrBusy if it looked at no piece in time, or if a feed is not complete then.
func (s *Search) Run(ctx context.Context) error {
	limit, budget := hitsOnPage, oped.NewBudget(oped.MaxSearchSteps)
	if s.format != "" {
		limit, budget = hitsInFeed, oped.NewBudget(oped.MaxSearchFeedSteps)
	}
	r := results{search: s, limit: limit, budget: budget}
	for one, err := range s.site.options.Catalog.Pieces.Search(ctx, s.expr.IndexQuery(nil), s.before) {
		if err != nil && ctx.Err() == nil {
			return err
		}
		if err != nil && (r.looked == 0 || s.format != "") {
			return ErrBusy
		}
		if err != nil || !r.take(ctx, &one) {
			r.stopped = r.stopped || err != nil
			break
		}
	}
	if s.format != "" {
		if ctx.Err() != nil {
			return ErrBusy
		}
		var err error
		s.pieces, err = s.site.rows.Pieces.Of(ctx, r.pieces)
		s.pieces = slices.DeleteFunc(s.pieces, func(p oped.Piece) bool { return p.Withdrawn }) // meanwhile
		return err
	}
	s.view = s.results(&r)
	return nil
}

// results collects the results of a search.
type results struct {
	search  *Search
	limit   int // of results shown
	budget  oped.Budget
	looked  int
	hits    []page.Hit
	pieces  []oped.PieceID // of a feed
	count   int            // of the results found, shown or not
	last    oped.Cursor    // of the last piece decided before the page was full
	more    bool           // there are results after the last one shown
	stopped bool           // by a limit: older pieces may match
}

// take decides on a piece, and reports whether to go on. Once the page is full and there are older results, it only
// counts, with another budget.
func (r *results) take(ctx context.Context, one *oped.PieceAt) (next bool) {
	if r.looked++; r.looked > maxLookedAt {
		r.stopped = true
		return false
	}
	s := r.search
	m, ok, err := s.match(ctx, &r.budget, &one.Piece)
	// An undecided piece begins the next page. A piece that takes a whole budget by itself is skipped.
	if r.count < r.limit && (err == nil || r.looked == 1) {
		r.last = one.Cursor
	}
	if err != nil {
		r.stopped = true
		return false
	}
	if !ok {
		return true
	}
	r.count++
	switch {
	case r.count > r.limit && !r.more:
		r.more, r.budget = true, oped.NewBudget(oped.MaxCountSteps)
		return s.before == oped.Cursor{} // else nobody asks for the number
	case r.count > r.limit:
		return r.count <= maxCounted
	case s.format != "":
		r.pieces = append(r.pieces, one.Piece.ID)
		return r.count < r.limit
	}
	r.hits = append(r.hits, s.found(&one.Piece, &m))
	return true
}

// matched is the matching appearance of a piece, with the matches.
type matched struct {
	entry *oped.Entry
	spans []oped.Span
}

// match finds the first appearance of a piece that matches the query, the lead entry before the others. Its error is
// that of the budget or the context.
func (s *Search) match(ctx context.Context, budget *oped.Budget, p *oped.Piece) (m matched, ok bool, err error) {
	facts := s.site.facts(p)
	for i := range p.Entries {
		e := &p.Entries[i]
		d := topic.DocOf(e)
		d.Facts = facts
		spans, ok, err := s.expr.Find(ctx, budget, d)
		if ok || err != nil {
			return matched{e, spans}, ok, err
		}
	}
	return m, false, nil
}

// facts returns what filters know of a piece.
func (s *site) facts(p *oped.Piece) topic.Facts {
	lead := p.Lead()
	return topic.FactsOf(p, s.items.day(lead, believable(lead.Date(), p.FirstSeen)), s.countries)
}

// found converts a piece to its form among the results.
func (s *Search) found(p *oped.Piece, m *matched) page.Hit {
	e, spans, at := m.entry, m.spans, s.site
	edition, a := at.items.largest(editionsWith(at.editions, p), at.items.feeds[at.items.shown(p).FeedURL])
	it := at.items.item(&edition, p)
	s.said = s.said.And(it.feed.Signals())
	v := page.Hit{Listed: at.listed(it, "about this piece"), Title: []page.Marked{{Text: it.title}}}
	if e == it.lead && e.Title == it.title {
		v.Title = marked(e.Title, 0, len(e.Title), spansIn(spans, "title"))
	}
	n := markedWords
	if !a.whole {
		n = min(n, a.left)
	}
	if own := at.items.feeds[e.FeedURL]; !own.Full {
		n = min(n, at.items.excerptWords(&edition, own))
	}
	v.Excerpt = Around(e.Text, spans, n)
	return v
}
