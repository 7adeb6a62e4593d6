// Package config reads config.yaml. It reports all mistakes at once, each with its line, an excerpt and a hint.
//
// To read a configuration with its included files, call [Load]. To check a text, call [Parse]. To append feeds to a
// file, call [AddFeeds]; to change one in it, [RemoveFeed] and [SetGroup]. All return mistakes as oped.Diagnostics.
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
	Path  string   // of the file
	Files []string // paths of the file and the included files, in the order of reading
	// Credentials lists the configuration files that contain secret addresses.
	Credentials []string
	BaseURL     string  // for readers; without a final slash
	Listen      string  // host:port
	Store       string  // path of the database
	Publish     Publish // the key publish
	Desk        *Desk   // the key desk; nil: there is none
	Fetch       Fetch   // the key fetch

	Feeds    []oped.Feed    // in file order, each with a unique name and address; disabled feeds included
	Lists    []oped.List    // lists of terms, in file order
	Topics   []oped.Topic   // in file order
	Editions []oped.Edition // in file order, followed by the automatic editions for publishers

	Tagger  *topic.Tagger          // the compiled rules of Topics
	Opinion map[string]*topic.Expr // by feed URL, for feeds with an opinion expression
	Queries map[string]*topic.Expr // by edition name, for editions with a query
}

// EnabledFeeds returns the number of feeds that are fetched.
func (c *Config) EnabledFeeds() (n int) {
	for i := range c.Feeds {
		if c.Feeds[i].Enabled {
			n++
		}
	}
	return n
}

// Publish configures publication.
type Publish struct {
	Title       string // of the site; "" if none
	Description string // of the site, one sentence; "" if none
	Logo        oped.Logo
	Timezone    *time.Location // of the day that pages call today

	Dir     string // folder of the published files; "": none
	Excerpt int    // words of each piece
	Limit   int    // pieces at the head of an edition
	Authors bool   // make an edition for each qualifying author in the store
	Contact string // e-mail or web address for requests to withdraw a piece; "": none

	ContentSignal string // of robots.txt; "": none

	Health         bool           // publish health.atom, about failing feeds
	MinPoll        time.Duration  // between two requests of a reader for a feed; 0: no limit
	TrustedProxies []netip.Prefix // networks of proxies with a trusted X-Forwarded-For
	Search         string         // answers a search: "server", "index" (a script), "none", or "" for the choice of app
	Precompress    bool           // write .gz, .br and .zst beside each file

	Hubs    []string // addresses of external WebSub hubs
	HubSelf bool     // oped is a WebSub hub itself
}

// Fetch configures fetching. A zero field selects the fetcher's default.
type Fetch struct {
	Every, MaxEvery, Spacing, Timeout time.Duration  // as in fetcher.Options; a negative Spacing means none
	Concurrency, PerHost              int            // simultaneous fetches in total, and per registrable domain
	MaxBytes                          int64          // of a document on the wire
	Quota                             int            // new entries of a feed per day; 0: oped.MaxNewPerDay
	UserAgent                         string         // of every request
	AllowPrivate                      []netip.Prefix // private networks open to private feeds
	PrivateHosts                      []string       // hosts in AllowPrivate with public-looking names
	Ports                             []int          // allowed besides 80 and 443
}
