package oped

import "time"

// Feed is what we poll, as the configuration has it.
type Feed struct {
	Name      string        // short and unique: [a-z0-9-]{1,64}
	URL       string        // absolute, http or https
	Title     string        // shown to people; the document's own title where it is empty
	Publisher string        // the newspaper or think tank
	SiteURL   string        // its home page
	Country   string        // where the publisher is, as a plain word
	Lang      string        // BCP 47; what entries are in unless they say otherwise
	Every     time.Duration // the least time between two fetches; 0: the default of the configuration
	Opinion   string        // how its opinion pieces are known: "always", "never" or an expression of the topic language
	Kind      PieceKind     // what its opinion pieces are unless an entry shows another kind; "": opinion
	Implies   []string      // names of term lists that hold without being said (a Pakistani paper: pakistan)
	Excerpt   int           // words that may be republished; 0: the default of the configuration
	Full      bool          // the publisher permits republication of the whole text
	Enabled   bool          // false: kept in the configuration, not fetched
	Secret    bool          // its address is nobody else's business: it is published nowhere
	Quota     int           // new entries stored in a day; 0: the default of the configuration. The store does not keep it
}

// Validators are what a server gave us to ask "has it changed since?" with, byte for byte (RFC 9110 §8.8).
type Validators struct {
	URL          string // the address that answered; validators are never sent to another one
	ETag         string // "" if none
	LastModified string // "" if none
}

// FeedState is a feed and all that its polling has taught us.
type FeedState struct {
	Feed
	ID         int64 // row in the store; 0 before it is stored
	Paused     bool  // by the operator
	Validators Validators
	BodyHash   [32]byte      // of the last document that was read, before decoding of its text; zero if none
	Freshness  time.Duration // what the last response allowed us to keep it for; a bare 304 keeps it (RFC 9111 §4.3.4)
	TTL        time.Duration // what the document itself asks for (rss ttl, sy:updatePeriod)

	DocTitle string // what the document calls itself
	DocSite  string // the page it says it belongs to
	DocLang  string // the language it says it is in
	DocID    string // its atom:id
	Rights   string // its rights statement, plain text

	NextFetch    time.Time
	LastFetch    time.Time // the last attempt, whatever came of it
	LastSuccess  time.Time // the last 200 that was read, or 304
	LastNew      time.Time // the last time an entry was new
	Failures     int       // in a row
	FailingSince time.Time // zero while it works
	LastStatus   int       // HTTP status of the last attempt; 0 if there was none
	LastKind     Kind      // of the last failure; "" while it works
	LastError    string    // its text; "" while it works
	Entries      int       // how many entries it ever gave

	GUIDs      int // guids that were looked at, in new and changed entries
	GUIDFaults int // of these, how many named nothing, or something else each time; both are halved now and then, so that old sins fade

	Limits   Limits    // that its last document reached
	NewDay   time.Time // the day of NewToday, UTC
	NewToday int       // new entries that were stored on that day
	Deferred int       // entries of its last document that wait for another fetch

	RevisedToday       int // pieces that it revised on the day of NewToday
	RevisionBytesToday int // bytes of earlier versions of its entries that were kept on that day

	Noted time.Time // when all entries of its document were last noted as seen; those noted before it, or not at all, have left it

	Version int64 // number of the last change of what pages show of it; see ChangeSet
}
