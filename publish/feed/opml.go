package feed

import (
	"cmp"
	"encoding/xml"
	"io"
)

// Outline is one feed in a list of feeds.
type Outline struct {
	Title   string // plain text; "": the address
	Lang    string // BCP 47; "" if unknown
	FeedURL string // "": the outline is omitted
	SiteURL string // "" if unknown
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

// WriteOPML writes a list of feeds as OPML 2.0, the import format of feed readers. It contains no date, so the same
// feeds yield the same bytes.
func WriteOPML(w io.Writer, title string, outlines []Outline) error {
	doc := opml{Version: "2.0", Title: title}
	for _, o := range outlines {
		if o.FeedURL == "" {
			continue
		}
		name := cmp.Or(o.Title, o.FeedURL)
		doc.Body = append(doc.Body, opmlLine{name, name, "rss", o.FeedURL, o.SiteURL, o.Lang})
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
