package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oped"
	"oped/text"
	"oped/topic"
)

// fakeCatalog is a catalog made of the pieces of fake rows.
type fakeCatalog struct {
	*fakeRows
	evaluations []oped.Evaluation
	fail        error
}

func (l *fakeCatalog) all() (pieces []oped.Piece) {
	seen := map[oped.PieceID]bool{}
	for _, name := range []string{"pak-us", "adaria", "more"} {
		for _, p := range l.pieces[name] {
			if !seen[p.ID] {
				seen[p.ID] = true
				pieces = append(pieces, p)
			}
		}
	}
	slices.SortStableFunc(pieces, func(a, b oped.Piece) int { return b.Lead().Date().Compare(a.Lead().Date()) })
	return pieces
}

func bare(p oped.Piece) oped.Piece {
	p.Entries = slices.Clone(p.Entries)
	for i := range p.Entries {
		e := &p.Entries[i]
		if e.Title != "" {
			e.Text = ""
		}
		e.Summary, e.Content = "", ""
	}
	return p
}

func (l *fakeCatalog) some(n int, wanted func(*oped.Entry) bool) (pieces []oped.Piece, all int) {
	for _, p := range l.all() {
		if slices.ContainsFunc(p.Entries, func(e oped.Entry) bool { return wanted(&e) }) {
			if all++; all <= n {
				pieces = append(pieces, bare(p))
			}
		}
	}
	return pieces, all
}

func (l *fakeCatalog) ListPieces(_ context.Context, ids []oped.PieceID) (pieces []oped.Piece, _ error) {
	for _, p := range l.all() {
		if slices.Contains(ids, p.ID) {
			pieces = append(pieces, bare(p))
		}
	}
	return pieces, l.fail
}

func (l *fakeCatalog) AuthorPieces(_ context.Context, key string, n int) ([]oped.Piece, int, error) {
	pieces, all := l.some(n, func(e *oped.Entry) bool {
		return slices.ContainsFunc(text.Bylines(e.Authors), func(name string) bool {
			return slices.Contains(text.AuthorSlugs(name, e.Publisher), key)
		})
	})
	return pieces, all, l.fail
}

func (l *fakeCatalog) PublisherPieces(_ context.Context, publisher string, n int) ([]oped.Piece, error) {
	pieces, _ := l.some(n, func(e *oped.Entry) bool { return e.Publisher == publisher })
	return pieces, l.fail
}

// PublisherVersions returns versions that differ whenever the pieces of a list differ.
func (l *fakeCatalog) PublisherVersions(ctx context.Context, publishers []string) (map[string]oped.ListVersion, error) {
	all := map[string]oped.ListVersion{}
	for _, f := range l.feeds {
		if publishers != nil && !slices.Contains(publishers, f.Publisher) {
			continue
		}
		pieces, err := l.PublisherPieces(ctx, f.Publisher, 1000)
		if err != nil {
			return nil, err
		}
		if len(pieces) > 0 {
			all[f.Publisher] = oped.ListVersion{Version: versionOf(pieces, l.feeds), Pieces: len(pieces)}
		}
	}
	return all, nil
}

// AuthorVersions does so, too.
func (l *fakeCatalog) AuthorVersions(ctx context.Context, keys []string) (map[string]oped.ListVersion, error) {
	all := map[string]oped.ListVersion{}
	for _, key := range keys {
		pieces, n, err := l.AuthorPieces(ctx, key, 1000)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			all[key] = oped.ListVersion{Version: versionOf(pieces, l.feeds), Pieces: n}
		}
	}
	return all, nil
}

func (l *fakeCatalog) AuthorKeys(_ context.Context, after string, n int) (keys []string, _ error) {
	all := map[string]bool{}
	for _, p := range l.all() {
		for i := range p.Entries {
			e := &p.Entries[i]
			f := l.feeds[slices.IndexFunc(l.feeds, func(f oped.FeedState) bool { return f.URL == e.FeedURL })]
			for _, name := range text.Bylines(e.Authors) {
				for _, key := range text.AuthorSlugs(name, e.Publisher, f.Publisher) {
					if key > after {
						all[key] = true
					}
				}
			}
		}
	}
	keys = slices.Sorted(maps.Keys(all))
	return keys[:min(n, len(keys))], l.fail
}

