package publish

import (
	"bytes"
	"context"
	"iter"
	"net/http"
	"slices"

	"oped"
)

// listKind is the sort of the pages that there is one of: the index, the lists of editions and of feeds (OPML), and style sheets.
type listKind struct{ *site }

const (
	indexFile    = "index.html"
	feedStyles   = "feed.css" // feeds and archives name it for ever
	editionsFile = "editions.opml"
	feedsFile    = "feeds.opml"
)

func (k listKind) all() []string {
	return []string{indexFile, feedStyles, k.styleName, editionsFile, feedsFile}
}

func (k listKind) Match(name string) bool { return slices.Contains(k.all(), name) }

func (k listKind) Pages(_ context.Context, names []string) ([]Page, error) {
	pages := make([]Page, len(names))
	for i, name := range names {
		var b bytes.Buffer
		var err error
		m := Meta{Status: http.StatusOK, Policy: dataPolicy}
		switch name {
		case indexFile:
			m = k.html(k.changed())
			err = k.RenderIndex(&b, k.editions)
		case feedStyles:
			m.MediaType = cssType
			b.WriteString(feedStyle)
		case k.styleName:
			m.MediaType, m.Cache = cssType, archiveCache
			b.WriteString(style)
		case editionsFile:
			m.MediaType = opmlType
			err = WriteOPML(&b, "Editions of "+k.host(), EditionOutlines(k.base, k.editions))
		case feedsFile:
			m.MediaType = opmlType
			err = WriteOPML(&b, "Feeds behind "+k.host(), FeedOutlines(k.feedList))
		}
		if err != nil {
			return nil, &PageError{name, err}
		}
		pages[i] = finished(name, m, b.Bytes())
	}
	return pages, nil
}

// Affected are all of them: they are few and small.
func (k listKind) Affected(ctx context.Context, _ *oped.ChangeSet) iter.Seq2[string, error] {
	return k.All(ctx)
}

func (k listKind) All(context.Context) iter.Seq2[string, error] { return each(k.all()) }
