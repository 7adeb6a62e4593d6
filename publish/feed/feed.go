// Package feed writes feeds, as Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, and lists of feeds (OPML 2.0).
//
// All formats are written from the same values, entry by entry. The same values give the same bytes. The package
// takes texts and addresses as they are: they have to be clean, HTML has to be sanitised, and whatever may not be
// published is not there.
package feed

import (
	"bytes"
	_ "embed" // the style sheet
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"iter"
	"time"

	"github.com/gorilla/feeds"
)

// Style is the style sheet by which browsers show feeds.
//
//go:embed feed.css
var Style string

// Format is a form of a feed.
type Format string

// The formats.
const (
	Atom Format = "atom" // Atom 1.0 (RFC 4287), the one that loses nothing
	RSS  Format = "rss"  // RSS 2.0
	JSON Format = "json" // JSON Feed 1.1
)

// Formats are all formats, the preferred one first.
func Formats() []Format { return []Format{Atom, RSS, JSON} }

// MediaType is what documents of the format are served as, as links name it.
func (f Format) MediaType() string {
	switch f {
	case RSS:
		return "application/rss+xml"
	case JSON:
		return "application/feed+json"
	}
	return "application/atom+xml"
}

// FeedMeta is what a document says of itself, in one format.
type FeedMeta struct {
	ID, Title string
	Subtitle  string // "" if there is none
	Lang      string // BCP 47; "" if unknown
	Updated   time.Time
	Author    Person // who publishes the feed
	Version   string // of oped, which writes it
	Page      string // the address for people
	Self      string // the address of the document
	Current   string // of an archive (RFC 5005 §4): the feed that it belongs to; "": the document is that feed itself
	Previous  string // the archive before it, of RSS in Atom; "" if there is none
	Next      string // of an archive: the one after it; "" if there is none
	Hubs      []string
	Gone      []Tombstone
	Style     string // the address of the style sheet; "": the document names none
}

// Person is a name, and where it leads.
type Person struct {
	Name string `xml:"name,omitempty" json:"name"`
	URL  string `xml:"uri,omitempty" json:"url,omitempty"` // "" if unknown
}

// Tombstone says that an entry is no more (RFC 6721).
type Tombstone struct {
	ID  string
	At  time.Time
	Why string
}

// Entry is one entry of a feed. It has one author at least, unless its feed is the author.
type Entry struct {
	ID                 string
	URL                string // "" if there is none
	Title              string // plain text
	Lang               string // BCP 47; "" if unknown
	Published, Updated time.Time
	Authors            []Person
	Categories         []Category
	Rights             string // "" if nothing is known
	Publisher, Kind    string
	Source             *Source // the feed that it was taken from; nil: it is our own
	Related            []Related
	AlsoIn             []Place

	Excerpt string // HTML
	Whole   string // HTML; "" if the whole text is not permitted or not known
	Credit  string // HTML, with which the excerpt ends: who wrote the text, and where
	Plain   string // all of it as plain text; "": there is the HTML only
	Summary string // the excerpt in one line of plain text
}

// Category is a category of an entry.
type Category struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr"`
}

// Source is the feed that an entry was taken from (RFC 4287 §4.2.11).
type Source struct {
	ID, Title string
	Lang      string
	Updated   time.Time
	URL       string // of the feed; "" if it may not be published
	Site      string // "" if unknown
	Rights    string
}

// Related is another address of an entry.
type Related struct {
	URL, Title string
	Via        bool // the entry was taken from there
}

// Place is another place where an entry was published.
type Place struct {
	Publisher string
	URL       string    // "" if there is none
	On        time.Time // zero: on the same day, or not known
}

// Write writes a document with those of the entries that fit, and gives how many these are. It holds one entry at a
// time. The document ends before it would be longer than maxBytes; 0 means that it may be as long as it likes. The
// entries' error ends it, and leaves w with a part of a document.
func Write(w io.Writer, f Format, m *FeedMeta, entries iter.Seq2[*Entry, error], maxBytes int64) (int, error) {
	d := &document{FeedMeta: m, items: entries, out: &counter{w: w}, maxBytes: maxBytes}
	switch f {
	case Atom:
		d.form = atomForm{m}
	case RSS:
		d.form = rssForm{m}
	case JSON:
		return d.entries, d.writeJSON()
	default:
		return 0, fmt.Errorf("there is no format %q", f)
	}
	if err := feeds.WriteXML(d, d.out); err != nil {
		return d.entries, err
	}
	_, err := io.WriteString(d.out, "\n")
	return d.entries, err
}

