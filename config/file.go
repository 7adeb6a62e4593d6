package config

import (
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"oped"
)

// file is the form of config.yaml. The comments on its fields, and on those of the types below, are the descriptions
// in config.schema.json. A value after the last semicolon is the default.
type file struct {
	// Address of the editions for readers, such as https://feeds.example.org. All links begin with it.
	BaseURL string `yaml:"base_url"`
	// Address to serve on, as host:port.
	Listen string `yaml:"listen"`
	// Path of the SQLite database, relative to this file's folder.
	Store string `yaml:"store"`
	// Where files are published, and how much of each piece.
	Publish publishBlock `yaml:"publish"`
	// The pages of the curators, under /desk/; {} for the default settings. Without this key there are none.
	Desk *deskBlock `yaml:"desk"`
	// How politely feeds are fetched.
	Fetch fetchBlock `yaml:"fetch"`
	// Further files with feeds, terms, topics and editions: paths or patterns, relative to this file's folder, such as
	// topics/*.yaml. A pattern may match nothing. The files of a pattern are read by name.
	Include []textValue `yaml:"include"`

	included
}

// included is the form of an included file.
type included struct {
	// The feeds to poll.
	Feeds []feedBlock `yaml:"feeds"`
	// Lists of terms. Rules refer to them as $name.
	Terms named[[]textValue] `yaml:"terms"`
	// Subjects, and the rules that assign pieces to them.
	Topics named[topics] `yaml:"topics"`
	// The published feeds.
	Editions named[edition] `yaml:"editions"`
}

type publishBlock struct {
	// The name of the site; oped.
	Title string `yaml:"title"`
	// One sentence about the site, under its name on the front page.
	Description string `yaml:"description"`
	// A picture beside the name of the site: a PNG, JPEG or SVG file of at most 100 KB, relative to this file's folder.
	Logo textValue `yaml:"logo"`
	// Folder for the published files, relative to this file's folder; "" writes none.
	Dir *string `yaml:"dir"`
	// The IANA time zone of the day that pages call today, as Asia/Karachi; UTC.
	Timezone textValue `yaml:"timezone"`
	// Words of each piece to republish; 60.
	Excerpt int `yaml:"excerpt"`
	// Pieces at the head of an edition; 50.
	Limit int `yaml:"limit"`
	// E-mail address or web address for requests to withdraw a piece, shown on the page about each edition.
	Contact string `yaml:"contact"`
	// The content signals of robots.txt for the whole site, such as search=yes, ai-input=no; ai-train=no. "": none.
	ContentSignal *textValue `yaml:"content_signal"`
	// true: one edition for each publisher, publisher-NAME.
	Publishers bool `yaml:"publishers"`
	// true: one edition for each author of three or more pieces, author-NAME; at most 300, for the authors with the
	// most pieces.
	Authors bool `yaml:"authors"`

	// false: no health.atom, the feed about failing and silent feeds. It is published beside the editions, for
	// everybody. An existing file has to be removed by hand.
	Health *bool `yaml:"health"`
	// Minimum time between two requests of a reader for a feed, after a burst of ten; earlier requests get 429. 1m;
	// 0s: no limit.
	MinPoll duration `yaml:"min_poll"`
	// Networks of the proxies in front of oped. Their X-Forwarded-For distinguishes readers, and clients of the hub.
	// Default: this machine; []: none.
	TrustedProxies *[]textValue `yaml:"trusted_proxies"`
	// true: write .gz, .br and .zst files beside each file, for web servers that use them. After setting it to
	// false, remove them by hand.
	Precompress bool `yaml:"precompress"`
	// server: pages have a search box, answered by oped run; index: a script in the browser answers it, from files, on
	// any server; none: no search. Default: server while oped run runs; the files of other commands have no search, and
	// no link to a page without a file.
	Search textValue `yaml:"search"`

	// WebSub hubs to notify of every change: self for our own at base_url/hub, or https addresses of others.
	// Default: none.
	Hub []textValue `yaml:"hub"`
}

type deskBlock struct {
	// Address to serve the desk on, as host:port, apart from the published pages. Default: with them.
	Listen string `yaml:"listen"`
	// Address of the desk for curators, such as https://desk.example.org; /desk/ follows. Requests for other hosts are
	// refused. Default: base_url, or http://LISTEN.
	URL string `yaml:"url"`
	// Header with the name of an account, set by a proxy that has signed it in, such as X-Remote-User. Only proxies in
	// publish.trusted_proxies may send it. Default: none.
	ProxyHeader textValue `yaml:"proxy_header"`
	// Sign-in by OpenID Connect. Default: none.
	OIDC *oidcBlock `yaml:"oidc"`
}

