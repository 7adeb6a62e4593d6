package publish

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"time"

	"oped"
	"oped/publish/page"
)

// A Page is something with an address and bytes that follow from stored rows.
type Page struct {
	Name    string  // "pak-us.atom", "piece/42/index.html"
	Version Version // differs whenever the bytes do; the entity tag is made of it
	Meta    Meta
	Render  func(ctx context.Context, w io.Writer) error // nil: there is nothing to render

	said *oped.Signals // of Meta, if only Render finds them
}

// A Version identifies the bytes of a page.
type Version string

// Meta is the metadata of a page, known without rendering it.
type Meta struct {
	Status    int    // of an answer over HTTP; 0: there is no such page
	Location  string // of a redirect
	MediaType string
	Policy    string    // Content-Security-Policy
	Modified  time.Time // zero: not known
	Cache     string    // Cache-Control; "": the page is fresh until the next fetch
	// Signals are the wishes of the publishers of its words. Those of a page rendered on request are known once it is
	// rendered.
	Signals oped.Signals
}

// Values of Cache-Control.
const (
	// CacheBridge lets caches answer at once while they ask us, and go on when we are gone (RFC 5861).
	CacheBridge = ", stale-while-revalidate=3600, stale-if-error=86400"
	// CacheBriefly is for pages likely to change soon.
	CacheBriefly = "public, max-age=300" + CacheBridge
	// cachePrivately is for a feed of a search. A shared cache may know pages by their path alone.
	cachePrivately = "private, max-age=300"
	// CacheNever is for one reader: it depends on a query, or on how often the reader asks.
	CacheNever = "private, no-store"
)

// Located is the result of [Publisher.Find].
type Located struct {
	Kept   *Rendered // a page that is kept in memory
	Kind   Kind      // else the first kind with a matching name; nil: none
	Gone   bool      // it belonged to a removed edition
	Folder bool      // it is a folder with a page
}

// Find looks a name up in the published state.
func (p *Publisher) Find(name string) (f Located) {
	s := p.site.Load()
	if s == nil {
		return f
	}
	if f.Kept = s.files[name]; f.Kept != nil {
		return f
	}
	f.Kind, f.Gone = s.kindOf(name), s.isGone(name)
	index := name + "/index.html"
	f.Folder = s.files[index] != nil || s.kindOf(index) != nil
	return f
}

// kindOf returns the first kind that may have a page of this name, among the kinds rendered on request,
// or nil.
func (s *site) kindOf(name string) Kind {
	for _, k := range s.asked() {
		if k.Match(name) {
			return k
		}
	}
	return nil
}

// ErrorPage returns the page for a request without an answer: 404, 410 for a removed edition, 500 and 503.
func (p *Publisher) ErrorPage(status int) Page {
	m := Meta{
		Status:    status,
		MediaType: htmlType,
		Policy:    p.pages.Policy(),
		Cache:     "public, max-age=300",
	}
	if status >= http.StatusInternalServerError {
		m.Cache = CacheNever
	}
	title := map[int]string{
		http.StatusNotFound:            "Page not found",
		http.StatusGone:                "This edition was removed",
		http.StatusInternalServerError: "This page cannot be shown at the moment",
		http.StatusServiceUnavailable:  "Too many searches at the moment",
	}[status]
	v := &page.Error{Head: head("en", title, ""), Status: status}
	return Page{Meta: m, Render: func(_ context.Context, w io.Writer) error { return p.pages.Write(w, v) }}
}

// A Kind knows every page of one sort. It is made for one site, and reads rows on request.
type Kind interface {
	// Match reports whether a page of this kind may have a name. It judges by the form of the name.
	Match(name string) bool
	// Pages returns the pages with these names, in this order, and loads rows for all of them at once. The
	// pages of one call are rendered one after the other, or not at all. A name without a page gets one with
	// status 0.
	Pages(ctx context.Context, names []string) ([]Page, error)
	// Affected returns the names of the pages with possibly different bytes after changes. Some of them may not
	// exist, or no longer.
	Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error]
	// All returns the names of all pages.
	All(ctx context.Context) iter.Seq2[string, error]
}

// pagesOf returns the pages with some names, calling page for each.
func pagesOf(names []string, page func(name string) (Page, error)) ([]Page, error) {
	pages := make([]Page, len(names))
	for i, name := range names {
		var err error
		if pages[i], err = page(name); err != nil {
			return nil, fmt.Errorf("publish %s: %w", name, err)
		}
	}
	return pages, nil
}

// exists reports whether a page is something to keep, in memory or as a file.
func (p *Page) exists() bool { return p.Render != nil }

// redirected returns a redirect to another address. Caches keep it only briefly, because a merge may be
// undone.
func redirected(name string, status int, to string) Page {
	return Page{Name: name, Meta: Meta{Status: status, Location: to, Cache: CacheBriefly}}
}

// failing returns a sequence with an error only.
func failing(err error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) { yield("", err) }
}

// paged returns the results of made for keys, in pages. read returns at most n keys, after the given one.
func paged[K, T any](read func(after K, n int) ([]K, error), made func(K) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for after := *new(K); ; {
			keys, err := read(after, pageOfIDs)
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, key := range keys {
				if !yield(made(key), nil) {
					return
				}
			}
			if len(keys) < pageOfIDs {
				return
			}
			after = keys[len(keys)-1]
		}
	}
}
