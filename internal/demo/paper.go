package demo

import "oped"

// paper is one invented newspaper.
type paper struct {
	name     string // its path
	title    string
	motto    string
	country  string
	lang     string // "en" or "ur"
	form     form
	opinion  string   // how to recognize its op-eds, as in config.yaml
	kind     string   // kind of its op-eds; "": opinion
	implies  []string // term lists
	arabic   bool     // writes ي and ك instead of ی and ک
	links    bool     // its texts end with "Previous article" and "Next article" lines, joined to the titles
	briefing bool     // prints the standing column
}

// form is the format of a paper's feed.
type form string

const (
	rss     form = "rss"          // RSS 2.0 with content:encoded and dc:creator
	rss1256 form = "windows-1256" // the same in the old code page
	atom    form = "atom"         // RFC 4287
	rdf     form = "rdf"          // RSS 1.0
	json1   form = "json"         // JSON Feed 1.1
	fails   form = "500"          // answers every request for its feed with an error
	webpage form = "html"         // answers with a web page
)

func allPapers() []paper {
	pak := []string{"pakistan"}
	return []paper{
		{
			name:    "margalla",
			title:   "The Margalla Observer",
			motto:   "From the hills, the long view",
			country: "Pakistan",
			lang:    "en",
			form:    rss,
			opinion: "always",
			implies: pak,
			links:   true,
		},
		{
			name:     "kikar",
			title:    "The Kikar Post",
			motto:    "Lahore’s other paper",
			country:  "Pakistan",
			lang:     "en",
			form:     rss,
			opinion:  "always",
			implies:  pak,
			briefing: true,
		},
		{
			name:    "keamari",
			title:   "Keamari Ledger",
			motto:   "Trade, tide and taxes",
			country: "Pakistan",
			lang:    "en",
			form:    atom,
			opinion: "always",
			implies: pak,
		},
		{
			name:    "shisham",
			title:   "روزنامہ شیشم",
			motto:   "سایہ سب کے لیے",
			country: "Pakistan",
			lang:    "ur",
			form:    rss,
			opinion: "always",
			implies: pak,
		},
		{
			name:    "amaltas",
			title:   "روزنامہ املتاس",
			motto:   "صبح کی پہلی بات",
			country: "Pakistan",
			lang:    "ur",
			form:    rss1256,
			opinion: "always",
			implies: pak,
			arabic:  true,
		},
		{
			name:    "doab",
			title:   "The Doab Courier",
			motto:   "Between two rivers",
			country: "India",
			lang:    "en",
			form:    atom,
			opinion: "always",
		},
		{
			name:    "coromandel",
			title:   "Coromandel Standard",
			motto:   "The coast, every morning",
			country: "India",
			lang:    "en",
			form:    rdf,
			opinion: "always",
		},
		{
			name:    "lantern",
			title:   "The Potomac Lantern",
			motto:   "Light on public affairs",
			country: "United States",
			lang:    "en",
			form:    rss,
			opinion: "always",
		},
		{
			name:    "meridian",
			title:   "Prairie Meridian",
			motto:   "Plain talk from the plains",
			country: "United States",
			lang:    "en",
			form:    json1,
			opinion: "always",
		},
		{
			name:    "wapping",
			title:   "The Wapping Gazette",
			motto:   "News and comment since the tide turned",
			country: "United Kingdom",
			lang:    "en",
			form:    rss,
			opinion: "category:Comment OR url:/comment/",
		},
		{
			name:    "pearl",
			title:   "Pearl Coast Monitor",
			motto:   "The Gulf and its neighbours",
			country: "Gulf",
			lang:    "en",
			form:    rss,
			opinion: "category:Opinion",
		},
		{
			name:    "saltmarsh",
			title:   "Saltmarsh Institute",
			motto:   "Papers on South Asia",
			country: "United Kingdom",
			lang:    "en",
			form:    atom,
			opinion: "always",
			kind:    string(oped.Analysis),
		},
		{
			name:    "lamplight",
			title:   "Lamplight Evening Argus",
			motto:   "Back soon",
			country: "United Kingdom",
			lang:    "en",
			form:    fails,
			opinion: "always",
		},
		{
			name:    "banyan",
			title:   "The Banyan Leaflet",
			motto:   "Now with a new website",
			country: "India",
			lang:    "en",
			form:    webpage,
			opinion: "always",
		},
	}
}

// delivers reports whether the paper's feed is readable.
func (p paper) delivers() bool { return p.form != fails && p.form != webpage }

// feed returns the path of its feed.
func (p paper) feed() string {
	switch p.form {
	case json1:
		return "/" + p.name + "/feed.json"
	case atom:
		return "/" + p.name + "/atom.xml"
	case rdf:
		return "/" + p.name + "/index.rdf"
	default:
		return "/" + p.name + "/feed.xml"
	}
}

// section returns the section of a piece in the paper, as in its address.
func (p paper) section(kind oped.PieceKind) string {
	switch {
	case kind == oped.News:
		return "news"
	case p.name == "wapping":
		return "comment"
	case p.name == "saltmarsh":
		return "papers"
	default:
		return "opinion"
	}
}
