package publish

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html"
	"reflect"
	"slices"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"

	"oped"
)

// savedByZotero returns the item that Zotero's translator Embedded Metadata makes of a page, by its documented mapping:
// dc:type sets the type, dc:source the publication, and the citation_* tags the rest. The item was compared with that of
// the translator itself (of April 2026).
func savedByZotero(t *testing.T, page []byte) (item map[string][]string, linked map[string]any) {
	t.Helper()
	root, err := xhtml.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{
		"dc.type":                   "itemType",
		"dc.source":                 "publicationTitle",
		"dc.rights":                 "rights",
		"citation_title":            "title",
		"citation_author":           "creators",
		"citation_publication_date": "date",
		"citation_language":         "language",
		"citation_public_url":       "url",
	}
	item = map[string][]string{}
	for n := range root.Descendants() {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		switch {
		case n.Data == "meta" && fields[attr["name"]] != "":
			item[fields[attr["name"]]] = append(item[fields[attr["name"]]], attr["content"])
		case n.Data == "script" && (attr["type"] != "application/ld+json" || linked != nil):
			t.Errorf("a script of type %q", attr["type"])
		case n.Data == "script":
			if err := json.Unmarshal([]byte(textOf(n.FirstChild)), &linked); err != nil {
				t.Error(err)
			}
		}
	}
	return item, linked
}

// TestCitations: Zotero saves the original as a newspaper article from the page of a piece. Linked data, RIS and CSL-JSON
// say the same.
func TestCitations(t *testing.T) {
	p := published(t, explained(t), explaining(t))
	title, url := "AT&T, peace < war & the “quiet” channel: the US and Pakistan", "https://harbour.example/a-quiet-channel?id=1&p=2"
	item, linked := savedByZotero(t, p.document("piece/1/index.html"))
	if want := map[string][]string{
		"itemType":         {"newspaperArticle"},
		"publicationTitle": {"The Harbour Courier"},
		"rights":           {"© 2026 A. Qureshi"},
		"title":            {title},
		"creators":         {"Amina Qureshi", "J. Ó Briain"},
		"date":             {"2026-03-09"},
		"language":         {"en"},
		"url":              {url},
	}; !reflect.DeepEqual(item, want) {
		t.Errorf("%q", item)
	}
	if want := map[string]any{
		"@context": "https://schema.org",
		"@type":    "OpinionNewsArticle",
		"@id":      url,
		"headline": title,
		"author": []any{
			map[string]any{"@type": "Person", "name": "Amina Qureshi", "url": "https://harbour.example/amina"},
			map[string]any{"@type": "Person", "name": "J. Ó Briain"},
		},
		"publisher":       map[string]any{"@type": "NewsMediaOrganization", "name": "The Harbour Courier"},
		"datePublished":   "2026-03-09",
		"inLanguage":      "en",
		"copyrightNotice": "© 2026 A. Qureshi",
		"subjectOf":       "https://editions.example/piece/1/",
	}; !reflect.DeepEqual(linked, want) {
		t.Errorf("%v", linked)
	}
	for path, want := range map[string][]string{
		"/piece/1/cite.ris": {"application/x-research-info-systems; charset=utf-8", strings.Join([]string{
			"TY  - NEWS", "TI  - " + title, "AU  - Qureshi, Amina", "AU  - Briain, J. Ó", "T2  - The Harbour Courier",
			"PY  - 2026", "DA  - 2026/03/09", "LA  - en", "UR  - " + url, "ER  - ", "",
		}, "\r\n")},
		"/piece/1/cite.json": {"application/vnd.citationstyles.csl+json", `[{"id":"tag:harbour.example,2020:op-1",` +
			`"type":"article-newspaper","title":"` + title + `","author":[{"family":"Qureshi","given":"Amina"},` +
			`{"family":"Briain","given":"J. Ó"}],"container-title":"The Harbour Courier",` +
			`"issued":{"date-parts":[[2026,3,9]]},"language":"en","URL":"` + url + `"}]` + "\n"},
		"/piece/2/cite.ris": {"application/x-research-info-systems; charset=utf-8", strings.Join([]string{
			"TY  - NEWS", "TI  - دریا کے دو نوٹ اور ایک پرانا وعدہ جو ابھی تک پورا نہیں ہوا", "AU  - زینب ملک",
			"T2  - روزنامہ ساحل", "PY  - 2026", "DA  - 2026/03/08", "LA  - ur", "UR  - https://sahil.example/?p=7",
			"ER  - ", "",
		}, "\r\n")},
	} {
		r := ask(p, "GET", path)
		if got := body(t, r); r.StatusCode != 200 || r.Header.Get("Content-Type") != want[0] || got != want[1] {
			t.Errorf("%s: %d, %q\n%s", path, r.StatusCode, r.Header.Get("Content-Type"), got)
		}
		if again := ask(p, "GET", path, "If-None-Match: "+r.Header.Get("ETag")); again.StatusCode != 304 {
			t.Errorf("%s again: %d", path, again.StatusCode)
		}
	}
}

