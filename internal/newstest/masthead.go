package newstest

import (
	"fmt"
	"strings"
	"time"

	"oped"
)

// masthead describes one invented newspaper of the press.
type masthead struct {
	Name     string // its path
	Title    string
	Motto    string
	Country  string
	Lang     string // "en" or "ur"
	Form     form
	Opinion  string         // how to recognize its op-eds, as in config.yaml
	Kind     oped.PieceKind // kind of its op-eds; "": opinion
	Implies  string         // a term list
	arabic   bool           // writes ي and ك instead of ی and ک
	links    bool           // its texts end with "Previous article" and "Next article" lines, joined to the titles
	briefing bool           // prints the standing column
}

// form is the format of a paper's feed.
type form struct{ name, file, template, mediaType string }

var (
	// rss is RSS 2.0 with content:encoded and dc:creator, rss1256 the same in the old code page.
	rss     = form{"rss", "feed.xml", "rss.xml", "application/rss+xml; charset=utf-8"}
	rss1256 = form{"windows-1256", "feed.xml", "rss.xml", "text/xml; charset=windows-1256"}
	atom    = form{"atom", "atom.xml", "atom.xml", "application/atom+xml; charset=utf-8"} // RFC 4287
	rdf     = form{"rdf", "index.rdf", "rdf.xml", "application/rdf+xml"}                  // RSS 1.0
	json1   = form{"json", "feed.json", "feed.json", "application/feed+json"}             // JSON Feed 1.1
	fails   = form{name: "500", file: "feed.xml"}                                         // answers with an error
	webpage = form{name: "html", file: "feed.xml"}                                        // answers with a web page
)

func mastheads() []masthead {
	return []masthead{
		{
			Name:    "margalla",
			Title:   "The Margalla Observer",
			Motto:   "From the hills, the long view",
			Country: "Pakistan",
			Lang:    "en",
			Form:    rss,
			Opinion: "always",
			Implies: "pakistan",
			links:   true,
		},
		{
			Name:     "kikar",
			Title:    "The Kikar Post",
			Motto:    "Lahore’s other paper",
			Country:  "Pakistan",
			Lang:     "en",
			Form:     rss,
			Opinion:  "always",
			Implies:  "pakistan",
			briefing: true,
		},
		{
			Name:    "keamari",
			Title:   "Keamari Ledger",
			Motto:   "Trade, tide and taxes",
			Country: "Pakistan",
			Lang:    "en",
			Form:    atom,
			Opinion: "always",
			Implies: "pakistan",
		},
		{
			Name:    "shisham",
			Title:   "روزنامہ شیشم",
			Motto:   "سایہ سب کے لیے",
			Country: "Pakistan",
			Lang:    "ur",
			Form:    rss,
			Opinion: "always",
			Implies: "pakistan",
		},
		{
			Name:    "amaltas",
			Title:   "روزنامہ املتاس",
			Motto:   "صبح کی پہلی بات",
			Country: "Pakistan",
			Lang:    "ur",
			Form:    rss1256,
			Opinion: "always",
			Implies: "pakistan",
			arabic:  true,
		},
		{
			Name:    "doab",
			Title:   "The Doab Courier",
			Motto:   "Between two rivers",
			Country: "India",
			Lang:    "en",
			Form:    atom,
			Opinion: "always",
		},
		{
			Name:    "coromandel",
			Title:   "Coromandel Standard",
			Motto:   "The coast, every morning",
			Country: "India",
			Lang:    "en",
			Form:    rdf,
			Opinion: "always",
		},
		{
			Name:    "lantern",
			Title:   "The Potomac Lantern",
			Motto:   "Light on public affairs",
			Country: "United States",
			Lang:    "en",
			Form:    rss,
			Opinion: "always",
		},
		{
			Name:    "meridian",
			Title:   "Prairie Meridian",
			Motto:   "Plain talk from the plains",
			Country: "United States",
			Lang:    "en",
			Form:    json1,
			Opinion: "always",
		},
		{
			Name:    "wapping",
			Title:   "The Wapping Gazette",
			Motto:   "News and comment since the tide turned",
			Country: "United Kingdom",
			Lang:    "en",
			Form:    rss,
			Opinion: "category:Comment OR url:/comment/",
		},
		{
			Name:    "pearl",
			Title:   "Pearl Coast Monitor",
			Motto:   "The Gulf and its neighbours",
			Country: "Gulf",
			Lang:    "en",
			Form:    rss,
			Opinion: "category:Opinion",
		},
		{
			Name:    "saltmarsh",
			Title:   "Saltmarsh Institute",
			Motto:   "Papers on South Asia",
			Country: "United Kingdom",
			Lang:    "en",
			Form:    atom,
			Opinion: "always",
			Kind:    oped.Analysis,
		},
		{
			Name:    "lamplight",
			Title:   "Lamplight Evening Argus",
			Motto:   "Back soon",
			Country: "United Kingdom",
			Lang:    "en",
			Form:    fails,
			Opinion: "always",
		},
		{
			Name:    "banyan",
			Title:   "The Banyan Leaflet",
			Motto:   "Now with a new website",
			Country: "India",
			Lang:    "en",
			Form:    webpage,
			Opinion: "always",
		},
	}
}

// Path returns the path of its feed.
func (m masthead) Path() string { return "/" + m.Name + "/" + m.Form.file }

// section returns the section of a piece in the paper, as in its address.
func (m *masthead) section(kind oped.PieceKind) string {
	switch {
	case kind == oped.News:
		return "news"
	case m.Name == "wapping":
		return "comment"
	case m.Name == "saltmarsh":
		return "papers"
	}
	return "opinion"
}

// ID identifies something in the paper independently of the host.
func (m masthead) ID(slug string) string { return "tag:" + m.Name + ".example,2026:" + slug }

// spell returns a string in the paper's spelling: some write Urdu with the Arabic forms of ye and kaf.
func (m *masthead) spell(s string) string {
	if m.arabic {
		return strings.NewReplacer("ی", "ي", "ک", "ك").Replace(s)
	}
	return s
}

// Date formats a day in the paper's style.
func (m masthead) Date(t time.Time) string {
	if m.Lang != "ur" {
		return t.Format("2 January 2006")
	}
	months := []string{
		"جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون",
		"جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر",
	}
	return m.spell(fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year()))
}
