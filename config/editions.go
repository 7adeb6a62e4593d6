package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"oped"
	"oped/text"
	"oped/topic"
)

func (b *builder) editions(f *file) {
	byName, names := map[string]string{}, map[string]oped.Position{}
	var feedNames, topicNames, publishers []string
	for _, feed := range b.c.Feeds {
		byName[feed.Name] = feed.URL
		feedNames = append(feedNames, feed.Name)
		if !slices.Contains(publishers, feed.Publisher) {
			publishers = append(publishers, feed.Publisher)
		}
	}
	for _, t := range b.c.Topics {
		topicNames = append(topicNames, t.Name)
	}
	for _, e := range f.Editions {
		v := &e.value
		b.name(e.name, "an edition")
		b.once(names, "edition", e.name.value, e.name.pos)
		if e.name.value == "health" && b.c.Publish.Health {
			b.report(e.name.pos, "edition health: the name is taken by health.atom, the feed about failing feeds",
				"use another name, or write publish: {health: false}")
		}
		if slices.Contains(takenNames(), e.name.value) {
			b.report(e.name.pos, fmt.Sprintf("edition %s: the name is reserved", e.name.value),
				"use another name: pages of publishers, authors, pieces and charts, and the search, use this one")
		}
		if b.c.Desk != nil && e.name.value == "desk" {
			b.report(e.name.pos, "edition desk: the name is taken by the pages of the curators",
				"use another name, or remove the key desk")
		}
		if strings.HasPrefix(e.name.value, publisherPrefix) {
			b.report(e.name.pos,
				fmt.Sprintf("edition %s: the prefix %s is reserved for editions of one publisher",
					e.name.value, publisherPrefix),
				"use another name; publish: {publishers: true} makes one for each publisher")
		}
		if f.Publish.Authors && strings.HasPrefix(e.name.value, AuthorPrefix) {
			b.report(e.name.pos,
				fmt.Sprintf("edition %s: the prefix %s is reserved for editions of one author",
					e.name.value, AuthorPrefix),
				"use another name; publish: {authors: true} makes one for each author")
		}
		out := oped.Edition{
			Name:     e.name.value,
			Title:    v.Title,
			Subtitle: v.Subtitle,
			Lang:     cmp.Or(v.Lang.value, "en"),
			Limit:    cmp.Or(v.Limit, b.c.Publish.Limit, oped.HeadLimit),
			Excerpt:  cmp.Or(v.Excerpt, b.c.Publish.Excerpt),
			Full:     v.Full,
			Window:   max(0, time.Duration(v.Window)),
			Filter: oped.Filter{
				Kinds:      b.kinds(nonEmpty(v.Kinds)),
				Publishers: values(v.Publishers),
				Langs:      primary(v.Langs),
				Topics:     values(v.Topics),
				AllTopics:  values(v.AllTopics),
				Authors:    values(v.Authors),
				Query:      v.Query.value,
				Curated:    v.Curated,
			},
		}
		b.language(v.Lang, "edition "+e.name.value+" lang")
		b.filters(e.name, v)
		b.query(v.Query, e.name.value)
		if out.Digest = oped.Digest(v.Digest.value); out.Digest != oped.NoDigest {
			checkKnown(b, v.Digest, "unknown digest", oped.Digests())
			out.Limit = cmp.Or(v.Limit, 10)
		}
		for _, t := range nonEmpty(slices.Concat(v.Topics, v.AllTopics)) {
			checkKnown(b, t, "unknown topic", topicNames)
		}
		for _, p := range nonEmpty(v.Publishers) {
			checkKnown(b, p, "no feed has the publisher", publishers)
		}
		for _, name := range nonEmpty(v.Feeds) {
			checkKnown(b, name, "unknown feed", feedNames)
			out.Filter.Feeds = append(out.Filter.Feeds, byName[name.value])
		}
		b.c.Editions = append(b.c.Editions, withTitle(b, out))
	}
	if f.Publish.Publishers {
		b.publishers()
	}
}

// filters reports filters that select nothing or everything and are probably mistakes.
func (b *builder) filters(name textValue, v *edition) {
	for _, f := range []struct {
		key    string
		values []textValue
	}{
		{"topics", v.Topics}, {"all_topics", v.AllTopics}, {"authors", v.Authors}, {"kinds", v.Kinds},
		{"publishers", v.Publishers}, {"langs", v.Langs}, {"feeds", v.Feeds},
	} {
		if f.values != nil && len(f.values) == 0 {
			b.report(name.pos, fmt.Sprintf("edition %s: empty list of %s", name.value, f.key),
				"add a value, or remove the key")
		}
		for _, one := range f.values {
			if empty(one) {
				b.report(one.pos, fmt.Sprintf("edition %s: empty value in %s", name.value, f.key),
					"write a name, or remove it")
			}
		}
	}
	for _, lang := range nonEmpty(v.Langs) {
		b.language(lang, "edition "+name.value+" langs")
	}
	for _, author := range nonEmpty(v.Authors) {
		if !strings.ContainsFunc(author.value, unicode.IsLetter) {
			b.report(author.pos, fmt.Sprintf("edition %s: %q is not an author's name", name.value, author.value),
				"write it as the papers do, such as Amina Qureshi")
		}
	}
}

