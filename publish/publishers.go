package publish

import (
	"context"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"oped"
)

// publisherKind is the sort of the pages of publishers.
type publisherKind struct{ *site }

func (publisherKind) Match(name string) bool {
	_, ok := slugOf(publisherFolder, name)
	return ok
}

func (k publisherKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	var wanted []string
	for _, name := range names {
		if publisher := k.publisherAt(name); publisher != "" {
			wanted = append(wanted, publisher)
		}
	}
	lists, err := k.options.Library.PublisherVersions(ctx, wanted)
	if err != nil {
		return nil, err
	}
	pages := make([]Page, len(names))
	for i, name := range names {
		if publisher := k.publisherAt(name); publisher != "" {
			pages[i] = k.page(name, publisher, lists[publisher])
		} else {
			pages[i].Name = name
		}
	}
	return pages, nil
}

// publisherAt is the publisher that a page is of; "" if there is none.
func (k publisherKind) publisherAt(name string) string {
	slug, _ := slugOf(publisherFolder, name)
	return k.people.slugs.named(slug)
}

func (k publisherKind) page(name, publisher string, list oped.ListVersion) Page {
	var d digest
	d.strings(k.print, publisher, k.people.slugs[publisher])
	d.numbers(int64(list.Pieces))
	k.rows(&d, list.Version)
	for _, f := range k.carried[publisher] {
		d.strings(f.URL)
		d.numbers(f.Version)
	}
	for _, e := range editionsOf(k.editions, publisher) {
		d.edition(&e)
	}
	return Page{
		Name:    name,
		Version: d.version(),
		Meta:    k.html(time.Time{}),
		Render: func(ctx context.Context, w io.Writer) error {
			pieces, err := k.options.Library.PublisherPieces(ctx, publisher, maxListed)
			if err != nil {
				return err
			}
			return k.pages.Write(w, k.view(publisher, pieces, list.Pieces))
		},
	}
}

func (k publisherKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	changed := map[string]bool{}
	for _, url := range c.Feeds {
		if slug := k.people.slugs[publisherOf(&oped.Entry{}, k.feeds[url])]; slug != "" {
			changed[publisherFile(slug)] = true
		}
	}
	err := k.eachEntry(ctx, c.Pieces, func(e *oped.Entry, feed oped.FeedState) {
		for _, publisher := range []string{publisherOf(e, feed), publisherOf(&oped.Entry{}, feed)} {
			if slug := k.people.slugs[publisher]; slug != "" {
				changed[publisherFile(slug)] = true
			}
		}
	})
	if err != nil {
		return failing(err)
	}
	return each(slices.Sorted(maps.Keys(changed)))
}

func (k publisherKind) All(context.Context) iter.Seq2[string, error] {
	return each(mapped(slices.Sorted(maps.Values(k.people.slugs)), publisherFile))
}

// eachEntry calls do for the entries of some pieces, without their texts.
func (s *site) eachEntry(ctx context.Context, ids []oped.PieceID, do func(*oped.Entry, oped.FeedState)) error {
	for part := range slices.Chunk(ids, 64) {
		pieces, err := s.shelf.ListPieces(ctx, part)
		if err != nil {
			return err
		}
		for i := range pieces {
			for j := range pieces[i].Entries {
				e := &pieces[i].Entries[j]
				do(e, s.feeds[e.FeedURL])
			}
		}
	}
	return nil
}
