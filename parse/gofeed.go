package parse

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"oped"
	"oped/text"
)

// The limits of a document given to gofeed, which takes some hundred bytes for each element. Longer documents
// are read by this package alone.
const (
	maxReduced         = 4 << 20 // bytes
	maxReducedElements = 50_000
)

// longText is the length of an element's content, in bytes, from which gofeed does not get it. Longer content
// is a text, already read here.
const longText = 400

// secondOpinion lets gofeed read the outline of a document: its elements without the long texts. It takes the
// plain fields of RSS from gofeed, and notes a different number of entries.
func secondOpinion(ctx context.Context, f *format, doc *document) error {
	written, whole := reduce(f)
	if !whole {
		return nil
	}
	shown := &contextReader{ctx: ctx, rest: written}
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("gofeed: %v", p)
			}
		}()
		if f.kind == atomKind {
			return askAtom(shown, doc)
		}
		return askRSS(shown, doc)
	}()
	if ctx.Err() != nil {
		return timeoutError(ctx)
	}
	if err != nil {
		doc.bozo = cmp.Or(doc.bozo, err.Error())
	}
	return nil
}

func askRSS(outline io.Reader, doc *document) error {
	feed, err := new(rss.Parser).Parse(outline)
	if err != nil {
		return err
	}
	doc.ttl, doc.docs = feed.TTL, doc.base.join(feed.Docs)
	if len(feed.Items) != len(doc.entries) {
		return fmt.Errorf("found %d entries, gofeed found %d", len(doc.entries), len(feed.Items))
	}
	for i, item := range feed.Items {
		r := &doc.entries[i]
		r.comments = r.base.join(item.Comments)
	}
	return nil
}

func askAtom(outline io.Reader, doc *document) error {
	feed, err := new(atom.Parser).Parse(outline)
	if err != nil {
		return err
	}
	if len(feed.Entries) != len(doc.entries) {
		return fmt.Errorf("found %d entries, gofeed found %d", len(doc.entries), len(feed.Entries))
	}
	return nil
}

// contextReader reads a document in small parts, until its context ends. Gofeed has no other way to stop.
type contextReader struct {
	ctx  context.Context
	rest string
}

func (r *contextReader) Read(into []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if r.rest == "" {
		return 0, io.EOF
	}
	n := copy(into[:min(len(into), 4096)], r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// reduce returns a document in the plainest form: known namespaces under fixed prefixes, declared once, without
// the long texts. whole reports whether it is short enough for gofeed.
func reduce(f *format) (written string, whole bool) {
	w := reduced{elements: oped.NewBudget(maxReducedElements)}
	if f.kind == atomKind {
		w.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom">`)
		for _, k := range f.feed.children {
			if k.name != "entry" {
				writeReduced(&w, k, atomSpace)
			}
		}
		for _, el := range f.entries {
			w.WriteString("<entry>")
			writeKids(&w, el, atomSpace)
			w.WriteString("</entry>")
		}
		w.WriteString("</feed>")
		return w.end()
	}
	w.WriteString(`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
		` xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>`)
	for _, k := range f.feed.children {
		if k.name != "item" && k.name != "items" {
			writeReduced(&w, k, "")
		}
	}
	for _, el := range f.entries {
		w.WriteString("<item>")
		writeKids(&w, el, "")
		w.WriteString("</item>")
	}
	w.WriteString("</channel></rss>")
	return w.end()
}

// reduced builds a document for gofeed.
type reduced struct {
	strings.Builder
	elements oped.Budget
	over     bool
}

func (w *reduced) end() (written string, whole bool) { return w.String(), !w.over }

func writeKids(w *reduced, el *element, native string) {
	for _, k := range el.children {
		writeReduced(w, k, native)
	}
}

// writeReduced writes an element of the native namespace, or of another one read by gofeed.
func writeReduced(w *reduced, el *element, native string) {
	if w.over = w.over || w.Len() > maxReduced || !w.elements.Spend(1); w.over {
		return
	}
	prefix := ""
	switch {
	case el.space == native:
	case native == "" && (el.space == dcSpace || el.space == contentSpace):
		prefix = el.space + ":"
	default:
		return
	}
	if withheld[el.name] || strings.IndexFunc(el.name, func(r rune) bool {
		return !nameByte(byte(min(r, 0x7f))) || r > 0x7e || r == ':'
	}) >= 0 {
		return
	}
	w.WriteString("<" + prefix + el.name)
	for _, a := range el.attrs {
		if a.space == "" && known[a.name] {
			w.WriteString(" " + a.name + `="` + attributeEscaper.Replace(text.Clip(a.value, oped.MaxField)) + `"`)
		}
	}
	w.WriteString(">")
	switch {
	case len(el.children) > 0:
		writeKids(w, el, native)
	case len(el.inner) <= longText:
		textEscaper.WriteString(&w.Builder, el.value())
	}
	w.WriteString("</" + prefix + el.name + ">")
}

// withheld are the elements withheld from gofeed: dates, which are read here, and texts, each of which gofeed
// would parse as HTML.
var withheld = map[string]bool{
	"content": true, "summary": true,

	"pubdate": true, "lastbuilddate": true, "published": true, "updated": true, "modified": true, "issued": true,
	"created": true, "date": true,
	"expirationdate": true,
}

// known are the attributes read by gofeed.
var known = map[string]bool{
	"href": true, "rel": true, "type": true, "title": true, "hreflang": true, "length": true, "url": true,
	"domain": true, "term": true,
	"scheme": true, "label": true, "uri": true, "version": true, "src": true, "ispermalink": true,
}
