// Package config reads config.yaml. It reports all mistakes at once, each with its line, an excerpt and a hint.
//
// To read a configuration with its included files, call [Load]. To check a text, call [Parse]. To append feeds to a
// file, call [AddFeeds]. All three return mistakes as oped.Diagnostics.
//
// The Go types in file.go define the form of the file. config.schema.json is generated from them, for editors. The
// rest of the program gets a [Config]: checked, with compiled rules and absolute paths.
package config

import (
	"net/netip"
	"time"

	"oped"
	"oped/topic"
)

// Config is a valid configuration.
type Config struct {
	Path string // of the file
	// Credentials lists the configuration files that contain secret addresses.
	Credentials []string
	BaseURL     string // for readers; without a final slash
	Listen      string // host:port
	Store       string // path of the database
	Publish     Publish
	Fetch       Fetch

	Feeds    []oped.Feed
	Lists    []oped.List
	Topics   []oped.Topic
	Editions []oped.Edition

	Tagger  *topic.Tagger
	Opinion map[string]*topic.Expr // by feed URL, for feeds with an opinion expression
	Queries map[string]*topic.Expr // by edition name, for editions with a query
}

// Publish configures publication.
type Publish struct {
	Dir     string // folder of the published files; "": none
	Excerpt int    // words
	Limit   int    // pieces at the head of an edition
	Authors bool   // make an edition for each author in the store
	Contact string // e-mail or web address for requests to withdraw a piece; "": none

	Health         bool          // publish health.atom, about failing feeds
	MinPoll        time.Duration // between two requests of a reader for a feed; 0: no limit
	TrustedProxies []netip.Prefix
	Precompress    bool

	Hubs    []string // addresses of external WebSub hubs
	HubSelf bool     // oped is a WebSub hub itself
}

// Fetch configures fetching. A zero field selects the fetcher's default.
type Fetch struct {
	Every, MaxEvery, Spacing, Timeout time.Duration
	Concurrency, PerHost              int
	MaxBytes                          int64
	Quota                             int // new entries of a feed per day; 0: oped.MaxNewPerDay
	UserAgent                         string
	AllowPrivate                      []netip.Prefix
	PrivateHosts                      []string // hosts in AllowPrivate with public-looking names
	Ports                             []int
}