type oidcBlock struct {
	// Name of the provider for people; OpenID Connect.
	Name string `yaml:"name"`
	// Its address, such as https://accounts.example.org.
	Issuer textValue `yaml:"issuer"`
	// The registration of oped at the provider. Its redirect address is URL/desk/oidc/callback.
	ClientID string `yaml:"client_id"`
	// The secret of the registration; "" for a public client.
	ClientSecret textValue `yaml:"client_secret"`
}

type fetchBlock struct {
	// Minimum time between two fetches of a feed; 1h.
	Every duration `yaml:"every"`
	// Cap on that time under back-off and for long freshness; 24h.
	MaxEvery duration `yaml:"max_every"`
	// Time between two requests to one registrable domain; 1s.
	Spacing duration `yaml:"spacing"`
	// Time limit of one fetch; 60s.
	Timeout duration `yaml:"timeout"`
	// Simultaneous fetches; 16.
	Concurrency int `yaml:"concurrency"`
	// Simultaneous fetches per registrable domain; 1.
	PerHost int `yaml:"per_host"`
	// New entries stored per feed and day (UTC); the others wait for the next day. The first fetch of a feed has no
	// quota. The same number of pieces may be revised. 500.
	Quota int `yaml:"quota"`
	// Maximum size of a document on the wire, in bytes; 10485760.
	MaxBytes int `yaml:"max_bytes"`
	// The User-Agent header, with a contact address; oped/VERSION (+base_url), where base_url is public.
	UserAgent string `yaml:"user_agent"`
	// Private networks, such as 127.0.0.0/8, open to feeds with a private host: an address in such a network, or a
	// name without a dot or under .local, .lan, .internal and the like.
	AllowPrivate []textValue `yaml:"allow_private"`
	// Further names of hosts in these networks that look public, such as feeds.corp.example.
	PrivateHosts []textValue `yaml:"private_hosts"`
	// Allowed ports besides 80 and 443, also in private networks. A private feed may always use the port in its own
	// address.
	Ports []int `yaml:"ports"`
}

type feedBlock struct {
	// Short and unique. Default: derived from the publisher.
	Name textValue `yaml:"name"`
	// Address of the feed.
	URL textValue `yaml:"url"`
	// Title for people. Default: the feed's own title.
	Title string `yaml:"title"`
	// The newspaper or think tank.
	Publisher string `yaml:"publisher"`
	// Its home page.
	Site string `yaml:"site"`
	// A folder for lists of feeds: oped feeds shows it, oped export feeds keeps it.
	Group string `yaml:"group"`
	// The publisher's country. Dates without a zone are in its time, if it has only one.
	Country string `yaml:"country"`
	// Zone of its dates without one, and of the days printed with its pieces, such as Asia/Karachi. Default: the zone
	// of its country, else UTC. A date with an offset of its own keeps that.
	Timezone textValue `yaml:"timezone"`
	// Language, such as en or ur, unless an entry declares another.
	Lang textValue `yaml:"lang"`
	// Charset of its documents, such as windows-1256, whatever they declare.
	Charset textValue `yaml:"charset"`
	// Minimum time between two fetches, instead of the default.
	Every duration `yaml:"every"`
	// How to recognize its opinion pieces: always, never, or an expression such as category:Opinion OR
	// url:/opinions/.
	Opinion textValue `yaml:"opinion"`
	// Default kind of its opinion pieces: opinion, editorial, letter, analysis.
	Kind textValue `yaml:"kind"`
	// Lists of terms that hold without being mentioned, such as [pakistan] for a Pakistani paper.
	Implies []textValue `yaml:"implies"`
	// Words of each piece that may be republished, instead of the default.
	Excerpt int `yaml:"excerpt"`
	// New entries stored per day, instead of the default.
	Quota int `yaml:"quota"`
	// true: the publisher permits republication of whole texts.
	Full bool `yaml:"full"`
	// true: the publisher reserves text and data mining, and pages with its words say so (TDMRep). A feed sent with
	// TDM-Reservation: 1 needs no key.
	TDMReservation bool `yaml:"tdm_reservation"`
	// false: keep the feed here without fetching it.
	Enabled *bool `yaml:"enabled"`
	// true: never publish its address, for an address with a key in its path. User names, passwords, keys in the
	// query and private hosts are never published anyway.
	Secret bool `yaml:"secret"`

	pos oped.Position
}

