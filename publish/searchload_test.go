package publish

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"oped"
	"oped/topic"
)

// flooded returns rows with a piece of two words, so many KiB long, before n ordinary ones.
func flooded(n, size int) *fakeRows {
	s := many(n + 1)
	e := &s.pieces["more"][0].Entries[0]
	e.Title, e.Text = "Flood", strings.Repeat("foo bar ", size<<7)
	s.pieces["more"][n].Entries[0].Text = "A foo and a bar."
	return s
}

// TestS27_SearchInOneLargePiece: a search for two joined words in a mebibyte of them is answered, with
// a short page.
func TestS27_SearchInOneLargePiece(t *testing.T) {
	o, _ := withCatalog(t, flooded(3, 1024))
	p := published(t, flooded(3, 1024), o)
	r := ask(p, "GET", "/search?q=foo+NEAR/5+bar")
	if page := body(t, r); r.StatusCode != 200 || strings.Join(found(page), "|") != "Flood|Ferry number 3" ||
		len(page) > 64<<10 {
		t.Errorf("%d: %v, %d bytes", r.StatusCode, found(page), len(page))
	}
}

// TestS27_SearchNamesItsLimit: a query that multiplies the mentions of a piece beyond the budget ends
// there and names the limit. The next page begins with that piece, with a budget of its own; the page
// after it skips it.
func TestS27_SearchNamesItsLimit(t *testing.T) {
	o, _ := withCatalog(t, flooded(3, 1024))
	p := published(t, flooded(3, 1024), o)
	q := strings.TrimSuffix(strings.Repeat("foo NEAR/5 bar NEAR/5 ", 20), " NEAR/5 ") + " OR six"
	path := "/search?" + url.Values{"q": {q}}.Encode()
	for range 2 {
		r := ask(p, "GET", path)
		page := body(t, r)
		if r.StatusCode != 200 || len(found(page)) != 0 || !strings.Contains(page, oped.SearchLimit.Meaning()) {
			t.Fatalf("%d: %v\n%s", r.StatusCode, found(page), page)
		}
		_, rest, _ := strings.Cut(page, `<a rel="next" href="`)
		next, _, _ := strings.Cut(rest, `"`)
		path = html.UnescapeString(next)
	}
	page := body(t, ask(p, "GET", path))
	if got := strings.Join(found(page), "|"); got != "Ferry number 1|Ferry number 2" ||
		strings.Contains(page, oped.SearchLimit.Meaning()) {
		t.Errorf("behind it: %s\n%s", got, page)
	}
}

// TestS27_SearchCountsStates: a regular expression with many states at each byte of a large piece ends by the budget,
// as other queries do, and one with too many of them is refused.
func TestS27_SearchCountsStates(t *testing.T) {
	notShort(t)
	o, _ := withCatalog(t, flooded(3, 1024))
	p := published(t, flooded(3, 1024), o)
	for _, q := range []string{"/re/(.*){990}x/", "/re/" + strings.Repeat("[^a]*[^b]*", 20) + "~/"} {
		expr, err := topic.CompileExpr(nil, oped.Rule{Expr: q})
		if err != nil {
			t.Fatal(err)
		}
		budget := oped.NewBudget(oped.MaxSearchSteps / 8)
		piece := flooded(1, 1024).pieces["more"][0]
		s := &Search{site: p.site.Load(), expr: expr}
		if _, ok, err := s.match(t.Context(), &budget, &piece); ok || err == nil || budget.Left() != 0 {
			t.Errorf("%.20s: %v, %v, %d steps are left", q, ok, err, budget.Left())
		}
		r := ask(p, "GET", "/search?"+url.Values{"q": {q}}.Encode())
		if page := body(t, r); r.StatusCode != 200 || !strings.Contains(page, oped.SearchLimit.Meaning()) {
			t.Errorf("%.20s: %d\n%s", q, r.StatusCode, page)
		}
	}
	r := ask(p, "GET", "/search?"+url.Values{"q": {"/re/(.*){1000}x/"}}.Encode())
	if page := body(t, r); r.StatusCode != 400 || !strings.Contains(page, "4003 states, 4000 are allowed") {
		t.Errorf("%d\n%s", r.StatusCode, page)
	}
}

// TestS27_SearchEndsWithItsClient: a search ends when its client leaves, and frees its slot.
func TestS27_SearchEndsWithItsClient(t *testing.T) {
	o, _ := withCatalog(t, flooded(3, 1024))
	p := published(t, flooded(3, 1024), o)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	for range 10 { // more than there are turns
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/search?q=foo+NEAR/5+bar", nil))
		if w.Body.Len() > 0 {
			t.Errorf("%d bytes are written after the client left", w.Body.Len())
		}
	}
	if r := ask(p, "GET", "/search?q=foo"); r.StatusCode != 200 {
		t.Errorf("afterwards: %d", r.StatusCode)
	}
}

