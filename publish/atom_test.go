package publish

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"oped"
)

func TestO1_Schema(t *testing.T) {
	rnc := schema(t)
	jing(t, rnc, "testdata/pak-us.atom", "testdata/adaria.atom", "testdata/empty.atom")
}

func TestO1_RulesThatTheSchemaMisses(t *testing.T) {
	p := published(t, example(), options())
	for _, name := range []string{"pak-us.atom", "adaria.atom", "empty.atom"} {
		f := rules(t, p.document(name))
		if len(f.Author) != 1 {
			t.Errorf("%s: author %q", name, f.Author)
		}
	}
}

// one renders a single piece and reads it back.
func one(t *testing.T, change func(p *oped.Piece, f *oped.FeedState, e *oped.EditionState)) (parsedEntry, parsed) {
	t.Helper()
	s := example()
	p, e, feed := s.pieces["pak-us"][0], s.editions[0], s.feeds[0]
	p.Entries = append([]oped.Entry{}, p.Entries...)
	change(&p, &feed, &e)
	var doc bytes.Buffer
	if _, err := newRenderer(options()).atom(&doc, feedStates{
		p.Lead().FeedURL: feed,
		s.feeds[2].URL:   s.feeds[2],
	}, e, each([]oped.Piece{p}), 0); err != nil {
		t.Fatal(err)
	}
	f := rules(t, doc.Bytes())
	return f.Entries[0], f
}

func TestO2_O3_IdsToTheLetter(t *testing.T) {
	e, f := one(t, func(p *oped.Piece, _ *oped.FeedState, e *oped.EditionState) {
		p.AtomID, e.AtomID = "HTTP://Old.example:80/a b?X=%c3%A9#é", "urn:uuid:3fdf4a0c-0000-4000-8000-000000000000"
	})
	if e.ID[0] != "HTTP://Old.example:80/a b?X=%c3%A9#é" || f.ID[0] != "urn:uuid:3fdf4a0c-0000-4000-8000-000000000000" {
		t.Errorf("ids %q, %q", e.ID, f.ID)
	}
}

func TestO4_S12_Source(t *testing.T) {
	e, _ := one(t, func(*oped.Piece, *oped.FeedState, *oped.EditionState) {})
	src := e.Source[0]
	if src.ID[0] != "tag:harbour.example,2020:opinion" || src.Title[0] != "Harbour Courier » Opinion" ||
		src.Rights != "© The Harbour Courier & others" ||
		len(src.Links) != 2 ||
		src.Links[0] != (parsedLink{Rel: "self", Href: "https://harbour.example/opinion.xml"}) ||
		src.Links[1].Href != "https://harbour.example/" {
		t.Errorf("source %+v", src)
	}
	for id, want := range map[string]string{"": "https://harbour.example/opinion.xml",
		"no iri":                 "https://harbour.example/opinion.xml",
		"https://a:b@x.example/": "https://harbour.example/opinion.xml"} {
		e, _ := one(t, func(_ *oped.Piece, f *oped.FeedState, _ *oped.EditionState) { f.DocID = id })
		if e.Source[0].ID[0] != want {
			t.Errorf("DocID %q gives %q", id, e.Source[0].ID)
		}
	}
}

// TestO5_O21_SameRowsSameBytes: other entries of the feeds do not change the document.
func TestO5_O21_SameRowsSameBytes(t *testing.T) {
	a := published(t, example(), options())
	s := example()
	for i := range s.feeds {
		s.feeds[i].LastNew, s.feeds[i].LastFetch, s.feeds[i].Entries = at(20, 1), at(20, 1), 99
	}
	b := published(t, s, options())
	for name, rep := range a.site.Load().files {
		other := b.site.Load().files[name]
		if !bytes.Equal(rep.Plain(), other.Plain()) || rep.Page.Version != other.Page.Version {
			t.Errorf("%s differs", name)
		}
	}
}

// TestAuthors_NoMailAddress: names are read from the usual forms in feeds; addresses are dropped.
func TestAuthors_NoMailAddress(t *testing.T) {
	for given, want := range map[string]string{
		"Amina Qureshi": "Amina Qureshi", "amina@harbour.example": "The Harbour Courier",
		"amina@harbour.example (Amina Qureshi)": "Amina Qureshi",
		"Amina Qureshi <amina@harbour.example>": "Amina Qureshi",
		"Amina (amina@harbour.example) Qureshi": "Amina Qureshi", "@amina": "@amina", "Q @ A": "Q @ A",
	} {
		e, _ := one(t, func(p *oped.Piece, _ *oped.FeedState, _ *oped.EditionState) {
			p.Entries[0].Authors = []oped.Person{{Name: given}}
		})
		if e.Author[0] != want {
			t.Errorf("%q gives %q, want %q", given, e.Author[0], want)
		}
	}
}

