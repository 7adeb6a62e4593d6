package feed

import (
	"encoding/xml"
	"time"

	"github.com/gorilla/feeds"
)

// The namespaces of Atom and its extensions.
const (
	AtomSpace    = "http://www.w3.org/2005/Atom"
	historySpace = "http://purl.org/syndication/history/1.0" // RFC 5005
	DeletedSpace = "http://purl.org/atompub/tombstones/1.0"  // RFC 6721
	ourSpace     = "urn:oped:1"                              // curators' notes
)

// atomForm is Atom (RFC 4287).
type atomForm struct{ *FeedMeta }

func (m atomForm) around() []xml.StartElement {
	start := xml.StartElement{Name: xml.Name{Local: "feed"}, Attr: []xml.Attr{attribute("xmlns", AtomSpace)}}
	if m.Current != "" {
		start.Attr = append(start.Attr, attribute("xmlns:fh", historySpace))
	}
	if len(m.Gone) > 0 {
		start.Attr = append(start.Attr, attribute("xmlns:at", DeletedSpace))
	}
	if m.Lang != "" {
		start.Attr = append(start.Attr, attribute("xml:lang", m.Lang))
	}
	return []xml.StartElement{start}
}

func attribute(name, value string) xml.Attr {
	return xml.Attr{Name: xml.Name{Local: name}, Value: value}
}

// head returns the elements before the first entry. Tombstones are among them: the grammar of RFC 4287 allows
// nothing after the entries.
func (m atomForm) head() []element {
	parts := []element{{"id", m.ID}, {"title", m.Title}}
	if m.Subtitle != "" {
		parts = append(parts, element{"subtitle", m.Subtitle})
	}
	parts = append(parts,
		element{"updated", stamp(m.Updated)},
		element{"author", m.Author},
	)
	for _, l := range m.links() {
		parts = append(parts, element{"link", l})
	}
	parts = append(parts, element{"generator", generator{Version: m.Version, Name: "oped"}})
	if m.Current != "" {
		parts = append(parts, element{"fh:archive", struct{}{}})
	}
	for _, g := range m.Gone {
		parts = append(parts, element{"at:deleted-entry", deleted{Ref: g.ID, When: stamp(g.At), Comment: g.Why}})
	}
	return parts
}

// links returns the document's links: to itself, its page, and the rest of its history (RFC 5005 §4).
func (m atomForm) links() (links []link) {
	add := func(rel string, f Format, href string) {
		if href != "" {
			links = append(links, link{Rel: rel, Type: f.MediaType(), Href: href})
		}
	}
	add("self", Atom, m.Self)
	links = append(links, link{Rel: "alternate", Type: "text/html", Href: m.Page})
	add("current", Atom, m.Current)
	add("prev-archive", Atom, m.Previous)
	add("next-archive", Atom, m.Next)
	for _, hub := range m.Hubs {
		links = append(links, link{Rel: "hub", Href: hub})
	}
	return links
}

// The types below are parts of Atom missing or incomplete in gorilla/feeds. Texts without a type attribute are
// plain text (RFC 4287 §3.1.1): readers disagree about titles in HTML.

type atomEntry struct {
	XMLName    xml.Name   `xml:"entry"`
	Lang       string     `xml:"xml:lang,attr,omitempty"`
	ID         string     `xml:"id"`
	Title      string     `xml:"title"`
	Updated    string     `xml:"updated"`
	Published  string     `xml:"published"`
	Authors    []Person   `xml:"author"`
	Links      []link     `xml:"link"`
	Categories []Category `xml:"category"`
	Rights     string     `xml:"rights,omitempty"`
	Source     *source    `xml:"source"`
	Note       *note      `xml:"oped:note"`
	Summary    *feeds.AtomSummary
	Content    *feeds.AtomContent
}

// note is a curator's note, plain text in an extension element of ours.
type note struct {
	Space string `xml:"xmlns:oped,attr"`
	Text  string `xml:",chardata"`
}

type link struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr,omitempty"`
	Href  string `xml:"href,attr"`
	Title string `xml:"title,attr,omitempty"`
	Size  int64  `xml:"length,attr,omitempty"`
}

type generator struct {
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

type source struct {
	Lang    string `xml:"xml:lang,attr,omitempty"`
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Links   []link `xml:"link"`
	Rights  string `xml:"rights,omitempty"`
}

// deleted is the tombstone of an entry (RFC 6721 §3).
type deleted struct {
	Ref     string `xml:"ref,attr"`
	When    string `xml:"when,attr"`
	Comment string `xml:"at:comment,omitempty"`
}

func (atomForm) entry(of *Entry) any {
	e := &atomEntry{
		Lang:       of.Lang,
		ID:         of.ID,
		Title:      of.Title,
		Updated:    stamp(of.Updated),
		Published:  stamp(of.Published),
		Authors:    of.Authors,
		Categories: of.Categories,
		Rights:     of.Rights,
		Source:     sourceOf(of.Source),
	}
	if of.Note != "" {
		e.Note = &note{ourSpace, of.Note}
	}
	if of.URL != "" {
		e.Links = append(e.Links, link{Rel: "alternate", Href: of.URL})
	}
	for _, r := range of.Related {
		if r.Via { // RFC 4287 §4.2.7.2: the source of the information
			e.Links = append(e.Links, link{Rel: "via", Href: r.URL, Title: r.Title})
		}
		e.Links = append(e.Links, link{Rel: "related", Href: r.URL, Title: r.Title})
	}
	for _, f := range of.Enclosures {
		e.Links = append(e.Links, link{Rel: "enclosure", Type: f.Type, Href: f.URL, Size: f.Size})
	}
	switch {
	case of.Plain != "":
		e.Summary = &feeds.AtomSummary{Type: "text", Content: of.Plain}
		e.Content = &feeds.AtomContent{Type: "html", Content: of.Whole}
	case of.Whole != "":
		e.Content = &feeds.AtomContent{Type: "html", Content: of.Whole}
	case of.URL == "": // an entry without an alternate link needs a content (RFC 4287 §4.1.2)
		e.Content = &feeds.AtomContent{Type: "html", Content: of.Excerpt}
	default:
		e.Summary = &feeds.AtomSummary{Type: "html", Content: of.Excerpt}
	}
	return e
}

func sourceOf(s *Source) *source {
	if s == nil {
		return nil
	}
	out := &source{
		Lang:    s.Lang,
		ID:      s.ID,
		Title:   s.Title,
		Updated: stamp(s.Updated),
		Rights:  s.Rights,
	}
	if s.URL != "" {
		out.Links = append(out.Links, link{Rel: "self", Href: s.URL})
	}
	if s.Site != "" {
		out.Links = append(out.Links, link{Rel: "alternate", Href: s.Site})
	}
	return out
}

// stamp formats a time by RFC 4287 §3.3, with the store's precision of a millisecond.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }
