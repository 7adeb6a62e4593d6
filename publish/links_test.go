package publish

import (
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oped"
)

var toPeople = regexp.MustCompile(`href="/((?:author|publisher)/[^"]+)"`)

// wantLed checks that all pages of people linked from a page have files, and returns the number of
// links.
func wantLed(t *testing.T, dir, name string) int {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Error(err)
	}
	all := toPeople.FindAllSubmatch(page, -1)
	for _, m := range all {
		to, err := url.PathUnescape(string(m[1]))
		if err == nil {
			_, err = os.Stat(filepath.Join(dir, to, "index.html"))
		}
		if err != nil {
			t.Errorf("%s leads to /%s: %v", name, to, err)
		}
	}
	return len(all)
}

// TestCatalog_IssuesLinkToAuthors: the page of an issue beyond the head links to authors.
func TestCatalog_IssuesLinkToAuthors(t *testing.T) {
	s, o := shelved(t)
	s.editions = slices.DeleteFunc(s.editions, func(e oped.EditionState) bool { return e.Name != "weekly" })
	s.editions[0].Limit = 1
	published(t, s, o)
	if wantLed(t, o.Dir, "weekly/2026-W10/index.html") == 0 {
		t.Error("it links to no authors")
	}
}

// TestCatalog_LinkedPagesHaveFiles: pages of authors and publishers have files if pages of archives or
// of their pieces link to them. So do the pages of all publishers.
func TestCatalog_LinkedPagesHaveFiles(t *testing.T) {
	s, o := shelved(t)
	s.pieces["adaria"] = nil
	s.editions = slices.DeleteFunc(s.editions, func(e oped.EditionState) bool { return e.Name == "weekly" })
	s.feeds = append(s.feeds, oped.FeedState{Feed: oped.Feed{Name: "mute", URL: "https://mute.example/rss",
		Publisher: "The Mute"}})
	p := published(t, s, o)
	for _, name := range []string{
		"pak-us/index.html", "piece/2/index.html", "piece/3/index.html", "publisher/index.html",
	} {
		if wantLed(t, o.Dir, name) == 0 {
			t.Errorf("%s links to no authors or publishers", name)
		}
	}
	for name, publish := range map[string]func() error{
		"all":          func() error { return p.publish(t.Context()) },
		"refresh":      func() error { return p.publish(t.Context()) },
		"what changed": func() error { return p.publish(t.Context()) },
		"files":        func() error { return New(o, rowsOf(s)).publish(t.Context()) },
	} {
		before := stamped(t, o.Dir)
		if err := publish(); err != nil {
			t.Fatal(err)
		}
		t.Log(name)
		wantStamps(t, o.Dir, before)
	}
	s.feeds = append(s.feeds, oped.FeedState{Feed: oped.Feed{Name: "new", URL: "https://new.example/rss", Publisher: "The New"}})
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if wantLed(t, o.Dir, "publisher/index.html") != 5 {
		t.Error("a publisher is missing")
	}
}

// TestCatalog_PiecesWithoutAnEdition: a change in a piece without an edition reaches the page of its publisher.
func TestCatalog_PiecesWithoutAnEdition(t *testing.T) {
	s, o := shelved(t)
	stray := s.pieces["more"][2]
	stray.ID, stray.Entries = 77, slices.Clone(stray.Entries)
	stray.Entries[0].Title = "The stray piece"
	s.pieces["more"] = append(slices.Clone(s.pieces["more"]), stray)
	p := published(t, s, o)
	name := "/publisher/hill-institute/index.html"
	if !strings.Contains(contents(t, o.Dir)[name], "The stray piece") {
		t.Fatal("it is not listed")
	}
	s.pieces["more"][3].Entries[0].Title = "The corrected piece"
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(contents(t, o.Dir)[name], "The corrected piece") {
		t.Error("its publisher's page has not heard of it")
	}
}

var anyLink = regexp.MustCompile(`(?:href|src|action)=["']([^"'#?]+)`)

// TestFiles_NoDeadLinks: where no server answers, every link of a page, feed or list leads to a file.
func TestFiles_NoDeadLinks(t *testing.T) {
	for _, mode := range []SearchMode{NoServer, IndexSearch, NoSearch} {
		s, o := shelved(t)
		s.pieces["pak-us"][2].Tags = nil
		o.Search, o.FilesOnly, o.BaseURL, o.Health = mode, true, "https://host.example/oped", true
		published(t, s, o)
		files, links := contents(t, o.Dir), 0
		for name, doc := range files {
			if !slices.Contains([]string{".html", ".atom", ".rss", ".opml", ".xml"}, filepath.Ext(name)) {
				continue
			}
			page, err := url.Parse(o.BaseURL + name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range anyLink.FindAllStringSubmatch(doc, -1) {
				to, err := page.Parse(html.UnescapeString(m[1]))
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				at, ok := strings.CutPrefix(to.String(), o.BaseURL)
				if to.Host == "host.example" && !ok {
					t.Errorf("%q: %s leads to %s", mode, name, to)
				}
				if !ok {
					continue
				}
				links++
				if at, _ = url.PathUnescape(at); strings.HasSuffix(at, "/") || at == "" {
					at = strings.TrimSuffix(at, "/") + "/index.html"
				}
				if files[at] == "" {
					t.Errorf("%q: %s leads to %s, without a file", mode, name, to)
				}
			}
		}
		if links < 400 {
			t.Errorf("%q: only %d links", mode, links)
		}
		details := 0
		for name := range files {
			if strings.HasSuffix(name, "/why/index.html") {
				details++
			}
		}
		if (details == 0) != (mode == NoServer) {
			t.Errorf("%q: %d pages of details", mode, details)
		}
	}
}
