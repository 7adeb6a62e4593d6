package publish

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oped"
	"oped/publish/page"
	"oped/text"
)

// indexed returns the example, pieces of three more months, and options for a search on static files.
func indexed(t testing.TB) (*fakeRows, Options) {
	s := many(0)
	for i, title := range []string{"Ferry fares, again", "Fares & tides", "دریا کا پانی"} {
		s.pieces["more"] = append(s.pieces["more"], oped.Piece{
			ID:        oped.PieceID(1000 + i),
			Kind:      oped.Opinion,
			FirstSeen: at(1, 0),
			Entries: []oped.Entry{{
				FeedURL:   s.feeds[0].URL,
				Publisher: "The Harbour Courier",
				Title:     title,
				Lang:      "en",
				Authors:   []oped.Person{{Name: "Recep Erdoğan"}},
				Published: at(1, 0).AddDate(0, -1-i, 0),
				FirstSeen: at(1, 0),
			}},
		})
	}
	s.pieces["more"][2].Entries[0].Lang = "ur"
	o, _ := withCatalog(t, s)
	o.Search, o.Dir = IndexSearch, t.TempDir()
	return s, o
}

// TestIndex: the search on static files is a page, a script and a part for each month. The server gives the same bytes,
// and answers no search itself.
func TestIndex(t *testing.T) {
	s, o := indexed(t)
	p := published(t, s, o)
	names := []string{
		finderFile, page.ScriptName(), "search/index-2026-03.json", "search/index-2026-02.json", "search/index-2026-01.json",
		"search/index-2025-12.json",
	}
	files := contents(t, o.Dir)
	for _, name := range names {
		r := ask(p, "GET", "/"+strings.TrimSuffix(name, "index.html"))
		if served := body(t, r); r.StatusCode != 200 || served != files["/"+name] || served == "" {
			t.Errorf("%s: %d, %d bytes are served, %d in the file", name, r.StatusCode, len(served), len(files["/"+name]))
		}
	}
	for path, status := range map[string]int{
		"/search/index-2026-04.json": 404, "/search/index-2026-3.json": 404, "/search/index-x.json": 404, "/search": 301,
	} {
		if r := ask(p, "GET", path); r.StatusCode != status {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	if r := ask(p, "GET", "/search?q=ferry"); r.Header.Get("Location") != "https://editions.example/search/?q=ferry" {
		t.Errorf("the query is lost: %v", r.Header)
	}
	r := ask(p, "GET", "/search/")
	for _, want := range []string{"script-src 'self' ", "connect-src 'self'", "default-src 'none'"} {
		if policy := r.Header.Get("Content-Security-Policy"); !strings.Contains(policy, want) {
			t.Errorf("%s is not in %s", want, policy)
		}
	}
	finder := body(t, r)
	for _, want := range []string{
		`data-months="2026-03 2026-02 2026-01 2025-12"`, "<noscript>", `method="get"`, ownLink("publisher/"),
		`action="https://editions.example/search/"`,
	} {
		if !strings.Contains(finder, want) {
			t.Errorf("the page of the search has no %s", want)
		}
	}
	if home := body(t, ask(p, "GET", "/")); !strings.Contains(home, `action="https://editions.example/search/"`) ||
		strings.Contains(home, "<script") || strings.Contains(ask(p, "GET", "/").Header.Get("Content-Security-Policy"), "script-src") {
		t.Error("other pages have no box, or a script")
	}
	var rows [][]any
	if err := json.Unmarshal([]byte(files["/search/index-2026-03.json"]), &rows); err != nil || len(rows) != 3 {
		t.Fatalf("%v: %v", rows, err)
	}
	if n := strings.Count(page.Script(), "\n"); n > 61 {
		t.Errorf("the script has %d lines", n)
	}
}

// TestIndex_OneChangeOnePart: a change of one piece writes one part of the index, in a process that made the last export
// and in one that did not. A month without a piece has no file, and a restart writes nothing.
func TestIndex_OneChangeOnePart(t *testing.T) {
	s, o := indexed(t)
	p := published(t, s, o)
	files := func() map[string]string {
		all := contents(t, o.Dir)
		for name := range all {
			if !strings.HasPrefix(name, "/search/") {
				delete(all, name)
			}
		}
		return all
	}
	manifest := func() string {
		all, err := os.ReadFile(filepath.Join(o.Dir, manifestFile))
		if err != nil {
			t.Fatal(err)
		}
		return string(all)
	}
	was, noted := files(), manifest()
	changed := func(what string, want ...string) {
		t.Helper()
		if err := p.publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got, lines []string
		now := files()
		for name := range now {
			if now[name] != was[name] {
				got = append(got, name)
			}
		}
		for name := range was {
			if now[name] == "" {
				got = append(got, "-"+name)
			}
		}
		for line := range strings.Lines(strings.TrimPrefix(manifest(), noted)) {
			if _, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(name, "search/") {
				lines = append(lines, "/"+name)
			}
		}
		slices.Sort(got)
		slices.Sort(lines)
		written := slices.DeleteFunc(slices.Clone(want), func(name string) bool { return name[0] == '-' })
		if !slices.Equal(got, want) || !slices.Equal(lines, written) {
			t.Errorf("%s: %v differ, %v were written, want %v", what, got, lines, want)
		}
		was, noted = now, manifest()
	}
	changed("nothing")
	s.pieces["more"][0].Entries[0].Title = "Ferry fares, once more"
	changed("a headline", "/search/index-2026-02.json")
	p = New(o, rowsOf(s))
	changed("a restart")
	s.pieces["more"][1].Entries[0].Title = "The mole"
	p = New(o, rowsOf(s))
	changed("a headline, with a restart", "/search/index-2026-01.json")
	s.pieces["more"][1].Entries[0].Published = at(1, 0).AddDate(0, -2, 3)
	changed("another date", "/search/index-2026-01.json")
	p = New(o, rowsOf(s))
	s.pieces["more"][1].Entries[0].Published = at(1, 0).AddDate(0, -1, 3)
	changed("another month", "-/search/index-2026-01.json", "/search/index-2026-02.json", "/search/index.html")
}

// TestIndex_NoNews: a month with news alone has an empty part.
func TestIndex_NoNews(t *testing.T) {
	s, o := indexed(t)
	s.pieces["more"][0].Kind = oped.News
	p := published(t, s, o)
	if got := string(p.document("search/index-2026-02.json")); got != "[\n]\n" {
		t.Errorf("%q", got)
	}
}

// browse shows a page of a folder to headless Chromium, and returns the document after its scripts.
func browse(t *testing.T, dir, path string) string {
	t.Helper()
	notShort(t)
	if raced {
		t.Skip("a browser is too slow for the race detector")
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed (Debian package chromium): no browser runs the search")
	}
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/search/" {
			files.ServeHTTP(w, r)
			return
		}
		// Links to the style sheet and the script have the address of the site.
		body, err := os.ReadFile(filepath.Join(dir, finderFile))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Security-Policy", page.New(page.Site{Search: "/"}, page.NewWords()).FinderPolicy())
		fmt.Fprint(w, strings.ReplaceAll(string(body), "https://editions.example", "http://"+r.Host))
	}))
	defer server.Close()
	out, err := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
		"--user-data-dir="+t.TempDir(), "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--virtual-time-budget=20000", "--timeout=60000", "--dump-dom", server.URL+path).Output()
	if err != nil {
		t.Skipf("chromium does not run here: %v", err)
	}
	return string(out)
}

