// Package parse turns the bytes of a response into a document and its entries.
//
// To read a feed, call [Document]; [Cost] estimates the memory it takes. To find the feeds of an HTML page,
// call [Discover], and to read a subscription list, [OPML]. To parse a date of a feed, call [Time]. [JSON]
// returns a document in the form of feedparser, for comparing parsers.
//
// # The way of one document
//
// decode converts the bytes to UTF-8 text (charset.go, guess.go), and clean drops the characters illegal in XML
// (clean.go). A scanner goes once through the text (scan.go). It enforces the limits, tolerates mistakes and
// builds a small tree; long texts in it are still stretches of the document. The tree gives two things. One is
// an outline without the long texts for gofeed, as a second opinion on the format and the number of entries
// (gofeed.go). The other is a record of the document and of each entry, with everything gofeed has no room for:
// types, languages and bases of texts, raw ids and dates, every author (record.go). Records become entries
// (entry.go), or the JSON of other parsers' test suites (feedparser.go). JSON Feed is read separately
// (jsonfeed.go).
//
// The package uses no clock or network, no file but the zones of the standard library, and ends no program: a
// panic in a library becomes an error.
package parse

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"oped"
	"oped/text"
)

// Limits are the limits of a document. A zero field means its default.
type Limits struct {
	Namespaces int // declarations in scope at one place; 64
	Depth      int // nested elements; 256
	Entries    int // oped.MaxEntries; the newest are kept
	Elements   int // outside of texts; 200,000. Attributes of all of them: twice as many
	Attributes int // of one element; 256

	roots map[string]bool // the possible root elements
	texts map[string]bool // elements with tags in their text
}

func (l Limits) orDefaults() Limits {
	set := func(n *int, value int) {
		if *n <= 0 {
			*n = value
		}
	}
	set(&l.Namespaces, 64)
	set(&l.Depth, 256)
	set(&l.Entries, oped.MaxEntries)
	set(&l.Elements, 200_000)
	set(&l.Attributes, 256)
	l.roots, l.texts = feedRoots, feedTexts
	return l
}

// Input is a document and its origin.
type Input struct {
	Body   []byte      // without Content-Encoding; never change it afterwards: results may share its memory
	URL    string      // the final address, the base of relative links; may be empty
	Header http.Header // of the response, as far as it describes the document; may be nil
	Feed   oped.Feed   // from the configuration; it completes the document
	Limits Limits
}

// Result is the content of a document.
type Result struct {
	Document oped.Document
	Entries  []oped.Entry // in the order of the document; without Text, Row and FirstSeen
	Limits   oped.Limits  // reached by the document or one of its entries
	Warning  string       // the mistake in a document, with or without loss; "" for none
	Partial  bool         // the mistake may be of this answer alone: fetch the whole document again
}

// Document reads an RSS, RDF or Atom document, an Atom entry document (RFC 4287 §2) or a JSON Feed. Its error
// is always an [*oped.FetchError]: NotFeed for something else, Malformed if nothing can be read, TooLarge
// beyond the other limits, Timeout if ctx ends first.
func Document(ctx context.Context, in Input) (Result, error) {
	doc, err := read(ctx, in)
	if err != nil {
		return Result{}, err
	}
	result := doc.result(in)
	if ctx.Err() != nil {
		return Result{}, timeoutError(ctx)
	}
	return result, nil
}

// Cost returns the approximate memory for reading a document, itself included, in bytes. It counts tags,
// attributes and values without parsing the document.
func Cost(body []byte) int {
	const tag, value = 250, 60 // of an element, of an attribute or a value of JSON
	return len(body) + tag*bytes.Count(body, []byte("<")) +
		value*(bytes.Count(body, []byte("="))+bytes.Count(body, []byte(",")))
}

// document is a document of any format, before its conversion to a [Result].
type document struct {
	record   // its own description
	entries  []record
	version  string // rss20, atom10, json11 …: feedparser's names
	encoding string // the charset used
	size     int    // of its text, in bytes
	warning  string // the loss; "" for none
	partial  bool   // another answer may have more
	bozo     string // the first mistake, with or without loss
	calendar calendar
}