func TestO5_O6_Times(t *testing.T) {
	e, f := one(t, func(p *oped.Piece, _ *oped.FeedState, _ *oped.EditionState) {
		p.Updated = at(11, 4).Add(120 * time.Millisecond).In(time.FixedZone("PKT", 5*3600))
		p.Entries[0].Published, p.Entries[0].Updated = at(30, 1), time.Time{} // in the future of its first sight
	})
	if e.Updated[0] != "2026-03-11T04:30:00.12Z" || e.Published[0] != "2026-03-09T08:30:00Z" ||
		f.Updated[0] != "2026-03-09T09:30:00Z" {
		t.Errorf("updated %s, published %s, feed %s", e.Updated, e.Published, f.Updated)
	}
	if got := parseAtom(
		t, published(t, example(), options()).document("empty.atom"),
	).Updated[0]; got != "2026-03-01T00:30:00Z" {
		t.Errorf("empty edition updated %s, want when it was created", got)
	}
}

func TestO7_S4_S10_Links(t *testing.T) {
	_, f := one(t, func(*oped.Piece, *oped.FeedState, *oped.EditionState) {})
	if len(f.Links) != 2 || f.Links[0] != (parsedLink{Rel: "self", Type: "application/atom+xml",
		Href: "https://editions.example/pak-us.atom"}) ||
		f.Links[1] != (parsedLink{Rel: "alternate", Type: "text/html", Href: "https://editions.example/pak-us/"}) {
		t.Errorf("feed links %+v", f.Links)
	}
	for raw, want := range map[string]string{
		"https://a.example/x?b=1&c=2": "https://a.example/x?b=1&c=2",
		"https://u:p@a.example/x":     "https://a.example/x", "http://a.example": "http://a.example/",
		"https://a.example/دریا": "https://a.example/%D8%AF%D8%B1%DB%8C%D8%A7",
		"https://a.example/a b":  "https://a.example/a%20b",
		"javascript:alert(1)":    "", "JaVaScRiPt:alert(1)": "", "java\tscript:alert(1)": "",
		"data:text/html,x": "", "vbscript:x": "", "//evil.example/": "",
		"/rel": "", "": "", "https://": "", "ftp://a.example/": "",
		"https://a.example/" + strings.Repeat("x", 3000): "",
	} {
		e, _ := one(t, func(p *oped.Piece, _ *oped.FeedState, _ *oped.EditionState) {
			p.Entries = p.Entries[:1]
			p.Entries[0].URL = raw
		})
		got := ""
		for _, l := range e.Links {
			got = l.Href
		}
		if got != want {
			t.Errorf("%.40q gives link %q, want %q", raw, got, want)
		}
	}
	e, _ := one(t, func(p *oped.Piece, _ *oped.FeedState, _ *oped.EditionState) {
		p.Entries = append(p.Entries, p.Entries[1], p.Entries[0])
	})
	if len(e.Links) != 2 || e.Links[1] != (parsedLink{Rel: "related", Href: "https://hill.example/reprint",
		Title: "Hill Institute"}) {
		t.Errorf("entry links %+v", e.Links)
	}
}

func TestO8_Title(t *testing.T) {
	for given, want := range map[string]string{
		"AT&T & peace < war": "AT&T & peace < war", "Use of <b> in HTML": "Use of <b> in HTML",
		"  two\n lines\x00 ": "two lines", "": "The harbour master says the dredgers will come in May.",
		"\x01": "The harbour master says the dredgers will come in May.", "a\ufffd \xffb": "a b",
	} {
		e, _ := one(t, func(p *oped.Piece, _ *oped.FeedState, _ *oped.EditionState) { p.Entries[0].Title = given })
		if got := e.Title[0].Text; got != want && !strings.HasPrefix(got, want) {
			t.Errorf("title %q gives %q", given, got)
		}
	}
	e, _ := one(t, func(p *oped.Piece, _ *oped.FeedState, _ *oped.EditionState) {
		p.Entries[0].Title, p.Entries[0].Text, p.Entries[0].Content = "", "", ""
	})
	if e.Title[0].Text != "(untitled)" {
		t.Errorf("no text at all gives the title %q", e.Title[0].Text)
	}
}

