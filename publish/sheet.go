package publish

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"iter"

	"github.com/gorilla/feeds"

	"oped"
)

// Format is a form in which editions are published. All forms are made of the same items, by the same path.
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

// Sheet is one document of an edition: its head, to which people subscribe, or one of its archives (RFC 5005 §4).
type Sheet struct {
	Edition  oped.EditionState
	Archive  int64            // its number; 0: this is the head
	Previous int64            // the archive that stands before it; 0: there is none
	Issue    string           // of a digest edition: the period of the one issue that this archive holds; "": it is none
	Earlier  string           // the issue that stands before it; "": Previous does
	Later    string           // the issue after it, of an archive that holds an issue; "": there is none
	Gone     []oped.Tombstone // of what this document would hold, had it not gone
	Hubs     []string         // where changes of the head are told (WebSub)
}

// archived tells whether the document is an archive.
func (s *Sheet) archived() bool { return s.Archive > 0 || s.Issue != "" }

// Render writes one document of an edition, with those of the pieces that fit, and gives how many these are. It holds one piece at a time. The
// document ends before it would be longer than maxBytes; 0 means that it may be as long as it likes. The pieces' error ends it, and leaves
// w with a part of a document. The same arguments give the same bytes.
func (r *Renderer) Render(w io.Writer, f Format, from Feeds, s *Sheet, pieces iter.Seq2[oped.Piece, error], maxBytes int64) (int, error) {
	return r.render(w, f, s, r.each(&s.Edition, from, pieces), maxBytes)
}

// each gives the items of pieces that have an entry, one by one.
func (r *Renderer) each(e *oped.EditionState, from Feeds, pieces iter.Seq2[oped.Piece, error]) iter.Seq2[*item, error] {
	return func(yield func(*item, error) bool) {
		for p, err := range pieces {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(p.Entries) > 0 && !yield(r.newItem(e, from, &p), nil) {
				return
			}
		}
	}
}

// render is Render of items.
func (r *Renderer) render(w io.Writer, f Format, s *Sheet, items iter.Seq2[*item, error], maxBytes int64) (int, error) {
	d := &document{r: r, format: f, sheet: s, items: items, out: &counter{w: w}, maxBytes: maxBytes}
	switch f {
	case Atom:
		d.form = &atomForm{d}
	case RSS:
		d.form = &rssForm{d}
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
	r        *Renderer
	format   Format
	sheet    *Sheet
	items    iter.Seq2[*item, error]
	out      *counter
	maxBytes int64
	entries  int
	form     form
}

// form is what one XML format has of its own.
type form interface {
	around() []xml.StartElement     // the elements that hold all others
	head() []element                // before the first entry
	entry(it *item, whole bool) any // with the whole text, or with an excerpt
}

type element struct {
	name  string
	value any
}

// FeedXml makes a document one that gorilla/feeds writes.
func (d *document) FeedXml() interface{} { return d }

// MarshalXML writes the head, then one entry after the other.
func (d *document) MarshalXML(enc *xml.Encoder, _ xml.StartElement) error {
	if err := d.styled(enc); err != nil {
		return err
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

// styled names the style sheet by which a browser shows the feed: browsers do not know feeds any more.
func (d *document) styled(enc *xml.Encoder) error {
	if d.r.base == "" {
		return nil
	}
	return enc.EncodeToken(xml.ProcInst{Target: "xml-stylesheet", Inst: []byte(`type="text/css" href="` + escaped(d.r.base) + `/feed.css"`)})
}

// closing is more than what stands after the last entry takes, in any format.
const closing = int64(len("\n  </channel>\n</rss>\n"))

// encoding gives the bytes of an item's entry, with the whole text or with an excerpt. They are good until the next call.
type encoding func(it *item, whole bool) ([]byte, error)

// walk writes the entries and what stands between two of them, until one does not fit.
func (d *document) walk(between string, encode encoding) error {
	gap := ""
	for it, err := range d.items {
		if err != nil {
			return err
		}
		entry, err := d.fitting(it, len(gap), encode)
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

// fitting is the entry of an item after a gap, nil if the document has no room for it. A whole text that does not fit gives way to an excerpt.
func (d *document) fitting(it *item, gap int, encode encoding) ([]byte, error) {
	from := d.out.n + int64(gap)
	for _, whole := range []bool{true, false} {
		if whole && !d.sheet.Edition.Full && !it.feed.Full {
			continue
		}
		entry, err := encode(it, whole)
		if err != nil {
			return nil, err
		}
		if d.maxBytes == 0 || from+int64(len(entry))+closing <= d.maxBytes {
			return entry, nil
		}
	}
	if d.entries > 0 {
		return nil, nil
	}
	return encode(it.bare(), false)
}

// encoding is that of an XML document, at a depth of it. Each entry begins a line.
func (d *document) encoding(depth int) encoding {
	var b bytes.Buffer
	enc := xml.NewEncoder(&b)
	enc.Indent("      "[:2*depth], "  ")
	b.WriteByte('\n') // the encoder begins a line before every element but its first
	return func(it *item, whole bool) ([]byte, error) {
		err := enc.Encode(d.form.entry(it, whole))
		entry := b.Bytes()
		b.Reset()
		return entry, err
	}
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
