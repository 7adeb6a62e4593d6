package publish

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oped"
)

// TestReservation: pages with words of a publisher that reserves text and data mining say so, as do their details; the
// others do not (TDMRep).
func TestReservation(t *testing.T) {
	s := explained(t)
	p := published(t, s, explaining(t))
	says := func(name string) bool {
		return strings.Contains(string(p.document(name)), `<meta name="tdm-reservation" content="1">`)
	}
	pages := []string{
		"pak-us/index.html", "piece/1/index.html", "piece/1/why/index.html", "piece/2/index.html", "index.html",
	}
	for _, name := range pages {
		if says(name) {
			t.Errorf("%s reserves what no publisher does", name)
		}
	}
	url := s.pieces["pak-us"][0].Lead().FeedURL
	for _, configured := range []bool{true, false} {
		for i := range s.feeds {
			if s.feeds[i].URL == url {
				s.feeds[i].Reserved, s.feeds[i].DocSignals.Reserved = configured, !configured
			}
		}
		p = published(t, s, explaining(t))
		for _, name := range pages {
			if want := name != "piece/2/index.html" && name != "index.html"; says(name) != want {
				t.Errorf("configured: %v, %s: says so: %v", configured, name, !want)
			}
		}
	}
}

// TestSignals: over HTTP every page, feed, archive and citation with words of a publisher carries on what it asks for,
// and no other does. The pages repeat it in their heads.
func TestSignals(t *testing.T) {
	s, o := shelved(t)
	harbour := &s.feeds[0].DocSignals
	if s.feeds[0].Publisher != "The Harbour Courier" {
		t.Fatal("another feed is first")
	}
	*harbour = oped.Signals{Reserved: true, Policy: "https://harbour.example/tdm", NoSearch: true, NoInput: true, NoTrain: true}
	for _, o.Search = range []SearchMode{ServerSearch, IndexSearch} {
		p := published(t, s, o)
		names := slices.Sorted(maps.Keys(p.all()))
		if o.Search == ServerSearch {
			names = append(names, "piece/1/why/", "piece/1/cite.ris", "piece/1/cite.json", "piece/3/cite.ris",
				"search?q=dredgers", "search.atom?q=dredgers", "search?q=treaty", "search.json?q=treaty")
		}
		count := 0
		for _, name := range names {
			r := ask(p, "GET", "/"+name)
			doc, h := body(t, r), r.Header
			found := "noindex"
			if !strings.HasPrefix(name, "search?") && !strings.HasPrefix(name, "search.") {
				found = ""
			}
			if !strings.Contains(doc, "“quiet” channel") {
				if r.StatusCode != 200 || h.Get("X-Robots-Tag") != found ||
					h.Get("Tdm-Reservation")+h.Get("Tdm-Policy") != "" {
					t.Errorf("%s: %d, %v", name, r.StatusCode, h)
				}
				continue
			}
			count++
			again := ask(p, "GET", "/"+name, "If-None-Match: "+h.Get("Etag"))
			for _, h := range []http.Header{h, ask(p, "HEAD", "/"+name).Header, again.Header} {
				if strings.HasPrefix(name, "search") && again.StatusCode != 304 { // nothing is kept of it
					continue
				}
				if h.Get("Tdm-Reservation") != "1" || h.Get("Tdm-Policy") != "https://harbour.example/tdm" ||
					h.Get("X-Robots-Tag") != "noindex, noai" ||
					h.Get("Content-Signal") != "search=no, ai-input=no, ai-train=no" {
					t.Errorf("%s: %d, %v", name, r.StatusCode, h)
				}
			}
			for _, tag := range []string{`"robots" content="noindex, noai"`, `"tdm-reservation" content="1"`,
				`"tdm-policy" content="https://harbour.example/tdm"`} {
				if strings.Contains(h.Get("Content-Type"), "html") && !strings.Contains(doc, "<meta name="+tag+">") {
					t.Errorf("%s has no %s", name, tag)
				}
			}
		}
		if count < 15 {
			t.Errorf("only %d pages have its words", count)
		}
	}
}

