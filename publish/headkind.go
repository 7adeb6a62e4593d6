package publish

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"oped"
	"oped/publish/feed"
)

// headKind is the kind of the documents people subscribe to: the newest pieces of an edition in every
// format, and as a page. For a digest edition they hold its newest issues.
type headKind struct{ site *site }

// headNames returns the names of the pages at the head of an edition.
func headNames(edition string) []string {
	return append(Documents(edition), edition+"/index.html")
}

// editionAt returns the configured edition with this page as its head, or nil.
func (k headKind) editionAt(name string) *oped.EditionState {
	edition, rest, _ := strings.Cut(name, "/")
	if rest == "" {
		edition, _, _ = strings.Cut(name, ".")
	}
	if e := k.site.edition(edition); e != nil && slices.Contains(headNames(edition), name) {
		return e
	}
	return nil
}

func (k headKind) Match(name string) bool { return k.editionAt(name) != nil }

func (k headKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	if c.NewDay { // every page of an edition has a day of today
		return k.All(ctx)
	}
	return k.of(k.site.changedEditions(c))
}

func (k headKind) All(context.Context) iter.Seq2[string, error] { return k.of(k.site.editionNames()) }

func (headKind) of(editions []string) iter.Seq2[string, error] {
	return each(slices.Concat(mapped(editions, headNames)...))
}

// Pages renders the heads of the named editions, each once, and makes room at them by cutting their
// surplus into archives.
func (k headKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	heads := map[string]map[string]Page{}
	return pagesOf(names, func(name string) (Page, error) {
		e := k.editionAt(name)
		if e == nil {
			return Page{Name: name}, nil
		}
		if heads[e.Name] == nil {
			head, err := k.render(ctx, e)
			if err != nil {
				return Page{}, err
			}
			heads[e.Name] = head
		}
		return heads[e.Name][name], nil
	})
}

// render returns all pages at the head of an edition, by name.
func (k headKind) render(ctx context.Context, e *oped.EditionState) (map[string]Page, error) {
	began := k.site.options.Now()
	var docs map[feed.Format][]byte
	var said oped.Signals
	var n int
	var page bytes.Buffer
	var err error
	if e.Digest != oped.NoDigest {
		docs, said, n, err = k.digestHead(ctx, k.site.digests[e.Name], &page)
		e = &k.site.digests[e.Name].edition
	} else {
		docs, said, n, err = k.head(ctx, e, &page)
	}
	if err != nil {
		return nil, err
	}
	k.site.options.Log.Info("published", "edition", e.Name, "pieces", n, "bytes", len(docs[feed.Atom]),
		"dur_ms", k.site.options.Now().Sub(began).Milliseconds())
	modified := believable(e.Updated, e.Created)
	all := map[string]Page{}
	add := func(name string, m Meta, body []byte) {
		m.Signals = said
		all[name] = finished(name, m, body)
	}
	for f, doc := range docs {
		add(feedFile(e.Name, f), k.site.feed(f, modified), doc)
	}
	add(e.Name+"/index.html", k.site.html(modified), page.Bytes())
	return all, nil
}

// makeRooms cuts the surplus at the heads of the changed editions, or of all, into archives. It reports
// whether there was any.
func (k headKind) makeRooms(ctx context.Context, c *oped.ChangeSet, all bool) (cut bool, err error) {
	for i := range k.site.editions {
		e := &k.site.editions[i]
		if e.Digest != oped.NoDigest || !all && !slices.Contains(c.Editions, e.Name) {
			continue
		}
		_, due, err := k.site.makeRoom(ctx, e, headLimit(e))
		if err != nil {
			return cut, fmt.Errorf("publish %s: %w", e.Name, err)
		}
		cut = cut || due
	}
	return cut, nil
}

// headLimit returns the greatest number of pieces at the head of an edition.
func headLimit(e *oped.EditionState) int { return cmp.Or(max(e.Limit, 0), oped.HeadLimit) }

// head renders the newest pieces of an edition in all formats, and as a page. The documents of all
// formats hold the same pieces. If one document would become too long, the oldest pieces go into
// archives.
func (k headKind) head(
	ctx context.Context, e *oped.EditionState, page io.Writer,
) (docs map[feed.Format][]byte, said oped.Signals, n int, err error) {
	for limit := headLimit(e); ; {
		doc, _, err := k.site.makeRoom(ctx, e, limit)
		if err != nil {
			return nil, said, 0, err
		}
		ids, err := k.site.rows.Editions.Head(ctx, e.Name, limit)
		if err != nil {
			return nil, said, 0, err
		}
		pieces, err := k.site.excerptPieces(ctx, e, ids)
		if err != nil {
			return nil, said, 0, err
		}
		items := k.site.items.all(e, pieces)
		docs, fits, err := k.documents(doc, k.site.entries.of(e, items))
		if err != nil {
			return nil, said, 0, err
		}
		if fits == len(items) || limit == 1 {
			v := k.site.editionPage(e, items, pagePlace{
				url:   k.site.at.pageURL(e.Name),
				older: k.site.at.olderURL(e.Name, doc.Previous),
				today: k.site.today,
			})
			return docs, v.Signals, len(items), k.site.pages.Write(page, v)
		}
		limit = max(fits, 1)
	}
}

// documents writes entries in all formats, and says how many of them fit into each.
func (k headKind) documents(d *document, all []*feed.Entry) (docs map[feed.Format][]byte, fits int, err error) {
	docs, fits = map[feed.Format][]byte{}, len(all)
	for _, f := range feed.Formats() {
		var doc bytes.Buffer
		n, err := k.site.write(&doc, f, d, all)
		if err != nil {
			return nil, 0, err
		}
		docs[f], fits = doc.Bytes(), min(fits, n)
	}
	return docs, fits, nil
}

// write writes a document with the entries that fit, and returns their number.
func (s *site) write(w io.Writer, f feed.Format, d *document, all []*feed.Entry) (int, error) {
	return feed.Write(w, f, s.at.meta(d, f, s.options.Version), each(all), maxBytes)
}

// finished returns a page with a rendered body. The version is a hash of the body.
func finished(name string, m Meta, body []byte) Page {
	var d hasher
	d.strings(string(body))
	return Page{
		Name:    name,
		Version: d.version(),
		Meta:    m,
		Render: func(_ context.Context, w io.Writer) error {
			_, err := w.Write(body)
			return err
		},
	}
}
