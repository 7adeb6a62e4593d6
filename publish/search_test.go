package publish

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"oped"
	"oped/publish/feed"
	"oped/topic"
)

// many returns rows with n pieces in no edition, an hour after one another, the newest first.
func many(n int) *fakeRows {
	s := example()
	for i := range n {
		s.pieces["more"] = append(s.pieces["more"], oped.Piece{
			ID:     oped.PieceID(1000 + i),
			AtomID: fmt.Sprintf("tag:harbour.example,2026:%d", i),
			Kind:   oped.Opinion,
			Entries: []oped.Entry{{
				FeedURL: s.feeds[0].URL, Publisher: "The Harbour Courier",
				URL: fmt.Sprintf("https://harbour.example/%d", i), Title: fmt.Sprintf("Ferry number %d", i), Lang: "en",
				Text:      "The ferry leaves at six & returns <late>.",
				Published: at(1, 0).Add(-time.Duration(i) * time.Hour),
				FirstSeen: at(2, 0),
			}},
		})
	}
	return s
}

func found(page string) (titles []string) {
	for _, part := range strings.Split(page, "<h3>")[1:] {
		title, _, _ := strings.Cut(part, "</h3>")
		_, title, _ = strings.Cut(title, ">")
		titles = append(titles, strings.NewReplacer("<mark>", "", "</mark>", "", "</a>", "").Replace(title))
	}
	return titles
}

// TestS13_SearchPages: a search gives twenty a page, the newest first, and its links lead through all
// of them, each once.
func TestS13_SearchPages(t *testing.T) {
	s := many(65)
	o, _ := withCatalog(t, s)
	p := published(t, s, o)
	path, seen := "/search?q=ferry", map[string]bool{}
	for pages := 0; ; pages++ {
		page := body(t, ask(p, "GET", path))
		titles := found(page)
		for i, title := range titles {
			if want := fmt.Sprintf("Ferry number %d", pages*20+i); title != want || seen[title] {
				t.Fatalf("page %d, %d: %s", pages, i, title)
			}
			seen[title] = true
		}
		_, rest, more := strings.Cut(page, `<a rel="next" href="`)
		if !more {
			break
		}
		next, _, _ := strings.Cut(rest, `"`)
		path = strings.ReplaceAll(strings.TrimPrefix(next, "https://editions.example"), "&amp;", "&")
	}
	if len(seen) != 65 {
		t.Errorf("%d of 65 were found", len(seen))
	}
}

// TestS14_Search: words, phrases, fields and NOT work, in either variant of Urdu letters, as do kinds;
// matches are marked and escaped.
func TestS14_Search(t *testing.T) {
	s := many(2)
	s.pieces["more"][0].Kind = oped.News
	o, _ := withCatalog(t, s)
	p := published(t, s, o)
	for _, c := range []struct{ q, kind, want string }{
		{"ferry", "", "Ferry number 1"}, {"ferry", "news", "Ferry number 0"}, {"ferry", "letter", ""},
		{`"returns late"`, "", "Ferry number 1"}, {"title:ferry number", "", "Ferry number 1"},
		{"ferry AND NOT six", "", ""},
		{"author:Qureshi", "", "AT&amp;T, peace &lt; war &amp; the “quiet” channel"},
		{"دريا", "", "دریا کے دو نوٹ اور ایک پرانا وعدہ جو ابھی تک پورا نہیں ہوا"},
		{"دریا", "", "دریا کے دو نوٹ اور ایک پرانا وعدہ جو ابھی تک پورا نہیں ہوا"}, {"nowhere", "", ""},
	} {
		page := body(t, ask(p, "GET", "/search?"+url.Values{"q": {c.q}, "kind": {c.kind}}.Encode()))
		if got := strings.Join(found(page), "|"); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.q, c.kind, got, c.want)
		}
	}
	page := body(t, ask(p, "GET", "/search?q=six"))
	if !strings.Contains(page, "The ferry leaves at <mark>six</mark> &amp; returns &lt;late&gt;.") {
		t.Error(page)
	}
}

