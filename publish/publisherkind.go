package publish

import (
	"context"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"oped"
	"oped/publish/page"
)

// publisherKind is the kind of the pages of publishers.
type publisherKind struct{ site *site }

func (publisherKind) Match(name string) bool {
	_, ok := slugOf(publisherFolder, name)
	return ok
}

func (k publisherKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	wanted := slices.DeleteFunc(mapped(names, k.publisherAt), func(publisher string) bool { return publisher == "" })
	lists, err := k.site.options.Catalog.People.PublisherVersions(ctx, wanted)
	return mapped(names, func(name string) Page {
		publisher := k.publisherAt(name)
		if publisher == "" {
			return Page{Name: name}
		}
		return k.page(name, publisher, lists[publisher])
	}), err
}

// publisherAt returns the publisher with this page, or "".
func (k publisherKind) publisherAt(name string) string {
	slug, _ := slugOf(publisherFolder, name)
	return k.site.people.slugs.named(slug)
}

func (k publisherKind) page(name, publisher string, list oped.ListVersion) Page {
	var d hasher
	d.strings(k.site.rendering, publisher, k.site.people.slugs[publisher])
	d.numbers(int64(list.Pieces))
	k.site.hashRows(&d, list.Version)
	for _, f := range k.site.carried[publisher] {
		d.strings(f.URL)
		d.numbers(f.Version)
	}
	for _, e := range editionsOf(k.site.editions, publisher) {
		d.edition(&e)
	}
	said := new(oped.Signals)
	return Page{
		Name:    name,
		Version: d.version(),
		Meta:    k.site.html(time.Time{}),
		said:    said,
		Render: func(ctx context.Context, w io.Writer) error {
			pieces, err := k.site.options.Catalog.People.PublisherPieces(ctx, publisher, maxListed)
			if err != nil {
				return err
			}
			v := k.view(publisher, pieces, list.Pieces)
			*said = v.Signals
			if v.Rhythm, err = k.rhythm(ctx, publisher); err != nil {
				return err
			}
			return k.site.pages.Write(w, v)
		},
	}
}

const (
	rhythmEntries = 500 // of each feed, to draw the rhythm of a publisher
	minRhythm     = 20  // with fewer, there is none
)

// rhythm counts the latest entries of a publisher by weekday and hour, where the paper is. It returns nil if too few of
// them have an hour.
func (k publisherKind) rhythm(ctx context.Context, publisher string) (*page.Rhythm, error) {
	var r page.Rhythm
	n := 0
	for _, f := range k.site.carried[publisher] {
		times, err := k.site.rows.Feeds.PublicationTimes(ctx, f.URL, rhythmEntries)
		if err != nil {
			return nil, err
		}
		for _, at := range times {
			if isDay(at) {
				continue
			}
			_, offset := at.Zone()
			at = k.site.items.day(&oped.Entry{FeedURL: f.URL, Published: at, Zone: offset / 60}, at.UTC())
			r[(int(at.Weekday())+6)%7][at.Hour()]++
			n++
		}
	}
	if n < minRhythm {
		return nil, nil
	}
	return &r, nil
}

func (k publisherKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	changed := map[string]bool{}
	note := func(publisher string) {
		if slug := k.site.people.slugs[publisher]; slug != "" {
			changed[publisherFile(slug)] = true
		}
	}
	for _, url := range c.Feeds {
		note(publisherOf(&oped.Entry{}, k.site.items.feeds[url]))
	}
	err := k.site.eachEntry(ctx, c.Pieces, func(e *oped.Entry, feed oped.FeedState) {
		note(publisherOf(e, feed))
		note(publisherOf(&oped.Entry{}, feed))
	})
	if err != nil {
		return failing(err)
	}
	return each(slices.Sorted(maps.Keys(changed)))
}

func (k publisherKind) All(context.Context) iter.Seq2[string, error] {
	return each(mapped(slices.Sorted(maps.Values(k.site.people.slugs)), publisherFile))
}

// eachEntry calls do for the entries of some pieces, without their texts.
func (s *site) eachEntry(ctx context.Context, ids []oped.PieceID, do func(*oped.Entry, oped.FeedState)) error {
	for part := range slices.Chunk(ids, 64) {
		pieces, err := s.rows.Pieces.Listed(ctx, part)
		if err != nil {
			return err
		}
		for i := range pieces {
			for j := range pieces[i].Entries {
				e := &pieces[i].Entries[j]
				do(e, s.items.feeds[e.FeedURL])
			}
		}
	}
	return nil
}
