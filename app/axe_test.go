package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/internal/testkit"
)

// TestAxe shows every kind of page of the demo to axe-core in a browser, light, dark and on a phone. There is no
// serious or critical fault (WCAG 2.2 AA).
func TestAxe(t *testing.T) {
	axe := newAxe(t)
	base := runDemo(t)
	first := func(page, pattern string) string {
		t.Helper()
		link := regexp.MustCompile(`"(` + pattern + `)"`)
		for tick, began := time.NewTicker(20*time.Millisecond), time.Now(); time.Since(began) < 20*time.Second; <-tick.C {
			if found := link.FindStringSubmatch(testkit.Get(t, base+page)); found != nil {
				return found[1]
			}
		}
		t.Fatalf("%s has no link %s", page, pattern)
		return ""
	}
	urdu := first("/publisher/", `/publisher/%[^"]*`)
	paths := []string{
		"/", "/pak-us/", "/pak-us/about/", first("/pak-us/", `/piece/\d+/`), first(urdu, `/piece/\d+/`),
		first("/pak-us/", `/piece/\d+/`) + "why/", first(urdu, `/piece/\d+/`) + "why/", "/publisher/",
		first("/publisher/", `/publisher/[a-z][^"]*`), urdu,
		first("/everything/", `/author/[^"]+`), first(urdu, `/author/%[^"]+`), "/search", "/search?q=Pakistan",
		"/search?q=%D9%BE%D8%A7%D9%83%D8%B3%D8%AA%D8%A7%D9%86", "/search?q=a+AND+b+OR+c", "/nothing",
	}
	axe.look(t, base, paths)
}

// TestAxe_PagesMissingInTheDemo is TestAxe for pages of an older site: archives, issues, withdrawn and removed
// pages, and empty ones; in English and in Urdu.
func TestAxe_PagesMissingInTheDemo(t *testing.T) {
	axe := newAxe(t)
	y := newOld(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		y.p.site.ServeHTTP(w, r)
	}))
	defer server.Close()
	wanted := map[string]int{
		"/all/archive/1/":              200,
		"/all/archive/2/":              200,
		"/sab/":                        200,
		"/sab/archive/1/":              200,
		"/sab/archive/2/":              200,
		"/weekly/2026-W02/":            200,
		"/haftawar/":                   200,
		"/haftawar/2026-W02/":          200,
		"/pani/":                       200,
		"/water/about/":                200,
		"/pani/about/":                 200,
		"/weekly/about/":               200,
		"/author-amina-qureshi/about/": 200,
		"/":                            200, "/charts/": 200, "/author/": 200, "/author/letter/q/": 200, "/publisher/": 200,
		"/publisher/silent/":           200,
		"/search?q=nothingofthesort":   200,
		"/search?q=%DA%A9%DA%86%DA%BE": 200,
		y.withdrawn["all"]:             410, y.withdrawn["sab"]: 410, "/old/": 410,
	}
	for path, want := range wanted {
		if code, _, _ := y.get(path); code != want {
			t.Errorf("%s: %d, want %d", path, code, want)
		}
	}
	axe.look(t, server.URL, slices.Sorted(maps.Keys(wanted)))
}

// TestLinksHaveTargets: every link of every page leads to a page, as served and as a file, even if all
// pieces of an author are withdrawn.
func TestLinksHaveTargets(t *testing.T) {
	testkit.NotShort(t)
	y := newOld(t)
	link := regexp.MustCompile(`href="(?:https://editions.example)?(/[^"#?]*)`)
	from := map[string]string{"/": "nowhere"}
	for next := []string{"/"}; len(next) > 0; next = next[1:] {
		at := next[0]
		code, _, page := y.get(at)
		if code != 200 {
			t.Errorf("%s leads to %s: %d", from[at], at, code)
		}
		name, _ := url.PathUnescape(at)
		if strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		if _, err := os.Stat(filepath.Join(y.cfg.Publish.Dir, name)); err != nil && at != "/search" {
			t.Errorf("%s leads to a file: %v", from[at], err)
		}
		if !strings.HasSuffix(at, "/") {
			continue // no page
		}
		for _, m := range link.FindAllSubmatch(page, -1) {
			if to := string(m[1]); from[to] == "" {
				from[to], next = at, append(next, to)
			}
		}
	}
	for path, want := range map[string]bool{
		"/author-bilal-khan/about/": false,
		"/author/bilal-khan/":       false,
		"/author/amina-qureshi/":    true,
		"/all/archive/1/":           true,
		"/haftawar/2026-W02/":       true,
		y.withdrawn["all"]:          false,
	} {
		if (from[path] != "") != want {
			t.Errorf("%s is led to from %q", path, from[path])
		}
	}
}

// old is a site of some age.
type old struct {
	*year
	withdrawn map[string]string // by edition, the page of a piece of its first archive
}

const oldConfig = "base_url: https://editions.example\nfetch: {spacing: 0s}\n" + `
topics: {water: {title: Water, score: {river: 1}, threshold: 1}}
editions:
  all: {title: All opinion, subtitle: What came in, langs: [en], limit: 4}
  sab: {title: تمام آرا, subtitle: اردو میں, lang: ur, langs: [ur], limit: 4}
  weekly: {title: The week, digest: weekly, limit: 2}
  haftawar: {title: ہفتہ وار, lang: ur, langs: [ur], digest: weekly, limit: 2}
  water: {title: Water, topics: water, publishers: [Paper]}
  pani: {title: پانی, lang: ur, topics: water, publishers: [روزنامہ ساحل]}
  old: {title: Old}
feeds:
  - {url: "https://paper.example/rss", publisher: Paper, title: Opinion}
  - {url: "https://ur.paper.example/rss", publisher: روزنامہ ساحل, title: اداریہ, lang: ur}
  - {url: "https://silent.example/rss", publisher: Silent}
`

