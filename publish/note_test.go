package publish

import (
	"strings"
	"testing"
	"time"

	"oped"
	"oped/publish/feed"
)

// TestNotes: feeds with a curator's note are valid, a digest has it in HTML and plain text, and a piece is recovered
// without it.
func TestNotes(t *testing.T) {
	const note = "Read <this> & then the reply: it’s short."
	recovered := func(doc string) []RecoveredPiece {
		known, err := readRecovered(strings.NewReader(doc), &digested().editions[0], time.Time{})
		if err != nil || len(known) == 0 {
			t.Fatalf("%d pieces, %v", len(known), err)
		}
		return known
	}
	plain := string(published(t, digested(), options()).document("pak-us.atom"))
	s := digested()
	for _, edition := range []string{"pak-us", "weekly"} {
		for i := range s.pieces["pak-us"] {
			p := &s.pieces["pak-us"][i]
			p.Choices = append(p.Choices, oped.Choice{Decision: 1, Edition: edition, Action: oped.Annotate, Note: note})
		}
	}
	p := published(t, s, options())
	noted := string(p.document("pak-us.atom"))
	for i, piece := range recovered(noted) {
		if want := recovered(plain)[i]; piece.Text != want.Text || !strings.Contains(noted, "oped:note") {
			t.Errorf("%s: recovered %q, want %q", piece.AtomID, piece.Text, want.Text)
		}
	}
	for name, f := range map[string]feed.Format{
		"pak-us.atom": feed.Atom,
		"pak-us.rss":  feed.RSS,
		"pak-us.json": feed.JSON,
		"weekly.atom": feed.Atom,
	} {
		doc := p.document(name)
		if wrong := faults(output{format: f, doc: doc, self: "https://editions.example/" + name}); len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
		if !strings.Contains(string(doc), "then the reply") {
			t.Errorf("%s has no note", name)
		}
	}
	issue := string(p.document("weekly.atom"))
	if !strings.Contains(issue, "&#xA;Curator’s note: Read &lt;this&gt; &amp; then") {
		t.Errorf("the plain text of an issue has no note: %s", issue)
	}
	page := string(p.document("weekly/index.html"))
	if !strings.Contains(page, `<p class="note" lang="en" dir="ltr">`) {
		t.Error("the page of the digest has no note")
	}
}

// TestPins: pinned pieces come first on the page of an edition and in an issue, by their places, and the documents of the
// edition stay in the order of dates.
func TestPins(t *testing.T) {
	s := digested()
	pin := func(piece, place int) {
		for _, edition := range []string{"pak-us", "weekly"} {
			p := &s.pieces["pak-us"][piece]
			p.Choices = append(p.Choices, oped.Choice{
				Decision: int64(piece + 1),
				Edition:  edition,
				Action:   oped.Pin,
				Place:    place,
			})
		}
	}
	const one, other = "hill.example/waters", "sahil.example/?p=7" // of one week
	firstIs := func(name, want string) {
		t.Helper()
		doc := string(published(t, s, options()).document(name))
		if got := strings.Index(doc, one) < strings.Index(doc, other); got != (want == one) {
			t.Errorf("%s does not begin with %s", name, want)
		}
	}
	names := []string{"pak-us/index.html", "weekly.atom", "weekly/2026-W10/index.html"}
	for _, name := range names {
		firstIs(name, other)
	}
	pin(2, 2)
	for _, name := range names {
		firstIs(name, one)
	}
	pin(1, 1)
	for _, name := range names {
		firstIs(name, other)
	}
	before := string(published(t, digested(), options()).document("pak-us.atom"))
	if string(published(t, s, options()).document("pak-us.atom")) != before {
		t.Error("a pin changes the document of the edition")
	}
}