func empty(t textValue) bool { return strings.TrimSpace(t.value) == "" }

// nonEmpty returns the non-empty values. The method filters reports the empty ones.
func nonEmpty(values []textValue) []textValue { return slices.DeleteFunc(slices.Clone(values), empty) }

// query compiles the query of an edition.
func (b *builder) query(source textValue, edition string) {
	if strings.TrimSpace(source.value) == "" {
		if source.pos.Line > 0 {
			b.report(source.pos, "edition "+edition+": empty query",
				"write an expression such as title:water AND $pakistan, or remove the key")
		}
		return
	}
	expr, err := topic.CompileExpr(b.c.Lists, rule(source, 0))
	b.rules(err)
	if b.c.Queries == nil {
		b.c.Queries = map[string]*topic.Expr{}
	}
	b.c.Queries[edition] = expr
}

// takenNames returns the folders of published pages other than editions.
func takenNames() []string { return []string{"author", "charts", "piece", "publisher", "search"} }

// AuthorPrefix begins the names of the editions for authors. Publish.Authors turns them on; the store determines
// which authors qualify.
const AuthorPrefix = "author-"

// publisherPrefix begins the names of the automatic editions for publishers.
const publisherPrefix = "publisher-"

// Sections returns the editions of the configuration that are not automatic.
func (c *Config) Sections() []oped.Edition {
	return slices.DeleteFunc(slices.Clone(c.Editions), func(e oped.Edition) bool {
		return strings.HasPrefix(e.Name, publisherPrefix) || strings.HasPrefix(e.Name, AuthorPrefix)
	})
}

// publishers adds an edition for each publisher with a fetched feed.
func (b *builder) publishers() {
	slugs := map[string]string{} // by publisher, including publishers without a fetched feed
	held := map[string]int{}
	for _, f := range b.c.Feeds {
		if _, known := slugs[f.Publisher]; !known {
			slug := publisherSlug(f.Publisher)
			slugs[f.Publisher] = slug
			held[slug]++
		}
	}
	done := map[string]bool{}
	for _, f := range b.c.Feeds {
		if done[f.Publisher] || !f.Enabled {
			continue
		}
		done[f.Publisher] = true
		name := slugs[f.Publisher]
		notASCII := func(r rune) bool { return r > unicode.MaxASCII }
		if held[name] > 1 || strings.ContainsFunc(text.Fold(f.Publisher), notASCII) {
			sum := sha256.Sum256([]byte(f.Publisher))
			name = strings.TrimPrefix(name+"-"+hex.EncodeToString(sum[:4]), "-")
		}
		b.c.Editions = append(b.c.Editions, oped.Edition{
			Name:     publisherPrefix + name,
			Title:    f.Publisher,
			Subtitle: "Opinion pieces in " + f.Publisher,
			Lang:     cmp.Or(f.Lang, "en"),
			Limit:    cmp.Or(b.c.Publish.Limit, oped.HeadLimit),
			Excerpt:  b.c.Publish.Excerpt,
			Filter:   oped.Filter{Publishers: []string{f.Publisher}},
		})
	}
}

// publisherSlug returns the ASCII part of a publisher's name, for the name of its edition. If two publishers share
// a slug, or the name has letters of another script, the caller appends digits from a hash of the whole name. So an
// address never passes from one newspaper to another, however the list of feeds changes.
func publisherSlug(publisher string) string {
	slug := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(text.Fold(publisher), "-"), "-")
	const limit = 64 - len(publisherPrefix) - len("-01234567")
	return strings.Trim(slug[:min(len(slug), limit)], "-")
}

// withTitle gives an untitled edition the title of its topic.
func withTitle(b *builder, e oped.Edition) oped.Edition {
	if e.Title != "" {
		return e
	}
	e.Title = e.Name
	for _, t := range b.c.Topics {
		if len(e.Filter.Topics) == 1 && t.Name == e.Filter.Topics[0] {
			e.Title = t.Title
			if e.Subtitle == "" {
				e.Subtitle = t.Describe
			}
		}
	}
	return e
}

// EditionTitle returns the title of an edition, or its name.
func (c *Config) EditionTitle(name string) string {
	for _, e := range c.Editions {
		if e.Name == name {
			return cmp.Or(e.Title, name)
		}
	}
	return name
}

// TopicTitle returns the title of a topic, or its name.
func (c *Config) TopicTitle(name string) string {
	for _, t := range c.Topics {
		if t.Name == name {
			return cmp.Or(t.Title, name)
		}
	}
	return name
}
