package publish

import (
	"context"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"oped"
	"oped/text"
)

// authorKind is the kind of the pages of authors.
type authorKind struct{ site *site }

func (authorKind) Match(name string) bool {
	_, ok := slugOf(authorFolder, name)
	return ok
}

func (k authorKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	key := func(name string) string { slug, _ := slugOf(authorFolder, name); return slug }
	lists, err := k.site.options.Catalog.People.AuthorVersions(ctx, mapped(names, key))
	return mapped(names, func(name string) Page { return k.page(name, key(name), lists[key(name)]) }), err
}

func (k authorKind) page(name, key string, list oped.ListVersion) Page {
	if list.Pieces == 0 {
		return Page{Name: name}
	}
	var d hasher
	d.strings(k.site.rendering, key)
	d.numbers(int64(list.Pieces))
	k.site.hashRows(&d, list.Version)
	for _, e := range editionsBy(k.site.editions, key) {
		d.edition(&e)
	}
	said := new(oped.Signals)
	return Page{
		Name:    name,
		Version: d.version(),
		Meta:    k.site.html(time.Time{}),
		said:    said,
		Render: func(ctx context.Context, w io.Writer) error {
			pieces, all, err := k.site.options.Catalog.People.AuthorPieces(ctx, key, maxListed)
			if err != nil {
				return err
			}
			v := k.view(key, pieces, all)
			*said = v.Signals
			return k.site.pages.Write(w, v)
		},
	}
}

// Affected returns the pages of the authors of changed pieces, and of their authors in earlier
// versions.
func (k authorKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	changed := map[string]bool{}
	write := func(e *oped.Entry, feed oped.FeedState) {
		for _, author := range text.Bylines(e.Authors) {
			for _, key := range text.AuthorSlugs(author, e.Publisher, feed.Publisher) {
				changed[authorFile(key)] = true
			}
		}
	}
	var entries []oped.Entry
	err := k.site.eachEntry(ctx, c.Pieces, func(e *oped.Entry, feed oped.FeedState) {
		write(e, feed)
		entries = append(entries, *e)
	})
	for part := range slices.Chunk(entries, pageOfIDs) {
		if err != nil {
			break
		}
		err = k.earlier(ctx, part, write)
	}
	if err != nil {
		return failing(err)
	}
	return each(slices.Sorted(maps.Keys(changed)))
}

// earlier calls do for the earlier versions of some entries.
func (k authorKind) earlier(ctx context.Context, entries []oped.Entry, do func(*oped.Entry, oped.FeedState)) error {
	rows := func(e oped.Entry) int64 { return e.Row }
	versions, err := k.site.rows.Entries.RevisionsOf(ctx, mapped(entries, rows))
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		for _, v := range versions[e.Row] {
			e.Authors = v.Entry.Authors
			do(e, k.site.items.feeds[e.FeedURL])
		}
	}
	return nil
}

func (k authorKind) All(ctx context.Context) iter.Seq2[string, error] {
	return paged(func(after string, n int) ([]string, error) {
		return k.site.options.Catalog.People.AuthorKeys(ctx, after, n)
	}, authorFile)
}
