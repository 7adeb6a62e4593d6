package publish

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
	"oped/text"
)

const (
	publisherFolder = "publisher/"
	authorFolder    = "author/"
)

// slugs holds the part of each publisher in addresses, by name.
type slugs map[string]string

// publishersOf gives each publisher of the feeds a slug of its own. It depends on the feeds alone.
// Among publishers with the same folded name, the one with the feed stored first has the plain slug;
// the next ones end in -2, -3 and so on.
func publishersOf(feeds feedStates) slugs {
	type named struct {
		id        int64
		url, name string
	}
	all := make([]named, 0, len(feeds))
	for _, f := range feeds {
		if name := cutLine(f.Publisher, maxName); name != "" {
			all = append(all, named{f.ID, f.URL, name})
		}
	}
	slices.SortFunc(all, func(a, b named) int { return cmp.Or(cmp.Compare(a.id, b.id), strings.Compare(a.url, b.url)) })
	out, taken := slugs{}, map[string]bool{}
	for _, n := range all {
		if out[n.name] != "" {
			continue
		}
		base := plainSlug(n.name)
		slug := base
		for i := 2; taken[slug]; i++ {
			slug = fmt.Sprintf("%s-%d", base, i)
		}
		taken[slug] = true
		out[n.name] = slug
	}
	return out
}

// named returns the name of the publisher with a slug, or "".
func (s slugs) named(slug string) string {
	for name, its := range s {
		if its == slug {
			return name
		}
	}
	return ""
}

// people knows the addresses of the pages of publishers and authors.
type people struct {
	at    addresses
	slugs slugs
	pages bool // there are such pages
}

// publisherURL returns the address of a publisher's page, or "".
func (p *people) publisherURL(name string) string {
	if !p.pages || p.slugs[name] == "" {
		return ""
	}
	return p.at.base + "/" + publisherFolder + p.slugs[name] + "/"
}

// paperURL returns the address of the page of an item's publisher, or "" if it has none. The name may
// be an earlier name of the feed. Its page, if there is one, belongs to others, and the item is not on
// it.
func (p *people) paperURL(it *item) string {
	if it.publisher != cutLine(it.feed.Publisher, maxName) {
		return ""
	}
	return p.publisherURL(it.publisher)
}

// authorURL returns the address of an author's page, or "".
func (p *people) authorURL(key string) string {
	if !p.pages || key == "" {
		return ""
	}
	return p.at.base + "/" + authorFolder + key + "/"
}

// byline returns the authors of an item, with links to their pages.
func (p *people) byline(it *item) []page.Link {
	authors := mapped(it.authors, func(a feed.Person) oped.Person { return oped.Person{Name: a.Name} })
	return mapped(text.Bylines(authors), func(name string) page.Link {
		return page.Link{Name: name, URL: p.authorURL(authorKey(name, it.lead, it.feed))}
	})
}

// version identifies the slugs that depend on more than the name of their publisher.
func (s slugs) version() Version {
	var d hasher
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if s[name] != plainSlug(name) {
			d.strings(name, s[name])
		}
	}
	return d.version()
}

// plainSlug returns the slug of a publisher with a unique name.
func plainSlug(name string) string { return cmp.Or(text.Slug(name), "paper") }

// authorKey returns the slug of an author of an entry, or "" if the name is no person's.
func authorKey(name string, e *oped.Entry, feed oped.FeedState) string {
	return text.AuthorSlug(name, e.Publisher, feed.Publisher)
}

func publisherFile(slug string) string { return publisherFolder + slug + "/index.html" }
func authorFile(key string) string     { return authorFolder + key + "/index.html" }

// slugOf returns the slug in a file's name, between the folder and the file itself.
func slugOf(folder, name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, folder)
	if !ok {
		return "", false
	}
	slug, ok := strings.CutSuffix(rest, "/index.html")
	return slug, ok && slug != "" && slug == text.Fold(slug) && !strings.ContainsFunc(slug, func(r rune) bool {
		return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}
