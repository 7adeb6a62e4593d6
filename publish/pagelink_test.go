package publish

import (
	"strings"
	"testing"
	"time"

	"oped"
)

// TestEntries_LinkToTheirPage: the entries of all formats link to the page of their piece. Those of an earlier release
// stay as they were, to the byte.
func TestEntries_LinkToTheirPage(t *testing.T) {
	s := example()
	upgrade := at(9, 12)
	pieces := s.pieces["pak-us"]
	for i := range pieces {
		pieces[i].Entered = upgrade.Add(time.Duration(-i) * time.Second) // the first one in the millisecond of the upgrade
	}
	entered := func(at time.Time) map[string]string {
		pieces[1].Entered = at
		o := options()
		o.Unlinked = upgrade
		p := published(t, s, o)
		docs := map[string]string{}
		for _, name := range Documents("pak-us") {
			docs[name] = string(p.document(name))
		}
		return docs
	}
	before, after := entered(upgrade), entered(upgrade.Add(time.Millisecond))
	for name, doc := range after {
		if strings.Contains(before[name], "editions.example/piece/") {
			t.Errorf("%s has a link in an old entry: %s", name, before[name])
		}
		link := "https://editions.example/piece/2/"
		if n := strings.Count(doc, "editions.example/piece/"); n == 0 || n != strings.Count(doc, link) ||
			!strings.Contains(doc, "یہاں کیوں؟") {
			t.Errorf("%s has %d links, and %d to the new entry: %s", name, n, strings.Count(doc, link), doc)
		}
		without := strings.NewReplacer(
			` · &lt;a href=&#34;`+link+`&#34;&gt;یہاں کیوں؟&lt;/a&gt;`, "",
			` · <a href=\"`+link+`\">یہاں کیوں؟</a>`, "", `,"page":"`+link+`"`, "",
		).Replace(doc)
		if without != before[name] {
			t.Errorf("%s differs in more than the link:\n%s\nand\n%s", name, without, before[name])
		}
	}
}

// TestIssues_LinkToPages: the pieces in an issue link to their pages, those of an earlier release do not.
func TestIssues_LinkToPages(t *testing.T) {
	items := newRenderer(options()).with(nil).items
	items.unlinked = at(9, 0)
	n := issue{Period: oped.Weekly.Period(at(9, 0)), pieces: []oped.Piece{
		{ID: 1, Entered: at(8, 0), Entries: []oped.Entry{{Title: "Old"}}},
		{ID: 2, Entered: at(9, 1), Entries: []oped.Entry{{Title: "New"}}},
	}}
	got := items.issueEntry(&oped.EditionState{Edition: oped.Edition{Digest: oped.Weekly}}, &n).Whole
	if strings.Contains(got, "/piece/1/") || !strings.Contains(got, `<a href="https://editions.example/piece/2/">why here?</a>`) {
		t.Error(got)
	}
}