// TestS27_AnyQueryIsAnswered: queries of great length, depth and breadth are answered or refused, and none is a fault
// of ours.
func TestS27_AnyQueryIsAnswered(t *testing.T) {
	o, _ := withCatalog(t, flooded(3, 64))
	o.Lists = []oped.List{{Name: "us"}}
	for i := range 500 {
		o.Lists[0].Terms = append(o.Lists[0].Terms, oped.Term{Source: fmt.Sprintf("word%d~", i)})
	}
	p := published(t, flooded(3, 64), o)
	deep := ""
	for range 30 {
		deep += "foo AND (bar OR ("
	}
	for _, q := range []string{
		strings.Repeat("(", 12_000), strings.Repeat("a OR ", 3000) + "a",
		deep + "foo" + strings.Repeat("))", 30), strings.Repeat("$us ", 120), strings.Repeat("NOT ", 120) + "foo",
		strings.Repeat("foo* ", 90), strings.Repeat("title:", 80) + "foo",
		`/re/(x{0,30}){0,30}y/ OR /re/f.*z|f/`, strings.Repeat("foo NEAR/9 ", 40) + "bar",
		"ATLEAST(100000, foo OR bar)", "\x00\xff", strings.Repeat("é", 500),
		`"` + strings.Repeat("foo bar ", 60) + `"`,
	} {
		for _, more := range []url.Values{
			{}, {"before": {"9223372036854775807.1"}}, {"before": {strings.Repeat("9", 5000)}},
			{"kind": {"news"}},
		} {
			if (testing.Short() || raced) && more.Get("kind") == "" {
				continue
			}
			more.Set("q", q)
			r := ask(p, "GET", "/search?"+more.Encode())
			if r.StatusCode != http.StatusOK && r.StatusCode != http.StatusBadRequest {
				t.Errorf("%.30s %v: %d", q, more["before"], r.StatusCode)
			}
		}
	}
}

// TestS6_PieceNamesItsLimit: a piece may repeat a topic's words very often. Its page says that not all
// of them are shown, and gives the sum of the others, from the rules or from the stored tag alone.
func TestS6_PieceNamesItsLimit(t *testing.T) {
	list := oped.List{Name: "many"}
	for i := range 2 * oped.MaxMatches {
		list.Terms = append(list.Terms, oped.Term{Source: fmt.Sprint("word", i)})
	}
	judge, err := topic.Compile([]oped.List{list}, []oped.Topic{{
		Name:      "pak-us",
		Score:     []oped.Rule{{Expr: "$many", Weight: 1}},
		Threshold: 1,
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := example()
	p := &s.pieces["pak-us"][0]
	for i := range list.Terms {
		p.Lead().Text += " " + list.Terms[i].Source
	}
	p.Tags = judge.Tag(docOf(p))
	o := options()
	o.Explain = func(p *oped.Piece) []topic.Explanation {
		return judge.ExplainSome(docOf(p), func(string) bool { return true })
	}
	for name, o := range map[string]Options{"explained": o, "stored": options()} {
		page := string(published(t, s, o).document("piece/1/why/index.html"))
		if strings.Count(page, oped.MatchLimit.Meaning()) != 1 ||
			strings.Count(page, `<p class="said"`) != oped.MaxMatches {
			t.Errorf(
				"%s: %d spans; the limit is named %d times", name, strings.Count(page, `<p class="said"`),
				strings.Count(page, oped.MatchLimit.Meaning()),
			)
		}
	}
}

// leaving is a context that is cancelled after a number of checks, as by a leaving client.
type leaving struct {
	context.Context
	looks atomic.Int32
}

func (l *leaving) Err() error {
	if l.looks.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestS27_MatchEndsWithItsContext: a match ends where its context does, within a piece, and takes no
// more of the budget from there on.
func TestS27_MatchEndsWithItsContext(t *testing.T) {
	expr, err := topic.CompileExpr(nil, oped.Rule{Expr: "foo NEAR/5 bar NEAR/5 foo"})
	if err != nil {
		t.Fatal(err)
	}
	rows := flooded(1, 1024)
	o, _ := withCatalog(t, rows)
	s := &Search{site: published(t, rows, o).site.Load(), expr: expr}
	piece := rows.pieces["more"][0]
	taken := -1
	for looks := range int32(20) {
		ctx := &leaving{Context: t.Context()}
		ctx.looks.Store(looks)
		budget := oped.NewBudget(oped.MaxSearchSteps)
		_, ok, err := s.match(ctx, &budget, &piece)
		n := oped.MaxSearchSteps - budget.Left()
		if ok || !errors.Is(err, context.Canceled) || n < taken || n-taken > 2*len(piece.Entries[0].Text) {
			t.Fatalf("after %d looks: %d steps, %d before; %v", looks, n, taken, err)
		}
		taken = n
	}
}

// FuzzSearch: whatever a stranger asks for, the answer is a page, a refusal or a request to come back, and the search
// takes no more than its budget.
func FuzzSearch(f *testing.F) {
	for _, q := range []string{
		"foo NEAR/5 bar", "title:foo OR $us", "((((", `"foo bar" ~`, "/re/fo+/", "foo* bar*",
		"ATLEAST(3, foo)", "NOT foo", "foo PARA bar PARA foo", "foo publisher:harbour", "kind:letter OR since:2025-06",
		"length:>3 NOT topic:indus",
	} {
		f.Add(q, "", "")
		f.Add(q, "1.1", "news")
	}
	s := flooded(2, 8)
	o, _ := withCatalog(f, s)
	o.Lists = []oped.List{{Name: "us", Terms: []oped.Term{{Source: "foo~"}, {Source: "bar/weak"}}}}
	p := published(f, s, o)
	f.Fuzz(func(t *testing.T, q, before, kind string) {
		r := ask(p, "GET", "/search?"+url.Values{"q": {q}, "before": {before}, "kind": {kind}}.Encode())
		if r.StatusCode != 200 && r.StatusCode != 400 && r.StatusCode != 503 {
			t.Fatalf("%q: %d", q, r.StatusCode)
		}
		r = ask(p, "GET", searchPath("search.atom", q))
		if r.StatusCode != 200 && r.StatusCode != 400 && r.StatusCode != 503 {
			t.Fatalf("the feed of %q: %d", q, r.StatusCode)
		}
		if r.StatusCode != 200 {
			return
		}
		if _, err := treeOf([]byte(body(t, r))); err != nil {
			t.Fatalf("the feed of %q: %v", q, err)
		}
	})
}
