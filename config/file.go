package config

import (
	"reflect"
	"time"

	"go.yaml.in/yaml/v4"

	"oped"
)

// file is the form of config.yaml. The comments are the descriptions in config.schema.json.
type file struct {
	BaseURL  string             `yaml:"base_url" doc:"Address under which readers reach the editions, such as https://feeds.example.org. All links are made of it."`
	Listen   string             `yaml:"listen" doc:"Address to serve on, as host:port."`
	Store    string             `yaml:"store" doc:"Path of the SQLite database, from this file's folder."`
	Publish  publishBlock       `yaml:"publish" doc:"Where files are published, and how much of each piece."`
	Fetch    fetchBlock         `yaml:"fetch" doc:"How politely feeds are fetched."`
	Feeds    []feedBlock        `yaml:"feeds" doc:"The feeds that are polled."`
	Terms    named[[]textValue] `yaml:"terms" doc:"Lists of terms, which rules call $name."`
	Topics   named[topics]      `yaml:"topics" doc:"Subjects, and the rules that put pieces on them."`
	Editions named[edition]     `yaml:"editions" doc:"The feeds that are published."`
	Include  []textValue        `yaml:"include" doc:"Further files, as globs from this file's folder, with feeds, terms, topics and editions."`
}

type publishBlock struct {
	Dir        *string `yaml:"dir" doc:"Folder for the published files, from this file's folder; \"\" writes none."`
	Excerpt    int     `yaml:"excerpt" doc:"Words of each piece that are republished; 60."`
	Limit      int     `yaml:"limit" doc:"Pieces at the head of an edition; 50."`
	Contact    string  `yaml:"contact" doc:"E-mail address or web address of who withdraws pieces; the page about each edition names it."`
	Publishers bool    `yaml:"publishers" doc:"true: an edition for each publisher, publisher-NAME."`
	Authors    bool    `yaml:"authors" doc:"true: an edition for each author of three pieces or more, author-NAME; 300 at most, those of most pieces first."`

	Health         *bool        `yaml:"health" doc:"false: no health.atom, the feed that tells of feeds that fail or fell silent. It stands where the editions stand, for everybody; a file that is there already has to be removed."`
	MinPoll        duration     `yaml:"min_poll" doc:"A reader may ask for a feed once in this time, after ten times at once; sooner, it gets 429. 1m; 0s: as often as it likes."`
	TrustedProxies *[]textValue `yaml:"trusted_proxies" doc:"Networks of the proxies before us, whose X-Forwarded-For tells readers, and clients of the hub, apart; this machine. []: none."`
	Precompress    bool         `yaml:"precompress" doc:"true: beside each file its .gz, .br and .zst, for web servers that look for them. When it is set to false again, remove them."`

	Hub []textValue `yaml:"hub" doc:"WebSub hubs that hear of every change: self for our own at base_url/hub, https addresses of others; none where it is left out."`
}

type fetchBlock struct {
	Every        duration    `yaml:"every" doc:"Least time between two fetches of a feed; 1h."`
	MaxEvery     duration    `yaml:"max_every" doc:"Most that back-off and servers can make of it; 24h."`
	Spacing      duration    `yaml:"spacing" doc:"Between two requests to one registrable domain; 1s."`
	Timeout      duration    `yaml:"timeout" doc:"For one fetch; 60s."`
	Concurrency  int         `yaml:"concurrency" doc:"Fetches at once; 16."`
	PerHost      int         `yaml:"per_host" doc:"Of them to one registrable domain; 1."`
	Quota        int         `yaml:"quota" doc:"New entries of a feed that are stored in a day (UTC); the others wait for the next day. The first fetch of a feed has no quota. As many pieces may be revised. 500."`
	MaxBytes     int         `yaml:"max_bytes" doc:"Of a document on the wire; 10485760."`
	UserAgent    string      `yaml:"user_agent" doc:"Names us and where to complain; oped/VERSION (+base_url)."`
	AllowPrivate []textValue `yaml:"allow_private" doc:"Private networks, such as 127.0.0.0/8, that feeds may be fetched from whose own host is in one: by its address, or by a name without a dot or under .local, .lan, .internal and the like."`
	PrivateHosts []textValue `yaml:"private_hosts" doc:"Names of further hosts in these networks, which do not look private: feeds.corp.example."`
	Ports        []int       `yaml:"ports" doc:"That may be fetched from besides 80 and 443, in private networks too; there a feed's own address names its port itself."`
}

