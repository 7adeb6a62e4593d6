package publish

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	xhtml "golang.org/x/net/html"

	"oped"
	"oped/publish/page"
)

// copies returns the entries of one piece: the lead of paper A on 10 March, 09:00, and others.
func copies(others ...oped.Entry) []oped.Entry {
	return append([]oped.Entry{copyIn("A", "a", at(10, 9))}, others...)
}

func copyIn(publisher, page string, published time.Time) oped.Entry {
	e := oped.Entry{
		Publisher: publisher,
		Title:     "Of rivers",
		Lang:      "en",
		Published: published,
		FirstSeen: at(30, 0),
	}
	if page != "" {
		e.URL = "https://" + page + ".example/"
	}
	return e
}

func placesOf(t *testing.T, entries []oped.Entry, lang string) (links, said string) {
	t.Helper()
	for i := range entries {
		entries[i].Row = int64(100 - i) // not in the given order
	}
	entries[0].Lang = lang
	if lang == "ur" {
		entries[0].Title = "دریا کے دو نوٹ"
	}
	e, _ := one(t, func(p *oped.Piece, _ *oped.FeedState, _ *oped.EditionState) { p.Entries = entries })
	var all []string
	for _, l := range e.Links {
		all = append(all, fmt.Sprintf("%s %s %s", l.Rel,
			strings.TrimSuffix(strings.TrimPrefix(l.Href, "https://"), ".example/"), l.Title))
	}
	for _, text := range append(e.Summary, e.Content...) {
		_, said, _ = strings.Cut(text.Text, page.NewWords().Say(lang, "also in:")+" ")
	}
	said, _, _ = strings.Cut(said, " · <a href=\"https://editions.example/piece/1/\">")
	return strings.Join(all, ", "), strings.TrimSuffix(said, "</p>")
}

func textOfHTML(t *testing.T, s string) string {
	t.Helper()
	root, err := xhtml.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	return textOf(root)
}

func TestO7_OtherPlaces(t *testing.T) {
	hour, before := at(10, 12), at(8, 9)
	for _, c := range []struct {
		name        string
		entries     []oped.Entry
		links, said string
	}{
		{"alone", copies(), "alternate a ", ""},
		{
			"the same day and another one", copies(copyIn("C", "c", at(12, 9)), copyIn("B", "b", hour)),
			"alternate a , related b B, related c C", "B, C (12 Mar)",
		},
		{"first elsewhere", copies(copyIn("B", "b", before)), "alternate a , via b B, related b B", "B (8 Mar)"},
		{"an hour before", copies(copyIn("B", "b", at(10, 8))), "alternate a , via b B, related b B", "B"},
		{"the same minute", copies(copyIn("B", "b", at(10, 9))), "alternate a , related b B", "B"},
		{
			"a day without an hour says nothing of the hour",
			copies(copyIn("B", "b", at(10, 0).Add(-30*time.Minute))), "alternate a , related b B", "B",
		},
		{
			"two sections of one paper",
			copies(copyIn("B", "b1", hour), copyIn("b", "b2", at(11, 9)), copyIn("A", "a2", hour)),
			"alternate a , related a2 A, related b1 B, related b2 b", "B",
		},
		{
			"one address in two feeds", copies(copyIn("B", "a", before), copyIn("C", "c", at(9, 9))),
			"alternate a , related c C", "C (9 Mar)",
		},
		{"without an address", copies(copyIn("B", "", before)), "alternate a ", "B (8 Mar)"},
		{
			"another year", copies(copyIn("B", "b", before.AddDate(-1, 0, 0))),
			"alternate a , via b B, related b B", "B (8 Mar 2025)",
		},
		{"without a date of its own", copies(oped.Entry{Publisher: "B", URL: "https://b.example/"}),
			"alternate a , related b B", "B"},
		{"nameless", copies(oped.Entry{FeedURL: "https://b.example/feed", URL: "https://b.example/", Published: hour,
			FirstSeen: hour}), "alternate a , related b https://b.example/", "https://b.example/"},
		{
			"of one date in the order of rows", copies(copyIn("C", "c", hour), copyIn("B", "b", hour)),
			"alternate a , related b B, related c C", "B, C",
		},
	} {
		links, said := placesOf(t, c.entries, "en")
		if text := textOfHTML(t, said); links != c.links || strings.ReplaceAll(text, "\u200e", "") != c.said {
			t.Errorf("%s: %s; %s", c.name, links, text)
		}
	}
}

// TestO7_LeadWithoutADate: when we met the lead entry says nothing of when it was published, so nothing
// is called its source.
func TestO7_LeadWithoutADate(t *testing.T) {
	entries := copies(copyIn("B", "b", at(8, 9)))
	entries[0].Published = time.Time{}
	if links, said := placesOf(t, entries, "en"); strings.Contains(links, "via") || !strings.Contains(said, "8 Mar") {
		t.Errorf("%s; %s", links, said)
	}
}

