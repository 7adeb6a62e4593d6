package publish

import (
	"cmp"
	"context"
	"io"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"oped"
	"oped/publish/page"
	"oped/text"
)

// publisherListKind is the kind of the page listing all publishers.
type publisherListKind struct{ site *site }

const publishersFile = publisherFolder + "index.html"

func (publisherListKind) Match(name string) bool { return name == publishersFile }

func (k publisherListKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) {
		pieces, err := k.site.counts.read(ctx, k.site)
		if err != nil {
			return Page{}, err
		}
		var d hasher
		d.strings(k.site.rendering)
		for _, publisher := range slices.Sorted(maps.Keys(k.site.people.slugs)) {
			d.strings(publisher, k.site.people.slugs[publisher])
			d.numbers(int64(pieces[publisher]))
			for _, f := range k.site.carried[publisher] {
				d.numbers(f.Version) // the name's language depends on it
			}
		}
		return Page{
			Name:    name,
			Version: d.version(),
			Meta:    k.site.html(time.Time{}),
			Render: func(_ context.Context, w io.Writer) error {
				return k.site.pages.Write(w, k.view(pieces))
			},
		}, nil
	})
}

// view builds the page, with the number of pieces of each publisher.
func (k publisherListKind) view(pieces map[string]int) *page.Publishers {
	lang := k.site.language()
	v := &page.Publishers{Head: head(lang, k.site.words.Say(lang, "Papers"), k.site.at.base+"/"+publisherFolder)}
	v.Section = "publisher"
	for name := range k.site.people.slugs {
		l := page.PublisherLine{
			Name:   name,
			Dir:    Direction("", name),
			URL:    k.site.people.publisherURL(name),
			Pieces: pieces[name],
		}
		if l.Dir == "rtl" {
			l.Lang = language(k.site.carried[name][0].Lang, "ur")
		}
		v.Of = append(v.Of, l)
	}
	slices.SortFunc(v.Of, func(a, b page.PublisherLine) int {
		return cmp.Or(
			strings.Compare(
				text.Fold(strings.TrimPrefix(a.Name, "The ")), text.Fold(strings.TrimPrefix(b.Name, "The ")),
			),
			strings.Compare(a.Name, b.Name),
		)
	})
	return v
}

func (k publisherListKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	if len(c.Pieces)+len(c.Feeds) == 0 {
		return each[string](nil)
	}
	return k.All(ctx)
}

func (publisherListKind) All(context.Context) iter.Seq2[string, error] {
	return each([]string{publishersFile})
}

// pieceCounts holds the number of pieces of each publisher. Counting all publishers takes as long as
// the archive is. So after a change only the affected publishers are counted.
type pieceCounts struct {
	mu            sync.Mutex
	configuration Version        // decides the publisher of each feed
	number        int64          // of the last change included
	pieces        map[string]int // by publisher; nil: nothing was counted yet
}

// maxRecounted is the number of changed pieces above which all are counted again.
const maxRecounted = 1000

// read returns the counts, by publisher.
func (c *pieceCounts) read(ctx context.Context, s *site) (map[string]int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	since, configuration := c.number, s.configuration()
	if c.pieces == nil || c.configuration != configuration {
		since = math.MaxInt64
	}
	changes, err := s.rows.Changes.Since(ctx, since)
	if err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	pieces := maps.Clone(c.pieces)
	if since == math.MaxInt64 || len(changes.Pieces) > maxRecounted {
		pieces = map[string]int{}
		for name := range s.people.slugs {
			changed[name] = true
		}
	} else if err := s.eachEntry(ctx, changes.Pieces, func(_ *oped.Entry, feed oped.FeedState) {
		if name := publisherOf(&oped.Entry{}, feed); s.people.slugs[name] != "" {
			changed[name] = true
		}
	}); err != nil {
		return nil, err
	}
	if len(changed) > 0 {
		lists, err := s.options.Catalog.People.PublisherVersions(ctx, slices.Collect(maps.Keys(changed)))
		if err != nil {
			return nil, err
		}
		for name := range changed {
			pieces[name] = lists[name].Pieces
		}
	}
	c.configuration, c.number, c.pieces = configuration, changes.Number, pieces
	return pieces, nil
}
