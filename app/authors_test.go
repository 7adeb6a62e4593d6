package app

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/testkit"
)

// again stops and starts with some words of the configuration replaced.
func (y *year) again(replacements ...string) {
	y.Helper()
	text, err := os.ReadFile(y.cfg.Path)
	must(y, err)
	must(y, os.WriteFile(y.cfg.Path, []byte(strings.NewReplacer(replacements...).Replace(string(text))), 0o644))
	must(y, y.p.store.Close())
	y.open()
}

// by is an entry by an author.
func (y *year) by(author string) oped.Entry {
	e := y.entry(time.Hour)
	e.Authors = []oped.Person{{Name: author}}
	return e
}

// TestAuthorEditions: with author editions switched on, an author of three pieces gets one, in any spelling of
// the name. It keeps its name and its title, and stays while others come. Switching off removes it.
func TestAuthorEditions(t *testing.T) {
	testkit.NotShort(t)
	y := newYear(t, "base_url: https://editions.example\nfetch: {spacing: 0s}\neditions: {everything: {}}\nfeeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n")
	bilal := []oped.Entry{y.by("Bilal Khan"), y.by("Bilal Khan")}
	y.fetched(
		0, append(bilal, y.by("Amina Qureshi"), y.by("AMINA QURESHI"), y.by("Amina Qureshi."), y.by("Amina Qureshi"),
			y.by("زینب ملک"), y.by("زینب ملک"), y.by("زینب ملك"), y.by("Web Desk"), y.by("Web Desk"),
			y.by("Web Desk"))...)
	if code, _, _ := y.get("/author-amina-qureshi.atom"); code != 404 {
		t.Errorf("without the option: %d", code)
	}
	names := func() string {
		t.Helper()
		editions, err := y.p.store.Editions.All(t.Context())
		must(t, err)
		var all []string
		for _, e := range editions {
			all = append(all, fmt.Sprintf("%s=%s:%d", e.Name, e.Title, e.Pieces))
		}
		return strings.Join(all, " ")
	}
	zainab := authorEditionName("زینب-ملک")
	y.again("publish: {", "publish: {authors: true, ")
	want := "everything=everything:12 author-amina-qureshi=Amina Qureshi:4 " + zainab + "=زینب ملک:3"
	if got := names(); got != want {
		t.Errorf("editions %s, want %s", got, want)
	}
	y.holds("author-amina-qureshi")
	if _, _, page := y.get("/author/amina-qureshi/"); !strings.Contains(string(page), `href="/author-amina-qureshi.atom"`) {
		t.Error("the page of an author does not lead to the feed")
	}
	if _, _, page := y.get("/author-amina-qureshi/about/"); !strings.Contains(string(page), `href="/author/amina-qureshi/"`) {
		t.Error("the page about an edition does not lead to its author")
	}
	before := y.documents("author-amina-qureshi")
	y.again()
	if y.documents("author-amina-qureshi") != before {
		t.Error("rendered anew, the documents differ")
	}

	y.now = y.now.Add(time.Hour)
	third := y.by("Bilal Khan")
	y.fetched(0, third, y.by("AMINA QURESHI"), y.by("AMINA QURESHI"), y.by("AMINA QURESHI"), y.by("AMINA QURESHI"))
	y.again()
	want = "everything=everything:17 author-amina-qureshi=Amina Qureshi:8 " + zainab +
		"=زینب ملک:3 author-bilal-khan=Bilal Khan:3"
	if got := names(); got != want {
		t.Errorf("editions %s, want %s", got, want)
	}
	y.holds("author-bilal-khan")

	y.now = y.now.Add(time.Hour)
	y.oped("piece", "withdraw", bilal[0].ID)
	third.Authors[0].Name, third.Title = "Amina Qureshi", "It was hers"
	y.fetched(0, third)
	y.again()
	want = "everything=everything:16 author-amina-qureshi=Amina Qureshi:9 " + zainab +
		"=زینب ملک:3 author-bilal-khan=Bilal Khan:1"
	if got := names(); got != want {
		t.Errorf("editions %s, want %s", got, want)
	}
	if met, gone, _ := y.crawl("author-bilal-khan"); met[third.ID] != 0 || gone[third.ID] != 0 ||
		gone[bilal[0].ID] != 1 {
		t.Errorf("his feed has %v, gone %v", met, gone)
	}

	var out strings.Builder
	cfg, err := config.Load(y.path)
	must(t, err)
	must(t, ExportEditions(t.Context(), &out, cfg, y.o))
	if !strings.Contains(out.String(), "author-bilal-khan.atom") {
		t.Errorf("export editions: %s", out.String())
	}
	y.again("authors: true, ", "")
	if code, _, _ := y.get("/author-amina-qureshi.atom"); code != 410 {
		t.Errorf("with the option off: %d", code)
	}
	y.now = y.now.Add(time.Hour)
	y.fetched(0, y.by("Amina Qureshi"))
	y.again("publish: {", "publish: {authors: true, ")
	if met, _, _ := y.crawl("author-amina-qureshi"); len(met) != 10 {
		t.Errorf("with the option on again, it has %d pieces", len(met))
	}
}

// TestAuthorEditions_Names: every name is valid for an edition, and no two authors share one.
func TestAuthorEditions_Names(t *testing.T) {
	var names []string
	for _, key := range []string{"amina-qureshi", "زینب-ملک", "زینب-مالک", strings.Repeat("a", 57),
		strings.Repeat("a", 58), strings.Repeat("a", 59)} {
		name := authorEditionName(key)
		if len(name) > 64 || slices.Contains(names, name) || strings.Trim(name,
			"abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%s has the name %s", key, name)
		}
		names = append(names, name)
	}
}
