package publish

import (
	"encoding/xml"
	"time"

	"github.com/gorilla/feeds"

	"oped"
)

// atomType is the media type of Atom (RFC 4287 §7), as links name it.
const atomType = "application/atom+xml"

// Feeds are the feeds that entries come from, by their URL.
type Feeds map[string]oped.FeedState

const (
	atomSpace    = "http://www.w3.org/2005/Atom"
	historySpace = "http://purl.org/syndication/history/1.0" // RFC 5005
	deletedSpace = "http://purl.org/atompub/tombstones/1.0"  // RFC 6721
)

// atomForm is Atom (RFC 4287).
type atomForm struct{ *document }

func (d *atomForm) around() []xml.StartElement {
	start := xml.StartElement{Name: xml.Name{Local: "feed"}, Attr: []xml.Attr{attribute("xmlns", atomSpace)}}
	if d.sheet.archived() {
		start.Attr = append(start.Attr, attribute("xmlns:fh", historySpace))
	}
	if len(d.sheet.Gone) > 0 {
		start.Attr = append(start.Attr, attribute("xmlns:at", deletedSpace))
	}
	if lang := language(d.sheet.Edition.Lang); lang != "" {
		start.Attr = append(start.Attr, attribute("xml:lang", lang))
	}
	return []xml.StartElement{start}
}

func attribute(name, value string) xml.Attr {
	return xml.Attr{Name: xml.Name{Local: name}, Value: value}
}

// head are the elements before the first entry. What is gone stands there, too: the grammar of RFC 4287 has nothing after the entries.
func (d *atomForm) head() []element {
	e := &d.sheet.Edition
	parts := []element{
		{"id", clean(e.AtomID)},
		{"title", orName(line(e.Title), e.Name)},
	}
	if subtitle := line(e.Subtitle); subtitle != "" {
		parts = append(parts, element{"subtitle", subtitle})
	}
	parts = append(parts,
		element{"updated", stamp(believable(e.Updated, e.Created))},
		element{"author", feeds.AtomPerson{Name: d.r.host(), Uri: d.r.base + "/"}},
	)
	for _, l := range d.links() {
		parts = append(parts, element{"link", l})
	}
	parts = append(parts, element{"generator", generator{Version: clean(d.r.version), Name: "oped"}})
	if d.sheet.archived() {
		parts = append(parts, element{"fh:archive", struct{}{}})
	}
	for _, g := range d.sheet.Gone {
		parts = append(parts, element{"at:deleted-entry", deleted{Ref: clean(g.AtomID), When: stamp(believable(g.At)), Comment: said(&g)}})
	}
	return parts
}

// links are those of the document: itself, its page, and where the history goes on (RFC 5005 §4).
func (d *atomForm) links() []link {
	s, r, name := d.sheet, d.r, d.sheet.Edition.Name
	links := []link{
		{Rel: "self", Type: atomType, Href: r.selfURL(s, Atom)},
		{Rel: "alternate", Type: "text/html", Href: r.pageURL(name)},
	}
	if s.archived() {
		links = append(links, link{Rel: "current", Type: atomType, Href: r.feedURL(name, Atom)})
	}
	if previous := r.previousURL(s, Atom); previous != "" {
		links = append(links, link{Rel: "prev-archive", Type: atomType, Href: previous})
	}
	if next := r.nextURL(s, Atom); next != "" {
		links = append(links, link{Rel: "next-archive", Type: atomType, Href: next})
	}
	if !s.archived() {
		for _, hub := range s.Hubs {
			links = append(links, link{Rel: "hub", Href: hub})
		}
	}
	return links
}

func (d *atomForm) entry(it *item, whole bool) any { return d.r.newEntry(it, whole) }

// deleted says that an entry is no more (RFC 6721 §3).
type deleted struct {
	Ref     string `xml:"ref,attr"`
	When    string `xml:"when,attr"`
	Comment string `xml:"at:comment,omitempty"`
}

// said is why a piece is gone, for people.
func said(g *oped.Tombstone) string {
	switch {
	case g.Withdrawn:
		return "withdrawn"
	case g.Into != "":
		return "the same piece as " + clean(g.Into)
	}
	return "not in this edition any more"
}

// stamp is a time as RFC 4287 §3.3 wants it, to the millisecond, which is what the store keeps.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }
