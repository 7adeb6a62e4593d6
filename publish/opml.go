package publish

import (
	"encoding/xml"
	"io"

	"oped"
)

// Outline is one feed of a list of feeds.
type Outline struct {
	Title   string // plain text; the address if empty
	Lang    string // BCP 47; "" if unknown
	FeedURL string // absolute, http or https: an outline without it is left out
	SiteURL string // absolute; "" if unknown
}

type opml struct {
	XMLName xml.Name   `xml:"opml"`
	Version string     `xml:"version,attr"`
	Title   string     `xml:"head>title"`
	Body    []opmlLine `xml:"body>outline"`
}

type opmlLine struct {
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr"`
	Type     string `xml:"type,attr"`
	XMLURL   string `xml:"xmlUrl,attr"`
	HTMLURL  string `xml:"htmlUrl,attr,omitempty"`
	Language string `xml:"language,attr,omitempty"`
}

// WriteOPML writes a list of feeds as OPML 2.0, which feed readers import. It bears no date, so that the same feeds give the same
// bytes; credentials in addresses are left out.
func WriteOPML(w io.Writer, title string, outlines []Outline) error {
	return writeOPML(w, title, outlines, uri)
}

// WriteBackup writes the feeds that are polled as OPML 2.0 for the operator alone: their addresses are whole, with
// credentials, private and secret ones too.
func WriteBackup(w io.Writer, title string, feeds []oped.FeedState) error {
	whole := func(f *oped.FeedState) (feed, site string) { return f.URL, orName(f.SiteURL, f.DocSite) }
	return writeOPML(w, title, outlinesOf(feeds, whole), clean)
}

func writeOPML(w io.Writer, title string, outlines []Outline, written func(address string) string) error {
	doc := opml{Version: "2.0", Title: line(title)}
	for _, o := range outlines {
		address := written(o.FeedURL)
		if address == "" {
			continue
		}
		name := orName(line(o.Title), address)
		row := opmlLine{
			Text: name, Title: name, Type: "rss", XMLURL: address, HTMLURL: written(o.SiteURL), Language: language(o.Lang),
		}
		doc.Body = append(doc.Body, row)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// EditionOutlines are the outlines of editions that are published under baseURL.
func EditionOutlines(baseURL string, editions []oped.EditionState) []Outline {
	r := &Renderer{base: trimBase(baseURL)}
	out := make([]Outline, len(editions))
	for i, e := range editions {
		out[i] = Outline{
			Title: orName(e.Title, e.Name), Lang: e.Lang, FeedURL: r.atomURL(e.Name), SiteURL: r.pageURL(e.Name),
		}
	}
	return out
}

// FeedOutlines are the outlines of the feeds that are polled, of which the addresses may be published.
func FeedOutlines(feeds []oped.FeedState) []Outline {
	return outlinesOf(feeds, func(f *oped.FeedState) (feed, site string) { return feedURL(&f.Feed), siteURL(f) })
}

func outlinesOf(feeds []oped.FeedState, addresses func(*oped.FeedState) (feed, site string)) []Outline {
	var out []Outline
	for i := range feeds {
		f := &feeds[i]
		feed, site := addresses(f)
		title := f.Title
		for _, other := range []string{f.DocTitle, f.Publisher} {
			title = orName(title, other)
		}
		out = append(out, Outline{
			Title: title, Lang: orName(f.Lang, f.DocLang), FeedURL: feed, SiteURL: site,
		})
	}
	return out
}