// TestSignals_ChangeNoFeed: the bytes of feeds, and of archives, do not depend on the wishes of publishers.
func TestSignals_ChangeNoFeed(t *testing.T) {
	s, o := shelved(t)
	before := contents(t, published(t, s, o).options.Dir)
	s.feeds[0].DocSignals = oped.Signals{Reserved: true, NoSearch: true}
	p := published(t, s, o)
	for name, old := range before {
		isFeed := slices.Contains([]string{".atom", ".rss", ".json"}, path.Ext(name)) && name != "/"+reservationsFile
		if isFeed && contents(t, o.Dir)[name] != old {
			t.Errorf("%s has other bytes", name)
		}
	}
	if r := ask(p, "GET", "/pak-us.atom"); r.Header.Get("Tdm-Reservation") != "1" {
		t.Errorf("%v", r.Header)
	}
}

// TestReservations: the file of TDMRep has the editions and lists that may have words of a publisher with a
// reservation.
func TestReservations(t *testing.T) {
	s := example()
	o, _ := withCatalog(t, s)
	o.BaseURL, o.Dir = "https://host.example/oped", t.TempDir()
	rules := func() (all []map[string]any) {
		p := published(t, s, o)
		r := ask(p, "GET", "/.well-known/tdmrep.json")
		served := body(t, r)
		file, err := os.ReadFile(filepath.Join(o.Dir, reservationsFile))
		if err != nil || string(file) != served || r.StatusCode != 200 || r.Header.Get("Content-Type") != jsonType {
			t.Errorf("%d, %q; %q, %v", r.StatusCode, served, file, err)
		}
		if err := json.Unmarshal(file, &all); err != nil {
			t.Error(err)
		}
		return all
	}
	if all := rules(); len(all) != 0 {
		t.Errorf("%v", all)
	}
	s.feeds[0].DocSignals = oped.Signals{Reserved: true, Policy: "https://harbour.example/tdm"}
	s.editions[0].Filter.Publishers = []string{"The Harbour Courier", "Hill Institute"}
	s.editions[1].Filter.Feeds = []string{s.feeds[1].URL}
	s.editions[2].Filter.Publishers = []string{"Hill Institute"}
	var want []map[string]any
	for _, at := range []string{"/oped/pak-us.", "/oped/pak-us/", "/oped/search"} {
		want = append(want, map[string]any{
			"location": at, "tdm-reservation": 1.0, "tdm-policy": "https://harbour.example/tdm"})
	}
	if all := rules(); !reflect.DeepEqual(all, want) {
		t.Errorf("%v", all)
	}
}

// TestRobots: crawlers may read everything. A site may give content signals. The files of an operator stay.
func TestRobots(t *testing.T) {
	o := options()
	o.Dir = t.TempDir()
	robots := func() string {
		r := ask(published(t, example(), o), "GET", "/robots.txt")
		if r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%d, %v", r.StatusCode, r.Header)
		}
		return body(t, r)
	}
	if got := robots(); !strings.HasSuffix(got, "\nUser-agent: *\nAllow: /\n") {
		t.Errorf("%q", got)
	}
	o.ContentSignal = "ai-train=no"
	got := robots()
	if !strings.HasSuffix(got, "\nUser-agent: *\nContent-Signal: ai-train=no\nAllow: /\n") ||
		contents(t, o.Dir)["/robots.txt"] != got {
		t.Errorf("%q", got)
	}
	for _, name := range []string{robotsFile, reservationsFile} {
		if err := os.WriteFile(filepath.Join(o.Dir, name), []byte("[\n\t{\"mine\": 1}\n]"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, o.ContentSignal = range []string{"search=no", ""} {
		p := published(t, example(), o)
		if err := p.Export(t.Context(), Full); err != nil {
			t.Error(err)
		}
		for _, name := range []string{robotsFile, reservationsFile} {
			if got := contents(t, o.Dir)["/"+name]; !strings.Contains(got, "mine") {
				t.Errorf("%s of the operator became %q", name, got)
			}
		}
	}
}
