package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
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

	"golang.org/x/net/html/charset"

	"oped"
	"oped/text"
	"oped/topic"
)

var nameForm = text.Pattern(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)

var listForm = text.Pattern(`^[\p{L}\p{N}_-]+$`)

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

const nameHint = "use small letters, digits and - , at most 64: it becomes part of addresses and file names"

// build checks the values and converts them to the program's types.
func (b *builder) build(f *file) {
	b.general(f)
	b.fetch(&f.Fetch)
	b.hubs(f.Publish.Hub)
	b.desk(f.Desk)
	b.terms(f)
	b.topics(f)
	b.feeds(f)
	b.editions(f)
}

func topOf(b *builder) oped.Position { return oped.Position{File: b.c.Path} }

func (b *builder) general(f *file) {
	c := b.c
	c.Listen = cmp.Or(f.Listen, "127.0.0.1:8080")
	c.BaseURL = strings.TrimSuffix(cmp.Or(f.BaseURL, "http://"+c.Listen), "/")
	if u, err := url.Parse(c.BaseURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" ||
		u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		b.report(lineOf(b, "base_url"), fmt.Sprintf("base_url: %q is not an http or https address", f.BaseURL),
			"write http://host:port or https://feeds.example.org")
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		b.report(lineOf(b, "listen"), fmt.Sprintf("listen: %q is not host:port", f.Listen),
			"write 127.0.0.1:8080, or :8080 for every address of this machine")
	}
	c.Store = resolvePath(b.dir, cmp.Or(f.Store, "oped.db"))
	dir := "public"
	if f.Publish.Dir != nil {
		dir = *f.Publish.Dir
	}
	c.Publish = Publish{
		Dir:         resolvePath(b.dir, dir),
		Excerpt:     f.Publish.Excerpt,
		Limit:       f.Publish.Limit,
		Authors:     f.Publish.Authors,
		MinPoll:     time.Minute,
		Search:      search(b, f.Publish.Search),
		Precompress: f.Publish.Precompress,
		Health:      f.Publish.Health == nil || *f.Publish.Health,
		Title:       f.Publish.Title,
		Description: f.Publish.Description,
		Logo:        b.logo(f.Publish.Logo),
		Timezone:    b.timezone(f.Publish.Timezone),
		Contact:     checkContact(b, f.Publish.Contact),

		ContentSignal: b.contentSignal(f.Publish.ContentSignal),
	}
	if f.Publish.MinPoll != 0 {
		c.Publish.MinPoll = max(0, time.Duration(f.Publish.MinPoll))
	}
	proxies := []textValue{{value: "127.0.0.0/8"}, {value: "::1/128"}}
	if f.Publish.TrustedProxies != nil {
		proxies = *f.Publish.TrustedProxies
	}
	c.Publish.TrustedProxies = b.networks("trusted_proxies", proxies)
}

// logo reads the picture with a path.
func (b *builder) logo(path textValue) (logo oped.Logo) {
	if path.value == "" {
		return logo
	}
	file := resolvePath(b.dir, path.value)
	data, err := b.open(file)
	if err == nil {
		b.readers = append(b.readers, newReader(file, nil))
		b.c.Files = append(b.c.Files, file)
		logo, err = oped.ParseLogo(data)
	}
	if err != nil {
		b.report(path.pos, "logo: "+err.Error(), "name a PNG, JPEG or SVG file of at most 100 KB, without script")
	}
	return logo
}

// timezone returns the time zone of a name; UTC without one.
func (b *builder) timezone(name textValue) *time.Location {
	zone, err := time.LoadLocation(name.value)
	if err != nil || name.value == "Local" {
		b.report(name.pos, fmt.Sprintf("timezone: unknown zone %q", name.value),
			"write a name of the IANA database, such as Asia/Karachi")
		return time.UTC
	}
	return zone
}