type feedBlock struct {
	Name      textValue   `yaml:"name" doc:"Short and unique; made of the publisher where it is left out."`
	URL       textValue   `yaml:"url" doc:"Address of the feed."`
	Title     string      `yaml:"title" doc:"Shown to people; what the feed calls itself where it is left out."`
	Publisher string      `yaml:"publisher" doc:"The newspaper or think tank."`
	Site      string      `yaml:"site" doc:"Its home page."`
	Country   string      `yaml:"country" doc:"Where the publisher is; dates without a zone are read as of there."`
	Lang      textValue   `yaml:"lang" doc:"Language, as en or ur, unless an entry says otherwise."`
	Every     duration    `yaml:"every" doc:"Least time between two fetches, instead of the default."`
	Opinion   textValue   `yaml:"opinion" doc:"How its opinion pieces are known: always, never, or an expression such as category:Opinion OR url:/opinions/."`
	Kind      textValue   `yaml:"kind" doc:"What its opinion pieces are unless they show something else: opinion, editorial, letter, analysis."`
	Implies   []textValue `yaml:"implies" doc:"Lists of terms that hold without being said, as [pakistan] for a Pakistani paper."`
	Excerpt   int         `yaml:"excerpt" doc:"Words that may be republished, instead of the default."`
	Quota     int         `yaml:"quota" doc:"New entries that are stored in a day, instead of the default."`
	Full      bool        `yaml:"full" doc:"true: the publisher permits republication of whole texts."`
	Enabled   *bool       `yaml:"enabled" doc:"false: kept here, not fetched."`
	Secret    bool        `yaml:"secret" doc:"true: its address is published nowhere, as one with a key in its path. User names, passwords, keys in the query and private hosts never are."`

	pos oped.Position
}

type topics struct {
	Title     string         `yaml:"title" doc:"For people."`
	Describe  string         `yaml:"describe" doc:"What a piece on the topic is about."`
	Score     named[float64] `yaml:"score" doc:"Expressions and their weights."`
	Require   textValue      `yaml:"require" doc:"Expression without which no piece is on the topic."`
	Exclude   textValue      `yaml:"exclude" doc:"Expression that vetoes."`
	Threshold float64        `yaml:"threshold" doc:"A piece is on the topic from this score."`
	Review    float64        `yaml:"review" doc:"From this score to the threshold it is a candidate."`
	Tests     exampleBlock   `yaml:"tests" doc:"Headlines or texts that are checked by oped check."`
}

type exampleBlock struct {
	Yes []textValue `yaml:"yes" doc:"On the topic."`
	No  []textValue `yaml:"no" doc:"Not on the topic."`
}

type edition struct {
	Title      string      `yaml:"title" doc:"For people."`
	Subtitle   string      `yaml:"subtitle" doc:"One line more."`
	Lang       textValue   `yaml:"lang" doc:"Language of the edition itself, a BCP 47 tag such as ur or en-GB; en."`
	Topics     []textValue `yaml:"topics" doc:"Takes pieces on one of these topics."`
	AllTopics  []textValue `yaml:"all_topics" doc:"Takes pieces that are on every one of these topics."`
	Query      textValue   `yaml:"query" doc:"Takes pieces that fulfil this expression of the topic language, as in title:water AND $pakistan."`
	Authors    []textValue `yaml:"authors" doc:"Takes pieces by these authors, by name."`
	Kinds      []textValue `yaml:"kinds" doc:"Takes these kinds: opinion, editorial, letter, analysis, news; all but news where it is left out."`
	Publishers []textValue `yaml:"publishers" doc:"Takes pieces of these publishers."`
	Langs      []textValue `yaml:"langs" doc:"Takes pieces in these languages."`
	Feeds      []textValue `yaml:"feeds" doc:"Takes pieces that one of these feeds carries, by name."`
	Digest     textValue   `yaml:"digest" doc:"daily, weekly or monthly: one entry for each such period, with its pieces."`
	Limit      int         `yaml:"limit" doc:"Pieces at its head, or issues of a digest; 50, or 10."`
	Window     duration    `yaml:"window" doc:"How old a piece may be that a changed rule puts at its head; older ones stand below it. 7d."`
	Excerpt    int         `yaml:"excerpt" doc:"Words of each piece."`
	Full       bool        `yaml:"full" doc:"true: whole texts, by someone who has the permission."`
}

// textValue is a string that knows where it stands.
type textValue struct {
	value string
	pos   oped.Position
}

// duration is a time.Duration, written as 90s, 30m, 1h or 2d.
type duration time.Duration

// named is a mapping in the order of the file.
type named[T any] []namedValue[T]

type namedValue[T any] struct {
	name  textValue
	value T
}

// fromNode fills in a mapping.
func (m *named[T]) fromNode(r *reader, n *yaml.Node, path string) {
	r.pairs(n, path, func(key, value *yaml.Node) {
		one := namedValue[T]{name: r.text(key)}
		r.decode(value, &one.value, path+" "+key.Value)
		*m = append(*m, one)
	})
}

// fromNode reads a feed, which may be its address alone.
func (f *feedBlock) fromNode(r *reader, n *yaml.Node, path string) {
	f.pos = r.pos(n)
	if n.Kind == yaml.ScalarNode {
		f.URL = r.text(n)
		return
	}
	r.fields(n, reflect.ValueOf(f).Elem(), path)
}
