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
	"oped/text"
	"oped/topic"
)

// Bounds of one search.
const (
	maxQuery    = 500 // characters
	hitsOnPage  = 20
	maxLookedAt = 3000            // pieces that a query is held against
	searchWait  = 2 * time.Second // for a turn
	searchTime  = 5 * time.Second // where the disk is slower than what oped.MaxSearchSteps are for
	markedWords = 30              // of a text around what was found
)

// query is what a reader searches for.
type query struct {
	text   string
	kind   oped.PieceKind // "": every kind but news
	before oped.Place     // older pieces only; zero: from the newest on
}

// serveSearch answers a search. Pieces are found by the index of words and by the language of topics, in which the query is written; nothing is implied.
func (p *Publisher) serveSearch(w http.ResponseWriter, r *http.Request, now *site, name string) bool {
	if p.options.Library == nil || name != searchName && name != searchName+"/index.html" {
		return false
	}
	w.Header().Set("Cache-Control", cacheNever) // also where it fails
	p.searchFor(w, r, now)
	return true
}

// searchFor answers a search.
func (p *Publisher) searchFor(w http.ResponseWriter, r *http.Request, now *site) {
	w.Header().Set("X-Robots-Tag", "noindex")
	values := r.URL.Query()
	q := query{kind: oped.PieceKind(values.Get("kind"))}
	tooLong := utf8.RuneCountInString(values.Get("q")) > maxQuery
	if !tooLong { // nothing is made of it
		q.text = asWritten(values.Get("q"))
	}
	dir := direction("", q.text)
	lang := map[string]string{"ltr": "en", "rtl": "ur"}[dir]
	page := &page.Search{Head: head(lang, p.items.words.Say(lang, "Search the archive"), p.items.base+"/"+searchName)}
	page.Query, page.Kinds, page.Dir = q.text, kindChoices(p.items.words, lang, q.kind), direction(lang, "")
	expr, err := p.understand(&q, values.Get("before"))
	if tooLong {
		err = errors.New(p.items.words.Say(lang, "A query has 500 characters at most."))
	}
	switch {
	case err != nil:
		mistaken(page, p.items.words, err)
		p.answerSearch(w, r, page, http.StatusBadRequest)
		return
	case q.text == "":
		page.Help = true
		p.answerSearch(w, r, page, http.StatusOK)
		return
	}
	wait, stop := context.WithTimeout(r.Context(), searchWait)
	defer stop()
	client, _ := clientOf(r, p.options.TrustedProxies)
	leave, err := p.search.enter(wait, client)
	if err == nil {
		defer leave()
		ctx, cancel := context.WithTimeout(r.Context(), searchTime)
		defer cancel()
		err = p.find(ctx, now, page, expr, &q)
	}
	switch {
	case r.Context().Err() != nil: // nobody is waiting any more
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "5")
		http.Error(w, "many are searching now; try again in some seconds", http.StatusServiceUnavailable)
	case err != nil:
		p.log.Warn("search failed", "err", err)
		http.Error(w, "the search does not work now", http.StatusInternalServerError)
	default:
		p.answerSearch(w, r, page, http.StatusOK)
	}
}

var (
	errBusy = errors.New("too many searches")
	errPage = errors.New("no such page of a search")
)

func kindChoices(w *page.Words, lang string, chosen oped.PieceKind) []page.Choice {
	all := []page.Choice{{Name: w.Say(lang, "all opinion"), Chosen: chosen == ""}}
	for _, k := range oped.PieceKinds() {
		all = append(all, page.Choice{Value: string(k), Name: w.Kinds(lang, string(k)), Chosen: k == chosen})
	}
	return all
}

// understand compiles a query and reads where its page begins. Its error is oped.Mistakes, or errPage.
func (p *Publisher) understand(q *query, before string) (*topic.Expr, error) {
	if q.kind != "" && !slices.Contains(oped.PieceKinds(), q.kind) {
		return nil, errPage
	}
	if before != "" {
		date, id, _ := strings.Cut(before, ".")
		var errDate, errID error
		q.before.Date, errDate = strconv.ParseInt(date, 10, 64)
		n, errID := strconv.ParseInt(id, 10, 64)
		if q.before.Piece = oped.PieceID(n); errDate != nil || errID != nil || n <= 0 {
			return nil, errPage
		}
	}
	if q.text == "" {
		return nil, nil
	}
	lists := p.options.Lists
	if !strings.Contains(q.text, "$") {
		lists = nil
	}
	return topic.CompileExpr(lists, oped.Rule{Expr: q.text})
}

// mistaken tells what is wrong with a query.
func mistaken(s *page.Search, w *page.Words, err error) {
	s.Mistake = w.Say(s.Lang, "The query has a mistake")
	var all oped.Mistakes
	if !errors.As(err, &all) || len(all) == 0 {
		s.Hint = err.Error()
		if errors.Is(err, errPage) {
			s.Hint = w.Say(s.Lang, "This page of the search does not exist.")
		}
		return
	}
	m := all[0]
	s.Line, s.Caret = m.Line, strings.Repeat(" ", max(0, m.Pos.Col-1))+"^"
	s.Mistake = w.Say(s.Lang, "The query has a mistake at character %d: %s", m.Pos.Col, m.What)
	s.Hint = m.Hint
}

