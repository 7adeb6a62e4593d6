package publish

import (
	"testing"

	"oped"
	"oped/publish/page"
)

// TestTheNamedPaperIsThatOfTheLink: whichever copy leads, the paper named beside the link is the one with the link's
// address on its site.
func TestTheNamedPaperIsThatOfTheLink(t *testing.T) {
	feeds := feedStates{}
	for _, f := range []struct{ feed, site, name string }{
		{"https://margalla.example/feed", "https://www.margalla.example/", "Margalla"},
		{"https://lantern.example/feed", "", "Lantern"},
		{"https://feeds.example/meridian", "https://meridian.example", "Meridian"},
		{"https://blogs.example/feeds/a", "https://blogs.example/a/", "Blog A"},
		{"https://blogs.example/feeds/b", "https://blogs.example/b/index.html", "Blog B"},
		{"https://margalla.example/opinion/feed", "https://margalla.example/opinion/", "Margalla Opinion"},
	} {
		feeds[f.feed] = oped.FeedState{Feed: oped.Feed{URL: f.feed, Publisher: f.name}, DocSite: f.site}
	}
	i := &items{feeds: feeds, at: addresses{base: "https://editions.example"}, words: page.NewWords()}
	const margalla, lantern, meridian = "https://margalla.example/feed", "https://lantern.example/feed",
		"https://feeds.example/meridian"
	for _, c := range []struct {
		name       string
		copies     [][2]string // feed and address
		paper, url string
	}{
		{"alone", [][2]string{{margalla, "https://margalla.example/1"}}, "Margalla", "https://margalla.example/1"},
		{
			"the lead links to the paper it has the piece from",
			[][2]string{
				{margalla, "https://lantern.example/1?utm_source=margalla"}, {meridian, "https://meridian.example/1"},
				{lantern, "https://lantern.example/1"},
			},
			"Lantern", "https://lantern.example/1",
		},
		{
			"that paper has it at another address",
			[][2]string{{margalla, "https://m.lantern.example/x"}, {lantern, "https://lantern.example/1"}},
			"Lantern", "https://lantern.example/1",
		},
		{
			"that paper is not among the copies",
			[][2]string{{margalla, "https://lantern.example/1"}, {meridian, "https://meridian.example/1"}},
			"Margalla", "https://lantern.example/1",
		},
		{
			"the lead has no address",
			[][2]string{{margalla, ""}, {meridian, "https://meridian.example/1"}},
			"Meridian", "https://meridian.example/1",
		},
		{
			"the lead has no address, and the next copy that of a third",
			[][2]string{{margalla, ""}, {meridian, "https://lantern.example/1"}, {lantern, "https://lantern.example/1"}},
			"Lantern", "https://lantern.example/1",
		},
		{"no copy has one", [][2]string{{margalla, ""}, {lantern, ""}}, "Margalla", ""},
		{
			"two blogs of one host",
			[][2]string{{"https://blogs.example/feeds/a", "https://blogs.example/b/1"},
				{"https://blogs.example/feeds/b", "https://blogs.example/b/1"}},
			"Blog B", "https://blogs.example/b/1",
		},
		{
			"a section of the paper has it too",
			[][2]string{{margalla, "https://margalla.example/opinion/1"},
				{"https://margalla.example/opinion/feed", "https://margalla.example/opinion/1"}},
			"Margalla", "https://margalla.example/opinion/1",
		},
	} {
		p := &oped.Piece{}
		for n, copied := range c.copies {
			p.Entries = append(p.Entries, oped.Entry{
				Row:     int64(n + 1),
				FeedURL: copied[0],
				URL:     copied[1],
				Title:   copied[0],
				Authors: []oped.Person{{Name: copied[0]}},
			})
		}
		it := i.item(&oped.EditionState{}, p)
		if it.publisher != c.paper || it.url != c.url {
			t.Errorf("%s: %s beside %q, want %s beside %q", c.name, it.publisher, it.url, c.paper, c.url)
		}
		if it.title != it.lead.Title || len(it.authors) != 1 || it.authors[0].Name != it.lead.Title {
			t.Errorf("%s: the headline and the authors are of %s and %v", c.name, it.title, it.authors)
		}
		for _, a := range i.appearances(it, maxAppearances) {
			if a.URL != "" && a.Publisher == "Margalla" && c.paper == "Lantern" {
				t.Errorf("%s: Margalla appears with a link to %s", c.name, a.URL)
			}
		}
	}
}