// TestO7_Credited: the source credited by an entry outweighs the dates.
func TestO7_Credited(t *testing.T) {
	for _, c := range []struct{ name, source, text, via string }{
		{"nothing", "", "Rivers run.", "via c Project Syndicate"},
		{"a source", "The B", "Rivers run.", "via b The B"},
		{"a source that we do not know", "The Bee", "Rivers run.", "via c Project Syndicate"},
		{"a credit line", "", "Rivers run.\n\nOriginally published in The B.", "via b The B"},
		{"its own name", "", "Rivers run.\n\nPublished in The A, March 10th, 2026.", "via c Project Syndicate"},
		{"a name in the text", "", "The B says that rivers run.", "via c Project Syndicate"},
	} {
		entries := copies(
			copyIn("The B", "b", at(11, 9)), copyIn("Project Syndicate", "c", at(8, 9)),
			copyIn("The A", "a2", at(8, 1)),
		)
		entries[0].Publisher, entries[0].Source, entries[0].Text = "The A", c.source, c.text
		entries[3].Published = at(12, 9)
		if links, _ := placesOf(t, entries, "en"); !strings.Contains(links, c.via) || strings.Count(links, "via") != 1 {
			t.Errorf("%s: %s", c.name, links)
		}
	}
}

// TestO7_OtherPlacesAreBounded: no piece fills an edition with its copies, and the first of them is
// among those that are named.
func TestO7_OtherPlacesAreBounded(t *testing.T) {
	var entries []oped.Entry
	for i := range 300 {
		entries = append(
			entries,
			copyIn(fmt.Sprintf("P%d", i), fmt.Sprintf("p%d", i), at(10, 10).Add(-time.Duration(i)*time.Minute)),
		)
	}
	links, said := placesOf(t, copies(entries...), "en")
	if strings.Count(links, "related") != maxOthers || strings.Count(said, "<a ") != maxOthers ||
		!strings.Contains(links, "via p299 P299") {
		t.Errorf("%s\n%s", links, said)
	}
}

// TestO7_AnyOrder: the result does not depend on the order of arrival of copies.
func TestO7_AnyOrder(t *testing.T) {
	s := example()
	feeds := feedStates{}
	entries := copies(copyIn("B", "b", at(8, 9)), copyIn("C", "c", at(8, 9)), copyIn("D", "d", at(12, 9)))
	for i := range entries {
		entries[i].Row = int64(i)
	}
	render := func() string {
		r := newRenderer(options()).with(feeds)
		return r.items.credit(r.items.item(&s.editions[0], &oped.Piece{Entries: slices.Clone(entries)}))
	}
	want := render()
	slices.Reverse(entries[1:])
	if got := render(); got != want {
		t.Errorf("%s, was %s", got, want)
	}
}

// TestO11_OtherPlacesInUrdu: names in another direction are followed by a mark, or the digits after
// them would change sides.
func TestO11_OtherPlacesInUrdu(t *testing.T) {
	links, said := placesOf(t, copies(copyIn("Dawn", "dawn", at(12, 9)), copyIn("جنگ", "jang", at(13, 9))), "ur")
	want := "<a href=\"https://dawn.example/\">Dawn</a>\u200f (12 مارچ)، <a href=\"https://jang.example/\">جنگ</a> (13 مارچ)"
	if said != want || links != "alternate a , related dawn Dawn, related jang جنگ" {
		t.Errorf("%s; %s", links, said)
	}
	_, said = placesOf(t, copies(copyIn("جنگ", "jang", at(13, 9))), "en")
	if said != "<a href=\"https://jang.example/\">جنگ</a>\u200e (13 Mar)" {
		t.Errorf("%s", said)
	}
}

// TestPages_OtherPlaces: the page of an edition names them as its feed does.
func TestPages_OtherPlaces(t *testing.T) {
	s := example()
	s.pieces["pak-us"][0].Entries = append(
		s.pieces["pak-us"][0].Entries, copyIn("<b>No address</b>", "", at(9, 23)),
		copyIn("The Harbour Courier", "harbour2", at(9, 1)),
	)
	page := string(published(t, s, options()).document("pak-us/index.html"))
	want := `<p class="soft also">also in: <bdi>No address</bdi>, <bdi><a href="https://hill.example/reprint">Hill Institute</a></bdi> (<time datetime="2026-03-10">10 Mar</time>)</p>`
	if !strings.Contains(page, want) {
		t.Errorf("the page has no %s", want)
	}
}
