package publish

import (
	"encoding/xml"
	"html"
	"net/url"
	"strings"
	"testing"

	"oped"
)

// TestSearch_Filters: filters of a query and of the form select pieces, alone and with words. The page shows the query
// that they make, and links to its feeds.
func TestSearch_Filters(t *testing.T) {
	s := many(3)
	s.feeds[1].Country = "Pakistan"
	s.pieces["more"][2].Kind = oped.News
	o, _ := withCatalog(t, s)
	p := published(t, s, o)
	const urdu, untitled = "دریا کے دو نوٹ اور ایک پرانا وعدہ جو ابھی تک پورا نہیں ہوا", "(untitled)"
	for _, c := range []struct {
		values url.Values
		query  string
		want   string
	}{
		{url.Values{"q": {"ferry publisher:harbour"}}, "ferry publisher:harbour", "Ferry number 0|Ferry number 1"},
		{url.Values{"q": {"kind:news"}}, "kind:news", "Ferry number 2"},
		{url.Values{"kind": {"editorial"}}, "kind:editorial", urdu},
		{url.Values{"country": {"Pakistan"}}, "country:Pakistan", urdu},
		{
			url.Values{"q": {"ferry OR nothing"}, "publisher": {"The Harbour Courier"}, "until": {"2026-03-01"}, "topic": {""}},
			`(ferry OR nothing) publisher:"The Harbour Courier" until:2026-03-01`, "Ferry number 0|Ferry number 1",
		},
		{url.Values{"q": {"since:2026-03-08 lang:ur"}}, "since:2026-03-08 lang:ur", urdu},
		{url.Values{"q": {"since:2026-03-09 lang:ur"}}, "since:2026-03-09 lang:ur", ""},
		{url.Values{"q": {"ferry length:>8"}}, "ferry length:>8", ""},
		{url.Values{"q": {"ferry length:7..7"}}, "ferry length:7..7", "Ferry number 0|Ferry number 1"},
		{url.Values{"q": {"ferry"}, "before": {"0.1"}}, "ferry", ""},
	} {
		r := ask(p, "GET", "/search?"+c.values.Encode())
		page := body(t, r)
		if got := strings.Join(found(page), "|"); r.StatusCode != 200 || got != c.want {
			t.Errorf("%v: %d, %s, want %s", c.values, r.StatusCode, got, c.want)
		}
		if !strings.Contains(page, `value="`+html.EscapeString(c.query)+`"`) {
			t.Errorf("%v: the page does not show %s", c.values, c.query)
		}
	}
	page := body(t, ask(p, "GET", "/search?q=ferry+publisher:harbour"))
	for _, format := range []string{"atom", "rss", "json"} {
		link := searchPath("search."+format, `ferry publisher:"The Harbour Courier"`)
		if n := strings.Count(html.UnescapeString(page), link+`"`); n != 2 {
			t.Errorf("%d links to %s in\n%s", n, link, page)
		}
	}
	for _, choice := range []string{
		`<option value="The Harbour Courier">The Harbour Courier</option>`, `<option value="indus">`,
		`<option value="ur">Urdu</option>`, `<option value="letter">letters</option>`,
	} {
		if !strings.Contains(page, choice) {
			t.Errorf("the form has no %s", choice)
		}
	}
}

// TestSearch_Count: the first page of results says how many there are, or a number that there are more of.
func TestSearch_Count(t *testing.T) {
	for n, want := range map[int]string{
		0: "", 1: "1 piece", 20: "20 pieces", 213: "213 pieces", maxCounted: "1000 pieces",
		maxCounted + 1: "more than 1000 pieces", maxLookedAt + 1: "more than 1000 pieces",
	} {
		s := many(n)
		o, _ := withCatalog(t, s)
		p := published(t, s, o)
		page := body(t, ask(p, "GET", "/search?q=ferry"))
		_, got, _ := strings.Cut(page, "</div>\n</details>\n<p class=\"soft\"><span>")
		got, _, _ = strings.Cut(got, "<")
		if got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
		_, next, more := strings.Cut(page, `<a rel="next" href="`)
		if more != (n > hitsOnPage) {
			t.Errorf("%d: a next page: %v", n, more)
		}
		if next, _, _ = strings.Cut(next, `"`); more {
			page = body(t, ask(p, "GET", html.UnescapeString(next)))
			if titles := found(page); len(titles) != min(n-hitsOnPage, hitsOnPage) || titles[0] != "Ferry number 20" ||
				strings.Contains(page, "1000 pieces") {
				t.Errorf("%d, the next page: %v", n, titles)
			}
		}
	}
}

// TestSearch_CountStops: results with long texts are counted up to a limit. The page is whole.
func TestSearch_CountStops(t *testing.T) {
	s := many(60)
	for i := range s.pieces["more"] {
		s.pieces["more"][i].Entries[0].Text = strings.Repeat("The ferry leaves at six. ", 8<<10)
	}
	o, _ := withCatalog(t, s)
	p := published(t, s, o)
	page := body(t, ask(p, "GET", "/search?q=ferry"))
	if len(found(page)) != hitsOnPage || !strings.Contains(page, ">more than ") || strings.Contains(page, "stopped here") ||
		!strings.Contains(page, `rel="next"`) {
		t.Errorf("%v\n%s", found(page), page)
	}
}

// TestOpenSearch: browsers find the search, and programs its feeds.
func TestOpenSearch(t *testing.T) {
	for mode, want := range map[SearchMode][]string{
		ServerSearch: {
			"text/html https://editions.example/search?q={searchTerms}",
			"application/atom+xml https://editions.example/search.atom?q={searchTerms}",
			"application/rss+xml https://editions.example/search.rss?q={searchTerms}",
			"application/feed+json https://editions.example/search.json?q={searchTerms}",
			"application/opensearchdescription+xml https://editions.example/opensearch.xml",
		},
		IndexSearch: {
			"text/html https://editions.example/search/?q={searchTerms}",
			"application/opensearchdescription+xml https://editions.example/opensearch.xml",
		},
		NoSearch: nil,
	} {
		s := example()
		o, _ := withCatalog(t, s)
		o.Search, o.Title = mode, "The <Daily> & Weekly Opinions"
		p := published(t, s, o)
		linked := strings.Contains(body(t, ask(p, "GET", "/pak-us/")), `<link rel="search"`)
		r := ask(p, "GET", "/opensearch.xml")
		if linked != (want != nil) || want == nil {
			if linked || r.StatusCode != 404 {
				t.Errorf("%s: linked: %v, %d", mode, linked, r.StatusCode)
			}
			continue
		}
		var d openSearch
		if err := xml.Unmarshal([]byte(body(t, r)), &d); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range d.URLs {
			got = append(got, u.Type+" "+u.Template)
		}
		if d.ShortName != "The <Daily> & We" || strings.Join(got, "\n") != strings.Join(want, "\n") ||
			r.Header.Get("Content-Type") != openSearchType+"; charset=utf-8" {
			t.Errorf("%s: %q %v %v", mode, d.ShortName, got, r.Header)
		}
	}
}
