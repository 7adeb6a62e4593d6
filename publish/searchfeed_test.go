package publish

import (
	"context"
	"encoding/xml"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"oped"
	"oped/publish/feed"
	"oped/topic"
)

func searchPath(name, q string) string { return "/" + name + "?" + url.Values{"q": {q}}.Encode() }

// TestSearchFeed: a search has a valid feed in each format, at an address with the full names of its filters. Its
// entries are those of editions.
func TestSearchFeed(t *testing.T) {
	s := many(60)
	o, _ := withCatalog(t, s)
	p := published(t, s, o)
	for _, f := range feed.Formats() {
		for _, q := range []string{
			"ferry", `publisher:harbour since:2026-02 NOT "<&>x'"`, "دریا", "ferry AND NOT lang:ur", "topic:indus", "nowhere",
		} {
			r := ask(p, "GET", searchPath("search."+string(f), q))
			doc := body(t, r)
			if r.StatusCode != 200 || r.Header.Get("Content-Type") != f.MediaType()+"; charset=utf-8" ||
				r.Header.Get("Cache-Control") != cachePrivately || r.Header.Get("X-Robots-Tag") != "noindex" ||
				r.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Fatalf("%s %s: %d %v", f, q, r.StatusCode, r.Header)
			}
			self := "https://editions.example" + searchPath("search."+string(f), strings.NewReplacer(
				"publisher:harbour", `publisher:"The Harbour Courier"`,
			).Replace(q))
			for _, fault := range faults(output{format: f, doc: []byte(doc), self: self}) {
				if !strings.HasPrefix(fault, "DuplicateUpdated") {
					t.Errorf("%s %s: %s", f, q, fault)
				}
			}
			etag := r.Header.Get("ETag")
			if again := ask(p, "GET", searchPath("search."+string(f), q), "If-None-Match: "+etag); again.StatusCode != 304 {
				t.Errorf("%s %s again: %d", f, q, again.StatusCode)
			}
		}
	}
	entriesOf := func(path string) (ids []string, title string) {
		var doc struct {
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Entries []struct {
				ID   string `xml:"id"`
				Body string `xml:",innerxml"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal([]byte(body(t, ask(p, "GET", path))), &doc); err != nil {
			t.Fatal(err)
		}
		for _, e := range doc.Entries {
			ids = append(ids, e.Body)
		}
		return ids, doc.Title + " " + doc.Updated
	}
	if all, title := entriesOf(searchPath("search.atom", "ferry")); len(all) != 50 ||
		!strings.HasPrefix(title, "Search: ferry 20") {
		t.Errorf("%d entries, %q", len(all), title)
	}
	found, title := entriesOf(searchPath("search.atom", "topic:pakistan-us"))
	head, _ := entriesOf("/pak-us.atom")
	if len(found) == 0 || found[0] != head[0] {
		t.Errorf("the entry of a piece is\n%v\nin a search, and in its edition\n%v", found, head)
	}
	if title != "Search: topic:pakistan-us 2026-03-09T08:30:00Z" {
		t.Errorf("title and time: %s", title)
	}
	if all, title := entriesOf(searchPath("search.atom", "nowhere")); len(all) != 0 || !strings.HasSuffix(title, "1970-01-01T00:00:00Z") {
		t.Errorf("nothing found: %d, %s", len(all), title)
	}
}

// TestSearchFeed_Refused: a feed of no query and of an invalid one is refused in words for the owner of a reader.
func TestSearchFeed_Refused(t *testing.T) {
	s := example()
	o, _ := withCatalog(t, s)
	p := published(t, s, o)
	for path, want := range map[string]string{
		"/search.atom":                                      "needs a query",
		"/search.rss?q=++":                                  "needs a query",
		searchPath("search.json", "(a"):                     "never closed",
		searchPath("search.atom", "kind:poem"):              `"poem" is not known`,
		"/search.atom?q=" + strings.Repeat("a", maxQuery+1): "500 characters",
	} {
		r := ask(p, "GET", path)
		if page := body(t, r); r.StatusCode != 400 || !strings.Contains(page, want) ||
			r.Header.Get("Content-Type") != "text/plain; charset=utf-8" || r.Header.Get("Cache-Control") != CacheNever {
			t.Errorf("%s: %d %v %s", path, r.StatusCode, r.Header, page)
		}
	}
	if r := ask(p, "GET", "/search.opml?q=a"); r.StatusCode != 404 {
		t.Errorf("an unknown format: %d", r.StatusCode)
	}
}

// TestSearchFeed_Turns: feeds of searches wait for each other, and people do not wait for them.
func TestSearchFeed_Turns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := example()
		o, l := withCatalog(t, s)
		held := &holdingFeeds{fakeCatalog: l, letGo: make(chan bool)}
		o.Catalog = catalogOf(held)
		p := published(t, s, o)
		done := make(chan int, 2)
		for i := range 2 {
			go func() {
				done <- askFrom(p, fmt.Sprintf("10.0.0.%d:1", i), "GET", "/search.atom?q=river").StatusCode
			}()
		}
		synctest.Wait()
		held.mine = true
		if r := ask(p, "GET", "/search?q=river"); r.StatusCode != 200 {
			t.Errorf("a person got %d", r.StatusCode)
		}
		close(held.letGo)
		for range 2 {
			if status := <-done; status != 200 {
				t.Errorf("a reader got %d", status)
			}
		}
	})
}

// holdingFeeds is a catalog that blocks searches until it is released, except for one's own.
type holdingFeeds struct {
	*fakeCatalog
	letGo chan bool
	mine  bool
}

func (h *holdingFeeds) Search(
	ctx context.Context, need topic.IndexQuery, after oped.Cursor,
) iter.Seq2[oped.PieceAt, error] {
	if !h.mine {
		<-h.letGo
	}
	return h.fakeCatalog.Search(ctx, need, after)
}

// TestSearchFeed_Incomplete: a feed is never a part of itself: if the time is over, the reader has to come back.
func TestSearchFeed_Incomplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := many(3)
		o, l := withCatalog(t, s)
		o.Catalog = catalogOf(&interrupted{l})
		p := published(t, s, o)
		if r := ask(p, "GET", "/search.atom?q=ferry"); r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
			t.Errorf("%d %v", r.StatusCode, r.Header)
		}
		if r := ask(p, "GET", "/search?q=ferry"); r.StatusCode != 200 || len(found(body(t, r))) != 1 {
			t.Errorf("the page: %d", r.StatusCode)
		}
	})
}

// interrupted is a catalog with a search that is over after one piece.
type interrupted struct{ *fakeCatalog }

func (i *interrupted) Search(
	ctx context.Context, need topic.IndexQuery, after oped.Cursor,
) iter.Seq2[oped.PieceAt, error] {
	return func(yield func(oped.PieceAt, error) bool) {
		for p := range i.fakeCatalog.Search(ctx, need, after) {
			if p.Piece.ID == 1000 && !yield(p, nil) {
				return
			}
		}
		<-ctx.Done()
		yield(oped.PieceAt{}, ctx.Err())
	}
}
