package parse

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// discovered is the largest number of feed links taken from one page.
const discovered = 100

// Discover returns the feeds linked by an HTML page (<link rel="alternate"> with the type of a feed): absolute
// http or https addresses, in the order of the page, each once. address is the page's own; <base href> takes
// precedence. It returns at most 100 of them.
func Discover(body []byte, address string) []string {
	header := http.Header{"Content-Type": {"text/html; charset=" + pageCharset(body)}}
	page, err := decode(Input{Body: body, Header: header})
	if err != nil {
		return nil
	}
	d := discovery{base: &base{meter: newMeter(context.Background(), len(body))}}
	d.base = d.base.sub(address)
	z := html.NewTokenizer(strings.NewReader(page.text))
	z.SetMaxBuf(1 << 20)
	for len(d.found) < discovered {
		switch z.Next() {
		case html.ErrorToken:
			return d.found
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch tag := atom.Lookup(name); {
			case more && (tag == atom.Link || tag == atom.Base):
				d.take(tag, attributesOf(z))
			case tag == atom.Svg || tag == atom.Template:
				continue
			}
		}
	}
	return d.found
}

type discovery struct {
	base  *base
	based bool
	found []string
}

func (d *discovery) take(tag atom.Atom, attrs map[string]string) {
	href := strings.TrimSpace(attrs["href"])
	if href == "" {
		return
	}
	if tag == atom.Base {
		if !d.based {
			d.base, d.based = d.base.sub(href), true
		}
		return
	}
	rel := strings.Fields(lower(attrs["rel"]))
	if !slices.Contains(rel, "alternate") && !slices.Contains(rel, "feed") {
		return
	}
	media, _, _ := strings.Cut(lower(attrs["type"]), ";")
	if !feedTypes[strings.TrimSpace(media)] && !slices.Contains(rel, "feed") {
		return
	}
	if at := page(d.base.join(href)); at != "" && !slices.Contains(d.found, at) {
		d.found = append(d.found, at)
	}
}

// feedTypes are the media types of feeds.
var feedTypes = map[string]bool{
	"application/rss+xml": true, "application/atom+xml": true, "application/feed+json": true,
	"application/rdf+xml":    true,
	"application/x.atom+xml": true, "application/x-atom+xml": true, "text/rss+xml": true, "text/atom+xml": true,
	"text/rss": true,
}

// attributesOf returns the attributes of a tag by name. The first of several with the same name counts.
func attributesOf(z *html.Tokenizer) map[string]string {
	out := map[string]string{}
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, exists := out[string(key)]; !exists && len(out) < 64 {
			out[string(key)] = string(value)
		}
	}
	return out
}

// pageCharset returns the charset named in the first kilobyte of a page.
func pageCharset(body []byte) string {
	head := lower(string(body[:min(len(body), 1024)]))
	at := strings.Index(head, "charset=")
	if at < 0 {
		return ""
	}
	name := strings.TrimLeft(head[at+len("charset="):], ` "'`)
	end := strings.IndexAny(name, "\"' />;\n")
	if end < 0 {
		return ""
	}
	return name[:end]
}
