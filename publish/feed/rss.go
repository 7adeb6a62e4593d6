package feed

import (
	"cmp"
	"encoding/xml"
	"html"
	"regexp"
	"strings"
	"time"
)

// rssForm is RSS 2.0 by the profile of the RSS Advisory Board.
type rssForm struct{ *FeedMeta }

func (rssForm) around() []xml.StartElement {
	return []xml.StartElement{
		{Name: xml.Name{Local: "rss"}, Attr: []xml.Attr{
			attribute("version", "2.0"),
			attribute("xmlns:atom", AtomSpace),
			attribute("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
			attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
		}},
		{Name: xml.Name{Local: "channel"}},
	}
}

// rssTTL is the number of minutes for which a reader may keep the feed.
const rssTTL = 60

func (m rssForm) head() []element {
	parts := []element{
		{"title", plain(m.Title)},
		{"link", m.Page},
		{"description", plain(asHTML(cmp.Or(m.Subtitle, m.Title)))}, // readers interpret it as HTML
	}
	if m.Lang != "" {
		parts = append(parts, element{"language", m.Lang})
	}
	parts = append(parts,
		element{"lastBuildDate", rfc822(m.Updated)}, // from the entries, never the current time
		element{"generator", "oped " + m.Version},
		element{"docs", "https://www.rssboard.org/rss-specification"},
		element{"ttl", rssTTL},
		element{"atom:link", link{Rel: "self", Type: RSS.MediaType(), Href: m.Self}},
	)
	if m.Previous != "" {
		parts = append(parts, element{"atom:link", link{Rel: "prev-archive", Type: Atom.MediaType(), Href: m.Previous}})
	}
	for _, hub := range m.Hubs {
		parts = append(parts, element{"atom:link", link{Rel: "hub", Href: hub}})
	}
	return parts
}

type rssItem struct {
	XMLName     xml.Name      `xml:"item"`
	Title       plainText     `xml:"title"`
	Link        string        `xml:"link,omitempty"`
	GUID        rssGUID       `xml:"guid"`
	PubDate     string        `xml:"pubDate"`
	Creators    []plainText   `xml:"dc:creator"`
	Categories  []rssCategory `xml:"category"`
	Description string        `xml:"description"`
	Content     string        `xml:"content:encoded,omitempty"`
	Rights      *plainText    `xml:"dc:rights"`
	Language    string        `xml:"dc:language,omitempty"`
	Updated     string        `xml:"atom:updated"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
	Source      *rssSource    `xml:"source"`
}

// rssEnclosure is the enclosure of an item. RSS 2.0 knows one, with all three attributes.
type rssEnclosure struct {
	URL  string `xml:"url,attr"`
	Size int64  `xml:"length,attr"`
	Type string `xml:"type,attr"`
}

type rssGUID struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	ID          string `xml:",chardata"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Name   string `xml:",innerxml"`
}

type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",innerxml"`
}

// plainText is plain text in an element that readers interpret as HTML. The RSS profile asks for & and < as
// hexadecimal references there, against a reading as markup.
type plainText struct {
	XML string `xml:",innerxml"`
}

func plain(s string) plainText { return plainText{markupReferences.Replace(s)} }

// asHTML converts plain text to HTML. A text with the same meaning in both, such as AT&T, stays unchanged.
func asHTML(s string) string {
	if html.UnescapeString(s) == s && !tagBegins.MatchString(s) {
		return s
	}
	return htmlReferences.Replace(s)
}

// tagBegins matches text that an HTML parser takes for markup (HTML §13.2.5.6).
var tagBegins = regexp.MustCompile(`<[A-Za-z/!?]`)

var htmlReferences = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

var markupReferences = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

func (rssForm) entry(e *Entry) any {
	i := &rssItem{
		Title:       plain(e.Title),
		Link:        e.URL,
		GUID:        rssGUID{e.ID == e.URL, e.ID},
		PubDate:     rfc822(e.Published),
		Description: e.Excerpt,
		Content:     e.Whole,
		Language:    e.Lang,
		Updated:     stamp(e.Updated),
	}
	if rights := e.rights(); rights != "" {
		said := plain(rights)
		i.Rights = &said
	}
	for _, a := range e.Authors {
		i.Creators = append(i.Creators, plain(a.Name))
	}
	for _, c := range e.Categories {
		i.Categories = append(i.Categories, rssCategory{c.Scheme, plain(c.Label).XML})
	}
	if len(e.Enclosures) > 0 {
		f := e.Enclosures[0]
		i.Enclosure = &rssEnclosure{f.URL, f.Size, f.Type}
	}
	if s := e.Source; s != nil && s.URL != "" {
		i.Source = &rssSource{s.URL, plain(s.Title).XML}
	}
	return i
}

// rights returns the rights of an entry, or else those of its original feed.
func (e *Entry) rights() string {
	if e.Rights == "" && e.Source != nil {
		return e.Source.Rights
	}
	return e.Rights
}

// rfc822 formats a time for RSS, with a four-digit year.
func rfc822(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 +0000") }