func (l *fakeCatalog) AuthorNames(_ context.Context, keys []string) (map[string]string, error) {
	names := map[string]string{}
	for _, p := range l.all() {
		for _, e := range p.Entries {
			for _, name := range text.Bylines(e.Authors) {
				if key := text.AuthorSlug(name); slices.Contains(keys, key) {
					names[key] = name
				}
			}
		}
	}
	return names, l.fail
}

func (l *fakeCatalog) EditionSince(_ context.Context, edition string, since time.Time) (n int, _ error) {
	for _, p := range l.pieces[edition] {
		if !p.Lead().Date().Before(since) {
			n++
		}
	}
	return n, l.fail
}

func (l *fakeCatalog) Months(context.Context) (months []time.Time, _ error) {
	for _, p := range l.all() { // the newest first
		at := p.Lead().Date().UTC()
		month := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
		if !slices.Contains(months, month) {
			months = append(months, month)
		}
	}
	return months, l.fail
}

func (l *fakeCatalog) MonthPieces(_ context.Context, month time.Time) (pieces []oped.Piece, _ error) {
	for _, p := range l.all() {
		at := p.Lead().Date()
		if !at.Before(month) && at.Before(month.AddDate(0, 1, 0)) && p.Kind != oped.News {
			pieces = append(pieces, bare(p))
		}
	}
	return pieces, l.fail
}

func (l *fakeCatalog) MonthVersion(ctx context.Context, month time.Time) (v oped.ListVersion, _ error) {
	pieces, err := l.MonthPieces(ctx, month)
	headers, _ := l.PieceHeaders(ctx, idsOf(pieces))
	for _, h := range headers {
		v.Version = max(v.Version, h.Version)
	}
	v.Pieces = len(pieces)
	return v, err
}

func (l *fakeCatalog) Evaluations(context.Context) ([]oped.Evaluation, error) {
	return l.evaluations, l.fail
}

func (l *fakeCatalog) Search(
	ctx context.Context, _ topic.IndexQuery, after oped.Cursor,
) iter.Seq2[oped.PieceAt, error] {
	return func(yield func(oped.PieceAt, error) bool) {
		if l.fail != nil {
			yield(oped.PieceAt{}, l.fail)
			return
		}
		for _, p := range l.all() {
			at := oped.Cursor{Date: p.Lead().Date().UnixMilli(), Piece: p.ID}
			if after != (oped.Cursor{}) && (at.Date > after.Date || at.Date == after.Date && at.Piece >= after.Piece) {
				continue
			}
			if ctx.Err() != nil {
				yield(oped.PieceAt{}, ctx.Err())
				return
			}
			if !yield(oped.PieceAt{Piece: p, Cursor: at}, nil) {
				return
			}
		}
	}
}

// withCatalog returns options with a catalog, active rules and a contact.
func withCatalog(t testing.TB, s *fakeRows) (Options, *fakeCatalog) {
	o := explaining(t)
	judge := tagger(t)
	l := &fakeCatalog{fakeRows: s}
	o.Catalog, o.Judge, o.Contact = catalogOf(l), func() *topic.Tagger { return judge }, "editor@editions.example"
	return o, l
}

