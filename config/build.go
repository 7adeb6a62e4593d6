package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"oped"
	"oped/text"
	"oped/topic"
)

var nameForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)

var listForm = regexp.MustCompile(`^[\p{L}\p{N}_-]+$`)

const nameHint = "use small letters, digits and - , at most 64: it becomes part of addresses and file names"

// build checks the values and puts them into the words of the program.
func (b *builder) build(f *file) {
	b.general(f)
	b.fetch(&f.Fetch)
	b.hubs(f.Publish.Hub)
	b.terms(f)
	b.topics(f)
	b.feeds(f)
	b.editions(f)
}

func (b *builder) top() oped.Position { return oped.Position{File: b.c.Path} }

func (b *builder) general(f *file) {
	c := b.c
	c.Listen = or(f.Listen, "127.0.0.1:8080")
	c.BaseURL = strings.TrimSuffix(or(f.BaseURL, "http://"+c.Listen), "/")
	if u, err := url.Parse(c.BaseURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		b.wrong(b.line("base_url"), fmt.Sprintf("base_url: %q is no address that readers could use", f.BaseURL), "write http://host:port or https://feeds.example.org")
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		b.wrong(b.line("listen"), fmt.Sprintf("listen: %q is not host:port", f.Listen), "write 127.0.0.1:8080, or :8080 for every address of this machine")
	}
	c.Store = b.path(or(f.Store, "oped.db"))
	dir := "public"
	if f.Publish.Dir != nil {
		dir = *f.Publish.Dir
	}
	c.Publish = Publish{Dir: b.path(dir), Excerpt: f.Publish.Excerpt, Limit: f.Publish.Limit, Authors: f.Publish.Authors, MinPoll: time.Minute, Precompress: f.Publish.Precompress, Health: f.Publish.Health == nil || *f.Publish.Health, Contact: b.contact(f.Publish.Contact)}
	if f.Publish.MinPoll != 0 {
		c.Publish.MinPoll = max(0, time.Duration(f.Publish.MinPoll))
	}
	proxies := []textValue{{value: "127.0.0.0/8"}, {value: "::1/128"}}
	if f.Publish.TrustedProxies != nil {
		proxies = *f.Publish.TrustedProxies
	}
	c.Publish.TrustedProxies = b.networks("trusted_proxies", proxies)
}

// contact checks an e-mail address or a web address.
func (b *builder) contact(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	if _, err := mail.ParseAddress(s); s != "" && !web && (err != nil || strings.ContainsAny(s, " <>")) {
		b.wrong(b.line("publish"), fmt.Sprintf("publish: contact: %q is neither an e-mail address nor a web address", s), "write editor@example.org or https://example.org/contact")
	}
	return s
}

// networks reads a list of networks.
func (b *builder) networks(key string, list []textValue) (networks []netip.Prefix) {
	for _, n := range list {
		prefix, err := netip.ParsePrefix(n.value)
		if err != nil {
			b.wrong(n.pos, fmt.Sprintf("%s: %q is no network", key, n.value), "write 127.0.0.0/8 or 10.1.2.3/32")
			continue
		}
		networks = append(networks, prefix)
	}
	return networks
}

// line is where a key stands that has no position of its own.
func (b *builder) line(key string) oped.Position {
	for i, line := range b.order[0].lines {
		if strings.HasPrefix(line, key+":") {
			return oped.Position{File: b.c.Path, Line: i + 1, Col: 1}
		}
	}
	return b.top()
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// path is a path of the file, from the file's folder.
func (b *builder) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(b.dir, p)
}

func (b *builder) fetch(f *fetchBlock) {
	b.c.Fetch = Fetch{
		Every: max(0, time.Duration(f.Every)), MaxEvery: max(0, time.Duration(f.MaxEvery)), Spacing: time.Duration(f.Spacing), Timeout: max(0, time.Duration(f.Timeout)),
		Concurrency: f.Concurrency, PerHost: f.PerHost, MaxBytes: int64(f.MaxBytes), UserAgent: f.UserAgent, Ports: f.Ports,
	}
	b.c.Fetch.AllowPrivate = b.networks("allow_private", f.AllowPrivate)
	if f.Every > 0 && f.MaxEvery > 0 && f.Every > f.MaxEvery {
		b.wrong(b.line("fetch"), "fetch: every is longer than max_every", "")
	}
}