// document is a feed that writes itself entry by entry.
type document struct {
	*FeedMeta
	form     form
	items    iter.Seq2[*Entry, error]
	out      *counter
	maxBytes int64
	entries  int
}

// form is what one XML format has of its own.
type form interface {
	around() []xml.StartElement // the elements that hold all others
	head() []element            // before the first entry
	entry(e *Entry) any
}

type element struct {
	name  string
	value any
}

// FeedXml makes a document one that gorilla/feeds writes.
func (d *document) FeedXml() interface{} { return d }

// MarshalXML writes the head, then one entry after the other.
func (d *document) MarshalXML(enc *xml.Encoder, _ xml.StartElement) error {
	if d.Style != "" { // browsers do not know feeds any more
		styled := `type="text/css" href="` + html.EscapeString(d.Style) + `"`
		if err := enc.EncodeToken(xml.ProcInst{Target: "xml-stylesheet", Inst: []byte(styled)}); err != nil {
			return err
		}
	}
	around := d.form.around()
	for _, start := range around {
		if err := enc.EncodeToken(start); err != nil {
			return err
		}
	}
	for _, part := range d.form.head() {
		if err := enc.EncodeElement(part.value, xml.StartElement{Name: xml.Name{Local: part.name}}); err != nil {
			return err
		}
	}
	if err := enc.Flush(); err != nil {
		return err
	}
	if err := d.walk("", d.encoding(len(around))); err != nil {
		return err
	}
	for i := len(around) - 1; i >= 0; i-- {
		if err := enc.EncodeToken(around[i].End()); err != nil {
			return err
		}
	}
	return nil
}

// closing is more than what follows the last entry takes, in any format.
const closing = int64(len("\n  </channel>\n</rss>\n"))

// encoding gives the bytes of an entry. They are good until the next call.
type encoding func(e *Entry) ([]byte, error)

// walk writes the entries and what is between two of them, until one does not fit.
func (d *document) walk(between string, encode encoding) error {
	gap := ""
	for e, err := range d.items {
		if err != nil {
			return err
		}
		entry, err := d.fitting(e, len(gap), encode)
		if err != nil {
			return err
		}
		if entry == nil {
			break
		}
		if _, err := io.WriteString(d.out, gap); err != nil {
			return err
		}
		if _, err := d.out.Write(entry); err != nil {
			return err
		}
		d.entries++
		gap = between
	}
	return nil
}

// fitting is an entry after a gap, nil if the document has no room for it. A whole text that does not fit gives way
// to an excerpt. The first entry has to fit: of it there may be the headline only, and where to read it.
func (d *document) fitting(e *Entry, gap int, encode encoding) ([]byte, error) {
	short := *e
	for {
		entry, err := encode(&short)
		if err != nil || d.maxBytes == 0 || d.out.n+int64(gap+len(entry))+closing <= d.maxBytes {
			return entry, err
		}
		if short.Whole == "" || short.Plain != "" {
			break
		}
		short.Whole = ""
	}
	if d.entries > 0 {
		return nil, nil
	}
	if short.Plain == "" {
		short.Excerpt, short.Summary, short.Related = short.Credit, "", nil
	}
	return encode(&short)
}

// encoding is that of an XML document, at a depth of it. Each entry begins a line.
func (d *document) encoding(depth int) encoding {
	var b bytes.Buffer
	enc := xml.NewEncoder(&b)
	enc.Indent("      "[:2*depth], "  ")
	b.WriteByte('\n') // the encoder begins a line before every element but its first
	return func(e *Entry) ([]byte, error) {
		err := enc.Encode(d.form.entry(e))
		entry := b.Bytes()
		b.Reset()
		return entry, err
	}
}

// counter counts what is written through it. It hides what else its writer can do: encoding/xml would adopt a
// bufio.Writer, and flush it with every element.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
