package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestPeoplePages takes pieces of two papers through the real store. It checks the pages of authors as files, a
// run without changes that writes none, figures of an evaluation on the page about an edition, also beside a
// daemon, and the results of a search.
func TestPeoplePages(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 4)
	for i, author := range []string{"AMINA QURESHI", "Amina Qureshi.", "Web Desk", "زینب ملك"} {
		items[i].Author, items[i].Published = author, time.Now().Add(-time.Duration(i+1)*time.Hour)
	}
	items[0].HTML = "<p>The US and Pakistan talk of dredgers.</p>"
	items[3].HTML = "<p>پاکستان اور امریکہ کے تعلقات</p>"
	paper.Edition("/one", "One", items[:2]...)
	paper.Edition("/two", "Two", items[2:]...)
	path := testkit.WriteConfig(t, ruleBefore+"listen: 127.0.0.1:0\nbase_url: http://editions.example\n"+
		"publish: {contact: editor@editions.example}\n"+
		"fetch: {spacing: 0s, every: 1h, allow_private: [127.0.0.0/8]}\nfeeds:\n"+
		"  - {name: one, url: \""+paper.URL+"/one\", publisher: The Dawn}\n"+
		"  - {name: two, url: \""+paper.URL+"/two\", publisher: Dawn!}\neditions: {pak-us: {topics: pak-us}, "+
		"everything: {}}\n")
	mustOped(t, "--config", path, "--quiet", "once")
	public := filepath.Join(filepath.Dir(path), "public")
	read := func(name string) string {
		t.Helper()
		page, err := os.ReadFile(filepath.Join(public, name, "index.html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	for _, want := range [][]string{
		{"author/amina-qureshi", "2 pieces", "Opinion number 0", "Opinion number 1", `"/publisher/the-dawn/"`},
		{"author/زینب-ملک", `lang="ur" dir="rtl"`}, {"publisher/dawn", "Opinion number 2", "last read"},
		{"publisher", `"/publisher/dawn/"`, `"/publisher/the-dawn/"`},
		{"pak-us/about", "Not measured yet.", "DYAD($pk, $us, 5)", "mailto:editor@editions.example", "Total pieces: 1."},
	} {
		page := read(want[0])
		for _, w := range want[1:] {
			if !strings.Contains(page, w) {
				t.Errorf("%s has no %q", want[0], w)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(public, "author/web-desk")); err == nil {
		t.Error("a desk is an author")
	}
	before := testkit.ChangedAt(t, public)
	mustOped(t, "--config", path, "--quiet", "once", "--all")
	for name, at := range testkit.ChangedAt(t, public) {
		if !before[name].Equal(at) {
			t.Errorf("%s was written though nothing has changed", name)
		}
	}

	labels := filepath.Join(filepath.Dir(path), "labels.jsonl")
	lines := `{"title":"Pakistan and the US","text":"","topics":["pak-us"],"scored_topics":["pak-us"]}` + "\n" +
		`{"title":"Pakistan plays","text":"","topics":["pak-us"],"scored_topics":["pak-us"]}` + "\n"
	if err := os.WriteFile(labels, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := mustOped(t, "--config", path, "--quiet", "topic", "eval", labels, "--record"); !strings.Contains(out,
		"pak-us") {
		t.Errorf("it said %q", out)
	}
	if page := read("pak-us/about"); !strings.Contains(page, "labelled pieces: 2 (labels.jsonl)") ||
		!strings.Contains(page, "<td>1.000</td><td>0.500</td><td>0.667</td>") ||
		strings.Contains(page, "another version") {
		t.Error("the figures do not are on the page about the edition")
	}

	d := startDaemon(t, path)
	if err := os.WriteFile(labels, []byte(lines[:strings.Index(lines, "\n")+1]), 0o644); err != nil {
		t.Fatal(err)
	}
	mustOped(t, "--config", path, "topic", "eval", labels, "--record")
	if page := testkit.Get(t, d.address+"/pak-us/about/"); !strings.Contains(page, "labelled pieces: 1 (labels.jsonl)") {
		t.Error("beside a daemon, figures do not come onto the page")
	}
	for q, want := range map[string]string{
		"dredgers":                             "Opinion number 0",
		"author:qureshi":                       "Opinion number 1",
		"پاكستان":                              "Opinion number 3",
		"title:number -- ' OR 1=1":             "",
		"publisher:the length:>2 kind:opinion": "Opinion number 1",
		"topic:pak-us since:2020 NOT lang:ur NOT dredgers":   "",
		"topic:pak-us until:2099 AND publisher:\"the dawn\"": "Opinion number 0",
	} {
		page := testkit.Get(t, d.address+"/search?q="+url.QueryEscape(q))
		if plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(page); !strings.Contains(plain, want) ||
			want == "" && strings.Contains(page, "<h3>") {
			t.Errorf("%s does not find %q", q, want)
		}
	}
	if r, err := http.Get(d.address + "/author/" + url.PathEscape("زینب-ملک") + "/"); err != nil ||
		r.StatusCode != 200 {
		t.Errorf("%v, %v", r, err)
	}
	feed := testkit.Get(t, d.address+"/search.atom?q=publisher:the+dredgers")
	if strings.Count(feed, "<entry") != 1 || !strings.Contains(feed, "publisher%3A%22The+Dawn%22+dredgers") {
		t.Errorf("the feed of a search is\n%s", feed)
	}
	mustOped(t, "--config", path, "piece", "withdraw", "https://paper.example/opinion/0", "--why", "its author asked")
	if page := testkit.Get(t, d.address+"/search?q=dredgers"); strings.Contains(page, "<h3>") {
		t.Error("a piece that was withdrawn is found")
	}
	if page := testkit.Get(t, d.address+"/author/amina-qureshi/"); strings.Contains(page, "Opinion number 0") ||
		!strings.Contains(page, "1 piece") {
		t.Error("a withdrawn piece is on the page of its author")
	}
}
