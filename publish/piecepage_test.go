package publish

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"
	"pgregory.net/rapid"

	"oped"
	"oped/topic"
)

// tagger judges the pieces of the tests.
func tagger(t testing.TB) *topic.Tagger {
	t.Helper()
	list := func(name string, terms ...string) oped.List {
		l := oped.List{Name: name}
		for _, s := range terms {
			l.Terms = append(l.Terms, oped.Term{Source: s})
		}
		return l
	}
	lists := []oped.List{
		list("pakistan", "Pakistan", "Pakistani~", "Islamabad", "Rawalpindi/weak", "Pak/title", "پاکستان"),
		list("us", "US/caps", "Washington", "United States", "امریکہ"),
	}
	rule := func(expr string, weight float64) oped.Rule { return oped.Rule{Expr: expr, Weight: weight} }
	tagger, err := topic.Compile(lists, []oped.Topic{
		{
			Name:  "pakistan-us",
			Title: "Pakistan & the <United> States",
			Score: []oped.Rule{
				rule("DYAD($pakistan, $us, 12)", 2), rule("title:($pakistan AND $us)", 3),
				rule("$pakistan", .7), rule("river*", -1),
			},

			Require:   rule("$pakistan AND $us", 0),
			Threshold: 12,
			Review:    6,
		},
		{
			Name:      "indus",
			Title:     "The Indus & its waters",
			Score:     []oped.Rule{rule("river~ OR دریا", 2), rule("harbour OR channel", .5)},
			Exclude:   rule("dredgers", 0),
			Threshold: 8,
			Review:    1,
		},
		{
			Name:      "shipping",
			Title:     "Shipping",
			Score:     []oped.Rule{rule("ships OR berths", 1)},
			Require:   rule("strait", 0),
			Threshold: 3,
		},
		{Name: "cricket", Title: "Cricket", Score: []oped.Rule{rule("cricket", 1)}, Threshold: 3},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tagger
}

func docOf(p *oped.Piece) *topic.Doc {
	e := p.Lead()
	return &topic.Doc{
		Title:      e.Title,
		Text:       e.Text,
		Summary:    e.Summary,
		Categories: e.Categories,
		URL:        e.URL,
	}
}

// explaining returns options with explanations by the tests' tagger.
func explaining(t testing.TB) Options {
	o := options()
	judge := tagger(t)
	o.Explain = func(p *oped.Piece) []topic.Explanation {
		return judge.ExplainSome(docOf(p), func(string) bool { return true })
	}
	return o
}

// explained returns the example with the tags of the tests' tagger; a curator has decided on the third
// piece.
func explained(t testing.TB) *fakeRows {
	s, judge := example(), tagger(t)
	pieces := s.pieces["pak-us"]
	lead := pieces[0].Lead()
	lead.Title += ": the US and Pakistan"
	lead.Text += "\n\nPakistan and the United States have each a ledger; Washington keeps one, and " +
		"Islamabad reads it. Rawalpindi, they say in Washington, reads it first.\n\n— The writer is a " +
		"former harbour pilot who taught in Washington."
	pieces[1].Entries[0].Text = "پاکستان اور امریکہ کے تعلقات میں پانی کا ذکر کم آتا ہے۔ " + pieces[1].Entries[0].Text
	for i := range pieces {
		p := &pieces[i]
		p.Tags = judge.Tag(docOf(p))
		p.Editions = []string{"everything", "pak-us"}
	}
	pieces[1].Editions = []string{"adaria", "pak-us"}
	pieces[2].Tags = []oped.Tag{
		{Topic: "cricket", Outcome: oped.Tagged, By: "Amina <b>Q</b>"},
		{Topic: "indus", Outcome: oped.None, By: "Amina <b>Q</b>"},
	}
	return s
}

func TestPiecePage_Golden(t *testing.T) {
	p, stored := published(t, explained(t), explaining(t)), published(t, explained(t), options())
	golden(t, "piece.html", p.document("piece/1/index.html"))
	golden(t, "piece-urdu.html", p.document("piece/2/index.html"))
	golden(t, "piece-curator.html", p.document("piece/3/index.html"))
	golden(t, "piece-stored.html", stored.document("piece/1/index.html"))
	golden(t, "details.html", p.document("piece/1/why/index.html"))
	golden(t, "details-urdu.html", p.document("piece/2/why/index.html"))
	golden(t, "details-curator.html", p.document("piece/3/why/index.html"))
	golden(t, "details-stored.html", stored.document("piece/1/why/index.html"))
	for id := range 3 {
		link := ownLink("piece/%d/", id+1)
		if !strings.Contains(string(p.document("pak-us/index.html")), link) {
			t.Errorf("the edition has no %s", link)
		}
	}
}

// shown is the visible part of one topic on the page of a piece.
type shown struct {
	title    string
	parts    []shownPart
	total    string
	combined string // all text
}

type shownPart struct {
	marks         []string
	said, context string
	addend        float64
	field         string
	start, end    int
	factors       []string
}

var placed = regexp.MustCompile(`^(\w+) (\d+)–(\d+)$`)

// readPage reads the page of a piece as a browser would.
func readPage(t rapid.TB, page []byte) (topics []shown) {
	t.Helper()
	root, err := xhtml.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "script" || n.Data == "img" || n.Data == "iframe" {
			t.Fatalf("<%s> is on the page", n.Data)
		}
		if !hasClass(n, "topic") {
			continue
		}
		var s shown
		s.combined = textOf(n)
		for m := range n.Descendants() {
			switch {
			case s.title == "" && m.Data == "bdi":
				s.title = textOf(m)
			case hasClass(m, "total"):
				s.total = textOf(m.LastChild)
			case m.Type == xhtml.ElementNode && m.Data == "li" && hasClass(m.Parent, "parts"):
				s.parts = append(s.parts, readPart(t, m))
			}
		}
		topics = append(topics, s)
	}
	return topics
}

func readPart(t rapid.TB, li *xhtml.Node) (p shownPart) {
	for n := range li.Descendants() {
		switch {
		case n.Data == "mark":
			p.marks = append(p.marks, textOf(n))
		case hasClass(n, "said"):
			p.said = textOf(n)
			for c := range n.ChildNodes() {
				if c.Type == xhtml.TextNode {
					p.context += c.Data + " "
				}
			}
		case n.Data == "bdi":
			p.factors = append(p.factors, textOf(n))
		case n.Data == "data":
			p.addend, _ = strconv.ParseFloat(n.Attr[0].Val, 64)
		case hasClass(n, "at"):
			m := placed.FindStringSubmatch(textOf(n))
			if m == nil {
				t.Fatalf("the place of a span is %q", textOf(n))
			}
			p.field = m[1]
			p.start, _ = strconv.Atoi(m[2])
			p.end, _ = strconv.Atoi(m[3])
		}
	}
	return p
}

func hasClass(n *xhtml.Node, class string) bool {
	for _, a := range n.Attr {
		if a.Key == "class" && strings.Contains(" "+a.Val+" ", " "+class+" ") {
			return true
		}
	}
	return false
}

func textOf(n *xhtml.Node) string {
	if n.Type == xhtml.TextNode {
		return n.Data
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == xhtml.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// TestPiecePage_IsExact: on any page the parts add up to the score, each marked text equals the stored
// bytes, and each factor is shown.
func TestPiecePage_IsExact(t *testing.T) {
	o, judge := explaining(t), tagger(t)
	r := newRenderer(o)
	word := rapid.SampledFrom([]string{
		"Pakistan", "US", "Pak-US", "the", "Washington", "rivers", "river", "Rawalpindi",
		"امریکہ", "پاکِستان", "said.", "\n\n", "“", "”", "<b>", "&amp;", "</mark>",

		"</p><script>alert(1)</script>", "\u202eUS", "United States", "us", "harbour", "dredgers",
		"berths", "\u2066Islamabad", strings.Repeat("x", 300),
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := func(name string, n int) string { return strings.Join(rapid.SliceOfN(word, 0, n).Draw(rt, name), " ") }
		p := oped.Piece{ID: 7, Entries: []oped.Entry{{
			Title:      text("title", 12),
			Text:       text("text", 120),
			Summary:    text("summary", 20),
			Categories: []string{text("category", 3)},
			Lang:       rapid.SampledFrom([]string{"", "en", "ur"}).Draw(rt, "lang"),
		}}}
		p.Tags = judge.Tag(docOf(&p))
		feeds := feedStates{
			"": {
				Feed: oped.Feed{
					Full:    rapid.Bool().Draw(rt, "full"),
					Excerpt: rapid.IntRange(0, 40).Draw(rt, "excerpt"),
				},
			},
		}
		var page bytes.Buffer
		if err := r.details(&page, feeds, nil, &p, pieceFacts{}); err != nil {
			rt.Fatal(err)
		}
		pageIsExact(rt, o, &p, page.Bytes())
		allowed := r.items.excerptWords(&oped.EditionState{}, feeds[""])
		if n := contextWords(readPage(rt, page.Bytes())); n > allowed && !feeds[""].Full {
			rt.Fatalf("%d words of context, %d are allowed", n, allowed)
		}
	})
}

func pageIsExact(t rapid.TB, o Options, p *oped.Piece, page []byte) {
	t.Helper()
	pages := readPage(t, page)
	for _, e := range o.Explain(p) {
		if !slices.ContainsFunc(p.Tags, func(t oped.Tag) bool { return t.Topic == e.Topic }) {
			continue // the page says nothing of it
		}
		var s shown
		for _, one := range pages {
			if one.title == e.Title {
				s = one
			}
		}
		if s.title == "" || len(s.parts) != len(e.Parts) {
			t.Fatalf(
				"%s has %d parts on the page, %d in the explanation\n%s", e.Topic, len(s.parts), len(e.Parts),
				page,
			)
		}
		sum := 0.0
		fields := map[string]string{
			"title":    p.Lead().Title,
			"text":     p.Lead().Text,
			"summary":  p.Lead().Summary,
			"category": strings.Join(p.Lead().Categories, "\n"),
			"url":      p.Lead().URL,
		}
		for i, got := range s.parts {
			want := e.Parts[i]
			sum += got.addend
			stored := fields[got.field][got.start:got.end]
			if got.start != want.Start || got.end != want.End || got.field != want.Field ||
				got.addend != want.Weight || len(got.factors) != 4 {
				t.Fatalf("%s: the page has %+v, the explanation %+v", e.Topic, got, want)
			}
			switch {
			case len(got.marks) == 1 && got.marks[0] == stored:
			case len(got.marks) == 2 && strings.HasPrefix(stored, got.marks[0]) &&
				strings.HasSuffix(stored, got.marks[1]) && costOf(strings.Fields(stored)) > maxMarked:
			default:
				t.Fatalf("%s: %q is marked, %q is stored", e.Topic, got.marks, stored)
			}
		}
		if len(e.Parts) > 0 && (sum != e.Score || s.total != decimal(e.Score)) {
			t.Fatalf("%s: the parts add up to %v, the score is %v, the page says %s", e.Topic, sum, e.Score, s.total)
		}
	}
}

// contextWords counts the words shown around the words that counted.
func contextWords(topics []shown) (n int) {
	for _, s := range topics {
		for _, p := range s.parts {
			for _, w := range strings.Fields(p.context) {
				if !republished(p.field) && w != "…" {
					n++
				}
			}
		}
	}
	return n
}

// TestPiecePage_Allowance: the page shows at most the allowance of the most generous edition, once for
// all topics. If whole texts are permitted, every sentence is whole.
func TestPiecePage_Allowance(t *testing.T) {
	o := explaining(t)
	r := newRenderer(o)
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(
			&text,
			"In this sentence number %d somebody says that Pakistan and the US will talk about rivers "+
				"and ships before the harbour closes. ",
			i,
		)
	}
	p := oped.Piece{
		ID:       7,
		Editions: []string{"a", "b"},
		Entries:  []oped.Entry{{Title: "Talks", Text: text.String(), Lang: "en"}},
	}
	p.Tags = tagger(t).Tag(docOf(&p))
	for _, c := range []struct {
		name                 string
		feed, a, b           int
		fullFeed, fullB, out bool
		max                  int // -1: whole sentences
	}{
		{name: "default", max: 60}, {name: "feed", feed: 25, max: 25},
		{name: "generous edition", a: 10, b: 40, max: 40},
		{name: "edition asks for more than the feed allows", feed: 20, b: 400, max: 20},
		{name: "one word", feed: 1, max: 1}, {name: "full feed", fullFeed: true, max: -1},
		{name: "full edition", fullB: true, max: -1},
		{name: "in no edition", feed: 12, fullB: true, out: true, max: 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := p
			if c.out {
				p.Editions = nil
			}
			editions := []oped.EditionState{
				{Edition: oped.Edition{Name: "a", Excerpt: c.a}},
				{Edition: oped.Edition{Name: "b", Excerpt: c.b, Full: c.fullB}},
				{Edition: oped.Edition{Name: "c", Excerpt: 500, Full: true}},
			}
			var page bytes.Buffer
			if err := r.details(&page, feedStates{
				"": {Feed: oped.Feed{Excerpt: c.feed, Full: c.fullFeed}},
			}, editions, &p, pieceFacts{}); err != nil {
				t.Fatal(err)
			}
			topics := readPage(t, page.Bytes())
			n := contextWords(topics)
			if c.max >= 0 && (n > c.max || n < c.max*2/3) || c.max < 0 && n < 200 {
				t.Errorf("%d words of context, %d are allowed", n, c.max)
			}
			if whole := strings.Contains(
				topics[0].parts[0].said,
				"In this sentence number 0 somebody says that Pakistan and the US will talk about rivers "+
					"and ships before the harbour closes",
			); whole != (c.max < 0) {
				t.Errorf("whole sentence %v: %q", whole, topics[0].parts[0].said)
			}
			pageIsExact(t, o, &p, page.Bytes())
		})
	}
}

func TestAllowance(t *testing.T) {
	for _, c := range []struct {
		before, after string
		left, spans   int
		want          string
		rest          int
	}{
		{"a b c ", " d e f", 60, 1, "a b c |X| d e f", 54}, {"a b c ", " d e f", 4, 1, "… b c |X| d e …", 0},
		{"a b c ", " d", 4, 1, "a b c |X| d", 0}, {"a ", " b c d e", 4, 1, "a |X| b c d …", 0},
		{"a b ", " c d", 0, 1, "… |X| …", 0}, {"", "", 9, 1, "|X|", 9}, {"", ".", 0, 1, "|X| …", 0},
		{"pre-", "-post", 9, 1, "pre-|X|-post", 7},
		{"a b c d e f g h ", " i j k l m n o p", 60, 10, "… f g h |X| i j k …", 54},
		{"\u202ea\x00 ", "\n\nb", 9, 1, "a |X| b", 7}, {strings.Repeat("x", 100) + " a ", "", 3, 1, "… a |X|", 2},
	} {
		a := allowance{left: c.left, spans: c.spans, had: map[stretch]bool{}}
		before, after := a.sentence(topic.Part{Span: oped.Span{Field: "text"}, Before: c.before, After: c.after})
		if got := before + "|X|" + after; got != c.want || a.left != c.rest {
			t.Errorf(
				"%q, %q with %d: %q and %d left, want %q and %d", c.before, c.after, c.left, got, a.left,
				c.want, c.rest,
			)
		}
		if a.sentence(topic.Part{
			Span:   oped.Span{Field: "text"},
			Before: "again ",
			After:  " and again",
		}); a.left != c.rest {
			t.Errorf("a span that was shown before takes words again: %d left of %d", a.left, c.rest)
		}
	}
}

// TestPiecePage_Hostile: with any content of a piece, the page is whole, ours, and of limited length.
func TestPiecePage_Hostile(t *testing.T) {
	o := explaining(t)
	r := newRenderer(o)
	size := 64 << 10
	if raced || testing.Short() {
		size = 4 << 10
	}
	long := strings.Repeat("w", size)
	entry := oped.Entry{
		Title: `<script>alert(1)</script> "Pakistan" & US ` + "\u202e\u2067" + long,
		Text: "Pakistan " + long + " US. " + strings.Repeat(
			"Pakistan"+strings.Repeat("\u200b", 9)+" and <i>US</i> "+long+". ", 20,
		),
		URL:        "javascript:alert(1)",
		Authors:    []oped.Person{{Name: `"><img src=x>` + "\u202e"}},
		Categories: []string{"</mark><b>US"},
		Lang:       `en" onload="x`,
		Publisher:  "<b>P</b>\u202d",
	}
	p := oped.Piece{
		ID:       9,
		Kind:     `"><script>`,
		Editions: []string{"x"},
		Entries:  []oped.Entry{entry},
	}
	for range 500 {
		p.Entries = append(p.Entries, entry)
	}
	p.Tags = []oped.Tag{{
		Topic:       `"><script>alert(1)</script>`,
		Outcome:     oped.Tagged,
		By:          "<script>",
		RuleVersion: "<x>",
		Why:         []oped.Span{{Zone: "<z>", Field: "<f>", Text: "</mark><script>", Rule: "<r>"}},
	}}
	var page bytes.Buffer
	if err := r.details(&page, nil, []oped.EditionState{{
		Edition: oped.Edition{Name: "x", Title: "</a><script>\u202e"},
	}}, &p, pieceFacts{}); err != nil {
		t.Fatal(err)
	}
	if page.Len() > 512<<10 {
		t.Errorf("the page has %d bytes", page.Len())
	}
	t.Logf("%d bytes", page.Len())
	got := page.String()
	for _, no := range []string{"<script", "<img", "javascript:", "\u2067", "<z>", "ZgotmplZ"} {
		if strings.Contains(got, no) {
			t.Errorf("%q is on the page", no)
		}
	}
	if !strings.Contains(got, "and 301 more") {
		t.Error("nothing is said of the appearances that are not listed")
	}
	if n := strings.Count(got, "\u202e"); n > 0 {
		t.Errorf("%d direction overrides", n)
	}
}

func TestPiecePage_Urdu(t *testing.T) {
	s := explained(t)
	s.pieces["pak-us"][1].Tags = append(s.pieces["pak-us"][1].Tags, oped.Tag{
		Topic:   "pakistan-us",
		Outcome: oped.Tagged,
		By:      "Amina",
	})
	p := published(t, s, explaining(t))
	for name, wants := range map[string][]string{
		"piece/2/index.html": {
			`<html lang="ur" dir="rtl">`, "<a " + ownLink("adaria/") + ">",
			"اداریہ", "اردو", "ان الفاظ کی وجہ سے: <bdi><q dir=\"auto\">دریا</q> (سرخی)</bdi>",
			"مدیر Amina نے اسے یہاں شامل کیا۔",
		},
		"piece/2/why/index.html": {
			`<html lang="ur" dir="rtl">`, "موضوع پر ہے",
			`<p class="said" lang="ur" dir="rtl"><mark dir="auto">پاکستان اور امریکہ</mark> کے`,
		},
	} {
		for _, want := range wants {
			if !strings.Contains(string(p.document(name)), want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
	}
}

// TestPiecePage_ShowsStoredOutcomes: a curator's decision is shown as one, and the stored outcome is shown after
// the rule has changed.
func TestPiecePage_ShowsStoredOutcomes(t *testing.T) {
	s, o := explained(t), explaining(t)
	p := published(t, s, o)
	curated := string(p.document("piece/3/why/index.html"))
	for _, want := range []string{
		"decided by the curator Amina Q, overriding the rule", "The rule alone:",
		`<article class="topic tag">`, "<bdi>Cricket</bdi>",
	} {
		if !strings.Contains(curated, want) {
			t.Errorf("the curated page has no %s", want)
		}
	}
	if indus := topicOn(t, p, 3, "The Indus & its waters"); !strings.Contains(indus.combined, "not on the topic") {
		t.Errorf("a curator has taken it off, but: %s", indus.combined)
	}
	tag := &s.pieces["pak-us"][0].Tags[0]
	tag.RuleVersion, tag.Score, tag.Why = "older", 14.5, tag.Why[:1]
	stale := topicOn(t, published(t, s, o), 1, "Pakistan & the <United> States")
	if !strings.Contains(stale.combined, "version older") ||
		!strings.Contains(stale.combined, "The rule has changed since") || len(stale.parts) != 1 ||
		stale.total != "14.5" {
		t.Errorf("a tag of an older rule: %+v", stale)
	}
	s.pieces["pak-us"][0].Tags = nil
	if none := string(
		published(t, s, o).document("piece/1/index.html"),
	); !strings.Contains(none, "on no topic") || strings.Contains(none, `<article class="topic`) {
		t.Errorf("a piece without a tag: %s", none)
	}
}

func topicOn(t *testing.T, p *Publisher, id oped.PieceID, title string) shown {
	t.Helper()
	for _, s := range readPage(t, p.document(detailsFile(id))) {
		if s.title == title {
			return s
		}
	}
	t.Fatalf("piece %d has no topic %s", id, title)
	return shown{}
}
