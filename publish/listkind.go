package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"net/http"
	"slices"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
)

// listKind is the kind of the single documents: the lists of editions and of feeds (OPML), style sheets, the logo, the
// script of the search, and its description, and the files about rights.
type listKind struct {
	site *site
	all  []string // names
}

const (
	feedStyles   = "feed.css" // feeds and archives name it for ever
	editionsFile = "editions.opml"
	feedsFile    = "feeds.opml"
)

func newListKind(s *site) listKind {
	all := []string{
		feedStyles, page.StyleName(), page.FontName(), editionsFile, feedsFile, robotsFile, reservationsFile,
	}
	if logo := logoName(s.options.Logo); logo != "" {
		all = append(all, logo)
	}
	if s.hasIndex() {
		all = append(all, page.ScriptName())
	}
	if s.searches() {
		all = append(all, openSearchFile)
	}
	return listKind{s, all}
}

// logoTypes holds the media types of logos, by extension.
var logoTypes = map[string]string{"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}

// logoName returns the name of the file of a logo, or "". It contains a hash of the content.
func logoName(l oped.Logo) string {
	if l.Ext == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(l.Content))
	return "logo-" + hex.EncodeToString(sum[:6]) + "." + l.Ext
}

func (k listKind) Match(name string) bool { return slices.Contains(k.all, name) }

func (k listKind) Pages(_ context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) {
		var b bytes.Buffer
		var err error
		m := Meta{Status: http.StatusOK, Policy: dataPolicy}
		switch name {
		case feedStyles:
			m.MediaType = cssType
			b.WriteString(feed.Style)
		case page.StyleName():
			m.MediaType, m.Cache = cssType, archiveCache
			b.WriteString(page.Style)
		case page.FontName():
			m.MediaType, m.Cache = fontType, archiveCache
			b.WriteString(page.Font)
		case page.ScriptName():
			m.MediaType, m.Cache = jsType, archiveCache
			b.WriteString(page.Script())
		case logoName(k.site.options.Logo):
			m.MediaType, m.Cache = logoTypes[k.site.options.Logo.Ext], archiveCache
			m.Policy = "style-src 'unsafe-inline'; " + dataPolicy // an SVG may have styles
			b.WriteString(k.site.options.Logo.Content)
		case openSearchFile:
			m.MediaType = openSearchType + "; charset=utf-8"
			err = k.site.writeOpenSearch(&b)
		case robotsFile:
			m.MediaType = "text/plain; charset=utf-8"
			k.site.writeRobots(&b)
		case reservationsFile:
			m.MediaType = jsonType
			err = k.site.writeReservations(&b)
		case editionsFile:
			m.MediaType = opmlType
			err = k.site.at.writeEditions(&b, k.site.at.host(), k.site.editions)
		case feedsFile:
			m.MediaType = opmlType
			err = writePublic(&b, "Feeds behind "+k.site.at.host(), k.site.feedList)
		}
		return finished(name, m, b.Bytes()), err
	})
}

// Affected returns all of them: they are few and small.
func (k listKind) Affected(ctx context.Context, _ *oped.ChangeSet) iter.Seq2[string, error] {
	return k.All(ctx)
}

func (k listKind) All(context.Context) iter.Seq2[string, error] { return each(k.all) }
