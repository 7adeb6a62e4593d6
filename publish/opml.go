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
	doc := opml{Version: "2.0", Title: line(title)}
	for _, o := range outlines {
		address := webURL(o.FeedURL)
		if address == "" {
			continue
		}
		name := orName(line(o.Title), address)
		row := opmlLine{
			Text: name, Title: name, Type: "rss", XMLURL: address, HTMLURL: webURL(o.SiteURL), Language: language(o.Lang),
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

// FeedOutlines are the outlines of the feeds that are polled.
func FeedOutlines(feeds []oped.FeedState) []Outline {
	var out []Outline
	for _, f := range feeds {
		title := f.Title
		for _, other := range []string{f.DocTitle, f.Publisher} {
			title = orName(title, other)
		}
		out = append(out, Outline{
			Title: title, Lang: orName(f.Lang, f.DocLang), FeedURL: f.URL, SiteURL: orName(f.SiteURL, f.DocSite),
		})
	}
	return out
}