// TestCitations_OfFewFacts: a piece without an address is cited by its page.
func TestCitations_OfFewFacts(t *testing.T) {
	var page bytes.Buffer
	p := oped.Piece{ID: 7, Kind: oped.News, Entries: []oped.Entry{{Text: "A text without a headline"}}}
	if err := newRenderer(options()).piece(&page, nil, nil, &p, pieceFacts{}); err != nil {
		t.Fatal(err)
	}
	item, linked := savedByZotero(t, page.Bytes())
	if !slices.Equal(item["url"], []string{"https://editions.example/piece/7/"}) || item["creators"] != nil ||
		!slices.Equal(item["title"], []string{"A text without a headline"}) || linked["@type"] != "NewsArticle" {
		t.Errorf("%q, %v", item, linked)
	}
}

// TestCitations_NotThere: a merged piece leads to the citation of its target, a withdrawn one is gone. A site without a
// server for queries has the citation in the link.
func TestCitations_NotThere(t *testing.T) {
	h := newFixture(t, true)
	h.merge(2, 3)
	for path, to := range map[string]string{"/piece/3/cite.ris": "/piece/2/cite.ris", "/piece/3/why/": "/piece/2/"} {
		if r := ask(h.p, "GET", path); r.StatusCode != 301 || r.Header.Get("Location") != "https://editions.example"+to {
			t.Errorf("%s: %d to %s", path, r.StatusCode, r.Header.Get("Location"))
		}
	}
	s := explained(t)
	for _, mode := range []SearchMode{ServerSearch, NoSearch, IndexSearch, NoServer} {
		o := explaining(t)
		o.Dir, o.Search = t.TempDir(), mode
		p := published(t, s, o)
		doc := string(p.document("piece/1/index.html"))
		status, linked := ask(p, "GET", "/piece/1/cite.ris").StatusCode, strings.Contains(doc, `href="cite.ris"`)
		_, data, _ := strings.Cut(doc, `href="data:application/x-research-info-systems;charset=utf-8;base64,`)
		data, _, _ = strings.Cut(data, `"`)
		ris, err := base64.StdEncoding.DecodeString(html.UnescapeString(data))
		if err != nil || strings.HasPrefix(string(ris), "TY  - NEWS\r\nTI  - AT&T, peace") == linked {
			t.Errorf("%q: %q, %v", mode, ris, err)
		}
		if (status == 200) != (mode == ServerSearch) || linked != (mode == ServerSearch) {
			t.Errorf("%q: %d, linked: %v", mode, status, linked)
		}
		for name := range contents(t, o.Dir) {
			if strings.Contains(name, "cite") {
				t.Errorf("%q: the file %s", mode, name)
			}
		}
	}
	s.pieces["pak-us"][0].Withdrawn = true
	p := published(t, s, explaining(t))
	for path, want := range map[string]int{
		"/piece/1/cite.json": 410, "/piece/1/cite.ris": 410, "/piece/1/why/": 410, "/piece/99/cite.ris": 404,
	} {
		if r := ask(p, "GET", path); r.StatusCode != want || strings.Contains(body(t, r), "quiet") {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

// TestCSLName splits names as reference managers do.
func TestCSLName(t *testing.T) {
	for name, want := range map[string]cslName{
		"Amina Qureshi":          {Family: "Qureshi", Given: "Amina"},
		"Ludwig van der Rohe":    {Family: "van der Rohe", Given: "Ludwig"},
		"Plato":                  {Literal: "Plato"},
		"Qureshi, Amina":         {Literal: "Qureshi, Amina"},
		"زینب ملک":               {Literal: "زینب ملک"},
		"de Gaulle":              {Family: "Gaulle", Given: "de"},
		"Faiz Ahmad Faiz":        {Family: "Faiz", Given: "Faiz Ahmad"},
		"the editorial board 4u": {Literal: "the editorial board 4u"},
	} {
		if got := cslNameOf(name); got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