// find fills a page with what was found. Its error is errBusy where it came to nothing in time.
func (p *Publisher) find(ctx context.Context, now *site, page *page.Search, expr *topic.Expr, q *query) error {
	page.Searched = true
	looked, budget := 0, oped.NewBudget(oped.MaxSearchSteps)
	var last oped.Place
	older := func() {
		v := url.Values{"q": {q.text}, "before": {fmt.Sprintf("%d.%d", last.Date, last.Piece)}}
		if q.kind != "" {
			v.Set("kind", string(q.kind))
		}
		page.Older = p.items.base + "/" + searchName + "?" + v.Encode()
	}
	for one, err := range p.options.Library.Search(ctx, expr.Need(nil), q.before) {
		if err != nil {
			if ctx.Err() == nil {
				return err
			}
			if looked == 0 {
				return errBusy
			}
			page.Stopped = oped.SearchLimit.Meaning()
			break
		}
		if looked++; looked > maxLookedAt {
			page.Stopped = oped.SearchLimit.Meaning()
			break
		}
		full := len(page.Found) == hitsOnPage // whether there are older ones is all that is left to know
		m, ok, err := match(ctx, &budget, expr, &one.Piece, q.kind)
		// A piece that was not decided begins the next page; one that takes all of a budget is passed over.
		if !full && (err == nil || looked == 1) {
			last = one.Place
		}
		switch {
		case err != nil:
			page.Stopped = oped.SearchLimit.Meaning()
		case ok && full:
			older()
		case ok:
			page.Found = append(page.Found, now.found(&one.Piece, &m))
		}
		if err != nil || ok && full {
			break
		}
	}
	if page.Stopped != "" && last != (oped.Place{}) {
		older()
	}
	return nil
}

// matched is the appearance of a piece that fulfils a query, and where.
type matched struct {
	entry *oped.Entry
	spans []oped.Span
}

// match finds the first appearance of a piece that fulfils an expression, the lead entry before the others. Its error
// is that of the budget or the context.
func match(
	ctx context.Context, budget *oped.Budget, expr *topic.Expr, p *oped.Piece, kind oped.PieceKind,
) (m matched, ok bool, err error) {
	if kind == "" && p.Kind == oped.News || kind != "" && p.Kind != kind {
		return m, false, nil
	}
	for i := range p.Entries {
		e := &p.Entries[i]
		d := &topic.Doc{
			Title:      e.Title,
			Text:       e.Text,
			Author:     peopleIn(e),
			Categories: e.Categories,
			URL:        e.URL,
			Publisher:  e.Publisher,
			Lang:       e.Lang,
			Furniture:  e.Furniture,
		}
		if e.Content != "" {
			d.Summary = text.FromHTML(e.Summary).Text
		}
		spans, ok, err := expr.Find(ctx, budget, d)
		if ok || err != nil {
			return matched{e, spans}, ok, err
		}
	}
	return m, false, nil
}

func peopleIn(e *oped.Entry) string {
	names := make([]string, len(e.Authors))
	for i, a := range e.Authors {
		names[i] = a.Name
	}
	return strings.Join(names, ", ")
}

// found is a piece as the search shows it.
func (s *site) found(p *oped.Piece, m *matched) page.Found {
	e, spans := m.entry, m.spans
	edition, a := s.mostGenerous(editionsWith(s.editions, p), s.feeds[p.Lead().FeedURL])
	it := s.item(&edition, p)
	v := page.Found{Listed: s.listed(it, "about this piece"), Title: []page.Marked{{Text: it.title}}}
	if e == p.Lead() && e.Title == it.title {
		v.Title = marked(e.Title, 0, len(e.Title), spansIn(spans, "title"))
	}
	n := markedWords
	if !a.whole {
		n = min(n, a.left)
	}
	if own := s.feeds[e.FeedURL]; !own.Full {
		n = min(n, s.excerptWords(&edition, own))
	}
	v.Excerpt = around(e.Text, spansIn(spans, "text"), n)
	return v
}

func (p *Publisher) answerSearch(w http.ResponseWriter, r *http.Request, page *page.Search, status int) {
	var b bytes.Buffer
	if err := p.pages.Write(&b, page); err != nil {
		p.log.Warn("search failed", "err", err)
		http.Error(w, "the search does not work now", http.StatusInternalServerError)
		return
	}
	if status == http.StatusOK {
		m := p.site.Load().html(time.Time{})
		m.Cache = cacheNever
		rep := newRepresentation(new(finished(searchName, m, b.Bytes())))
		if err := rep.render(r.Context()); err != nil {
			p.failed(w, r, searchName, err)
			return
		}
		p.serve(w, r, rep)
		return
	}
	h := w.Header()
	h.Set("Content-Type", htmlType)
	h.Set("Content-Security-Policy", p.pages.Policy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", cacheNever)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(b.Bytes())
	}
}
