package publish

import (
	"encoding/xml"
	"io"

	"oped/publish/feed"
)

// openSearchFile describes the search for browsers and programs (OpenSearch 1.1).
const (
	openSearchFile = "opensearch.xml"
	openSearchType = "application/opensearchdescription+xml"
)

// openSearch is a description document. Browsers show the short name.
type openSearch struct {
	XMLName     xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string          // at most 16 characters
	Description string          // at most 1024
	URLs        []openSearchURL `xml:"Url"`
	Input       string          `xml:"InputEncoding"`
	Output      string          `xml:"OutputEncoding"`
}

type openSearchURL struct {
	Rel      string `xml:"rel,attr,omitempty"`
	Type     string `xml:"type,attr"`
	Template string `xml:"template,attr"`
}

// writeOpenSearch writes the description. Only a server has feeds of searches.
func (s *site) writeOpenSearch(w io.Writer) error {
	const terms = "?q={searchTerms}"
	title := siteTitle(s.options)
	d := openSearch{
		ShortName:   firstRunes(title, 16),
		Description: "Search " + firstRunes(title, 1000),
		Input:       "UTF-8",
		Output:      "UTF-8",
	}
	add := func(rel, mediaType, template string) {
		d.URLs = append(d.URLs, openSearchURL{Rel: rel, Type: mediaType, Template: template})
	}
	if s.hasIndex() {
		add("", "text/html", s.at.base+"/"+SearchName+"/"+terms)
	} else {
		add("", "text/html", s.at.base+"/"+SearchName+terms)
		for _, f := range feed.Formats() {
			add("", f.MediaType(), s.at.feedURL(SearchName, f)+terms)
		}
	}
	add("self", openSearchType, s.at.base+"/"+openSearchFile)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(d); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// firstRunes returns the first n characters of a text.
func firstRunes(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}
