// Package parse turns the bytes a server answered with into a document and its entries.
//
// # The way of one document
//
// The bytes become UTF-8 text (charset.go), freed of what no XML document may hold (clean.go). A scanner goes once through
// the text (scan.go): it keeps the limits, forgives what can be forgiven and leaves a small tree, in which the long texts are
// still stretches of the document. From the tree come an outline without the long texts, which gofeed reads and so decides
// what format the document has and how many entries (gofeed.go), and a record of the document and of each entry with all
// that gofeed has no room for: types, languages and bases of texts, raw ids and dates, every author (record.go). Records
// become entries (entry.go), or the JSON that other parsers' test suites understand (feedparser.go). JSON Feed has a way of
// its own (jsonfeed.go).
//
// The package reads no clock, opens no file or address, and ends no program: a panic in a library becomes an error.
package parse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"oped"
)

// Limits are what a document may ask of us at most. A zero field means its default.
type Limits struct {
	Namespaces int // declarations in scope at one place; 64
	Depth      int // elements within each other; 256
	Entries    int // oped.MaxEntries; those that follow are left out
	Elements   int // outside of texts; 200,000. Attributes of all of them: twice as many
	Attributes int // of one element; 256

	roots map[string]bool // what the document has to begin with
	texts map[string]bool // elements in which tags are part of the text
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

// Input is a document and what is known of where it came from.
type Input struct {
	Body   []byte      // after Content-Encoding is undone; not to be changed afterwards: what is read may share its memory
	URL    string      // the address that answered, which relative links start from; may be empty
	Header http.Header // of the response: Content-Type, Content-Location and Content-Language are looked at; may be nil
	Feed   oped.Feed   // what the configuration says: URL, Publisher, Lang and Country fill what the document leaves out
	Limits Limits
}

// Result is what a document says.
type Result struct {
	Document oped.Document
	Entries  []oped.Entry // in the order of the document; without Text, Row and FirstSeen
	Limits   oped.Limits  // that the document or one of its entries reached
	Warning  string       // what was wrong with a document that could still be read in part; "" if nothing
}

// Document reads an RSS, RDF or Atom document, an Atom entry document (RFC 4287 §2) or a JSON Feed. The error is always an
// *oped.FetchError: NotFeed for something else, Malformed where nothing could be read, TooLarge beyond the other limits, Timeout when
// ctx ends first.
func Document(ctx context.Context, in Input) (Result, error) {
	doc, err := read(ctx, in)
	if err != nil {
		return Result{}, err
	}
	result := doc.result(in)
	if ctx.Err() != nil {
		return Result{}, late(ctx)
	}
	return result, nil
}

// Cost is about how many bytes of memory it takes to read a document, itself included.
func Cost(body []byte) int {
	const tag, value = 250, 60 // of an element, of an attribute or a value of JSON
	return len(body) + tag*bytes.Count(body, []byte("<")) + value*(bytes.Count(body, []byte("="))+bytes.Count(body, []byte(",")))
}

// document is a document of any format, before it is put into the words of the program.
type document struct {
	record   // what it says of itself
	entries  []record
	version  string // rss20, atom10, json11 …: feedparser's names
	encoding string // the charset it was read as
	size     int    // of its text, in bytes
	warning  string // what was lost
	bozo     string // what was wrong, lost or not
}

// read is Document before the result is put together. What a library panics at is a document that cannot be read.
func read(ctx context.Context, in Input) (doc *document, err error) {
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fail(oped.Malformed, "the document cannot be read: %v", p)
		}
	}()
	limits := in.Limits.orDefaults()
	m := newMeter(ctx, len(in.Body))
	decoded, err := decode(in.Body, in.Header.Get("Content-Type"), in.Feed.Lang)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, late(ctx)
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
	if err != nil {
		return nil, err
	}
	doc.encoding, doc.size = decoded.name, len(decoded.text)
	if decoded.lost != "" {
		doc.warning = firstOf(doc.warning, decoded.lost)
		doc.bozo = firstOf(decoded.lost, doc.bozo)
	}
	return doc, nil
}

// readXML reads every format but JSON Feed.
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
	}
	if found.cut != "" {
		form.dropPartial()
		if len(form.entries) == 0 && form.feed.partial && form.feed.kid(form.feed.space, "title") == nil {
			return nil, fail(oped.Malformed, "%s", found.cut)
		}
	}
	doc := &document{version: form.version, bozo: firstOf(found.cut, found.bozo), warning: found.cut}
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

func fail(kind oped.Kind, format string, args ...any) *oped.FetchError {
	return &oped.FetchError{Kind: kind, Err: fmt.Errorf(format, args...)}
}

func late(ctx context.Context) *oped.FetchError {
	return &oped.FetchError{Kind: oped.Timeout, Err: fmt.Errorf("reading the document: %w", context.Cause(ctx))}
}

// notFeed says what was found instead of a feed.
func notFeed(root *element) *oped.FetchError {
	switch {
	case root == nil:
		return &oped.FetchError{Kind: oped.NotFeed, Err: errors.New("there is no XML and no JSON in it")}
	case root.name == "html":
		return &oped.FetchError{Kind: oped.NotFeed, Err: errors.New("this is an HTML page, not a feed")}
	}
	return fail(oped.NotFeed, "the document is no feed: it begins with <%.40s>", root.raw)
}

// firstOf is the first string that says something.
func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
