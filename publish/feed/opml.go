package feed

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"

	"oped/text"
)

// Outline is one feed in a list of feeds.
type Outline struct {
	Title   string // plain text; "": the address
	Lang    string // BCP 47; "" if unknown
	FeedURL string // "": the outline is omitted
	SiteURL string // "" if unknown
	Group   string // name of its folder; "": none
}

type opml struct {
	XMLName xml.Name   `xml:"opml"`
	Version string     `xml:"version,attr"`
	Comment string     `xml:",comment"`
	Title   string     `xml:"head>title"`
	Body    []opmlLine `xml:"body>outline"`
}

type opmlLine struct {
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr"`
	Type     string `xml:"type,attr,omitempty"`
	XMLURL   string `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string `xml:"htmlUrl,attr,omitempty"`
	Language string `xml:"language,attr,omitempty"`

	Body []opmlLine `xml:"outline"` // of a folder
}

// WriteOPML writes a list of feeds, in their folders, as OPML 2.0, the import format of feed readers. A comment counts
// the omitted ones. It contains no date, so the same feeds yield the same bytes.
func WriteOPML(w io.Writer, title string, outlines []Outline) error {
	doc, omitted := opml{Version: "2.0", Title: title}, 0
	for _, o := range outlines {
		if o.FeedURL == "" {
			omitted++
			continue
		}
		name := cmp.Or(o.Title, o.FeedURL)
		body := &doc.Body
		if o.Group != "" {
			i := slices.IndexFunc(doc.Body, func(l opmlLine) bool { return l.XMLURL == "" && l.Title == o.Group })
			if i < 0 {
				i = len(doc.Body)
				doc.Body = append(doc.Body, opmlLine{Text: o.Group, Title: o.Group})
			}
			body = &doc.Body[i].Body
		}
		*body = append(*body, opmlLine{
			Text:     name,
			Title:    name,
			Type:     "rss",
			XMLURL:   o.FeedURL,
			HTMLURL:  o.SiteURL,
			Language: o.Lang,
		})
	}
	if omitted > 0 {
		doc.Comment = fmt.Sprintf(" not listed: %s with a private or secret address ", text.Count(omitted, "feed"))
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
