// Package config reads config.yaml: strictly, and with every mistake at once, each with its line, an excerpt and a hint.
//
// The file's form stands in file.go, as Go types; config.schema.json is made from them, for editors. What the rest of the program
// sees is Config: checked, with rules compiled and paths made absolute.
package config

import (
	"net/netip"
	"time"

	"oped"
	"oped/topic"
)

// Config is a configuration without a mistake.
type Config struct {
	Path string // of the file
	// Credentials are the files, of the configuration and what it includes, with addresses that nobody else may have.
	Credentials []string
	BaseURL     string // that readers see; no slash at the end
	Listen      string // host:port
	Store       string // path of the database
	Publish     Publish
	Fetch       Fetch

	Feeds    []oped.Feed
	Lists    []oped.List
	Topics   []oped.Topic
	Editions []oped.Edition

	Tagger  *topic.Tagger
	Opinion map[string]*topic.Expr // by feed URL, for feeds of which some entries are opinion
	Queries map[string]*topic.Expr // by name of the edition, for editions that have a query
}

// Publish says where and how much.
type Publish struct {
	Dir     string // of the files; "" writes none
	Excerpt int    // words
	Limit   int    // pieces at the head of an edition
	Authors bool   // wants an edition for each author, which the store knows
	Contact string // an e-mail address or a web address of who withdraws pieces; "": none is named

	Health         bool          // tells of feeds that fail, in health.atom
	MinPoll        time.Duration // between two polls of a feed by one reader; 0: there is no limit
	TrustedProxies []netip.Prefix
	Precompress    bool

	Hubs    []string // addresses of WebSub hubs of others
	HubSelf bool     // oped is a WebSub hub itself
}

// Fetch says how politely. A zero value means the fetcher's default.
type Fetch struct {
	Every, MaxEvery, Spacing, Timeout time.Duration
	Concurrency, PerHost              int
	MaxBytes                          int64
	Quota                             int // new entries of a feed in a day; 0: oped.MaxNewPerDay
	UserAgent                         string
	AllowPrivate                      []netip.Prefix
	PrivateHosts                      []string // names of hosts in AllowPrivate that do not look private
	Ports                             []int
}
