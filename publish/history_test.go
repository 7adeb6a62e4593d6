package publish

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	xhtml "golang.org/x/net/html"
	"pgregory.net/rapid"

	"oped"
)

// withHistory returns the example with copies, relations and earlier versions of its first two pieces.
func withHistory(t testing.TB) *fakeRows {
	s := explained(t)
	english, urdu := &s.pieces["pak-us"][0], &s.pieces["pak-us"][1]
	lead := english.Lead()
	lead.Row = 1
	english.Entries = append(english.Entries[:1],
		oped.Entry{
			Row:       2,
			FeedURL:   s.feeds[2].URL,
			Publisher: "Hill Institute",
			URL:       "https://hill.example/reprint",
			Title:     "The quiet channel",
			Lang:      "en",
			Published: at(10, 6),
			FirstSeen: at(10, 8),
			Joined:    "97 % of the words of the shorter text stand in the longer one; same author",
		},
		oped.Entry{
			Row:       3,
			FeedURL:   "https://estuary.example/rss",
			Publisher: "The Estuary",
			URL:       "https://estuary.example/2026/03/a-quiet-channel",
			Title:     lead.Title,
			Lang:      "en",
			Published: at(8, 22),
			FirstSeen: at(9, 1),
			Joined:    "same text",
		},
		oped.Entry{
			Row:       4,
			FeedURL:   "https://sahil.example/english",
			Publisher: "روزنامہ ساحل",
			Title:     "A <quiet> channel?",
			Lang:      "en",
			Published: at(12, 6),
			FirstSeen: at(12, 8),
			Joined:    "same text, <other> headline",
		},
	)
	before := strings.Replace(lead.Text, "in May", "in April", 1)
	before = strings.Replace(before, "There is a second question, which is who pays. ", "", 1)
	first := strings.Replace(
		before, "and nobody has told the fishermen what becomes of their moorings",
		"and the fishermen say so too", 1,
	)
	version := func(at time.Time, news oped.NewsPart, title, text string, authors []oped.Person) oped.Revision {
		return oped.Revision{
			At:    at,
			News:  news,
			Text:  text,
			Entry: oped.Entry{Title: title, Authors: authors},
		}
	}
	copied := &english.Entries[2]
	copied.Text = lead.Text
	s.revisions = map[int64][]oped.Revision{
		1: {
			version(at(9, 9), "title", "AT&T, peace < war & the quiet channel", first, lead.Authors[:1]),
			version(at(9, 14), "correction", lead.Title, before, lead.Authors),
		},
		3: {version(at(9, 11), "", copied.Title, copied.Text, nil)},
		5: {version(
			at(8, 11), "text", urdu.Lead().Title,
			strings.Replace(urdu.Lead().Text, "ایک نیا منصوبہ", "پرانا منصوبہ", 1),
			urdu.Lead().Authors,
		)},
	}
	urdu.Entries[0].Row = 5
	urdu.Entries = append(urdu.Entries, oped.Entry{
		Row:       6,
		FeedURL:   s.feeds[0].URL,
		Publisher: "The Harbour Courier",
		URL:       "https://harbour.example/urdu/7",
		Title:     "دریا کے دو نوٹ",
		Lang:      "ur",
		Published: at(11, 5),
		FirstSeen: at(11, 8),
		Joined:    "same text",
	})
	relation := func(piece, other oped.PieceID, kind oped.RelationKind, why string) oped.Relation {
		return oped.Relation{
			Piece: piece,
			Other: other,
			Kind:  kind,
			Why:   why,
			At:    at(9, 8),
		}
	}
	s.relations = []oped.Relation{
		relation(1, 3, oped.CorrectionOf, "a correction that quotes it; 12 words"),
		relation(2, 1, oped.Like, "one publisher, other headline"),
		relation(3, 2, oped.RerunOf, "published 200 days apart"), relation(1, 77, oped.SeriesWith, "gone"),
	}
	return s
}

func TestPieceHistory_Golden(t *testing.T) {
	p := published(t, withHistory(t), explaining(t))
	golden(t, "piece-history.html", p.document("piece/1/index.html"))
	golden(t, "piece-history-urdu.html", p.document("piece/2/index.html"))
	golden(t, "details-history.html", p.document("piece/1/why/index.html"))
}

// sectionOf returns the visible text of one section of a page.
func sectionOf(t rapid.TB, page []byte, heading string) (lines []string, section *xhtml.Node) {
	t.Helper()
	root, err := xhtml.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data != "section" || textOf(n.FirstChild.NextSibling) != heading {
			continue
		}
		for m := range n.Descendants() {
			if m.Data == "li" {
				lines = append(lines, strings.Join(strings.Fields(textOf(m)), " "))
			}
		}
		return lines, n
	}
	return nil, nil
}