// TestIndexInABrowser searches the files of a folder with a browser: words in any case and spelling find headlines,
// papers and authors, in the markup of other lists. Headlines are text, whatever is in them.
func TestIndexInABrowser(t *testing.T) {
	s, o := indexed(t)
	published(t, s, o)
	hostile := `[[1001, "<img src=x onerror=alert(1)>", "<script>alert(2)</script>", ["<b onclick=alert(3)>"],
		"2026-01-01", ["<i>"], "en\" onclick=\"alert(4)", "ltr", "<u>"], ["javascript:alert(5)", "onerror", "", [], "", []]]`
	if err := os.WriteFile(filepath.Join(o.Dir, "search/index-2026-01.json"), []byte(hostile), 0o644); err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)<div id="found"[^>]*>(.*?)</div>`)
	for query, want := range map[string][]string{
		"FERRY erdogan":   {`href="../piece/1000/">Ferry fares, again</a>`, "<b dir=\"auto\">Recep Erdoğan</b> · <bdi>The Harbour Courier</bdi> · <time datetime=\"2026-02-01\">1 February 2026</time>"},
		"دريا":            {`lang="ur" dir="rtl"`, "دریا کا پانی"},
		"onerror":         {">&lt;img src=x onerror=alert(1)&gt;</a>", "<bdi>&lt;script&gt;", "&lt;b onclick", ">&lt;i&gt;<", `lang="en&quot; onclick`, `"../piece/NaN/"`},
		"quiet channel":   {`href="../piece/1/"`, `<li lang="en" dir="auto">Pakistan and the United States</li>`},
		"erry":            nil,
		"ferry dredgers":  nil,
		"harbour courier": {"../piece/1/", "../piece/1000/", "../piece/1002/"},
	} {
		out := browse(t, o.Dir, "/search/?q="+url.QueryEscape(query))
		m := found.FindStringSubmatch(out)
		if m == nil {
			t.Fatalf("%s: %s", query, out)
		}
		for _, w := range want {
			if !strings.Contains(m[1], w) {
				t.Errorf("%s: no %s in\n%s", query, w, m[1])
			}
		}
		if want == nil && (m[1] != "" || !strings.Contains(out, "No results.</p>")) {
			t.Errorf("%s: %s", query, out)
		}
		if regexp.MustCompile(`<(img|script|i|u)[ >]`).MatchString(m[1]) {
			t.Errorf("%s: %s", query, m[1])
		}
	}
}

// TestIndexInABrowser_Folds: the script folds names of many scripts as package text does.
func TestIndexInABrowser_Folds(t *testing.T) {
	s, o := indexed(t)
	published(t, s, o)
	all, err := os.ReadFile("../text/testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Split(strings.TrimSpace(string(all)), "\n")
	list, err := json.Marshal(names)
	if err != nil {
		t.Fatal(err)
	}
	doc := `<!doctype html><meta charset="utf-8"><script src="` + page.ScriptName() + `"></script><pre id="out"></pre>` +
		`<script>document.getElementById("out").textContent = JSON.stringify(` + string(list) + `.map(fold))</script>`
	if err := os.WriteFile(filepath.Join(o.Dir, "fold.html"), []byte(doc), 0o644); err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?s)<pre id="out">(.*?)</pre>`).FindStringSubmatch(browse(t, o.Dir, "/fold.html"))
	var folded []string
	if m == nil || json.Unmarshal([]byte(html.UnescapeString(m[1])), &folded) != nil || len(folded) != len(names) || len(names) < 200 {
		t.Fatalf("%d names, folded: %q", len(names), m)
	}
	for i, name := range names {
		if want := text.Fold(name); folded[i] != want {
			t.Errorf("%+q: %+q in the browser, want %+q", name, folded[i], want)
		}
	}
}
