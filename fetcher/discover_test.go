package fetcher

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// page returns an HTML page with links to feeds.
func page(feeds ...string) reply {
	var b strings.Builder
	b.WriteString("<html><head><link rel=\"icon\" href=\"/favicon.ico\">")
	for _, f := range feeds {
		fmt.Fprintf(&b, "<link rel=\"alternate\" type=\"application/rss+xml\" href=%q>", f)
	}
	b.WriteString("</head><body><a href=\"/about\">About</a></body></html>")
	return reply{header: headers("Content-Type", "text/html"), body: []byte(b.String())}
}

// TestF39DiscoverCostsOneRequestOrTwo also covers F30 and F31: the log of requests is exact, with no favicon, no
// front page and no guessed address.
func TestF39DiscoverCostsOneRequestOrTwo(t *testing.T) {
	const site = "http://paper.example/"
	feed := reply{body: edition("one")}
	for _, c := range []struct {
		name, address, found string
		pages                map[string]reply
		asked                []string
	}{
		{"the feed itself", site + "feed", site + "feed", map[string]reply{site + "feed": feed},
			[]string{site + "feed"}},
		{"a page with a feed", site, site + "feed", map[string]reply{site: page("/feed"), site + "feed": feed},
			[]string{site, site + "feed"}},
		{"the first of two", site, site + "a",
			map[string]reply{site: page("a", "b"), site + "a": feed, site + "b": feed}, []string{site, site + "a"}},
		{"the second, if the first cannot be read", site, site + "b",
			map[string]reply{site: page("a", "b"), site + "b": feed}, []string{site, site + "a", site + "b"}},
		{"a feed that moved", site, site + "new",
			map[string]reply{
				site:          redirect(301, "/home"),
				site + "home": page("feed"),
				site + "feed": redirect(301, "new"),
				site + "new":  feed,
			},
			[]string{site, site + "home", site + "feed", site + "new"}},
		{"with credentials", "http://me:secret@paper.example/", "http://me:secret@paper.example/feed",
			map[string]reply{site: page("/feed"), site + "feed": feed}, []string{site, site + "feed"}},
		{"credentials stay here", "http://me:secret@paper.example/", "http://other.example/",
			map[string]reply{site: page("http://other.example/"), "http://other.example/": feed},
			[]string{site, "http://other.example/"}},
		{"a page without feeds", site, "", map[string]reply{site: page()}, []string{site}},
		{"nothing there", site, "", nil, []string{site}},
		{"not an address of the web", "file:///etc/passwd", "", nil, nil},
		{"a page that names too many", site, "", map[string]reply{site: page("1", "2", "3", "4", "5", "6", "7")},
			[]string{site, site + "1", site + "2", site + "3", site + "4", site + "5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := pages(c.pages)
				found, err := New(Options{Transport: s}).discover(t.Context(), c.address)
				if (err == nil) != (c.found != "") || found.URL != c.found {
					t.Errorf("found %q, %v; want %q", found.URL, err, c.found)
				}
				if err == nil && (found.Document.Title != "The Paper" || found.Entries != 1 || len(found.First) != 1) {
					t.Errorf("found %+v", found)
				}
				others := map[string]int{"the first of two": 1, "the second, if the first cannot be read": 1}[c.name]
				if len(found.Others) != others {
					t.Errorf("others %v, want %d", found.Others, others)
				}
				if asked := s.urls(); !slices.Equal(asked, c.asked) {
					t.Errorf("asked %v, want %v", asked, c.asked)
				}
				for i := 2; i < len(s.at) && c.name != "a feed that moved"; i++ {
					if gap := s.at[i].Sub(s.at[i-1]); gap < time.Second {
						t.Errorf("candidate %d comes %v after the one before", i, gap)
					}
				}
				for _, r := range s.asked {
					got := r.Header.Get("Authorization") != ""
					want := strings.Contains(c.address, "@") && r.URL.Host == "paper.example"
					if got != want {
						t.Errorf("%s gets credentials: %v", r.URL, got)
					}
				}
			})
		})
	}
}

func TestF31AFetchAsksForTheFeedAndNothingElse(t *testing.T) {
	s := script(reply{body: edition("one")})
	p := polling(s)
	for range 3 {
		p.well(t)
	}
	if asked := s.urls(); !slices.Equal(asked, []string{feedURL, feedURL, feedURL}) {
		t.Errorf("asked %v", asked)
	}
}