func TestPieceHistory_Appearances(t *testing.T) {
	page := published(t, withHistory(t), explaining(t)).document("piece/1/why/index.html")
	got, section := sectionOf(t, page, "Where it appeared")
	want := []string{
		"The Estuary · 8 March 2026 same text",
		"The Harbour Courier · 9 March 2026 republished from here",
		"Hill Institute · 10 March 2026 The quiet channel 97 % of the words of the shorter text stand " +
			"in the longer one; same author",
		"روزنامہ ساحل · 12 March 2026 A <quiet> channel? same text, <other> headline",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	var hrefs []string
	for n := range section.Descendants() {
		if n.Data == "a" {
			hrefs = append(hrefs, n.Attr[0].Val)
		}
	}
	if strings.Join(hrefs, " ") != "https://estuary.example/2026/03/a-quiet-channel "+
		"https://harbour.example/a-quiet-channel?id=1&p=2 https://hill.example/reprint" {
		t.Errorf("%v", hrefs)
	}
}

// TestPieceHistory_LeadIsListed: however many copies came before it, the entry that is republished is
// among those that are listed.
func TestPieceHistory_LeadIsListed(t *testing.T) {
	p := oped.Piece{ID: 1, Entries: []oped.Entry{{Row: 1, Publisher: "Lead", URL: "https://lead.example/", Title: "A",
		Published: at(9, 9)}}}
	for i := range 2 * maxAppearances {
		p.Entries = append(p.Entries, oped.Entry{
			Row:       int64(i + 2),
			Publisher: "Copy",
			Title:     "A",
			Published: at(8, 9),
		})
	}
	var page bytes.Buffer
	if err := newRenderer(options()).details(&page, nil, nil, &p, pieceFacts{}); err != nil {
		t.Fatal(err)
	}
	lines, _ := sectionOf(t, page.Bytes(), "Where it appeared")
	if len(lines) != maxAppearances || !strings.HasPrefix(lines[maxAppearances-1], "Lead") ||
		!strings.Contains(page.String(), "and 201 more") {
		t.Errorf("%d lines, the last is %s", len(lines), lines[len(lines)-1])
	}
}

func TestPieceHistory_Relations(t *testing.T) {
	p := published(t, withHistory(t), explaining(t))
	title := "AT&T, peace < war & the “quiet” channel: the US and Pakistan"
	urdu := "دریا کے دو نوٹ اور ایک پرانا وعدہ جو ابھی تک پورا نہیں ہوا"
	for id, want := range map[oped.PieceID][]string{
		1: {
			"A correction of: Two rivers, one treaty Hill Institute · 7 March 2026 a correction that " +
				"quotes it; 12 words",
			"Nearly the same text: " + urdu + " روزنامہ ساحل · 8 March 2026 one publisher, other headline",
		},
		3: {
			"Corrected by: " + title + " The Harbour Courier · 9 March 2026 a correction that quotes it; 12 words",
			"First published as: " + urdu + " روزنامہ ساحل · 8 March 2026 published 200 days apart",
		},
		2: {"", ""},
	} {
		page := p.document(detailsFile(id))
		heading := "Related pieces"
		if id == 2 {
			heading = "متعلقہ مضامین"
			want[0] = "تقریباً یہی متن: " + title + " The Harbour Courier · 9 مارچ 2026 one publisher, other headline"
			want[1] = "دوبارہ شائع ہوا: Two rivers, one treaty Hill Institute · 7 مارچ 2026 published 200 days apart"
		}
		if got, _ := sectionOf(t, page, heading); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%d: %s", id, strings.Join(got, "\n"))
		}
		if !bytes.Contains(page, []byte(ownLink("piece/%d/", id%3+1))) && id != 1 {
			t.Errorf("the page of %d does not lead to its kin", id)
		}
	}
}