// newOld ingests pieces for some weeks, and then withdraws the first ones. The edition old is removed.
func newOld(t *testing.T) *old {
	y := &old{newYear(t, oldConfig), map[string]string{}}
	said := strings.Fields(
		"دریا سمندر شہر گاؤں حکومت بجٹ تعلیم استاد کسان فصل پانی بجلی سڑک عدالت پارلیمان ووٹ اخبار کتاب مزدور " +
			"بازار موسم صحت ہسپتال امن")
	urdu := func(n, words int) string {
		random, all := rand.New(rand.NewPCG(1, uint64(n))), make([]string, words)
		for i := range all {
			all[i] = said[random.IntN(len(said))]
		}
		return strings.Join(all, " ")
	}
	for week := range 4 {
		if week > 0 {
			y.now = y.now.Add(7 * 24 * time.Hour)
		}
		var english, others []oped.Entry
		for i := range 4 {
			e := y.entry(time.Duration(i+1) * time.Hour)
			if e.Authors = []oped.Person{{Name: "Amina Qureshi"}}; week == 0 {
				e.Authors[0].Name = "Bilal Khan"
			}
			english = append(english, e)
			e = y.entry(time.Duration(i+1) * time.Hour)
			e.Title, e.Content, e.Lang, e.Authors = urdu(y.made, 6), "<p>"+urdu(-y.made, 120)+"</p>", "ur", []oped.Person{{
				Name: "زینب ملک",
			}}
			others = append(others, e)
		}
		y.fetched(0, english...)
		y.fetched(1, others...)
	}
	y.again("  old: {title: Old}\n", "", "publish: {", "publish: {authors: true, contact: editor@editions.example, ")
	for _, edition := range []string{"all", "sab"} {
		first, err := y.p.store.Archives.Page(t.Context(), edition, 1)
		must(t, err)
		for _, id := range first.Pieces {
			y.oped("piece", "withdraw", strconv.FormatInt(int64(id), 10))
		}
		y.withdrawn[edition] = fmt.Sprintf("/piece/%d/", first.Pieces[0])
	}
	return y
}

// axe holds the tools for checking pages with axe-core.
type axe struct{ node, browser, modules string }

// newAxe finds it, or skips the test.
func newAxe(t *testing.T) (a axe) {
	var err error
	if a.node, err = exec.LookPath("node"); err != nil {
		t.Skip("there is no node: no page is looked at by axe-core")
	}
	if a.browser, err = exec.LookPath("chromium"); err != nil {
		t.Skip("there is no chromium: no page is looked at by axe-core")
	}
	if a.modules = os.Getenv("OPED_AXE"); a.modules == "" {
		a.modules, _ = filepath.Abs("../e2e/axe/node_modules")
	}
	if _, err := os.Stat(filepath.Join(a.modules, "axe-core")); err != nil {
		t.Skip(
			"axe-core is not installed: npm install --ignore-scripts in e2e/axe, or name its folder in $OPED_AXE; " +
				"no page is looked at")
	}
	return a
}

// look wants no serious or critical fault of the pages at some paths.
func (axe axe) look(t *testing.T, base string, paths []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, axe.node, append([]string{"../e2e/axe/axe.js", base}, paths...)...)
	cmd.Env = append(os.Environ(), "MODULES="+axe.modules, "CHROMIUM="+axe.browser)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	failed := cmd.Run()
	looked := 0
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		var one struct {
			Page, Form string
			Passes     int
			Violations []struct{ ID, Impact, First, Why string }
		}
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		if looked++; one.Passes < 10 {
			t.Errorf("%s (%s): only %d rules hold", one.Page, one.Form, one.Passes)
		}
		for _, v := range one.Violations {
			t.Errorf("%s (%s): %s, %s\n\t%s\n\t%s", one.Page, one.Form, v.ID, v.Impact, v.First, v.Why)
		}
	}
	if looked != 3*len(paths) || failed != nil && !t.Failed() {
		t.Errorf("%d of %d were looked at, %v\n%s", looked, 3*len(paths), failed, complaints.String())
	}
}

// runDemo runs the demo until the test ends, and gives its address when it has pieces on pak-us.
func runDemo(t *testing.T) string {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	address, first := make(chan string, 1), make(chan struct{})
	d := Daemon{Refused: func(err error) { t.Error(err) }}
	var once sync.Once
	d.Fetched = func(f oped.Fetched, c oped.Changes) {
		if f.Feed.Publisher == "Saltmarsh Institute" && c.New > 0 { // the last of the first round
			once.Do(func() { close(first) })
		}
	}
	go func() {
		ended <- Demo(ctx, "127.0.0.1:0", Options{Log: slog.New(slog.DiscardHandler), Now: time.Now}, d,
			func(at, _ string) { address <- at })
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	select {
	case <-first:
		return "http://" + <-address
	case err := <-ended:
		ended <- err
		t.Fatal("the demo ended:", err)
		return ""
	}
}
