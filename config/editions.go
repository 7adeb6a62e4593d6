package config

import (
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
	byName := map[string]string{}
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
		if slices.ContainsFunc(b.c.Editions, func(have oped.Edition) bool { return have.Name == e.name.value }) {
			b.wrong(e.name.pos, "the edition "+e.name.value+" stands here twice", "")
		}
		if e.name.value == "health" && b.c.Publish.Health {
			b.wrong(e.name.pos, "the edition health would stand where the health of the feeds is told, health.atom", "use another name, or write publish: {health: false}")
		}
		if slices.Contains(takenNames(), e.name.value) {
			b.wrong(e.name.pos, fmt.Sprintf("the edition %s has the name of pages that are made of all editions", e.name.value), "use another name: pages of publishers, authors and pieces, and the search, stand under these")
		}
		if strings.HasPrefix(e.name.value, publisherPrefix) {
			b.wrong(e.name.pos, fmt.Sprintf("the edition %s has a name that is kept for editions of one publisher", e.name.value), "use another name; publish: {publishers: true} makes one for each publisher")
		}
		if f.Publish.Authors && strings.HasPrefix(e.name.value, AuthorPrefix) {
			b.wrong(e.name.pos, fmt.Sprintf("the edition %s has a name that is kept for editions of one author", e.name.value), "use another name; publish: {authors: true} makes one for each author")
		}
		out := oped.Edition{
			Name: e.name.value, Title: v.Title, Subtitle: v.Subtitle, Lang: or(v.Lang.value, "en"), Limit: firstOf(v.Limit, b.c.Publish.Limit, 50),
			Excerpt: firstOf(v.Excerpt, b.c.Publish.Excerpt), Full: v.Full, Window: max(0, time.Duration(v.Window)),
			Filter: oped.Filter{Kinds: b.kinds(said(v.Kinds)), Publishers: values(v.Publishers), Langs: primary(v.Langs), Topics: values(v.Topics), AllTopics: values(v.AllTopics), Authors: values(v.Authors), Query: v.Query.value},
		}
		b.language(v.Lang, "the lang of the edition "+e.name.value)
		b.filters(e.name, v)
		b.query(v.Query, e.name.value)
		if out.Digest = v.Digest.value; out.Digest != "" {
			b.known(v.Digest, "there is no digest", []string{"daily", "weekly", "monthly"})
			out.Limit = firstOf(v.Limit, 10)
		}
		for _, t := range said(slices.Concat(v.Topics, v.AllTopics)) {
			b.known(t, "there is no topic", topicNames)
		}
		for _, p := range said(v.Publishers) {
			b.known(p, "no feed has the publisher", publishers)
		}
		for _, name := range said(v.Feeds) {
			b.known(name, "there is no feed", feedNames)
			out.Filter.Feeds = append(out.Filter.Feeds, byName[name.value])
		}
		b.c.Editions = append(b.c.Editions, b.titled(out))
	}
	if f.Publish.Publishers {
		b.publishers()
	}
}

// filters finds what an edition says that takes nothing, or everything, and was hardly meant so.
func (b *builder) filters(name textValue, v *edition) {
	for _, f := range []struct {
		key    string
		values []textValue
	}{{"topics", v.Topics}, {"all_topics", v.AllTopics}, {"authors", v.Authors}, {"kinds", v.Kinds}, {"publishers", v.Publishers}, {"langs", v.Langs}, {"feeds", v.Feeds}} {
		if f.values != nil && len(f.values) == 0 {
			b.wrong(name.pos, fmt.Sprintf("the edition %s has an empty list of %s", name.value, f.key), "name something in it, or leave it out")
		}
		for _, one := range f.values {
			if empty(one) {
				b.wrong(one.pos, fmt.Sprintf("the edition %s has an empty text among its %s", name.value, f.key), "write a name, or leave it out")
			}
		}
	}
	for _, lang := range said(v.Langs) {
		b.language(lang, "the langs of the edition "+name.value)
	}
	for _, author := range said(v.Authors) {
		if !strings.ContainsFunc(author.value, unicode.IsLetter) {
			b.wrong(author.pos, fmt.Sprintf("the authors of the edition %s: %q is the name of no author", name.value, author.value), "write it as the papers do, such as Amina Qureshi")
		}
	}
}

func empty(t textValue) bool { return strings.TrimSpace(t.value) == "" }

// said are the values that say something. Of the others, filters tells.
func said(values []textValue) []textValue { return slices.DeleteFunc(slices.Clone(values), empty) }

// query compiles the query of an edition.
func (b *builder) query(source textValue, edition string) {
	if strings.TrimSpace(source.value) == "" {
		if source.pos.Line > 0 {
			b.wrong(source.pos, "the query of the edition "+edition+" is empty", "write an expression such as title:water AND $pakistan, or leave it out")
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

// takenNames are folders of what is published that are no edition's.
func takenNames() []string { return []string{"author", "piece", "publisher", "search"} }

// AuthorPrefix begins the names of editions that are made for authors, where Publish.Authors wants them. Who they are tells the store.
const AuthorPrefix = "author-"

// publisherPrefix begins the names of editions that are made for publishers by themselves.
const publisherPrefix = "publisher-"

// publishers adds an edition for each publisher whose feeds are fetched.
func (b *builder) publishers() {
	slugs := map[string]string{} // by publisher, those that are not fetched included
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
		if held[name] > 1 || strings.ContainsFunc(text.Fold(f.Publisher), func(r rune) bool { return r > unicode.MaxASCII }) {
			sum := sha256.Sum256([]byte(f.Publisher))
			name = strings.TrimPrefix(name+"-"+hex.EncodeToString(sum[:4]), "-")
		}
		b.c.Editions = append(b.c.Editions, oped.Edition{
			Name: publisherPrefix + name, Title: f.Publisher, Subtitle: "Opinion pieces in " + f.Publisher, Lang: or(f.Lang, "en"), Limit: firstOf(b.c.Publish.Limit, 50), Excerpt: b.c.Publish.Excerpt,
			Filter: oped.Filter{Publishers: []string{f.Publisher}},
		})
	}
}

// publisherSlug is what of a publisher's name can stand in the name of its edition. Where another publisher has the same, or it leaves out letters of another script,
// digits made of the whole name follow: an address never passes from one newspaper to another, whatever comes, goes or stands first.
func publisherSlug(publisher string) string {
	slug := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(text.Fold(publisher), "-"), "-")
	const most = 64 - len(publisherPrefix) - len("-01234567")
	return strings.Trim(slug[:min(len(slug), most)], "-")
}

// titled gives an edition that has no title that of its topic.
func (b *builder) titled(e oped.Edition) oped.Edition {
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
