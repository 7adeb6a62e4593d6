package app

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/internal/testkit"
	"oped/publish"
)

const digestConfig = "base_url: https://editions.example\nfetch: {spacing: 0s}\neditions: {weekly: {digest: weekly, limit: 3}}\n" +
	"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n"

// issues are the entries of a document of a digest edition, by the ends of their ids, with their times; and the
// tombstones.
func (y *year) issues(path string) (entries map[string]string, updated string, gone map[string]string) {
	y.Helper()
	code, _, body := y.get(path)
	if code != 200 {
		y.Fatalf("%s: %d", path, code)
	}
	var doc struct {
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Updated string `xml:"updated"`
		} `xml:"entry"`
		Gone []struct {
			Ref  string `xml:"ref,attr"`
			When string `xml:"when,attr"`
		} `xml:"deleted-entry"`
	}
	must(y, xml.Unmarshal(body, &doc))
	last := func(id string) string { return id[strings.LastIndex(id, "/")+1:] }
	entries, gone = map[string]string{}, map[string]string{}
	for _, e := range doc.Entries {
		entries[last(e.ID)] = e.Updated
	}
	for _, g := range doc.Gone {
		gone[last(g.Ref)] = g.When
	}
	return entries, doc.Updated, gone
}

// weeks lets pieces come in, some in each week, from a Monday on, and gives their ids by week.
func (y *year) weeks(n int) (ids [][]string) {
	y.Helper()
	for w := range n {
		if w > 0 {
			y.now = y.now.Add(7 * 24 * time.Hour)
		}
		var entries []oped.Entry
		for i := range 3 {
			entries = append(entries, y.entry(time.Duration(i+1)*time.Hour))
		}
		if w == 0 {
			entries = entries[:1]
		}
		y.fetched(0, entries...)
		var these []string
		for _, e := range entries {
			these = append(these, e.ID)
		}
		ids = append(ids, these)
	}
	return ids
}

// TestJ6_ChangedIssueIsUpdated: an issue that loses a piece is updated at the time of the decision; one that
// loses all has a tombstone; a restored piece is news again. A new process renders the same bytes.
func TestJ6_ChangedIssueIsUpdated(t *testing.T) {
	testkit.NotShort(t)
	y := newYear(t, digestConfig)
	ids := y.weeks(4)
	want := func(entries, gone map[string]string, updated string) {
		t.Helper()
		got, at, without := y.issues("/weekly.atom")
		if fmt.Sprint(got, without, at) != fmt.Sprint(entries, gone, updated) {
			t.Errorf("issues %v gone %v, updated %s;\nwant %v gone %v, updated %s", got, without, at, entries, gone,
				updated)
		}
		before := y.documents("weekly")
		must(t, y.p.store.Close())
		y.open()
		if y.documents("weekly") != before {
			t.Error("rendered anew, the documents differ")
		}
	}
	none := map[string]string{}
	want(map[string]string{
		"2026-W01": "2026-01-05T00:00:00Z",
		"2026-W02": "2026-01-12T00:00:00Z",
		"2026-W03": "2026-01-19T00:00:00Z",
	}, none, "2026-01-19T00:00:00Z")
	y.now = y.now.Add(30 * time.Minute)
	y.oped("piece", "withdraw", ids[1][0])
	want(map[string]string{
		"2026-W01": "2026-01-05T00:00:00Z",
		"2026-W02": "2026-01-22T06:30:00Z",
		"2026-W03": "2026-01-19T00:00:00Z",
	}, none, "2026-01-22T06:30:00Z")
	y.now = y.now.Add(30 * time.Minute)
	y.oped("piece", "withdraw", ids[0][0])
	want(map[string]string{"2026-W02": "2026-01-22T06:30:00Z", "2026-W03": "2026-01-19T00:00:00Z"}, map[string]string{
		"2026-W01": "2026-01-22T07:00:00Z",
	}, "2026-01-22T07:00:00Z")
	y.now = y.now.Add(30 * time.Minute)
	y.oped("undo")
	want(map[string]string{
		"2026-W01": "2026-01-22T07:30:00Z",
		"2026-W02": "2026-01-22T06:30:00Z",
		"2026-W03": "2026-01-19T00:00:00Z",
	}, none, "2026-01-22T07:30:00Z")
	if _, _, body := y.get("/weekly.atom"); !strings.Contains(string(body), ids[0][0]) {
		t.Error("the piece did not come back")
	}
}

// chain walks a digest edition from its head to its first issue, and returns the issues in that order. Each
// document has to be an archive of its feed.
func (y *year) chain(edition string) (met []string) {
	y.Helper()
	head, newer := y.cfg.BaseURL+"/"+edition+".atom", ""
	for at := head; at != ""; {
		path := strings.TrimPrefix(at, y.cfg.BaseURL)
		_, header, body := y.get(path)
		var doc chained
		must(y, xml.Unmarshal(body, &doc))
		switch {
		case doc.link("self") != at:
			y.Errorf("%s calls itself %s", at, doc.link("self"))
		case at == head && len(doc.Archive) != 0:
			y.Errorf("the head calls itself an archive")
		case at != head && (len(doc.Archive) != 1 || doc.link("current") != head || newer != "" &&
			doc.link("next-archive") != newer):
			y.Errorf("%s: archive %d, current %q, next %q want %q", at, len(doc.Archive), doc.link("current"),
				doc.link("next-archive"), newer)
		case strings.Contains(header.Get("Cache-Control"), "immutable"):
			y.Errorf("%s is made of rows, but served as immutable", at)
		}
		for _, e := range doc.Entries {
			met = append(met, e.ID[strings.LastIndex(e.ID, "/")+1:])
		}
		if at != head {
			newer = at
		}
		at = doc.link("prev-archive")
	}
	return met
}

// agree checks that every file of an edition equals the served page of its name. It returns their number,
// without the head and the page about the edition.
func (y *year) agree(edition string) (n int) {
	y.Helper()
	for name := range testkit.ChangedAt(y.TB.(*testing.T), y.cfg.Publish.Dir) {
		path, err := filepath.Rel(y.cfg.Publish.Dir, name)
		must(y, err)
		if !strings.HasPrefix(path, edition+"/") || strings.HasPrefix(path, edition+"/about") ||
			path == edition+"/index.html" {
			continue
		}
		n++
		file, err := os.ReadFile(name)
		must(y, err)
		if code, _, body := y.get("/" + path); code != 200 || string(body) != string(file) {
			y.Errorf("%s: %d, and the file says otherwise", path, code)
		}
	}
	return n
}

// TestO16_ADigestFromItsBeginning: all issues of a digest can be read, whatever is at its head. Their files
// equal the served ones, even after a withdrawal from an old issue or one made by another process. They are
// removed with the edition.
func TestO16_ADigestFromItsBeginning(t *testing.T) {
	testkit.NotShort(t)
	y := newYear(t, digestConfig)
	ids := y.weeks(9)
	want := "[2026-W08 2026-W07 2026-W06 2026-W05 2026-W04 2026-W03 2026-W02 2026-W01]"
	if got := fmt.Sprint(y.chain("weekly")); got != want {
		t.Errorf("the chain has %s, want %s", got, want)
	}
	if met := y.crawlJSON("weekly"); len(met) != 8 {
		t.Errorf("the chain of the JSON Feed has %v", met)
	}
	if n := y.agree("weekly"); n != 3*8+1 {
		t.Errorf("%d files", n)
	}
	for path, code := range map[string]int{
		"/weekly/2026-W02":     301,
		"/weekly/2026-W02/":    200,
		"/weekly/2026-W08/":    200,
		"/weekly/2026-W09/":    404,
		"/weekly/2026-W02.rss": 404,
		"/weekly/2025-W52/":    404,
		"/weekly/2026-01/":     404,
	} {
		if got, _, _ := y.get(path); got != code {
			t.Errorf("%s: %d, want %d", path, got, code)
		}
	}

	old := func() string { _, _, page := y.get("/weekly/2026-W02/"); return string(page) }
	title := "Opinion number 5<"
	if !strings.Contains(old(), title) {
		t.Fatal(old())
	}
	y.oped("piece", "withdraw", ids[1][1])
	if y.agree("weekly"); strings.Contains(old(), title) {
		t.Error("an old issue still has the piece that was withdrawn")
	}
	if entries, _, _ := y.issues("/weekly/2026-W02.atom"); entries["2026-W02"] != "2026-02-26T06:00:00Z" {
		t.Errorf("its document: %v", entries)
	}
	for _, id := range ids[2] {
		y.oped("piece", "withdraw", id)
	}
	if n := y.agree("weekly"); n != 3*7+1 {
		t.Errorf("%d files, of seven issues", n)
	}
	if got := fmt.Sprint(y.chain("weekly")); got != strings.Replace(want, " 2026-W03", "", 1) {
		t.Errorf("the chain has %s", got)
	}

	y.oped("piece", "withdraw", ids[4][0])
	before := testkit.ChangedAt(t, y.cfg.Publish.Dir)
	again := func() { // as oped once does, another process each time
		t.Helper()
		must(t, y.p.store.Close())
		y.o.serves = false
		y.open()
	}
	again()
	for name, at := range testkit.ChangedAt(t, y.cfg.Publish.Dir) {
		if !before[name].Equal(at) {
			t.Errorf("%s was written though nothing has changed", name)
		}
	}
	must(t, os.RemoveAll(filepath.Join(y.cfg.Publish.Dir, "weekly/2026-W02")))
	must(t, os.WriteFile(filepath.Join(y.cfg.Publish.Dir, "weekly/2026-W04.atom"), []byte("stale"), 0o644))
	again()
	must(t, y.p.export(t.Context(), publish.Full))
	if n := y.agree("weekly"); n != 3*7+1 {
		t.Errorf("%d files after all were published", n)
	}

	must(t, os.RemoveAll(y.cfg.Publish.Dir))
	again()
	if n := y.agree("weekly"); n != 3*7+1 {
		t.Errorf("%d files in a new folder", n)
	}
	links := 0
	for name := range testkit.ChangedAt(t, filepath.Join(y.cfg.Publish.Dir, "weekly")) {
		page, err := os.ReadFile(name)
		must(t, err)
		for _, link := range regexp.MustCompile(`href="(?:https://editions\.example)?(/piece/[0-9]+/)"`).FindAllStringSubmatch(string(page), -1) {
			links++
			if _, err := os.Stat(filepath.Join(y.cfg.Publish.Dir, link[1], "index.html")); err != nil {
				t.Errorf("%s leads to %s, which has no file", name, link[1])
			}
		}
	}
	if links < 15 {
		t.Errorf("%d links to pieces", links)
	}

	config, err := os.ReadFile(y.cfg.Path)
	must(t, err)
	must(
		t, os.WriteFile(
			y.cfg.Path, []byte(strings.Replace(string(config), "weekly: {digest: weekly, limit: 3}", "all: {}", 1)),
			0o644))
	again()
	if n := y.agree("weekly"); n != 0 {
		t.Errorf("%d files of an edition that was removed", n)
	}
	for _, path := range []string{"/weekly/2026-W02", "/weekly/2026-W02/", "/weekly/2026-W02.atom",
		"/weekly/2026-W08/"} {
		if code, _, _ := y.get(path); code != 410 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// TestTheNextIssueIsApart: pieces of the running week are for the next issue. One that comes back stays in its issue.
func TestTheNextIssueIsApart(t *testing.T) {
	y := newYear(t, digestConfig)
	ids := y.weeks(4)
	want := func(published, next int) {
		t.Helper()
		all, err := y.p.Pieces().Summaries(t.Context())
		must(t, err)
		c, err := y.p.Pieces().Contents(t.Context(), "weekly")
		must(t, err)
		got := []int{all[0].Published, all[0].Next, len(c.Published), len(c.Next)}
		if want := []int{published, next, published, next}; !slices.Equal(got, want) {
			t.Errorf("published and next %v, want %v", got, want)
		}
	}
	want(7, 3)
	y.now = y.now.Add(30 * time.Minute)
	y.oped("piece", "withdraw", ids[1][0])
	want(6, 3)
	y.oped("undo")
	want(7, 3)
	y.oped("piece", "withdraw", ids[3][0])
	want(7, 2)
}
