package publish

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"oped"
	"oped/topic"
)

// TestPiecePage_BeginsWithReasons: the page has one sentence for each topic the piece is on, and the first entries of
// each list. The arithmetic is on the page of the details only.
func TestPiecePage_BeginsWithReasons(t *testing.T) {
	s := withHistory(t)
	piece := &s.pieces["pak-us"][0]
	for i := range 9 {
		piece.Entries = append(piece.Entries, oped.Entry{
			Row:       int64(100 + i),
			Publisher: fmt.Sprintf("Paper %d", i),
			Title:     "A copy",
			Published: at(20, i),
			Joined:    "same text",
		})
	}
	p := published(t, s, explaining(t))
	page := p.document("piece/1/index.html")
	reasons, _ := sectionOfParagraphs(t, page, "Why it is here")
	if len(reasons) != 2 || reasons[0] != "Pakistan & the <United> States · Because of these words: US and Pakistan (headline) · "+
		"Washington and Islamabad (lead) · Pakistan and the United States (lead)" {
		t.Errorf("%q", reasons)
	}
	copies, _ := sectionOf(t, page, "Where it appeared")
	if len(copies) != fewAppearances || !bytes.Contains(page, []byte("and 8 more")) {
		t.Errorf("%q", copies)
	}
	for _, no := range []string{"Score", "score", "> same text", ">same text", "weight", `class="said"`} {
		if bytes.Contains(page, []byte(no)) {
			t.Errorf("the page has %q", no)
		}
	}
	all, _ := sectionOf(t, p.document("piece/1/why/index.html"), "Where it appeared")
	if len(all) != len(piece.Entries) || !bytes.Contains(page, []byte(`<a href="why/">How this was decided</a>`)) {
		t.Errorf("%d of %d copies in the details", len(all), len(piece.Entries))
	}
}

// sectionOfParagraphs returns the texts of the paragraphs of a section.
func sectionOfParagraphs(t *testing.T, page []byte, heading string) (lines []string, ok bool) {
	t.Helper()
	_, section := sectionOf(t, page, heading)
	if section == nil {
		return nil, false
	}
	for n := range section.Descendants() {
		if n.Data == "p" {
			lines = append(lines, strings.Join(strings.Fields(textOf(n)), " "))
		}
	}
	return lines, true
}

// TestPiecePage_WithoutDetails: a piece with nothing behind it has one page, and no link to another.
func TestPiecePage_WithoutDetails(t *testing.T) {
	s, o := explained(t), explaining(t)
	piece := &s.pieces["pak-us"][2]
	piece.Tags, piece.Entries = nil, piece.Entries[:1]
	o.Dir, o.Search = t.TempDir(), NoSearch
	p := published(t, s, o)
	page := string(p.document("piece/3/index.html"))
	if p.document("piece/3/why/index.html") != nil || strings.Contains(page, "why/") ||
		!strings.Contains(page, "and on no topic.") || ask(p, "GET", "/piece/3/why/").StatusCode != 404 {
		t.Errorf("it has details: %s", page)
	}
	piece.Tags = []oped.Tag{{Topic: "cricket", Outcome: oped.Tagged, By: "Amina"}}
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if contents(t, o.Dir)["/piece/3/why/index.html"] == "" {
		t.Error("a tag brings no details")
	}
	piece.Tags = nil
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if contents(t, o.Dir)["/piece/3/why/index.html"] != "" {
		t.Error("the file of the details is left")
	}
}

// TestStrongest: the strongest spans come first, each once, the longer one of two at one place. A long span is shortened
// to its ends.
func TestStrongest(t *testing.T) {
	v := verdicts{words: newRenderer(options()).items.words, lang: "en"}
	part := func(text string, start int, weight float64) topic.Part {
		return topic.Part{Span: oped.Span{
			Field:  "text",
			Zone:   "lead",
			Text:   text,
			Start:  start,
			End:    start + len(text),
			Weight: weight,
		}}
	}
	got := fmt.Sprint(v.strongest([]topic.Part{
		part("weak", 900, 1), part("US", 0, 9), part("US and Pakistan", 0, 4), part("river", 100, 3),
		part("River", 200, 2), part("against", 300, -8), part("one two three four five six seven eight nine", 400, 5),
		part("", 500, 7),
	}))
	if want := "[{one two three … seven eight nine lead} {US and Pakistan lead} {river lead}]"; got != want {
		t.Error(got)
	}
}