// catalogued returns the example with its editions on topics, and with evaluations of one of them.
func catalogued(t testing.TB) (*Publisher, *fakeRows, *fakeCatalog) {
	s := explained(t)
	o, l := withCatalog(t, s)
	s.editions[0].Filter = oped.Filter{
		Topics:     []string{"pakistan-us", "indus"},
		Langs:      []string{"en", "ur"},
		Publishers: []string{"The Harbour Courier", "Hill Institute"},
		Query:      "river* AND NOT ferry",
	}
	s.editions[1].Filter = oped.Filter{Kinds: []oped.PieceKind{oped.Editorial}, Topics: []string{"pakistan-us"}}
	version := tagger(t).Version("pakistan-us")
	l.evaluations = []oped.Evaluation{
		{
			Topic:   "indus",
			Version: "older",
			File:    "old.jsonl",
			At:      at(2, 0),
			Records: 4,
			Kinds:   []oped.KindEvaluation{{Kind: "all", Found: 3, Wrong: 1}},
		},
		{Topic: "pakistan-us", Version: "newer", File: "new.jsonl", At: at(4, 0), Records: 9},
		{
			Topic:   "pakistan-us",
			Version: version,
			File:    "labels.jsonl",
			At:      at(3, 0),
			Records: 120,
			Kinds: []oped.KindEvaluation{{
				Kind:   "all",
				Found:  90,
				Wrong:  10,
				Missed: 5,
			}, {Kind: "full", Found: 50, Missed: 2}, {Kind: "summary"}},
		},
	}
	p := New(o, rowsOf(s))
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p, s, l
}

func TestCatalog_Golden(t *testing.T) {
	p, _, _ := catalogued(t)
	for path, name := range map[string]string{
		"/pak-us/about/": "about.html", "/adaria/about/": "about-urdu.html", "/publisher/": "publishers.html",
		"/publisher/the-harbour-courier/": "publisher.html", "/publisher/روزنامہ-ساحل/": "publisher-urdu.html",
		"/author/amina-qureshi/": "author.html", "/author/زینب-ملک/": "author-urdu.html",
		"/search?q=dredgers+OR+river*": "search.html", "/search?q=%D8%AF%D8%B1%D9%8A%D8%A7": "search-urdu.html",
		"/search?q=a+AND+b+OR+c": "search-mistake.html",
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, []byte(body(t, ask(p, "GET", path))))
		})
	}
}

// TestAbout_LinksHaveAPage: the page about an edition links to its author while the author has a piece,
// and to publishers with a feed. It never links to a missing page.
func TestAbout_LinksHaveAPage(t *testing.T) {
	s := explained(t)
	o, _ := withCatalog(t, s)
	feeds := feedStates{}
	for _, f := range s.feeds {
		feeds[f.URL] = f
	}
	for pieces, want := range []string{
		"[/publisher/hill-institute/]", "[/publisher/hill-institute/ /author/amina-qureshi/]",
	} {
		e := oped.EditionState{
			Edition: oped.Edition{
				Name:   "hers",
				Title:  "Amina Qureshi",
				Filter: oped.Filter{Author: "amina-qureshi", Publishers: []string{"Hill Institute", "Nobody's"}},
			},
			Pieces: pieces,
		}
		var page bytes.Buffer
		if err := newRenderer(o).about(&page, feeds, e); err != nil {
			t.Fatal(err)
		}
		var links []string
		for _, m := range regexp.MustCompile(`<dd[^>]*><a href="(/[^"]*)"`).FindAllStringSubmatch(page.String(), -1) {
			links = append(links, m[1])
		}
		if got := fmt.Sprint(links); got != want || !strings.Contains(page.String(), ">Amina Qureshi<") ||
			!strings.Contains(page.String(), ">Nobody&#39;s<") {
			t.Errorf("with %d pieces it leads to %s, want %s", pieces, got, want)
		}
	}
}

// TestDirections: words of the query language are isolated within Urdu, or the colon of the last one
// would appear before the first. So are terms of both scripts in a list. A page without results
// explains how to search.
func TestDirections(t *testing.T) {
	p, _, _ := catalogued(t)
	page := body(t, ask(p, "GET", "/search?q=%DA%A9%DA%86%DA%BE"))
	if !strings.Contains(page, "کچھ نہیں ملا۔") || !strings.Contains(page, "\u2066title:water\u2069") {
		t.Error("no results, and no help for the search, or its words are not isolated")
	}
	if page := body(t, ask(p, "GET", "/pak-us/about/")); !strings.Contains(page, "<bdi>پاکستان</bdi>") {
		t.Error("terms are not isolated")
	}
}

