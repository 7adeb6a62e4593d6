package parse

import (
	"cmp"
	"context"
	"errors"
	"net/url"
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

// Subscriptions are the outlines of a subscription list.
type Subscriptions struct {
	Feeds    []oped.Feed // each address once
	Twice    int         // outlines with the address of an earlier one
	Unusable []string    // outlines of feeds without a usable address: their title and address
}

// OPML reads the feeds of a subscription list (OPML 1.0 and 2.0) in order. It sets the URL, Title, SiteURL and Lang of
// each feed, and the Group, from its folder. The error is a [*oped.Diagnostic] with the place and a hint.
func OPML(body []byte) (list Subscriptions, err error) {
	defer func() {
		if p := recover(); p != nil {
			list, err = Subscriptions{}, &oped.Diagnostic{Message: "the document cannot be read"}
		}
	}()
	decoded, err := decode(Input{Body: body})
	if err != nil {
		return Subscriptions{}, notOPML(decoded.text, err)
	}
	limits := Limits{Depth: opmlDepth + 4, Elements: 4 * opmlFeeds}.orDefaults()
	limits.roots, limits.texts = opmlRoots, nil
	ctx := context.Background()
	found, err := scan(ctx, decoded.text, &base{meter: newMeter(ctx, len(body))}, "", limits)
	if err != nil || found.root == nil {
		return Subscriptions{}, notOPML(decoded.text, err)
	}
	w := outlines{seen: map[string]bool{}}
	w.walk(found.root, "")
	switch {
	case len(w.list.Feeds) > opmlFeeds:
		return Subscriptions{}, &oped.Diagnostic{
			Message: "the list has more than 10,000 feeds",
			Hint:    "split it into several files",
		}
	case found.cut != "":
		return Subscriptions{}, &oped.Diagnostic{
			Pos:     position(decoded.text, len(decoded.text)),
			Message: "the list is cut off: " + found.cut,
			Hint:    "export it again",
		}
	}
	return w.list, nil
}

// opmlRoots is the root element of a list.
var opmlRoots = map[string]bool{"opml": true}

// outlines collects the feeds of a list.
type outlines struct {
	list Subscriptions
	seen map[string]bool
}

// walk takes the outlines below el, the folder of this name. Folders within folders have all names.
func (w *outlines) walk(el *element, folder string) {
	for _, k := range el.children {
		inner := folder
		if k.name == "outline" && !w.take(k, folder) {
			inner = strings.TrimPrefix(folder+" / "+titleOf(k), " / ")
		}
		w.walk(k, strings.TrimSuffix(inner, " / "))
	}
}

// take adds the feed of an outline. It reports whether the outline is of a feed.
func (w *outlines) take(el *element, folder string) bool {
	kind := strings.ToLower(el.attr("type"))
	_, named := el.lookup("xmlurl")
	named = named && len(el.children) == 0 // some programs write xmlUrl="" on folders
	if el.attr("xmlurl") == "" && !named && kind != "rss" && kind != "atom" {
		return false
	}
	given := cmp.Or(el.attr("xmlurl"), el.attr("url"))
	at := FeedAddress(given)
	switch {
	case at == "":
		name := strings.TrimSpace(titleOf(el) + " " + text.Clip(oped.ShownText(tidy(text.Clip(given, oped.MaxField))), 200))
		w.list.Unusable = append(w.list.Unusable, cmp.Or(name, "an outline without a name"))
	case w.seen[at]:
		w.list.Twice++
	default:
		w.seen[at] = true
		w.list.Feeds = append(w.list.Feeds, oped.Feed{
			URL:     at,
			Title:   titleOf(el),
			SiteURL: page(el.attr("htmlurl")),
			Group:   cmp.Or(folder, categoryOf(el)),
			Lang:    languageTag(el.attr("language")),
			Enabled: true,
		})
	}
	return true
}

func titleOf(el *element) string {
	return text.Clip(tidy(text.Clip(cmp.Or(el.attr("title"), el.attr("text")), oped.MaxField)), oped.MaxField)
}

// categoryOf returns the first category of an outline, without the slashes around it (OPML 2.0, "category").
func categoryOf(el *element) string {
	first, _, _ := strings.Cut(el.attr("category"), ",")
	return tidy(text.Clip(strings.ReplaceAll(strings.Trim(strings.TrimSpace(first), "/"), "/", " / "), oped.MaxField))
}

// feedScheme is a scheme that hands an address to a feed reader: feed:https://host/ or feed://host/.
var feedScheme = text.Pattern(`(?i)^(?:feed|rss|atom|pcast|podcast|itpc):(?:(?://)?(https?://))?`)

// FeedAddress returns the address of a feed as lists and people give it, complete; "" if it is unusable. An address of a feed reader
// without a scheme of its own is http, as readers have it; one without any scheme is https.
func FeedAddress(given string) string {
	at := strings.TrimSpace(given)
	if rest := feedScheme().ReplaceAllString(at, "$1"); rest != at {
		at = rest
		if strings.HasPrefix(at, "//") {
			at = "http:" + at
		}
	}
	if strings.HasPrefix(at, "//") {
		at = "https:" + at
	} else if host, _, _ := strings.Cut(at, "/"); bareHost().MatchString(host) {
		at = "https://" + at
	}
	u, err := url.Parse(at)
	if err != nil {
		return page(at)
	}
	user := u.User
	u.User = nil
	if at = page(u.String()); at == "" {
		return ""
	}
	if u, err = url.Parse(at); err != nil {
		return ""
	}
	u.User, u.Host, u.Fragment = user, strings.ToLower(u.Host), ""
	return u.String()
}

// bareHost matches a name of a host with a dot, and perhaps a port.
var bareHost = text.Pattern(`^[\pL\pN-]+(?:\.[\pL\pN-]+)+(?::[0-9]+)?$`)

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