// contentSignal checks the content signals of robots.txt (contentsignals.org). A site of texts of others reserves their
// use for training, and grants nothing.
func (b *builder) contentSignal(v *textValue) string {
	if v == nil {
		return "ai-train=no"
	}
	if strings.TrimSpace(v.value) == "" {
		return ""
	}
	var all []string
	for s := range strings.SplitSeq(v.value, ",") {
		s = strings.TrimSpace(s)
		name, answer, _ := strings.Cut(s, "=")
		if !slices.Contains([]string{"search", "ai-input", "ai-train"}, name) || answer != "yes" && answer != "no" {
			b.report(v.pos, fmt.Sprintf("publish: content_signal: %q is no content signal", s),
				"write search, ai-input and ai-train, each with =yes or =no: search=yes, ai-train=no")
			return ""
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

// checkContact checks an e-mail address or a web address.
func checkContact(b *builder, s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	if _, err := mail.ParseAddress(s); s != "" && !web && (err != nil || strings.ContainsAny(s, " <>")) {
		b.report(lineOf(b, "publish"),
			fmt.Sprintf("publish: contact: %q is neither an e-mail address nor a web address", s),
			"write editor@example.org or https://example.org/contact")
	}
	return s
}

// networks parses a list of networks.
func (b *builder) networks(key string, list []textValue) (networks []netip.Prefix) {
	for _, n := range list {
		prefix, err := netip.ParsePrefix(n.value)
		if err != nil {
			b.report(n.pos, fmt.Sprintf("%s: %q is not a network", key, n.value), "write 127.0.0.0/8 or 10.1.2.3/32")
			continue
		}
		networks = append(networks, prefix)
	}
	return networks
}

// lineOf returns the position of a top-level key. It serves keys without a recorded position.
func lineOf(b *builder, key string) oped.Position {
	for i, line := range b.readers[0].lines {
		if strings.HasPrefix(line, key+":") {
			return oped.Position{File: b.c.Path, Line: i + 1, Col: 1}
		}
	}
	return topOf(b)
}

// resolvePath resolves a path of a file in dir.
func resolvePath(dir, p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(dir, p)
}

func (b *builder) fetch(f *fetchBlock) {
	b.c.Fetch = Fetch{
		Every:       max(0, time.Duration(f.Every)),
		MaxEvery:    max(0, time.Duration(f.MaxEvery)),
		Spacing:     time.Duration(f.Spacing),
		Timeout:     max(0, time.Duration(f.Timeout)),
		Concurrency: f.Concurrency,
		PerHost:     f.PerHost,
		MaxBytes:    int64(f.MaxBytes),
		Quota:       f.Quota,
		UserAgent:   f.UserAgent,
		Ports:       f.Ports,
	}
	b.c.Fetch.AllowPrivate = b.networks("allow_private", f.AllowPrivate)
	for _, host := range f.PrivateHosts {
		if host.value == "" || strings.ContainsAny(host.value, "/:@ ") {
			what := fmt.Sprintf("private_hosts: %q is not a host name", host.value)
			b.report(host.pos, what, "write feeds.corp.example, without http:// and without a port")
		}
		b.c.Fetch.PrivateHosts = append(b.c.Fetch.PrivateHosts, host.value)
	}
	if f.Every > 0 && f.MaxEvery > 0 && f.Every > f.MaxEvery {
		b.report(lineOf(b, "fetch"), "fetch: every is longer than max_every", "")
	}
}

func (b *builder) terms(f *file) {
	names := map[string]oped.Position{}
	for _, l := range f.Terms {
		list := oped.List{Name: l.name.value, Pos: l.name.pos}
		if !listForm().MatchString(list.Name) {
			b.report(list.Pos, fmt.Sprintf("%q is not a valid name for a list", list.Name),
				"use letters, digits, _ and -, so that rules can call it $name")
		}
		if len(l.value) == 0 {
			b.report(list.Pos, "the list "+list.Name+" is empty", "add a term, or remove the list")
		}
		for _, t := range l.value {
			list.Terms = append(list.Terms, oped.Term{Source: t.value, Pos: t.pos})
		}
		if b.once(names, "list", list.Name, list.Pos) { // the compiler of rules has other words for a second list
			b.c.Lists = append(b.c.Lists, list)
		}
	}
}

func (b *builder) topics(f *file) {
	names := map[string]oped.Position{}
	for _, t := range f.Topics {
		b.name(t.name, "a topic")
		v := &t.value
		topic := oped.Topic{
			Name:      t.name.value,
			Title:     cmp.Or(v.Title, t.name.value),
			Describe:  v.Describe,
			Threshold: v.Threshold,
			Review:    v.Review,
			Pos:       t.name.pos,
			Require:   rule(v.Require, 0),
			Exclude:   rule(v.Exclude, 0),
			Sides:     append(v.Sides.names(), v.Side.names()...),
			Subject:   v.Subject.names(),
			Bridge:    v.Bridge.names(),
		}
		b.fitted(&t, &topic)
		for _, s := range v.Score {
			topic.Score = append(topic.Score, rule(s.name, s.value))
		}
		for _, x := range v.Tests.Yes {
			topic.Tests = append(topic.Tests, oped.Example{Text: x.value, Want: true, Pos: x.pos})
		}
		for _, x := range v.Tests.No {
			topic.Tests = append(topic.Tests, oped.Example{Text: x.value, Want: false, Pos: x.pos})
		}
		if topic.Threshold <= 0 && (!topic.Fitted() || len(v.Score) > 0) {
			b.lacks(t.name.pos, "topic "+topic.Name+": no threshold above 0",
				"write threshold: 12, the minimum score of a piece on the topic")
			topic.Threshold = math.Inf(1) // no further mistake
		}
		b.once(names, "topic", topic.Name, t.name.pos)
		b.c.Topics = append(b.c.Topics, topic)
	}
	tagger, err := topic.Compile(b.c.Lists, b.c.Topics)
	b.c.Tagger = tagger
	b.rules(err)
}

// fitted checks the keys of a fitted topic, and reads its weights. Without a file, the topic has none yet.
func (b *builder) fitted(t *namedValue[topics], topic *oped.Topic) {
	v := &t.value
	if !topic.Fitted() {
		if len(topic.Bridge) > 0 || v.Weights.value != "" {
			b.report(t.name.pos, "topic "+topic.Name+": bridge and weights need sides",
				"write for instance sides: [$pakistan, $us], or subject: $economy")
		}
		return
	}
	b.sides(t, topic)
	if len(v.Score) == 0 && (v.Require.value != "" || v.Threshold != 0 || v.Review != 0) {
		b.report(t.name.pos, "topic "+topic.Name+" has require, threshold or review without a score",
			"weights and thresholds of a topic with sides or a subject are fitted: remove these keys, or add a `score:`")
	}
	path := resolvePath(filepath.Dir(t.name.pos.File), cmp.Or(v.Weights.value, topic.Name+".weights"))
	topic.WeightsFile = path
	data, err := b.open(path)
	switch {
	case err == nil:
		topic.Weights = string(data)
		b.readers = append(b.readers, newReader(path, nil))
		b.c.Files = append(b.c.Files, path)
	case v.Weights.value != "":
		b.report(v.Weights.pos, "weights: "+err.Error(),
			"name the file relative to this one; without weights:, it is "+topic.Name+".weights")
	case !errors.Is(err, fs.ErrNotExist):
		b.report(t.name.pos, "weights: "+err.Error(), "oped topic fit "+topic.Name+" writes this file")
	}
}

// sides checks the sides of a fitted topic: two at most, or one beside a subject.
func (b *builder) sides(t *namedValue[topics], topic *oped.Topic) {
	v, most := &t.value, 2
	if len(v.Subject) > 0 {
		most = 1
	}
	switch {
	case len(v.Sides) > 0 && len(v.Subject) > 0:
		b.report(v.Sides[0].pos, "topic "+topic.Name+" has sides: and subject:", "write side: for the side of a subject")
	case len(v.Sides) > 0 && len(v.Side) > 0:
		b.report(v.Sides[0].pos, "topic "+topic.Name+" has sides: and side:",
			"write sides: for both; side: is for the side of a subject")
	case len(topic.Sides) > most:
		b.report(t.name.pos, fmt.Sprintf("topic %s has %d sides", topic.Name, len(topic.Sides)),
			"write two at most, or one beside a subject; a list $name also has the terms of $name_people and the like")
	}
	topic.Sides = topic.Sides[:min(most, len(topic.Sides))]
}

func rule(t textValue, weight float64) oped.Rule {
	return oped.Rule{Expr: t.value, Weight: weight, Pos: t.pos}
}

// rules adds the mistakes found by the compiler of rules.
func (b *builder) rules(err error) {
	var ms oped.Diagnostics
	if b.incomplete {
		return
	}
	if errors.As(err, &ms) {
		for _, m := range ms {
			b.lacks(m.Pos, m.Message, m.Hint) // those of a whole topic follow from its values
		}
	} else if err != nil {
		b.report(topOf(b), err.Error(), "")
	}
}

func (b *builder) name(t textValue, of string) {
	if !nameForm().MatchString(t.value) {
		b.report(t.pos, fmt.Sprintf("%q is not a valid name for %s", t.value, of), nameHint)
	}
}

func (b *builder) feeds(f *file) {
	b.c.Opinion = map[string]*topic.Expr{}
	exprs := map[string]*topic.Expr{}
	names, urls, next := map[string]oped.Position{}, map[string]oped.Position{}, map[string]int{}
	for i := range f.Feeds {
		v := &f.Feeds[i]
		feed := b.feed(v)
		if feed.Name == "" {
			feed.Name = freeName(feed, names, next)
		}
		b.once(names, "feed name", feed.Name, cmp.Or(v.Name.pos, v.pos))
		if feed.URL != "" {
			b.once(urls, "feed address", oped.FeedKey(feed.URL), cmp.Or(v.URL.pos, v.pos))
		}
		b.opinion(v, feed.URL, exprs)
		b.c.Feeds, b.feedsAt = append(b.c.Feeds, feed), append(b.feedsAt, v.pos)
	}
}

func (b *builder) feed(v *feedBlock) oped.Feed {
	feed := oped.Feed{
		Name:      v.Name.value,
		URL:       strings.TrimSpace(v.URL.value),
		Title:     v.Title,
		Publisher: v.Publisher,
		SiteURL:   v.Site,
		Group:     v.Group,
		Country:   v.Country,
		Timezone:  v.Timezone.value,
		Lang:      v.Lang.value,
		Charset:   v.Charset.value,
		Every:     max(0, time.Duration(v.Every)),
		Opinion:   cmp.Or(oped.OpinionRule(v.Opinion.value), oped.Always),
		Kind:      oped.PieceKind(v.Kind.value),
		Excerpt:   v.Excerpt,
		Full:      v.Full,
		Reserved:  v.TDMReservation,
		Quota:     v.Quota,
		Enabled:   v.Enabled == nil || *v.Enabled,
		Secret:    v.Secret,
	}
	u, err := url.Parse(feed.URL)
	switch {
	case feed.URL == "":
		b.lacks(v.pos, "this feed has no url", "write url: https://…")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		b.report(v.URL.pos, fmt.Sprintf("feed url: %q is not an http or https address", oped.ShownAddress(feed.URL)),
			"write the whole address: https://…")
	}
	b.timezone(v.Timezone)
	if v.Name.value != "" {
		b.name(v.Name, "a feed")
	}
	if feed.Secret || oped.HasCredentials(feed.URL) {
		b.credentials(v.pos.File)
	}
	if feed.Publisher == "" && u != nil {
		feed.Publisher = strings.TrimPrefix(u.Hostname(), "www.")
	}
	b.language(v.Lang, "feed lang")
	if enc, _ := charset.Lookup(feed.Charset); feed.Charset != "" && enc == nil {
		b.report(v.Charset.pos, fmt.Sprintf("feed charset: %q is not a charset", feed.Charset),
			"write a name such as windows-1256, windows-1252 or utf-8")
	}
	if v.Kind.value != "" {
		b.kinds([]textValue{v.Kind})
	}
	for _, name := range v.Implies {
		checkKnown(b, name, "unknown list of terms", listNames(b.c.Lists))
		feed.Implies = append(feed.Implies, name.value)
	}
	return feed
}

// credentials records that a file contains credentials.
func (b *builder) credentials(file string) {
	if !slices.Contains(b.c.Credentials, file) {
		b.c.Credentials = append(b.c.Credentials, file)
	}
}

// opinion compiles the expression for a mixed feed's opinion pieces.
func (b *builder) opinion(v *feedBlock, feedURL string, compiled map[string]*topic.Expr) {
	source := oped.OpinionRule(v.Opinion.value).Expr()
	if source == "" {
		return
	}
	if compiled[source] == nil {
		expr, err := topic.CompileExpr(b.c.Lists, rule(v.Opinion, 0))
		b.rules(err)
		compiled[source] = expr
	}
	b.c.Opinion[feedURL] = compiled[source]
}

// freeName derives a feed's name from its publisher, title or host: from the first with a Latin letter. next holds the
// next number to try for each name, so that thousands of feeds of one publisher do not each try all numbers.
func freeName(f oped.Feed, taken map[string]oped.Position, next map[string]int) string {
	host := f.URL
	if u, err := url.Parse(f.URL); err == nil {
		host = strings.TrimPrefix(u.Hostname(), "www.")
	}
	slug := "feed"
	for _, words := range []string{host, f.Title, f.Publisher} {
		one := strings.Trim(notInNames.ReplaceAllString(text.Fold(words), "-"), "-")
		if strings.ContainsFunc(one, unicode.IsLetter) {
			slug = one
		}
	}
	slug = strings.Trim(slug[:min(len(slug), 56)], "-")
	for {
		name := slug
		if n := next[slug]; n > 0 {
			name = fmt.Sprintf("%s-%d", slug, n+1)
		}
		next[slug]++
		if _, used := taken[name]; !used {
			return name
		}
	}
}

func listNames(lists []oped.List) []string {
	names := make([]string, len(lists))
	for i, l := range lists {
		names[i] = l.Name
	}
	return names
}

func checkKnown(b *builder, name textValue, what string, all []string) {
	if b.incomplete || slices.Contains(all, name.value) {
		return
	}
	b.report(name.pos, what+" "+name.value, text.DidYouMean(name.value, all, thereAre(name.value, all)))
}

// thereAre lists the existing names, or of many the five nearest to the given one.
func thereAre(name string, names []string) string {
	const limit = 5
	switch n := len(names); {
	case n == 0:
		return "there are none in this configuration"
	case n == 1:
		return "there is only " + names[0]
	case n > limit:
		return fmt.Sprintf("there are %s and %d more", strings.Join(text.Nearest(name, names)[:limit], ", "), n-limit)
	}
	return "there are " + strings.Join(names, ", ")
}

func (b *builder) kinds(values []textValue) (kinds []oped.PieceKind) {
	var all []string
	for _, k := range oped.PieceKinds() {
		all = append(all, string(k))
	}
	for _, v := range values {
		checkKnown(b, v, "unknown kind", all)
		kinds = append(kinds, oped.PieceKind(v.value))
	}
	return kinds
}

func values(ts []textValue) (out []string) {
	for _, t := range ts {
		out = append(out, t.value)
	}
	return out
}

// search returns what answers a search; "" for the server.
func search(b *builder, v textValue) string {
	switch v.value {
	case "", "server", "index", "none":
	default:
		b.report(v.pos, fmt.Sprintf("search: unknown value %q", v.value), "write server, index or none")
	}
	return v.value
}