func TestPieceHistory_Versions(t *testing.T) {
	s := withHistory(t)
	s.editions[0].Excerpt = 200
	got, _ := sectionOf(t, published(t, s, explaining(t)).document("piece/1/why/index.html"), "Versions")
	want := []string{
		"9 March 2026 · The Harbour Courier · corrected Words removed: 1, added: 10 … the dredgers " +
			"will come in April. May. Nobody on the quay believes … and Islamabad speak of it. There " +
			"is a second question, which is who pays. The loan is in dollars, …",
		"9 March 2026 · The Estuary · small changes The words shown here did not change.",
		"9 March 2026 · The Harbour Courier · another headline Headline: AT&T, peace < war & the quiet " +
			"channel “quiet” channel: the US and Pakistan By: Amina Qureshi Qureshi, J. Ó Briain " +
			"Words removed: 3, added: 8 … the quay believes him, and nobody has told the fishermen say " +
			"so too. what becomes of their moorings. Every spring since the new …",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// TestPieceHistory_Allowance: of changed texts and around the words that counted, the page shows no
// more than the edition allows, and no more than the feed allows.
func TestPieceHistory_Allowance(t *testing.T) {
	word := rapid.SampledFrom([]string{
		"Pakistan", "US", "rivers", "the", "a", "harbour", "\n\n", strings.Repeat("x", 300),
		"دریا", "</ins><script>", "\u202e",
	})
	r := newRenderer(explaining(t))
	judge := tagger(t)
	rapid.Check(t, func(rt *rapid.T) {
		text := func() string { return strings.Join(rapid.SliceOfN(word, 0, 80).Draw(rt, "text"), " ") }
		p := oped.Piece{ID: 7, Editions: []string{"a"}, Entries: []oped.Entry{{
			Row:     1,
			FeedURL: "a",
			Title:   "T",
			Lang:    "en",
			Text:    text(),
		}, {Row: 2, FeedURL: "b", Title: "T", Text: text()}}}
		p.Tags = judge.Tag(docOf(&p))
		about := pieceFacts{Revisions: map[int64][]oped.Revision{}}
		for row := range int64(2) {
			for i := range rapid.IntRange(0, 20).Draw(rt, "versions") {
				about.Revisions[row+1] = append(about.Revisions[row+1], oped.Revision{
					At:    at(9, i),
					Text:  text(),
					Entry: oped.Entry{Title: "T"},
				})
			}
		}
		excerpt, own := rapid.IntRange(1, 60).Draw(rt, "excerpt"), rapid.IntRange(1, 60).Draw(rt, "own")
		editions := []oped.EditionState{{Edition: oped.Edition{Name: "a", Excerpt: excerpt}}}
		var page bytes.Buffer
		if err := r.details(&page, feedStates{"b": {Feed: oped.Feed{Excerpt: own}}}, editions, &p, about); err != nil {
			rt.Fatal(err)
		}
		changed := changedWords(rt, page.Bytes())
		if around := contextWords(readPage(rt, page.Bytes())); changed+around > excerpt {
			rt.Fatalf(
				"%d words of changed texts and %d around those that counted, %d are allowed", changed, around,
				excerpt,
			)
		}
		if len(about.Revisions[2]) > 0 && changed > own {
			rt.Fatalf("%d words of changed texts, %d are allowed", changed, own)
		}
	})
}

// changedWords counts the words of texts shown by the versions.
func changedWords(t rapid.TB, page []byte) (n int) {
	_, section := sectionOf(t, page, "Versions")
	if section == nil {
		return 0
	}
	for m := range section.Descendants() {
		if hasClass(m, "said") {
			for _, w := range strings.Fields(textOf(m)) {
				if w != "…" {
					n += cost(w)
				}
			}
		}
	}
	return n
}

// TestPieceHistory_WholeTexts: where whole texts are permitted every change is shown, and no page is without end.
func TestPieceHistory_WholeTexts(t *testing.T) {
	r := newRenderer(options())
	p := oped.Piece{ID: 7, Editions: []string{"a"}, Entries: []oped.Entry{{
		Row:   1,
		Title: "T",
		Lang:  "en",
		Text:  strings.Repeat("old words stay. ", 200) + strings.Repeat("new ", 200),
	}}}
	about := pieceFacts{
		Revisions: map[int64][]oped.Revision{1: {{At: at(9, 1), Text: strings.Repeat("old words stay. ", 200)}}},
	}
	render := func() []byte {
		var page bytes.Buffer
		if err := r.details(&page, feedStates{
			"": {Feed: oped.Feed{Full: true}},
		}, []oped.EditionState{{Edition: oped.Edition{Name: "a"}}}, &p, about); err != nil {
			t.Fatal(err)
		}
		return page.Bytes()
	}
	if n := changedWords(t, render()); n < 200 || n > 220 {
		t.Errorf("%d words are shown", n)
	}
	for i := range 500 {
		about.Revisions[1] = append(about.Revisions[1], oped.Revision{
			At:   at(10, i),
			Text: strings.Repeat(fmt.Sprintf("version%d ", i), 5000),
		})
	}
	page := render()
	if n := changedWords(t, page); n > wholeChanged || !bytes.Contains(page, []byte("and 471 more")) {
		t.Errorf("%d words are shown", n)
	}
}