// read reads a document without building the Result. A panic of a library means that the document cannot be
// read.
func read(ctx context.Context, in Input) (doc *document, err error) {
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fail(oped.Malformed, "the document cannot be read: %v", p)
		}
	}()
	limits := in.Limits.orDefaults()
	m := newMeter(ctx, len(in.Body))
	decoded, err := decode(in)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, timeoutError(ctx)
	}
	source := strings.TrimLeft(decoded.text, "\ufeff \t\r\n")
	switch {
	case source == "":
		return nil, fail(oped.NotFeed, "the document is empty")
	case source[0] == '{':
		doc, err = readJSON(source, in, limits, m)
	default:
		doc, err = readXML(ctx, decoded.text, in, limits, m)
	}
	if isNotFeed(err) {
		if behind := readBehind(ctx, source, in, limits, m); behind != nil {
			doc, err = behind, nil
		}
	}
	if err != nil {
		return nil, err
	}
	doc.encoding, doc.size = decoded.name, len(decoded.text)
	doc.calendar = newCalendar(in.Feed.Country, FeedZone(&in.Feed), doc.dates()...)
	if decoded.lost != "" {
		doc.warning = cmp.Or(doc.warning, decoded.lost)
		doc.bozo, doc.partial = cmp.Or(decoded.lost, doc.bozo), true
	}
	doc.warning, doc.bozo = cmp.Or(doc.warning, decoded.note), cmp.Or(decoded.note, doc.bozo, decoded.mistake)
	return doc, nil
}

// feedStart is the likely beginning of a feed behind other output of its program.
var feedStart = text.Pattern(`(?i)<\?xml\s|<(?:[a-z][\w-]*:)?(?:rss|feed|rdf)[\s>]|\{\s*"version"\s*:\s*"https?://(?:www\.)?jsonfeed`)

// maxStarts is the largest number of places tried for the beginning of a feed.
const maxStarts = 8

// readBehind reads a feed with entries behind something else, such as a warning of PHP in HTML; nil if there is
// none.
func readBehind(ctx context.Context, source string, in Input, limits Limits, m *meter) *document {
	for _, at := range feedStart().FindAllStringIndex(source, maxStarts) {
		var doc *document
		var err error
		if source[at[0]] == '{' {
			doc, err = readJSON(source[at[0]:], in, limits, m)
		} else {
			doc, err = readXML(ctx, source[at[0]:], in, limits, m)
		}
		if err == nil && len(doc.entries) > 0 {
			doc.bozo = "something else is before the feed"
			return doc
		}
		m.take()
	}
	return nil
}

func isNotFeed(err error) bool {
	var failed *oped.FetchError
	return errors.As(err, &failed) && failed.Kind == oped.NotFeed
}

// dates returns all dates of a document as written.
func (d *document) dates() []string {
	all := []string{d.published, d.updated}
	for i := range d.entries {
		r := &d.entries[i]
		all = append(all, r.published, r.updated, r.created)
	}
	return all
}

// readXML reads every format except JSON Feed.
func readXML(ctx context.Context, source string, in Input, limits Limits, m *meter) (*document, error) {
	found, err := scan(ctx, source, documentBase(in, m), languageTag(in.Header.Get("Content-Language")), limits)
	if err != nil {
		return nil, err
	}
	form := formatOf(found)
	if form == nil {
		return nil, notFeed(found.root)
	}
	if found.surplus {
		form.dropPartial()
		m.limits.Add(oped.EntriesLimit)
		stamps := make([]stamp, len(form.entries))
		for i, el := range form.entries {
			stamps[i] = el.stamp()
		}
		form.entries = pickPlaces(form.entries, newestOf(limits.Entries, stamps, &in.Feed))
	}
	if found.cut != "" {
		form.dropPartial()
		if len(form.entries) == 0 && form.feed.partial && form.feed.child(form.feed.space, "title") == nil {
			return nil, fail(oped.Malformed, "%s", found.cut)
		}
	}
	doc := &document{version: form.version, bozo: cmp.Or(found.cut, found.bozo), warning: found.cut,
		partial: found.cut != ""}
	doc.record = newRecord(form.feed, form.kind)
	doc.limits, _ = m.take()
	for _, el := range form.entries {
		r := newRecord(el, form.kind)
		r.limits, r.rest = m.take()
		doc.entries = append(doc.entries, r)
	}
	if err := secondOpinion(ctx, form, doc); err != nil {
		return nil, err
	}
	return doc, nil
}

func fail(kind oped.FailureKind, format string, args ...any) *oped.FetchError {
	return &oped.FetchError{Kind: kind, Err: fmt.Errorf(format, args...)}
}

func timeoutError(ctx context.Context) *oped.FetchError {
	return &oped.FetchError{Kind: oped.Timeout, Err: fmt.Errorf("reading the document: %w", context.Cause(ctx))}
}

// notFeed returns an error with the kind of document found instead of a feed.
func notFeed(root *element) *oped.FetchError {
	switch {
	case root == nil:
		return &oped.FetchError{Kind: oped.NotFeed, Err: errors.New("the document is neither XML nor JSON")}
	case root.name == "html":
		return &oped.FetchError{Kind: oped.NotFeed, Err: errors.New("this is an HTML page, not a feed")}
	}
	return fail(oped.NotFeed, "the document is not a feed: it begins with <%.40s>", root.raw)
}
