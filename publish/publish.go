// Package publish turns editions into documents for readers: Atom (RFC 4287), HTML pages, lists of
// feeds (OPML). It writes them as files, and hands them to package web to serve.
//
// To publish, make a [Publisher] with [New] and call [Publisher.Publish] after every change. To do the
// steps apart, call [Publisher.Build], then [Publisher.Export]. To serve a page, call [Publisher.Find].
//
// # Guarantees
//
// Every Atom document is valid, whatever the newspapers wrote into theirs. The same rows give the same
// bytes: no document depends on a clock, on the process or on the machine, so that an entity tag is the
// same after a restart. Ids are never made here; they come from the store. HTML of others is sanitised
// before it is published. Of the words of others, only an excerpt is published unless the operator has
// a permission and configured it. Readers see the document before or the one after, never half of one.
package publish

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"oped"
	"oped/publish/coding"
	"oped/publish/page"
	"oped/text"
	"oped/topic"
)

// Options say where and how to publish.
type Options struct {
	BaseURL string // absolute, without a slash at its end; all links come from it
	Title   string // of the site; "": oped
	// Description is a sentence about the site, for its front page; "": none.
	Description string
	Logo        oped.Logo      // beside the title on every page
	Timezone    *time.Location // of today, and of hours without a named zone; nil: UTC
	Dir         string         // "": serve only; else files are written there too, with the same names and the same bytes
	Version     string         // of oped, for atom:generator
	Excerpt     int            // republished words of a piece without a configured limit; 0: 60
	Hubs        []string       // notified of changes of editions (WebSub)
	Topics      []oped.Topic   // their titles are the labels of categories
	// Sections are the editions in the navigation of pages, the first eight of them.
	Sections []oped.Edition
	// Explain explains the outcome of a piece at each topic with a stored tag; it has to be pure. nil: the pages of
	// pieces show the stored tags only.
	Explain func(*oped.Piece) []topic.Explanation
	// Catalog finds the pieces for the pages of publishers and authors and for the search; nil: there are no such
	// pages.
	Catalog *Catalog
	Judge   func() *topic.Tagger // returns the active rules, for the pages about editions; nil: they show none
	// Quality returns the figures of a fitted topic of that tagger, without the title. nil: the pages show none.
	Quality func(t *oped.Topic, tagger *topic.Tagger) page.Quality
	Lists   []oped.List // available in queries of readers
	// Contact is for requests to withdraw pieces: an e-mail address or a web address; "": pages name none
	Contact string
	// ContentSignal is the line of robots.txt about the use of the pages (contentsignals.org); "": none.
	ContentSignal string

	Log *slog.Logger // nil: none
	// for durations in the log, and the time of the first failed export; nil: always the zero time
	Now func() time.Time

	Health bool // publishes health.atom, the feed of failing and silent feeds
	// Unlinked is the time up to which pieces entered an edition without a link to their page in feeds, published by an
	// earlier release. Their entries stay as readers have them. Zero: all entries have the link.
	Unlinked    time.Time
	Search      SearchMode
	Precompress bool // writes each file in its codings too, as NAME.gz, NAME.br and NAME.zst
	FilesOnly   bool // nothing is served by this process: pages are rendered for files only
}

const (
	// defaultExcerpt is the number of republished words of a piece without a configured limit.
	defaultExcerpt = 60
	maxSections    = 8
	maxBytes       = 512 << 10 // of an Atom document: more, and readers refuse it

	htmlType = "text/html; charset=utf-8"
	opmlType = "text/x-opml; charset=utf-8"
	cssType  = "text/css; charset=utf-8"
	fontType = "font/woff2"
	jsType   = "text/javascript; charset=utf-8"
	jsonType = "application/json; charset=utf-8"
	risType  = "application/x-research-info-systems; charset=utf-8"
	cslType  = "application/vnd.citationstyles.csl+json"

	// dataPolicy is the content security policy of documents other than pages.
	dataPolicy = "default-src 'none'; sandbox"
)

// Publisher renders the pages, keeps the most requested ones in memory, and writes files. It may be
// used from several goroutines.
type Publisher struct {
	options   Options
	rows      Rows
	items     items // without feeds
	pages     *page.Set
	sanitiser *sanitiser
	encoder   *coding.Encoder
	log       *slog.Logger

	site atomic.Pointer[site]
	mu   sync.Mutex // one Build at a time

	counts    pieceCounts                   // of publishers
	exporting sync.Mutex                    // one Export at a time
	last      *lastExport                   // used under exporting; nil: not known
	failing   atomic.Pointer[exportFailure] // of the last Export, already logged; nil: it did not fail
}

