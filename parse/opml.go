package parse

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// The limits of an OPML document: nested folders, and feeds.
const (
	opmlDepth = 32
	opmlFeeds = 10_000
)

// OPML reads the feeds of a subscription list (OPML 1.0 and 2.0), folders included, in order, each address
// once. It sets the URL, Title, SiteURL and Lang of each feed. The error is a [*oped.Diagnostic] with the place
// and a hint.
func OPML(body []byte) (feeds []oped.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			feeds, err = nil, &oped.Diagnostic{Message: "the document cannot be read"}
		}
	}()
	decoded, err := decode(Input{Body: body})
	if err != nil {
		return nil, notOPML(decoded.text, err)
	}
	limits := Limits{Depth: opmlDepth + 4, Elements: 4 * opmlFeeds}.orDefaults()
	limits.roots, limits.texts = opmlRoots, nil
	ctx := context.Background()
	found, err := scan(ctx, decoded.text, &base{meter: newMeter(ctx, len(body))}, "", limits)
	if err != nil || found.root == nil {
		return nil, notOPML(decoded.text, err)
	}
	w := outlines{seen: map[string]bool{}}
	w.walk(found.root)
	switch {
	case len(w.feeds) > opmlFeeds:
		return nil, &oped.Diagnostic{
			Message: "the list has more than 10,000 feeds",
			Hint:    "split it into several files",
		}
	case found.cut != "":
		return nil, &oped.Diagnostic{
			Pos:     position(decoded.text, len(decoded.text)),
			Message: "the list is cut off: " + found.cut,
			Hint:    "export it again",
		}
	}
	return w.feeds, nil
}

// opmlRoots is the root element of a list.
var opmlRoots = map[string]bool{"opml": true}

// outlines collects the feeds of a list.
type outlines struct {
	feeds []oped.Feed
	seen  map[string]bool
}

func (w *outlines) walk(el *element) {
	for _, k := range el.children {
		if k.name == "outline" {
			w.take(k)
		}
		w.walk(k)
	}
}

// take adds the feed of an outline, if it has one.
func (w *outlines) take(el *element) {
	at := page(cmp.Or(el.attr("xmlurl"), el.attr("url")))
	if el.attr("xmlurl") == "" && !strings.EqualFold(el.attr("type"), "rss") &&
		!strings.EqualFold(el.attr("type"), "atom") {
		return
	}
	if at == "" || w.seen[at] {
		return
	}
	w.seen[at] = true
	w.feeds = append(w.feeds, oped.Feed{
		URL:     at,
		Title:   text.Clip(tidy(text.Clip(cmp.Or(el.attr("title"), el.attr("text")), oped.MaxField)), oped.MaxField),
		SiteURL: page(el.attr("htmlurl")),
		Lang:    languageTag(el.attr("language")),
		Enabled: true,
	})
}

// notOPML returns the reason why a document is not a subscription list.
func notOPML(source string, err error) error {
	m := &oped.Diagnostic{
		Pos:     oped.Position{Line: 1, Col: 1},
		Message: "this is not an OPML document",
		Hint:    "an OPML file begins with <opml>; feed readers call it \"export subscriptions\"",
	}
	var failed *oped.FetchError
	if errors.As(err, &failed) && failed.Kind != oped.NotFeed {
		m.Message += ": " + failed.Err.Error()
	}
	if at := strings.IndexFunc(source, func(r rune) bool { return r > ' ' }); at >= 0 {
		m.Pos = position(source, at)
		line, _, _ := strings.Cut(source[at:], "\n")
		m.Line = tidy(line[:min(len(line), 80)])
		m.Pos.Col = 1
	}
	return m
}

// position returns the line and column of a place in a text.
func position(source string, at int) oped.Position {
	before := source[:at]
	return oped.Position{
		Line: strings.Count(before, "\n") + 1,
		Col:  utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1,
	}
}