func (b *builder) terms(f *file) {
	for _, l := range f.Terms {
		list := oped.List{Name: l.name.value, Pos: l.name.pos}
		if !listForm.MatchString(list.Name) {
			b.wrong(list.Pos, fmt.Sprintf("%q cannot be the name of a list", list.Name), "use letters, digits, _ and -, so that rules can call it $name")
		}
		if len(l.value) == 0 {
			b.wrong(list.Pos, "the list "+list.Name+" is empty", "give it a term, or leave it out")
		}
		for _, t := range l.value {
			list.Terms = append(list.Terms, oped.Term{Source: t.value, Pos: t.pos})
		}
		b.c.Lists = append(b.c.Lists, list)
	}
}

func (b *builder) topics(f *file) {
	for _, t := range f.Topics {
		b.name(t.name, "a topic")
		v := &t.value
		topic := oped.Topic{
			Name: t.name.value, Title: or(v.Title, t.name.value), Describe: v.Describe, Threshold: v.Threshold, Review: v.Review, Pos: t.name.pos,
			Require: rule(v.Require, 0), Exclude: rule(v.Exclude, 0),
		}
		for _, s := range v.Score {
			topic.Score = append(topic.Score, rule(s.name, s.value))
		}
		for _, x := range v.Tests.Yes {
			topic.Tests = append(topic.Tests, oped.Example{Text: x.value, Want: true, Pos: x.pos})
		}
		for _, x := range v.Tests.No {
			topic.Tests = append(topic.Tests, oped.Example{Text: x.value, Want: false, Pos: x.pos})
		}
		if topic.Threshold <= 0 {
			b.wrong(t.name.pos, "topic "+topic.Name+": it has no threshold above 0", "write threshold: 12, the score from which a piece is on the topic")
		}
		if slices.ContainsFunc(b.c.Topics, func(have oped.Topic) bool { return have.Name == topic.Name }) {
			b.wrong(t.name.pos, "the topic "+topic.Name+" stands here twice", "")
		}
		b.c.Topics = append(b.c.Topics, topic)
	}
	tagger, err := topic.Compile(b.c.Lists, b.c.Topics)
	b.c.Tagger = tagger
	b.rules(err)
}

func rule(t textValue, weight float64) oped.Rule {
	return oped.Rule{Expr: t.value, Weight: weight, Pos: t.pos}
}

// rules adds the mistakes that the compiler of rules found.
func (b *builder) rules(err error) {
	var ms oped.Mistakes
	if errors.As(err, &ms) {
		for _, m := range ms {
			b.wrong(m.Pos, m.What, m.Hint)
		}
	} else if err != nil {
		b.wrong(b.top(), err.Error(), "")
	}
}

func (b *builder) name(t textValue, of string) {
	if !nameForm.MatchString(t.value) {
		b.wrong(t.pos, fmt.Sprintf("%q cannot be the name of %s", t.value, of), nameHint)
	}
}

func (b *builder) feeds(f *file) {
	b.c.Opinion = map[string]*topic.Expr{}
	exprs := map[string]*topic.Expr{}
	names, urls := map[string]oped.Position{}, map[string]oped.Position{}
	for i := range f.Feeds {
		v := &f.Feeds[i]
		feed := b.feed(v)
		if feed.Name == "" {
			feed.Name = freeName(feed, names)
		}
		b.once(names, feed.Name, orPos(v.Name.pos, v.pos), "name")
		b.once(urls, feed.URL, orPos(v.URL.pos, v.pos), "address")
		b.opinion(v, feed.URL, exprs)
		b.c.Feeds = append(b.c.Feeds, feed)
	}
}