// New makes a Publisher. Nothing is read or written before the first Build.
func New(o Options, s Rows) *Publisher {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Time{} }
	}
	at, words := newAddresses(o.BaseURL), page.NewWords()
	site := page.Site{
		Base:    at.base,
		Title:   siteTitle(&o),
		Version: o.Version,
		More:    len(o.Sections) > maxSections,
	}
	if name := logoName(o.Logo); name != "" {
		site.Logo = at.base + "/" + name
	}
	if o.Health {
		site.Health = at.base + "/" + healthName + "/"
	}
	for _, e := range o.Sections[:min(len(o.Sections), maxSections)] {
		site.Sections = append(site.Sections, page.Section{
			Name:  e.Name,
			Title: cmp.Or(line(e.Title), e.Name),
			Lang:  language(e.Lang, "en"),
			URL:   at.pageURL(e.Name),
		})
	}
	if o.Catalog != nil {
		site.Publishers, site.Authors = at.base+"/"+publisherFolder, at.base+"/"+authorFolder
		switch o.Search {
		case ServerSearch:
			site.Search = at.base + "/" + SearchName
		case IndexSearch:
			site.Search = at.base + "/" + SearchName + "/"
		}
	}
	return &Publisher{
		options: o,
		rows:    s,
		items: items{
			at:      at,
			words:   words,
			titles:  titlesOf(o.Topics),
			excerpt: cmp.Or(o.Excerpt, defaultExcerpt),

			unlinked: o.Unlinked,
		},
		pages:     page.New(site, words),
		sanitiser: newSanitiser(),
		encoder:   coding.NewEncoder(),
		log:       o.Log,
	}
}

// siteTitle returns the title of the site.
func siteTitle(o *Options) string { return cmp.Or(line(o.Title), "oped") }

// Build renders the pages kept in memory that are affected by changes since the last Build, and swaps
// them in. The first Build renders all of them; if nothing is served, it renders those changed since
// the last Export. Readers see the pages of one Build or of the next.
func (p *Publisher) Build(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.site.Load()
	since, files := int64(math.MaxInt64), checkpoint{} // all pages, whatever has changed
	if before != nil {
		since = before.number
	} else if p.options.FilesOnly && p.options.Dir != "" {
		if files = p.lastExport().checkpoint; files != (checkpoint{}) {
			since = files.number
		}
	}
	idle := p.options.FilesOnly && p.options.Dir == "" // there is no reader for rendered pages
	next, wide, everything, err := p.look(ctx, since, before, files)
	if err != nil {
		return err
	}
	if idle {
		p.site.Store(next)
		return nil
	}
	cut, err := headKind{next}.makeRooms(ctx, wide, everything)
	if err != nil {
		return err
	}
	if cut { // a cut is a change, too
		if next, wide, everything, err = p.look(ctx, since, before, files); err != nil {
			return err
		}
	}
	if before == nil {
		before = &site{}
	}
	if err := next.readFront(ctx, wide, everything, before); err != nil {
		return err
	}
	for _, k := range next.kept() {
		names := k.Affected(ctx, wide)
		if everything {
			names = k.All(ctx)
		}
		if err := next.keep(ctx, k, names, before.files); err != nil {
			return err
		}
	}
	p.site.Store(next)
	return nil
}

// look reads the data shared by all pages, and the changes after a change number. everything reports
// that all pages may have changed.
func (p *Publisher) look(
	ctx context.Context, since int64, before *site, files checkpoint,
) (next *site, c *oped.ChangeSet, everything bool, err error) {
	changes, err := p.rows.Changes.Since(ctx, since)
	if err != nil {
		return nil, nil, false, err
	}
	if next, err = p.newSite(ctx, &changes, before); err != nil {
		return nil, nil, false, err
	}
	if before == nil && !files.holds(next) {
		return next, &changes, true, nil
	}
	c, err = next.expand(ctx, &changes, since)
	return next, c, false, err
}

// keep renders the named pages of a kind, and takes its other pages from before.
func (s *site) keep(ctx context.Context, k Kind, names iter.Seq2[string, error], before map[string]*Rendered) error {
	for name, have := range before {
		if k.Match(name) {
			s.files[name] = have
		}
	}
	wanted, err := gathered(names)
	if err != nil {
		return err
	}
	return renderAll(ctx, k, wanted, s.files)
}

// renderAll renders the named pages of a kind, except those already present in the same version.
func renderAll(ctx context.Context, k Kind, names []string, files map[string]*Rendered) error {
	pages, err := k.Pages(ctx, names)
	if err != nil {
		return err
	}
	for i := range pages {
		page := &pages[i]
		if have := files[page.Name]; have != nil && have.Page.Version == page.Version && have.Page.Meta == page.Meta {
			continue
		}
		rep := NewRendered(page)
		if err := rep.Render(ctx); err != nil {
			return fmt.Errorf("publish %s: %w", page.Name, err)
		}
		files[page.Name] = rep
	}
	return nil
}

// gathered collects a sequence into a slice, up to the first error.
func gathered(names iter.Seq2[string, error]) (all []string, err error) {
	for name, err := range names {
		if err != nil {
			return nil, err
		}
		all = append(all, name)
	}
	return all, nil
}

// Published reports whether there has been a Build, so that readers get its pages.
func (p *Publisher) Published() bool { return p.site.Load() != nil }

// mapped applies a function to each value.
func mapped[T, U any](all []T, make func(T) U) (out []U) {
	for _, one := range all {
		out = append(out, make(one))
	}
	return out
}

// titlesOf returns the titles of topics, by name.
func titlesOf(topics []oped.Topic) map[string]string {
	titles := make(map[string]string, len(topics))
	for _, t := range topics {
		titles[t.Name] = line(t.Title)
	}
	return titles
}

// validName matches the valid names of editions; files are named after them.
var validName = text.Pattern(`^[a-z0-9-]{1,64}$`)

// each returns a sequence of all values, without an error.
func each[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, one := range all {
			if !yield(one, nil) {
				return
			}
		}
	}
}