func TestO9_O12_OnlyAnExcerptUnlessPermitted(t *testing.T) {
	type set = func(*oped.Piece, *oped.FeedState, *oped.EditionState)
	words := func(e parsedEntry) int {
		if len(e.Summary) != 1 || e.Summary[0].Type != "html" {
			t.Fatalf("summary %+v, content %+v", e.Summary, e.Content)
		}
		body, _, _ := strings.Cut(e.Summary[0].Text, "</div>")
		return len(strings.Fields(strings.TrimPrefix(strings.ReplaceAll(body, "</p><p>", " "), "<div><p>")))
	}
	for _, c := range []struct {
		name string
		max  int
		set  set
	}{
		{"default", 61, func(*oped.Piece, *oped.FeedState, *oped.EditionState) {}},
		{"edition", 21, func(_ *oped.Piece, _ *oped.FeedState, e *oped.EditionState) { e.Excerpt = 20 }},
		{"feed", 16, func(_ *oped.Piece, f *oped.FeedState, _ *oped.EditionState) { f.Excerpt = 15 }},
		{"a feed's permission caps an edition", 16, func(_ *oped.Piece, f *oped.FeedState, e *oped.EditionState) {
			f.Excerpt, e.Excerpt = 15, 90
		}},
	} {
		e, _ := one(t, c.set)
		if n := words(e); n > c.max || n < c.max/2 {
			t.Errorf("%s: %d words, want at most %d", c.name, n, c.max)
		}
	}
	for _, full := range []set{
		func(p *oped.Piece, f *oped.FeedState, _ *oped.EditionState) { f.Full = true },
		func(p *oped.Piece, _ *oped.FeedState, e *oped.EditionState) { e.Full = true },
	} {
		e, _ := one(t, func(p *oped.Piece, f *oped.FeedState, s *oped.EditionState) {
			p.Entries[0].Content = `<p>Whole & <b>sound<script>alert(1)</script>`
			full(p, f, s)
		})
		if len(e.Content) != 1 || e.Content[0].Type != "html" ||
			!strings.HasPrefix(
				e.Content[0].Text,
				"<div><p>Whole &amp; <b>sound</b></p></div>\n<p>Amina Qureshi, J. Ó Briain · ",
			) {
			t.Errorf("content %+v", e.Content)
		}
	}
	e, _ := one(t, func(*oped.Piece, *oped.FeedState, *oped.EditionState) {})
	if e.Rights != "© 2026 A. Qureshi" || len(e.Author) != 2 || e.Author[0] != "Amina Qureshi" {
		t.Errorf("rights %q, authors %q", e.Rights, e.Author)
	}
	if !strings.HasSuffix(e.Summary[0].Text, `>The Harbour Courier</a> · 9 March 2026 · also in: <a href="https://hill.example/reprint">Hill Institute</a> (10 Mar)`+
		` · <a href="https://editions.example/piece/1/">why here?</a></p>`) {
		t.Errorf("attribution: %s", e.Summary[0].Text)
	}
}

func TestO10_O11_O13_CategoriesLanguagesGenerator(t *testing.T) {
	e, f := one(t, func(*oped.Piece, *oped.FeedState, *oped.EditionState) {})
	var got []string
	for _, c := range e.Categories {
		got = append(got, c.Term+"|"+c.Scheme+"|"+c.Label)
	}
	want := []string{"pakistan-us|https://editions.example/#topic|Pakistan and the United States",
		"indus|https://editions.example/#topic|The Indus & its waters",
		"opinion|https://editions.example/#kind|opinion", "Ports||Ports"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("categories:\n%s", strings.Join(got, "\n"))
	}
	if f.Lang != "en" || e.Lang != "en" || f.Generator[0] != (parsedText{Version: "1.2.3", Text: "oped"}) {
		t.Errorf("lang %q, %q, generator %+v", f.Lang, e.Lang, f.Generator)
	}
	doc := string(published(t, example(), options()).document("adaria.atom"))
	for _, want := range []string{`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ur">`, `<entry xml:lang="ur">`,
		`lang=&#34;ur&#34; dir=&#34;rtl&#34;`, "دریا کے دو نوٹ"} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestO15_S6_Bounded(t *testing.T) {
	r, s := newRenderer(options()), example()
	e := s.editions[0]
	e.Full = true
	huge := s.pieces["pak-us"][0]
	huge.Entries = append([]oped.Entry{}, huge.Entries...)
	huge.Entries[0].Content = "<p>" + strings.Repeat("a long paragraph & more, ", 2_000) + "</p>"
	var pieces []oped.Piece
	for i := range 400 {
		p := huge
		p.AtomID = fmt.Sprint("tag:x,2020:", i)
		pieces = append(pieces, p)
	}
	var doc bytes.Buffer
	n, err := r.atom(&doc, feedStates{}, e, each(pieces), maxBytes)
	if err != nil || n < 20 || n == len(pieces) || doc.Len() > maxBytes {
		t.Errorf("%d entries, %d bytes, %v", n, doc.Len(), err)
	}
	rules(t, doc.Bytes())

	s.read = map[string]int{}
	s.editions[0].Limit = 2
	p := published(t, s, options())
	if got := len(parseAtom(t, p.document("pak-us.atom")).Entries); got != 2 || len(s.archives["pak-us"]) != 1 ||
		s.read["pak-us"] != 1 {
		t.Errorf(
			"%d entries with a limit of 2, %d archives, read %d times", got, len(s.archives["pak-us"]),
			s.read["pak-us"],
		)
	}
}

func TestRenderAtom_ErrorOfThePieces(t *testing.T) {
	broken := errors.New("the disk is on fire")
	var pieces iter.Seq2[oped.Piece, error] = func(yield func(oped.Piece, error) bool) { yield(oped.Piece{}, broken) }
	if _, err := newRenderer(options()).atom(
		&bytes.Buffer{}, nil, example().editions[0], pieces, 0,
	); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
