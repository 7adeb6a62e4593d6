package publish

import (
	"encoding/xml"
	"io"
	"iter"
	"net/url"
	"time"

	"github.com/gorilla/feeds"

	"oped"
)

// atomType is the media type of Atom (RFC 4287 §7), as links name it.
const atomType = "application/atom+xml"

// Feeds are the feeds that entries come from, by their URL.
type Feeds map[string]oped.FeedState

// RenderAtom writes an edition as an Atom feed (RFC 4287) and gives the number of entries in it. It holds one piece at a time. The
// document ends before it would be longer than maxBytes; 0 means that it may be as long as it likes. The pieces' error ends it, and
// leaves w with a part of a document. The same arguments give the same bytes.
func (r *Renderer) RenderAtom(w io.Writer, from Feeds, e oped.EditionState, pieces iter.Seq2[oped.Piece, error], maxBytes int64) (int, error) {
	out := &counter{w: w}
	d := &document{r: r, feeds: from, edition: &e, pieces: pieces, out: out, maxBytes: maxBytes}
	if err := feeds.WriteXML(d, out); err != nil {
		return d.entries, err
	}
	_, err := io.WriteString(out, "\n")
	return d.entries, err
}

// document is an Atom feed that writes itself entry by entry.
type document struct {
	r        *Renderer
	feeds    Feeds
	edition  *oped.EditionState
	pieces   iter.Seq2[oped.Piece, error]
	out      *counter
	maxBytes int64
	entries  int
}

// FeedXml makes a document one that gorilla/feeds writes.
func (d *document) FeedXml() interface{} { return d }

// MarshalXML writes the head, then one entry after the other.
func (d *document) MarshalXML(enc *xml.Encoder, _ xml.StartElement) error {
	start := xml.StartElement{Name: xml.Name{Local: "feed"}, Attr: []xml.Attr{
		{Name: xml.Name{Local: "xmlns"}, Value: "http://www.w3.org/2005/Atom"},
	}}
	if lang := language(d.edition.Lang); lang != "" {
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: "xml:lang"}, Value: lang})
	}
	if err := enc.EncodeToken(start); err != nil {
		return err
	}
	for _, part := range d.head() {
		if err := enc.EncodeElement(part.value, xml.StartElement{Name: xml.Name{Local: part.name}}); err != nil {
			return err
		}
	}
	for p, err := range d.pieces {
		if err != nil {
			return err
		}
		if len(p.Entries) == 0 {
			continue
		}
		entry, err := d.fitting(&p)
		if err != nil {
			return err
		}
		if entry == nil {
			break
		}
		if err := enc.Encode(entry); err != nil {
			return err
		}
		d.entries++
	}
	return enc.EncodeToken(start.End())
}

type element struct {
	name  string
	value any
}

// head are the elements before the first entry.
func (d *document) head() []element {
	e := d.edition
	parts := []element{
		{"id", clean(e.AtomID)},
		{"title", orName(line(e.Title), e.Name)},
	}
	if subtitle := line(e.Subtitle); subtitle != "" {
		parts = append(parts, element{"subtitle", subtitle})
	}
	return append(parts,
		element{"updated", stamp(believable(e.Updated, e.Created))},
		element{"author", feeds.AtomPerson{Name: d.r.host(), Uri: d.r.base + "/"}},
		element{"link", link{Rel: "self", Type: atomType, Href: d.r.atomURL(e.Name)}},
		element{"link", link{Rel: "alternate", Type: "text/html", Href: d.r.pageURL(e.Name)}},
		element{"generator", generator{Version: clean(d.r.version), Name: "oped"}},
	)
}

// closing is what stands after the last entry.
const closing = int64(len("\n</feed>\n"))

// fitting is the entry of a piece, nil if the document has no room for it. A whole text that is too long gives way to an excerpt.
func (d *document) fitting(p *oped.Piece) (*entry, error) {
	it := d.r.newItem(d.edition, d.feeds, p)
	for _, full := range []bool{d.edition.Full || it.feed.Full, false} {
		entry := d.r.newEntry(it, full)
		if d.maxBytes == 0 {
			return entry, nil
		}
		size, err := sizeOf(entry)
		if err != nil {
			return nil, err
		}
		if d.out.n+size+closing <= d.maxBytes {
			return entry, nil
		}
		if !full {
			break
		}
	}
	return nil, nil
}

// sizeOf is how many bytes an entry takes in the document.
func sizeOf(e *entry) (int64, error) {
	out := &counter{w: io.Discard}
	enc := xml.NewEncoder(out)
	enc.Indent("  ", "  ")
	err := enc.Encode(e)
	return out.n + int64(len("\n")), err
}

// counter counts what is written through it. It hides what else its writer can do: encoding/xml would adopt a bufio.Writer, and
// flush it with every element.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// stamp is a time as RFC 4287 §3.3 wants it, to the millisecond, which is what the store keeps.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }

func orName(title, name string) string {
	if title == "" {
		return name
	}
	return title
}

// host names who publishes the edition.
func (r *Renderer) host() string {
	if u, err := url.Parse(r.base); err == nil && u.Host != "" {
		return u.Hostname()
	}
	return "oped"
}

func (r *Renderer) atomURL(name string) string { return r.base + "/" + atomFile(name) }
func (r *Renderer) pageURL(name string) string { return r.base + "/" + name + "/" }