// TestCatalog_Landmarks: each page has one h1, one main as the target of the skip link, and labels for
// its inputs (WCAG 2.4.1, 1.3.1).
func TestCatalog_Landmarks(t *testing.T) {
	p, _, _ := catalogued(t)
	for _, path := range []string{
		"/", "/pak-us/", "/adaria/", "/pak-us/about/", "/piece/1/", "/publisher/",
		"/publisher/hill-institute/", "/author/amina-qureshi/", "/search", "/search?q=x",
		"/author/", "/author/letter/q/", "/charts/",
		"/search?q=(", "/nothing",
	} {
		page := body(t, ask(p, "GET", path))
		for _, once := range []string{
			"<h1", `<main id="main">`, `href="#main"`, `<header class="mast">`, "<footer>", `role="search"`,
			`name="q"`, "<nav aria-label=",
		} {
			if n := strings.Count(page, once); n != 1 {
				t.Errorf("%s has %d of %s", path, n, once)
			}
		}
		if !strings.Contains(page, `<meta name="robots" content="noindex">`) {
			t.Errorf("%s may be indexed", path)
		}
		ids := map[string]bool{}
		for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if ids[m[1]] {
				t.Errorf("%s has the id %s twice", path, m[1])
			}
			ids[m[1]] = true
		}
	}
}

func TestO22_LibraryTags(t *testing.T) {
	p, s, _ := catalogued(t)
	for _, path := range []string{
		"/publisher/", "/publisher/the-harbour-courier/", "/author/amina-qureshi/",
		"/author/", "/author/letter/q/", "/charts/", "/search?q=river*",
	} {
		r := ask(p, "GET", path)
		tag := r.Header.Get("ETag")
		if r.StatusCode != 200 || len(tag) < 20 || strings.HasPrefix(tag, "W/") {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
		if r := ask(p, "GET", path, "If-None-Match: "+tag); r.StatusCode != 304 {
			t.Errorf("%s again: %d", path, r.StatusCode)
		}
		if !strings.Contains(r.Header.Get("Content-Security-Policy"), "form-action 'self' https://editions.example;") {
			t.Errorf("%s: %s", path, r.Header.Get("Content-Security-Policy"))
		}
	}
	for path, status := range map[string]int{
		"/publisher/nobody/": 404, "/author/nobody/": 404, "/author/": 200, "/author/letter/q/": 200, "/author/letter/a/": 404,
		"/author/letter/am/": 404, "/charts/": 200, "/author/Amina-Qureshi/": 404,
		"/author/../": 404, "/author/editorial/": 404, "/publisher/hill-institute": 301,
		"/author/amina-qureshi": 301, "/publisher": 301,
		"/publisher/hill-institute/x/": 404, "/author/%00/": 404, "/search/": 200,
		"/author/" + strings.Repeat("a", 4000) + "/": 404,
	} {
		if r := ask(p, "GET", path); r.StatusCode != status {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	s.editions = nil
	if without := published(t, s, options()); ask(without, "GET", "/search?q=x").StatusCode != 404 ||
		ask(without, "GET", "/publisher/").StatusCode != 404 ||
		strings.Contains(string(without.document("index.html")), "<form") {
		t.Error("there is a search without a catalog")
	}
}

// TestCatalog_Files: the files are the pages of the authors and publishers of listed pieces. They equal
// the served pages, and are written only when they differ.
func TestCatalog_Files(t *testing.T) {
	s := explained(t)
	o, l := withCatalog(t, s)
	o.Dir = t.TempDir()
	p := New(o, rowsOf(s))
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	stamps := func() map[string]time.Time {
		all := map[string]time.Time{}
		filepath.Walk(o.Dir, func(path string, info os.FileInfo, err error) error {
			if err == nil && !info.IsDir() {
				name, _ := filepath.Rel(o.Dir, path)
				all[filepath.ToSlash(name)] = info.ModTime()
			}
			return nil
		})
		return all
	}
	before := stamps()
	for _, path := range []string{
		"publisher/", "publisher/the-harbour-courier/", "publisher/hill-institute/",
		"publisher/روزنامہ-ساحل/", "author/amina-qureshi/", "author/j-o-briain/",
		"author/زینب-ملک/", "pak-us/about/",
	} {
		file, err := os.ReadFile(filepath.Join(o.Dir, path, "index.html"))
		if served := body(t, ask(p, "GET", "/"+path)); err != nil && path != "author/j-o-briain/" || err == nil &&
			served != string(file) {
			t.Errorf("%s: %v, or not what is served", path, err)
		}
	}
	if err := New(o, rowsOf(s)).publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, at := range stamps() {
		if !before[name].Equal(at) {
			t.Errorf("%s was written though nothing has changed", name)
		}
	}
	s.pieces["pak-us"][0].Entries[0].Title = "Another headline"
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"publisher/the-harbour-courier/index.html", "author/amina-qureshi/index.html"} {
		if file, _ := os.ReadFile(filepath.Join(o.Dir, name)); !strings.Contains(string(file), "Another headline") {
			t.Errorf("%s is stale", name)
		}
	}
	l.fail = errors.New("the disk is on fire")
	if r := ask(p, "GET", "/author/amina-qureshi/"); r.StatusCode != 500 || strings.Contains(body(t, r), "fire") {
		t.Errorf("a store that fails: %d", r.StatusCode)
	}
}

// asking is a catalog that records the published state during a request for the pages of publishers.
type asking struct {
	*fakeCatalog
	ask func()
}

func (a *asking) PublisherVersions(ctx context.Context, publishers []string) (map[string]oped.ListVersion, error) {
	a.ask()
	return a.fakeCatalog.PublisherVersions(ctx, publishers)
}

// TestCatalog_ReadersDoNotWait: pages are served before the files of publishers and authors are
// written.
func TestCatalog_ReadersDoNotWait(t *testing.T) {
	s := example()
	o, l := withCatalog(t, s)
	o.Dir = t.TempDir()
	asked := &asking{fakeCatalog: l}
	o.Catalog = catalogOf(asked)
	p := New(o, rowsOf(s))
	title, asks := "", 0
	asked.ask = func() {
		asks++
		if got := body(t, ask(p, "GET", "/pak-us.atom")); !strings.Contains(got, title) {
			t.Errorf("%q is not served yet", title)
		}
	}
	title = "The quiet channel, again"
	s.pieces["pak-us"][0].Entries[0].Title = title
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	title = "And once more"
	s.pieces["pak-us"][0].Entries[0].Title = title
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if asks < 2 {
		t.Errorf("asked %d times", asks)
	}
}

// TestSlugs: each publisher has one slug, no two have the same, and later publishers do not change the
// first slugs.
func TestSlugs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.SampledFrom([]string{
			"Dawn", "DAWN", "Dawn.", "dawn 2", "dawn-2", "—", "!", "روزنامہ", "The Nation",
			"Nation", "", "paper",
		}), 1, 8).Draw(t, "names")
		feeds := feedStates{}
		var before slugs
		for i, name := range names {
			url := string(rune('a' + i))
			feeds[url] = oped.FeedState{ID: int64(i + 1), Feed: oped.Feed{URL: url, Publisher: name}}
			now := publishersOf(feeds)
			seen := map[string]bool{}
			for name, slug := range now {
				if seen[slug] || slug == "" || now.named(slug) != name {
					t.Fatalf("%v", now)
				}
				if _, ok := slugOf(publisherFolder, publisherFile(slug)); !ok {
					t.Fatalf("%q is the slug of no file", slug)
				}
				seen[slug] = true
			}
			for name, slug := range before {
				if now[name] != slug {
					t.Fatalf("%q was %q and is %q", name, slug, now[name])
				}
			}
			before = now
		}
	})
}