func (b *builder) feed(v *feedBlock) oped.Feed {
	feed := oped.Feed{
		Name: v.Name.value, URL: strings.TrimSpace(v.URL.value), Title: v.Title, Publisher: v.Publisher, SiteURL: v.Site, Country: v.Country, Lang: v.Lang.value,
		Every: max(0, time.Duration(v.Every)), Opinion: or(v.Opinion.value, "always"), Kind: oped.PieceKind(v.Kind.value), Excerpt: v.Excerpt, Full: v.Full, Enabled: v.Enabled == nil || *v.Enabled,
	}
	u, err := url.Parse(feed.URL)
	switch {
	case feed.URL == "":
		b.wrong(v.pos, "this feed has no url", "write url: https://…")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		b.wrong(v.URL.pos, fmt.Sprintf("the feed's url %q is no http address", feed.URL), "write the whole address: https://…")
	}
	if v.Name.value != "" {
		b.name(v.Name, "a feed")
	}
	if feed.Publisher == "" && u != nil {
		feed.Publisher = strings.TrimPrefix(u.Hostname(), "www.")
	}
	b.language(v.Lang, "the lang of this feed")
	if v.Kind.value != "" {
		b.kinds([]textValue{v.Kind})
	}
	for _, name := range v.Implies {
		b.known(name, "there is no list of terms", listNames(b.c.Lists))
		feed.Implies = append(feed.Implies, name.value)
	}
	return feed
}

func (b *builder) once(seen map[string]oped.Position, value string, pos oped.Position, what string) {
	if first, twice := seen[value]; twice {
		b.wrong(pos, fmt.Sprintf("the feeds' %s %s stands here twice, and in line %d first", what, value, first.Line), "")
		return
	}
	seen[value] = pos
}

func orPos(pos, fallback oped.Position) oped.Position {
	if pos.Line == 0 {
		return fallback
	}
	return pos
}

// opinion compiles how a mixed feed's opinion pieces are known.
func (b *builder) opinion(v *feedBlock, feedURL string, compiled map[string]*topic.Expr) {
	source := v.Opinion.value
	if source == "" || source == "always" || source == "never" {
		return
	}
	if compiled[source] == nil {
		expr, err := topic.CompileExpr(b.c.Lists, rule(v.Opinion, 0))
		b.rules(err)
		compiled[source] = expr
	}
	b.c.Opinion[feedURL] = compiled[source]
}

// freeName makes a feed's name of its publisher.
func freeName(f oped.Feed, taken map[string]oped.Position) string {
	slug := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(text.Fold(or(f.Publisher, or(f.Title, f.URL))), "-"), "-")
	if slug == "" {
		slug = "feed"
	}
	slug = strings.Trim(slug[:min(len(slug), 56)], "-")
	name := slug
	for n := 2; ; n++ {
		if _, used := taken[name]; !used {
			return name
		}
		name = fmt.Sprintf("%s-%d", slug, n)
	}
}

func listNames(lists []oped.List) []string {
	names := make([]string, len(lists))
	for i, l := range lists {
		names[i] = l.Name
	}
	return names
}

func (b *builder) known(name textValue, what string, all []string) {
	if slices.Contains(all, name.value) {
		return
	}
	b.wrong(name.pos, what+" "+name.value, oped.DidYouMean(name.value, all, thereAre(all)))
}

// thereAre tells the names that there are, or the first of very many.
func thereAre(names []string) string {
	const most = 30
	switch n := len(names); {
	case n == 0:
		return "there are none in this configuration"
	case n == 1:
		return "there is only " + names[0]
	case n > most:
		return fmt.Sprintf("there are %s and %d more", strings.Join(names[:most], ", "), n-most)
	}
	return "there are " + strings.Join(names, ", ")
}

func (b *builder) kinds(values []textValue) (kinds []oped.PieceKind) {
	var all []string
	for _, k := range oped.PieceKinds() {
		all = append(all, string(k))
	}
	for _, v := range values {
		b.known(v, "there is no kind", all)
		kinds = append(kinds, oped.PieceKind(v.value))
	}
	return kinds
}

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

func values(ts []textValue) (out []string) {
	for _, t := range ts {
		out = append(out, t.value)
	}
	return out
}

func firstOf(all ...int) int {
	for _, n := range all {
		if n != 0 {
			return n
		}
	}
	return 0
}