// TestS25_SearchMistakes: an invalid query gets status 400 and the place of the mistake, whatever it
// holds; none of it appears unescaped.
func TestS25_SearchMistakes(t *testing.T) {
	s := example()
	o, _ := withCatalog(t, s)
	o.Lists = []oped.List{{Name: "us", Terms: []oped.Term{{Source: "US/caps"}}}}
	p := published(t, s, o)
	for q, want := range map[string]string{
		"a AND b OR c": "at character 9", "(": "character", `"open`: "character",
		"$nolist": "there is no list $nolist", "/re/(/": "character", strings.Repeat("x", 501): "500 characters",
		`<script>alert("x")</script> (`: "&lt;script&gt;",
		"x NEAR/0 y":                    "character", "nosuch:field": "character", "AND": "character",
	} {
		r := ask(p, "GET", "/search?"+url.Values{"q": {q}}.Encode())
		page := body(t, r)
		if r.StatusCode != 400 || !strings.Contains(page, want) || strings.Contains(page, "<script") ||
			!strings.Contains(page, `role="alert"`) || r.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%q: %d, no %q in\n%s", q, r.StatusCode, want, page[strings.Index(page, "<main"):])
		}
	}
	for _, path := range []string{
		"/search?q=x&before=1", "/search?q=x&before=a.b", "/search?q=x&before=1.-1",
	} {
		if r := ask(p, "GET", path); r.StatusCode != 400 || !strings.Contains(body(t, r), "No such page of results") {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	r := ask(p, "GET", "/search?q=x&kind=poem")
	if page := body(t, r); r.StatusCode != 400 || !strings.Contains(page, "&#34;poem&#34; is not known") {
		t.Errorf("%d\n%s", r.StatusCode, page)
	}
	for _, path := range []string{"/search", "/search?q=", "/search?q=++", "/search?q=$us", "/search?q=NOT+x"} {
		if r := ask(p, "GET", path); r.StatusCode != 200 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

// TestSearch_Bounded: a search ends after many pieces, says so, and links to the rest.
func TestSearch_Bounded(t *testing.T) {
	notShort(t)
	s := many(maxLookedAt + 50)
	s.pieces["more"][maxLookedAt+40].Entries[0].Title = "The needle"
	o, _ := withCatalog(t, s)
	p := published(t, s, o)
	page := body(t, ask(p, "GET", "/search?q=needle"))
	_, rest, more := strings.Cut(page, `<a rel="next" href="`)
	next, _, _ := strings.Cut(rest, `"`)
	if len(found(page)) != 0 || !more || !strings.Contains(page, "The search stopped here") ||
		!strings.Contains(page, oped.SearchLimit.Meaning()) {
		t.Fatalf("%v, %v", found(page), more)
	}
	page = body(t, ask(p, "GET", strings.ReplaceAll(next, "&amp;", "&")))
	if got := found(page); len(got) != 1 || got[0] != "The needle" || strings.Contains(page, `rel="next"`) {
		t.Errorf("%v", got)
	}
}

// holding is a catalog that blocks every search until it is released.
type holding struct {
	*fakeCatalog
	letGo chan bool
}

func (h *holding) Search(ctx context.Context, need topic.IndexQuery, after oped.Cursor) iter.Seq2[oped.PieceAt, error] {
	<-h.letGo
	return h.fakeCatalog.Search(ctx, need, after)
}

// TestSearch_TwoAtATime: a third client's search waits, and gets an answer to retry later.
func TestSearch_TwoAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := example()
		o, l := withCatalog(t, s)
		held := &holding{fakeCatalog: l, letGo: make(chan bool)}
		o.Catalog = catalogOf(held)
		p := published(t, s, o)
		for i := range 2 {
			go askFrom(p, fmt.Sprintf("10.0.0.%d:1", i), "GET", "/search?q=river")
		}
		synctest.Wait()
		began := time.Now()
		r := ask(p, "GET", "/search?q=river")
		if r.StatusCode != 503 || r.Header.Get("Retry-After") == "" || time.Since(began) != 2*time.Second {
			t.Errorf("%d after %v", r.StatusCode, time.Since(began))
		}
		close(held.letGo)
		if r := ask(p, "GET", "/search?q=river"); r.StatusCode != 200 {
			t.Errorf("%d", r.StatusCode)
		}
	})
}

// TestAround: an excerpt has no more words than it may, and its stretches are those of the text.
func TestAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("ab ک ا\n\t  …\x00é\u202e"))).Draw(t, "text")
		n := rapid.IntRange(0, 12).Draw(t, "words")
		var spans []oped.Span
		for range rapid.IntRange(0, 3).Draw(t, "spans") {
			a, b := rapid.IntRange(0, len(s)).Draw(t, "from"), rapid.IntRange(0, len(s)).Draw(t, "to")
			spans = append(spans, oped.Span{Field: "text", Start: min(a, b), End: max(a, b)})
		}
		words := 0
		var b strings.Builder
		for _, part := range Around(s, spans, n) {
			b.WriteString(part.Text)
		}
		for _, w := range strings.Fields(b.String()) {
			if strings.Trim(w, "…") != "" {
				words++
			}
		}
		if words > n+1 {
			t.Fatalf("%d words of %d: %q of %q", words, n, b.String(), s)
		}
	})
}

func TestFeedSheet(t *testing.T) {
	p := published(t, example(), options())
	r := ask(p, "GET", "/feed.css")
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != cssType || !strings.Contains(body(t, r), "@namespace") {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	for _, no := range []string{"url(", "@import", "expression"} {
		if strings.Contains(feed.Style, no) {
			t.Errorf("feed.css has %s", no)
		}
	}
}

// TestS13_NoCacheKeepsASearch: the answer depends on the query, so it is for one reader, whatever comes of it.
func TestS13_NoCacheKeepsASearch(t *testing.T) {
	s := many(25)
	o, _ := withCatalog(t, s)
	p := published(t, s, o)
	for path, status := range map[string]int{
		"/search": 200, "/search/": 200, "/search?q=ferry": 200, "/search/?q=nothing": 200,
		"/search?q=ferry&kind=news": 200, "/search/?q=(": 400,
		"/search?q=" + strings.Repeat("a", maxQuery+1): 400,
	} {
		r := ask(p, "GET", path)
		if r.StatusCode != status || r.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %d, Cache-Control: %s", path, r.StatusCode, r.Header.Get("Cache-Control"))
		}
	}
}

// TestSearch_None publishes no search and no box for it.
func TestSearch_None(t *testing.T) {
	for _, none := range []bool{false, true} {
		s := example()
		o, _ := withCatalog(t, s)
		if none {
			o.Search = NoSearch
		}
		p := published(t, s, o)
		for _, path := range []string{"/", "/pak-us/", "/publisher/", "/pak-us/about/"} {
			r := ask(p, "GET", path)
			if has := strings.Contains(body(t, r), "/search"); r.StatusCode == 200 && has == none {
				t.Errorf("%s links to a search: %v", path, has)
			}
		}
		if found := ask(p, "GET", "/search?q=river").StatusCode == 200; found == none {
			t.Errorf("the search answers: %v", found)
		}
	}
}
