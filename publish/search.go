package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"oped"
	"oped/publish/page"
	"oped/topic"
)

// Bounds of one search.
const (
	maxQuery    = 500 // characters
	hitsOnPage  = 20
	maxLookedAt = 3000 // pieces matched against a query
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
)

// Query is a search as a reader sent it.
type Query struct {
	Text   string // by the index of words and by the language of topics; nothing is implied
	Kind   string // "": every kind but news
	Before string // the place where a page of results begins; "": the newest
}

// ErrBusy reports that a search found nothing in time.
var ErrBusy = errors.New("too many searches")

// errPage reports a page of results that does not exist.
var errPage = errors.New("no such page of results")

// Search is one search, and its page.
type Search struct {
	site   *site
	view   *page.Search
	text   string
	kind   oped.PieceKind
	before oped.Cursor // older pieces only; zero: from the newest on
	expr   *topic.Expr // nil: there is nothing to look for
	faulty bool        // in the query
}

// Search begins a search. It returns nil before the first Build, without a Catalog, and if the server answers none.
func (p *Publisher) Search(q Query) *Search {
	now := p.site.Load()
	if now == nil || p.options.Catalog == nil || p.options.Search != ServerSearch {
		return nil
	}
	s := &Search{site: now, kind: oped.PieceKind(q.Kind)}
	tooLong := utf8.RuneCountInString(q.Text) > maxQuery
	if !tooLong { // a longer query is not read at all
		s.text = asWritten(q.Text)
	}
	lang := map[string]string{"ltr": "en", "rtl": "ur"}[direction("", s.text)]
	s.view = &page.Search{
		Head: head(lang, now.items.words.Say(lang, "Search the archive"), now.items.at.base+"/"+SearchName),
		Help: s.text == "",
	}
	s.view.Query, s.view.Kinds, s.view.Dir = s.text, kindChoices(now.items.words, lang, s.kind), direction(lang, "")
	err := s.understand(q.Before)
	if tooLong {
		err = errors.New(now.items.words.Say(lang, "A query may have at most 500 characters."))
	}
	if err != nil {
		s.view.Help, s.faulty, s.expr = false, true, nil
		explainQuery(s.view, now.items.words, err)
	}
	return s
}

// Asks reports whether there is something to look for: else the page is complete.
func (s *Search) Asks() bool { return s.expr != nil }

// Page returns the page with the results so far.
func (s *Search) Page() (Page, error) {
	m := s.site.html(time.Time{})
	if m.Cache = CacheNever; s.faulty {
		m.Status = http.StatusBadRequest
	}
	var b bytes.Buffer
	if err := s.site.pages.Write(&b, s.view); err != nil {
		return Page{}, err
	}
	return finished(SearchName, m, b.Bytes()), nil
}

func kindChoices(w *page.Words, lang string, chosen oped.PieceKind) []page.Choice {
	all := []page.Choice{{Name: w.Say(lang, "all opinion"), Chosen: chosen == ""}}
	for _, k := range oped.PieceKinds() {
		all = append(all, page.Choice{Value: string(k), Name: w.Kinds(lang, string(k)), Chosen: k == chosen})
	}
	return all
}

// understand compiles the query and reads where its page begins. Its error is oped.Diagnostics, or errPage.
func (s *Search) understand(before string) (err error) {
	if s.kind != "" && !slices.Contains(oped.PieceKinds(), s.kind) {
		return errPage
	}
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
	s.expr, err = topic.CompileExpr(lists, oped.Rule{Expr: s.text})
	return err
}

// explainQuery writes the error of a query on the page.
func explainQuery(s *page.Search, w *page.Words, err error) {
	s.Diagnostic = w.Say(s.Lang, "Invalid query")
	var all oped.Diagnostics
	if !errors.As(err, &all) || len(all) == 0 {
		s.Hint = err.Error()
		if errors.Is(err, errPage) {
			s.Hint = w.Say(s.Lang, "No such page of results.")
		}
		return
	}
	m := all[0]
	s.Line, s.Caret = m.Line, strings.Repeat(" ", max(0, m.Pos.Col-1))+"^"
	s.Diagnostic = w.Sayf(s.Lang, "Invalid query at character %d: %s", m.Pos.Col, m.Message)
	s.Hint = m.Hint
}

// Run fills the page with the results. The error is ErrBusy if it looked at no piece in time.
func (s *Search) Run(ctx context.Context) error {
	v := s.view
	v.Searched = true
	looked, budget := 0, oped.NewBudget(oped.MaxSearchSteps)
	var last oped.Cursor
	for one, err := range s.site.options.Catalog.Pieces.Search(ctx, s.expr.IndexQuery(nil), s.before) {
		if err != nil {
			if ctx.Err() == nil {
				return err
			}
			if looked == 0 {
				return ErrBusy
			}
			v.Stopped = oped.SearchLimit.Meaning()
			break
		}
		if looked++; looked > maxLookedAt {
			v.Stopped = oped.SearchLimit.Meaning()
			break
		}
		full := len(v.Found) == hitsOnPage // whether there are older ones is all that is left to know
		m, ok, err := match(ctx, &budget, s.expr, &one.Piece, s.kind)
		// An undecided piece begins the next page. A piece that takes a whole budget by itself is skipped.
		if !full && (err == nil || looked == 1) {
			last = one.Cursor
		}
		switch {
		case err != nil:
			v.Stopped = oped.SearchLimit.Meaning()
		case ok && full:
			v.Older = s.older(last)
		case ok:
			v.Found = append(v.Found, s.found(&one.Piece, &m))
		}
		if err != nil || ok && full {
			break
		}
	}
	if v.Stopped != "" && last != (oped.Cursor{}) {
		v.Older = s.older(last)
	}
	return nil
}

// older returns the address of the page of results after a place.
func (s *Search) older(last oped.Cursor) string {
	q := url.Values{"q": {s.text}, "before": {fmt.Sprintf("%d.%d", last.Date, last.Piece)}}
	if s.kind != "" {
		q.Set("kind", string(s.kind))
	}
	return s.site.at.base + "/" + SearchName + "?" + q.Encode()
}

// matched is the matching appearance of a piece, with the matches.
type matched struct {
	entry *oped.Entry
	spans []oped.Span
}

// match finds the first appearance of a piece that matches an expression, the lead entry before the
// others. Its error is that of the budget or the context.
func match(
	ctx context.Context, budget *oped.Budget, expr *topic.Expr, p *oped.Piece, kind oped.PieceKind,
) (m matched, ok bool, err error) {
	if kind == "" && p.Kind == oped.News || kind != "" && p.Kind != kind {
		return m, false, nil
	}
	for i := range p.Entries {
		e := &p.Entries[i]
		spans, ok, err := expr.Find(ctx, budget, topic.DocOf(e))
		if ok || err != nil {
			return matched{e, spans}, ok, err
		}
	}
	return m, false, nil
}

// found converts a piece to its form among the results.
func (s *Search) found(p *oped.Piece, m *matched) page.Hit {
	e, spans, at := m.entry, m.spans, s.site
	edition, a := at.items.largest(editionsWith(at.editions, p), at.items.feeds[at.items.shown(p).FeedURL])
	it := at.items.item(&edition, p)
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
	v.Excerpt = around(e.Text, spansIn(spans, "text"), n)
	return v
}
