// Package feed writes feeds as Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, and lists of feeds as OPML 2.0.
//
// To write a feed, call [Write]; to write a list of feeds, call [WriteOPML].
//
// All formats are written entry by entry from the same values. The same values yield the same bytes. The package
// writes texts and addresses unchanged: the caller cleans them, sanitises HTML, and omits unpublishable parts.
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

// Style is the style sheet for feeds in browsers.
//
//go:embed feed.css
var Style string

// Format is a format of feeds.
type Format string

// The formats.
const (
	Atom Format = "atom" // Atom 1.0 (RFC 4287), the only lossless one
	RSS  Format = "rss"  // RSS 2.0
	JSON Format = "json" // JSON Feed 1.1
)

// Formats returns all formats, the preferred one first.
func Formats() []Format { return []Format{Atom, RSS, JSON} }

// MediaType returns the media type of the format, as used in links.
func (f Format) MediaType() string {
	switch f {
	case RSS:
		return "application/rss+xml"
	case JSON:
		return "application/feed+json"
	}
	return "application/atom+xml"
}

// FeedMeta describes a feed document in one format.
type FeedMeta struct {
	ID, Title string      // ID is the AtomID; Title is plain text
	Subtitle  string      // "" if none
	Lang      string      // BCP 47; "" if unknown
	Updated   time.Time   // the time of the last change (RFC 4287 §4.2.15)
	Author    Person      // publisher of the feed
	Version   string      // of oped
	Page      string      // the address for people
	Self      string      // the address of the document
	Current   string      // of an archive (RFC 5005 §4): its current feed; "": this is the current feed
	Previous  string      // the preceding archive; for RSS, the one in Atom; "" if none
	Next      string      // of an archive: the following one; "" if none
	Hubs      []string    // addresses of WebSub hubs
	Gone      []Tombstone // deleted entries, for Atom and JSON Feed
	Style     string      // address of the style sheet; "" for none
}

// Person is a person or organisation with an address.
type Person struct {
	Name string `xml:"name,omitempty" json:"name"`          // as published
	URL  string `xml:"uri,omitempty"  json:"url,omitempty"` // "" if unknown
}

// Tombstone marks a deleted entry (RFC 6721).
type Tombstone struct {
	ID  string    // AtomID of the entry
	At  time.Time // time of the deletion
	Why string    // reason, as plain text
}

// Entry is one entry of a feed. It has at least one author, unless its feed is the author.
type Entry struct {
	ID                 string // AtomID (RFC 4287 §4.2.6); it never changes
	URL                string // "" if none
	Title              string // plain text
	Lang               string // BCP 47; "" if unknown
	Published, Updated time.Time
	Authors            []Person   // in the order of the byline
	Categories         []Category // topics, the kind, then the newspaper's own
	Rights             string     // "" if unknown
	Publisher, Kind    string
	Source             *Source   // original feed; nil for our own entries
	Related            []Related // further addresses, for Atom
	AlsoIn             []Place   // other places of publication, for JSON Feed
	Page               string    // our page about the entry, for JSON Feed; "" if none
	Enclosures         []Enclosure

	Note    string // of a curator, as plain text, already in the HTML; "" if none
	Excerpt string // HTML
	Whole   string // HTML; "" if the whole text is unknown or may not be published
	Credit  string // HTML, the end of the excerpt: the author and the place of publication
	Plain   string // whole text as plain text; "": HTML only
	Summary string // excerpt as one line of plain text
}

// Category is a category of an entry.
type Category struct {
	Term   string `xml:"term,attr"`             // identifies the category within its scheme
	Scheme string `xml:"scheme,attr,omitempty"` // address of the scheme; "" if none
	Label  string `xml:"label,attr"`            // for people
}

// Source is the original feed of an entry (RFC 4287 §4.2.11).
type Source struct {
	ID, Title string    // the feed's own id, or its address; plain text
	Lang      string    // BCP 47; "" if unknown
	Updated   time.Time // the time of the entry taken from it
	URL       string    // of the feed; "" if secret
	Site      string    // "" if unknown
	Rights    string    // "" if unknown
}

// Enclosure is a file belonging to an entry.
type Enclosure struct {
	URL  string `json:"url"`
	Type string `json:"mime_type"`
	Size int64  `json:"size_in_bytes,omitempty"` // 0 if unknown
}

// Related is another address of an entry.
type Related struct {
	URL, Title string // address and plain text
	Via        bool   // the entry comes from there
}

// Place is another place of publication.
type Place struct {
	Publisher string    // its name
	URL       string    // "" if none
	On        time.Time // zero: same day or unknown
}

// Write writes a document with as many of the entries as fit, and returns their number. It holds one entry at a
// time. The document stays within maxBytes; 0 means no limit. An error of the entries ends it with a partial
// document in w.
func Write(w io.Writer, f Format, m *FeedMeta, entries iter.Seq2[*Entry, error], maxBytes int64) (int, error) {
	d := &document{
		FeedMeta: m,
		items:    entries,
		out:      &counter{w: w},
		maxBytes: maxBytes,
	}
	switch f {
	case Atom:
		d.form = atomForm{m}
	case RSS:
		d.form = rssForm{m}
	case JSON:
		return d.entries, d.writeJSON()
	default:
		return 0, fmt.Errorf("unknown format %q", f)
	}
	if err := feeds.WriteXML(d, d.out); err != nil {
		return d.entries, err
	}
	_, err := io.WriteString(d.out, "\n")
	return d.entries, err
}

// document writes a feed entry by entry.
type document struct {
	*FeedMeta
	form     form
	items    iter.Seq2[*Entry, error]
	out      *counter
	maxBytes int64
	entries  int
}

// form is the format-specific part of an XML document.
type form interface {
	around() []xml.StartElement // the enclosing elements
	head() []element            // before the first entry
	entry(e *Entry) any
}

type element struct {
	name  string
	value any
}

// FeedXml makes document usable with gorilla/feeds.
func (d *document) FeedXml() interface{} { return d }

// MarshalXML writes the head, then one entry after the other.
func (d *document) MarshalXML(enc *xml.Encoder, _ xml.StartElement) error {
	if d.Style != "" { // browsers no longer display feeds
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

// closing is an upper bound on the length after the last entry, in any format.
const closing = int64(len("\n  </channel>\n</rss>\n"))

// encoding returns the bytes of an entry, valid until the next call.
type encoding func(e *Entry) ([]byte, error)

// walk writes the entries with separators until one does not fit.
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

// fitting returns the encoded entry, or nil if the document has no room for it after a gap. An excerpt replaces a
// whole text that does not fit. The first entry is always written, if need be with its headline and credit only.
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
		short.Note, short.Excerpt, short.Summary, short.Related = "", short.Credit, "", nil
	}
	return encode(&short)
}

// encoding returns the encoding of an XML document at a depth. Each entry begins a line.
func (d *document) encoding(depth int) encoding {
	var b bytes.Buffer
	enc := xml.NewEncoder(&b)
	enc.Indent("      "[:2*depth], "  ")
	b.WriteByte('\n') // the encoder begins a line before every element but the first
	return func(e *Entry) ([]byte, error) {
		err := enc.Encode(d.form.entry(e))
		entry := b.Bytes()
		b.Reset()
		return entry, err
	}
}

// counter counts the bytes written through it. It hides other methods of its writer: encoding/xml would adopt a
// bufio.Writer and flush it after every element.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
