package publish

import (
	"bytes"
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"

	"oped"
	"oped/publish/page"
)

func TestO27_Discovery(t *testing.T) {
	p := published(t, example(), sectioned(options(), example()))
	for name, want := range map[string][]string{
		"index.html":        {`<link rel="alternate" type="application/atom+xml" title="Pakistan &amp; the United States" href="https://editions.example/pak-us.atom">`, `href="https://editions.example/adaria.atom"`},
		"pak-us/index.html": {`<link rel="alternate" type="application/atom+xml" title="Pakistan &amp; the United States" href="https://editions.example/pak-us.atom">`},
	} {
		for _, w := range want {
			if !strings.Contains(string(p.document(name)), w) {
				t.Errorf("%s has no %s", name, w)
			}
		}
	}
}

func TestO27_OPML(t *testing.T) {
	var doc bytes.Buffer
	err := writePublic(&doc, "A \x00title", []oped.FeedState{
		{Feed: oped.Feed{Title: `Q&A "<x>"`, URL: "https://u:p@a.example/feed?x=1&y=2", SiteURL: "javascript:x",
			Lang: "en_GB"}}, {Feed: oped.Feed{URL: "https://b.example/"}}, {Feed: oped.Feed{Title: "no address"}},
		{Feed: oped.Feed{URL: "file:///etc/passwd"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Version  string `xml:"version,attr"`
		Title    string `xml:"head>title"`
		Outlines []struct {
			Text string `xml:"text,attr"`
			Type string `xml:"type,attr"`
			URL  string `xml:"xmlUrl,attr"`
			Site string `xml:"htmlUrl,attr"`
			Lang string `xml:"language,attr"`
		} `xml:"body>outline"`
	}
	if err := xml.Unmarshal(doc.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if read.Version != "2.0" || read.Title != "A title" || len(read.Outlines) != 2 {
		t.Fatalf("%+v", read)
	}
	if o := read.Outlines[0]; o.Text != `Q&A "<x>"` || o.Type != "rss" || o.URL != "https://a.example/feed?x=1&y=2" ||
		o.Site != "" || o.Lang != "en-GB" {
		t.Errorf("%+v", o)
	}
	if o := read.Outlines[1]; o.Text != "https://b.example/" {
		t.Errorf("%+v", o)
	}
}

// TestO19_PolicyAllowsOurStyle: the policy allows the style sheet of the page, the sheet is served, and
// the page needs nothing else.
func TestO19_PolicyAllowsOurStyle(t *testing.T) {
	p := published(t, example(), options())
	for _, path := range []string{"/", "/pak-us/", "/adaria/", "/empty/", "/missing"} {
		r := ask(p, "GET", path)
		doc := body(t, r)
		_, rest, _ := strings.Cut(doc, `<link rel="stylesheet" href="`)
		sheet, _, ok := strings.Cut(rest, `">`)
		served := ask(p, "GET", sheet)
		if !ok || !strings.Contains(r.Header.Get("Content-Security-Policy"), "style-src 'self';") ||
			body(t, served) != page.Style || served.Header.Get("Content-Type") != cssType {
			t.Errorf("%s: the policy %s does not let its style in", path, r.Header.Get("Content-Security-Policy"))
		}
		for _, no := range []string{"<script", " style=", " src=", "<img", "url(", "@import", "ZgotmplZ"} {
			if strings.Contains(doc, no) {
				t.Errorf("%s has %s", path, no)
			}
		}
		if !strings.Contains(doc, `<meta name="robots" content="noindex">`) {
			t.Errorf("%s may be indexed", path)
		}
	}
}

func TestO11_PageDirections(t *testing.T) {
	p := published(t, example(), options())
	for name, want := range map[string][]string{
		"pak-us/index.html": {
			`<html lang="en" dir="ltr">`, `<li lang="ur" dir="rtl">`, "<li><h3>", "یہاں کیوں؟",
		},
		"adaria/index.html": {`<html lang="ur" dir="rtl">`, `aria-label="حصے"`},
	} {
		for _, w := range want {
			if !strings.Contains(string(p.document(name)), w) {
				t.Errorf("%s has no %s", name, w)
			}
		}
	}
	for _, c := range []struct{ lang, sample, want string }{
		{"ur", "", "rtl"}, {"en-US", "دریا کے دو نوٹ", "rtl"}, {"ur", "US and them", "ltr"}, {"", "123", "ltr"},
		{"", "", "ltr"}, {"fa-IR", "", "rtl"}, {"", "دریا US", "rtl"},
	} {
		if got := Direction(c.lang, c.sample); got != c.want {
			t.Errorf("Direction(%q, %q) = %s", c.lang, c.sample, got)
		}
	}
}

// TestPages_TagsMatch: each opened tag is closed, in order, and no attribute appears twice.
func TestPages_TagsMatch(t *testing.T) {
	p := published(t, explained(t), explaining(t))
	void := map[string]bool{"input": true, "meta": true, "link": true, "br": true}
	for name, rep := range p.all() {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		var open []string
		z := xhtml.NewTokenizer(bytes.NewReader(rep.Plain()))
		for kind := z.Next(); kind != xhtml.ErrorToken; kind = z.Next() {
			tok := z.Token()
			seen := map[string]bool{}
			for _, a := range tok.Attr {
				if seen[a.Key] {
					t.Errorf("%s: <%s> has %s twice", name, tok.Data, a.Key)
				}
				seen[a.Key] = true
			}
			switch {
			case kind == xhtml.StartTagToken && !void[tok.Data]:
				open = append(open, tok.Data)
			case kind == xhtml.EndTagToken:
				if len(open) == 0 || open[len(open)-1] != tok.Data {
					t.Fatalf("%s: </%s> in %v", name, tok.Data, open)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("%s: %v left open", name, open)
		}
	}
}

// TestPages_Contrast holds text to 4.5:1, light, dark and on paper (WCAG 2.2, 1.4.3).
func TestPages_Contrast(t *testing.T) {
	sets := regexp.MustCompile(
		`--ink: (#\w+); --paper: (#\w+); --soft: (#\w+); --rule: #\w+; --link: (#\w+); --chip: (#\w+); --mark: (#\w+); --added: (#\w+); --removed: (#\w+);`,
	).FindAllStringSubmatch(page.Style, -1)
	if len(sets) != 3 {
		t.Fatalf("%d sets of colours", len(sets))
	}
	for _, c := range sets {
		ink, paper, soft, link, chip, mark, added, removed := c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8]
		for _, pair := range [][2]string{
			{ink, paper}, {soft, paper}, {link, paper}, {ink, chip}, {ink, mark}, {ink, added},
			{ink, removed},
		} {
			a, b := luminance(t, pair[0]), luminance(t, pair[1])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s on %s: %.2f", pair[0], pair[1], ratio)
			}
		}
	}
}

func luminance(t *testing.T, colour string) float64 {
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift int) float64 {
		v := float64(n>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		name, text string
		n          int
		want       string
	}{
		{"short", "One two three.", 5, "One two three."}, {"exact", "One two three", 3, "One two three"},
		{"word", "One two three four five", 3, "One two three…"},
		{"sentence", `One two three "four." Five six seven`, 5, `One two three "four." …`},
		{"comma", "One two, three", 2, "One two…"}, {"no words", "— … —", 3, "— … —"}, {"none", "", 3, ""},
		{"paragraphs", "One two.\n\nThree four five", 9, "One two.|Three four five"},
		{"abbreviation", "One Mr. Two three four", 3, "One Mr. Two…"},
		{"Urdu", "ایک دو تین چار۔ پانچ چھ سات", 5, "ایک دو تین چار۔ …"},
		{"no spaces", strings.Repeat("x", 10_000), 3, ""}, {"control", "One\x00 two", 2, "One two"},
	} {
		if got := strings.Join(excerpt(c.text, c.n), "|"); got != c.want && !(c.name == "no spaces" && len(got) < 200) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestArchivePage_Emptied: the page of an archive without pieces says so, and links to the next one; it
// does not promise any pieces.
func TestArchivePage_Emptied(t *testing.T) {
	w := page.NewWords()
	for lang, want := range map[string]string{
		"en": "The pieces on this page are no longer published here.",
		"ur": "جو مضامین یہاں تھے وہ اب یہاں شائع نہیں کیے جاتے۔",
	} {
		var doc bytes.Buffer
		e := oped.EditionState{Edition: oped.Edition{Name: "x", Lang: lang}, Created: at(1, 0)}
		if err := newRenderer(options()).editionAt(&doc, e, pagePlace{
			url:   "https://editions.example/x/archive/2/",
			older: "https://editions.example/x/archive/1/",
			newer: "https://editions.example/x/",
			part:  2,
		}); err != nil {
			t.Fatal(err)
		}
		got := doc.String()
		older := `<a rel="next" ` + ownLink("x/archive/1/") + ">" + w.Say(lang, "Older pieces")
		newer := `<a rel="prev" ` + ownLink("x/") + ">" + w.Say(lang, "Newer pieces")
		for _, said := range []string{want, older, newer} {
			if !strings.Contains(got, said) {
				t.Errorf("%s: there is no %q", lang, said)
			}
		}
		for _, said := range []string{w.Say(lang, "Nothing here yet."), w.Say(lang, "last changed")} {
			if strings.Contains(got, said) {
				t.Errorf("%s: it says %q", lang, said)
			}
		}
	}
}

func TestPages_EmptyIndex(t *testing.T) {
	p := published(t, &fakeRows{}, options())
	if got := string(p.document("index.html")); !strings.Contains(got, "No editions yet") {
		t.Error(got)
	}
	var doc bytes.Buffer
	if err := newRenderer(options()).page(&doc, nil, oped.EditionState{
		Edition: oped.Edition{Name: "x"},
	}, nil); err != nil || !strings.Contains(doc.String(), "Nothing here yet.") {
		t.Errorf("%v %s", err, doc.String())
	}
}
