package oped

import "time"

// Feed is a feed we poll, as the configuration describes it.
type Feed struct {
	Name      string        // short and unique: [a-z0-9-]{1,64}
	URL       string        // absolute, http or https
	Title     string        // shown to people; "": the document's own title
	Publisher string        // the newspaper or think tank
	SiteURL   string        // the publisher's home page
	Group     string        // a folder of the operator's, for lists of feeds; "": none. Not stored
	Country   string        // the publisher's country, as a plain word
	Timezone  string        // IANA name of the zone of its days and of dates without one; "": the country's, else UTC
	Lang      string        // BCP 47; the default language of entries
	Charset   string        // of the feed's documents, whatever they declare; "": as declared. Not stored
	Every     time.Duration // minimum time between two fetches; 0: the configuration's default
	Opinion   OpinionRule   // recognises the feed's opinion pieces
	Kind      PieceKind     // default kind of its opinion pieces; "": Opinion. An entry may show another kind
	Implies   []string      // names of term lists that count as matched without a mention (a Pakistani paper: pakistan)
	Excerpt   int           // words that may be republished; 0: the configuration's default
	Full      bool          // the publisher permits republication of the whole text
	Reserved  bool          // the publisher reserves text and data mining (TDMRep)
	Enabled   bool          // false: kept in the configuration, not fetched
	Secret    bool          // the address is confidential and never published
	Quota     int           // new entries stored in a day; 0: the configuration's default. The store does not keep it
}

// OpinionRule recognises the opinion pieces of a feed. It is Always, Never, or an expression of the topic language. The
// empty rule is Always.
type OpinionRule string

// The rules without an expression.
const (
	Always OpinionRule = "always" // all pieces are opinion
	Never  OpinionRule = "never"  // all pieces are news
)

// Expr returns the expression that opinion pieces match, or "" for Always and Never.
func (r OpinionRule) Expr() string {
	if r == Always || r == Never {
		return ""
	}
	return string(r)
}

// Validators are a server's values for conditional requests, byte for byte (RFC 9110 §8.8).
type Validators struct {
	URL          string // the address that answered; validators are never sent to another one
	ETag         string // "" if none
	LastModified string // "" if none
}

// FeedState is a feed with the results of its polling.
type FeedState struct {
	Feed
	ID         int64 // row in the store; 0 before it is stored
	Paused     bool  // by the operator
	Removed    bool  // from the configuration
	Validators Validators
	BodyHash   [32]byte      // of the last document read, before its text was decoded; zero if none
	Freshness  time.Duration // lifetime of the last response; a bare 304 keeps it (RFC 9111 §4.3.4)
	TTL        time.Duration // the document's own wish (rss ttl, sy:updatePeriod)

	DocTitle string // the document's title
	DocSite  string // the page the document claims to belong to
	DocLang  string // the document's language
	DocID    string // the document's atom:id
	Rights   string // the document's rights statement, plain text

	DocSignals Signals // of the response with the document

	NextFetch    time.Time
	LastFetch    time.Time   // the last attempt, successful or not
	LastSuccess  time.Time   // the last 304, or 200 with a readable document
	LastNew      time.Time   // the last arrival of a new entry
	Failures     int         // in a row
	FailingSince time.Time   // zero while it works
	LastStatus   int         // HTTP status of the last attempt; 0 if there was none
	LastKind     FailureKind // of the last failure; "" while it works
	LastError    string      // its text; "" while it works
	Entries      int         // all entries it ever delivered

	GUIDs int // guids examined, in new and changed entries
	// GUIDFaults counts the guids among GUIDs that identified nothing, or a different entry each time. Both counts are
	// halved now and then, so that old faults fade.
	GUIDFaults int

	Limits   Limits    // reached by its last document
	NewDay   time.Time // the day of NewToday, UTC
	NewToday int       // new entries stored on that day
	Deferred int       // entries of its last document that wait for another fetch

	RevisedToday       int // pieces it revised on the day of NewToday
	RevisionBytesToday int // bytes of its entries' earlier versions kept on that day

	// Noted is the time when all entries of its document were last noted as seen. Entries noted before it, or never,
	// have left the document.
	Noted time.Time

	Parser      string    // how its last document was read, as Document.Parser; "" before versions
	ParserSince time.Time // the first reading by it

	Version int64 // number of the last change to the feed's data on pages; see ChangeSet
}

// Signals returns the wishes of the publisher about machines, by the configuration and by the last document.
func (f *FeedState) Signals() Signals {
	s := f.DocSignals
	s.Reserved = s.Reserved || f.Reserved
	return s
}