type topics struct {
	// Title for people.
	Title string `yaml:"title"`
	// What a piece on the topic is about.
	Describe string `yaml:"describe"`
	// The sides of a fitted topic: one or two lists of terms, such as [$pakistan, $us].
	Sides listNamesOf `yaml:"sides"`
	// The subject of a fitted topic: lists of terms.
	Subject listNamesOf `yaml:"subject"`
	// The side of a topic with a subject.
	Side listNamesOf `yaml:"side"`
	// Lists of terms for all sides at once, such as $pak_us_words.
	Bridge listNamesOf `yaml:"bridge"`
	// The file of its weights, relative to this file. Default: the name of the topic and .weights.
	Weights textValue `yaml:"weights"`
	// Expressions and their weights.
	Score named[float64] `yaml:"score"`
	// Required expression: without it, no piece is on the topic.
	Require textValue `yaml:"require"`
	// Vetoing expression.
	Exclude textValue `yaml:"exclude"`
	// Minimum score of a piece on the topic.
	Threshold float64 `yaml:"threshold"`
	// Minimum score of a candidate for review.
	Review float64 `yaml:"review"`
	// Example headlines or texts, checked by oped check.
	Tests exampleBlock `yaml:"tests"`
}

type exampleBlock struct {
	// On the topic.
	Yes []textValue `yaml:"yes"`
	// Not on the topic.
	No []textValue `yaml:"no"`
}

type edition struct {
	// Title for people.
	Title string `yaml:"title"`
	// A second line.
	Subtitle string `yaml:"subtitle"`
	// Language of the edition itself, a BCP 47 tag such as ur or en-GB; en.
	Lang textValue `yaml:"lang"`
	// Selects pieces on one of these topics.
	Topics []textValue `yaml:"topics"`
	// Selects pieces on all of these topics.
	AllTopics []textValue `yaml:"all_topics"`
	// Selects pieces matching this expression of the topic language, such as title:water AND $pakistan.
	Query textValue `yaml:"query"`
	// Selects pieces by these authors, by name.
	Authors []textValue `yaml:"authors"`
	// Selects these kinds: opinion, editorial, letter, analysis, news. Default: all except news.
	Kinds []textValue `yaml:"kinds"`
	// Selects pieces of these publishers.
	Publishers []textValue `yaml:"publishers"`
	// Selects pieces in these languages.
	Langs []textValue `yaml:"langs"`
	// Selects pieces carried by one of these feeds, by name.
	Feeds []textValue `yaml:"feeds"`
	// daily, weekly or monthly: one entry for each such period, with its pieces.
	Digest textValue `yaml:"digest"`
	// true: publish only the pieces that a curator approved. The keys above select the pieces for review: oped queue.
	Curated bool `yaml:"curated"`
	// Pieces at its head, or issues of a digest; 50, or 10.
	Limit int `yaml:"limit"`
	// Maximum age of a piece entering at its head; older ones appear further down. 7d.
	Window duration `yaml:"window"`
	// Words of each piece.
	Excerpt int `yaml:"excerpt"`
	// true: whole texts, if you have the permission.
	Full bool `yaml:"full"`
}

// textValue is a string with its position in the file.
type textValue struct {
	value string
	pos   oped.Position
}

// listNamesOf are the names of lists of terms, written as $name or [$name, $name].
type listNamesOf []textValue

// fromNode reads one name or a sequence of names.
func (l *listNamesOf) fromNode(r *reader, n *yaml.Node, path string) {
	if n.Kind == yaml.ScalarNode {
		*l = listNamesOf{r.text(n)}
		return
	}
	r.decode(n, (*[]textValue)(l), path)
}

// names returns the names without their $.
func (l listNamesOf) names() []string {
	var names []string
	for _, t := range l {
		names = append(names, strings.TrimPrefix(t.value, "$"))
	}
	return names
}

// duration is a time.Duration, written as 90s, 30m, 1h or 2d.
type duration time.Duration

// named is a mapping in file order.
type named[T any] []namedValue[T]

type namedValue[T any] struct {
	name  textValue
	value T
}

// fromNode reads a mapping.
func (m *named[T]) fromNode(r *reader, n *yaml.Node, path string) {
	r.pairs(n, path, func(key, value *yaml.Node) {
		one := namedValue[T]{name: r.text(key)}
		r.decode(value, &one.value, path+" "+key.Value)
		*m = append(*m, one)
	})
}

// fromNode reads a feed: a mapping, or an address alone.
func (f *feedBlock) fromNode(r *reader, n *yaml.Node, path string) {
	f.pos = r.pos(n)
	if n.Kind == yaml.ScalarNode {
		f.URL = r.text(n)
		return
	}
	r.fields(n, reflect.ValueOf(f).Elem(), path)
}
