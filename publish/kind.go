package publish

import (
	"context"
	"io"
	"iter"
	"time"

	"oped"
)

// A Page is something with an address whose bytes follow from stored rows.
type Page struct {
	Name    string  // "pak-us.atom", "piece/42/index.html"
	Version Version // differs whenever the bytes do; the entity tag is made of it
	Meta    Meta
	Render  func(ctx context.Context, w io.Writer) error // nil: there is nothing to render
}

// A Version identifies the bytes of a page.
type Version string

// Meta is what is known of a page without rendering it.
type Meta struct {
	Status    int    // of an answer over HTTP; 0: there is no such page
	Location  string // of a redirect
	MediaType string
	Policy    string    // Content-Security-Policy
	Modified  time.Time // zero: not known
	Cache     string    // Cache-Control; "": the page is fresh until the next fetch
}

// A Kind knows every page of one sort. It is made for one site, and reads the rows that it needs when it is asked.
type Kind interface {
	// Match reports whether a page of this kind may have a name. It judges by the form of the name.
	Match(name string) bool
	// Pages gives the pages with these names, in this order, and loads rows for all of them at once. The pages of one call are rendered one
	// after the other, or not at all. A name without a page gets one with status 0.
	Pages(ctx context.Context, names []string) ([]Page, error)
	// Affected gives the names of the pages whose bytes may differ after changes. Some of them may not exist, or not any more.
	Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error]
	// All gives the names of all pages.
	All(ctx context.Context) iter.Seq2[string, error]
}

// exists reports whether a page is something to keep, in memory or as a file.
func (p *Page) exists() bool { return p.Render != nil }

// redirected is a page that is at another address. No cache keeps that for long: a merge may be undone.
func redirected(name string, status int, to string) Page {
	return Page{Name: name, Meta: Meta{Status: status, Location: to, Cache: cacheControl}}
}

// names gives names one by one.
func names(all ...string) iter.Seq2[string, error] { return each(all) }

// failing is a sequence that gives an error and nothing else.
func failing(err error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) { yield("", err) }
}
