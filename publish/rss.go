package publish

import (
	"cmp"
	"encoding/xml"
	"html"
	"regexp"
	"strings"
	"time"
)

// rssForm is RSS 2.0, as the RSS profile of the RSS Advisory Board wants it.
type rssForm struct{ *document }

func (d *rssForm) around() []xml.StartElement {
	return []xml.StartElement{
		{Name: xml.Name{Local: "rss"}, Attr: []xml.Attr{
			attribute("version", "2.0"), attribute("xmlns:atom", atomSpace), attribute("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
			attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
		}},
		{Name: xml.Name{Local: "channel"}},
	}
}

// rssTTL is how many minutes a reader may keep the feed before it asks again.
const rssTTL = 60

func (d *rssForm) head() []element {
	e, s := &d.sheet.Edition, d.sheet
	title := orName(line(e.Title), e.Name)
	parts := []element{
		{"title", plain(title)},
		{"link", d.r.pageURL(e.Name)},
		{"description", plain(asHTML(cmp.Or(line(e.Subtitle), title)))}, // readers take it for HTML
	}
	if lang := language(e.Lang); lang != "" {
		parts = append(parts, element{"language", lang})
	}
	parts = append(parts,
		element{"lastBuildDate", rfc822(believable(e.Updated, e.Created))}, // of what stands here, never of the building
		element{"generator", "oped " + clean(d.r.version)},
		element{"docs", "https://www.rssboard.org/rss-specification"},
		element{"ttl", rssTTL},
		element{"atom:link", link{Rel: "self", Type: RSS.MediaType(), Href: d.r.selfURL(s, RSS)}},
	)
	if previous := d.r.previousURL(s, Atom); previous != "" { // the archives are Atom
		parts = append(parts, element{"atom:link", link{Rel: "prev-archive", Type: atomType, Href: previous}})
	}
	for _, hub := range s.Hubs {
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
	Source      *rssSource    `xml:"source"`
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

// plainText is plain text where readers look for HTML: the RSS profile wants & and < as hexadecimal references there, so that nobody takes them for
// markup.
type plainText struct {
	XML string `xml:",innerxml"`
}

func plain(s string) plainText { return plainText{markupReferences.Replace(s)} }

// asHTML makes HTML of plain text. A text that means the same as both, such as AT&T, stays as it is.
func asHTML(s string) string {
	if html.UnescapeString(s) == s && !tagBegins.MatchString(s) {
		return s
	}
	return htmlReferences.Replace(s)
}

// tagBegins finds what a parser of HTML does not take for text (HTML §13.2.5.6).
var tagBegins = regexp.MustCompile(`<[A-Za-z/!?]`)

var htmlReferences = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

var markupReferences = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

func (d *rssForm) entry(it *item, whole bool) any {
	text := it.text(d.r, whole)
	i := &rssItem{
		Title: plain(it.Title), Link: it.URL, GUID: rssGUID{it.piece.AtomID == it.URL, clean(it.piece.AtomID)}, PubDate: rfc822(it.Date),
		Description: text.excerpt, Content: text.whole, Language: it.Lang,
		Updated: stamp(believable(it.piece.Updated, it.Date)),
	}
	if rights := cmp.Or(line(it.lead.Rights), line(it.feed.Rights)); rights != "" {
		said := plain(rights)
		i.Rights = &said
	}
	for _, a := range it.Authors {
		i.Creators = append(i.Creators, plain(a.Name))
	}
	if len(i.Creators) == 0 {
		i.Creators = []plainText{plain(cmp.Or(it.Publisher, d.r.host()))}
	}
	for _, c := range d.r.categories(it) {
		i.Categories = append(i.Categories, rssCategory{c.Scheme, plain(c.Label).XML})
	}
	if address := it.feedURL(); address != "" {
		i.Source = &rssSource{address, plain(d.r.source(it).Title).XML}
	}
	return i
}

// rfc822 is a time as RSS wants it, with four digits of the year.
func rfc822(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 +0000") }
