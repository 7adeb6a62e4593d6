package oped

import (
	"cmp"
	"slices"
	"strings"
)

// A Limit names the maximum cost of one answer, text or request. Work is counted, never timed: the same input gives the
// same result on a busy machine. A stage at its limit refuses the input or keeps a part of it, and reports the name.
// `oped feeds`, explanations and the search page show it.
type Limit string

// The limits. Their amounts are the constants below.
const (
	AddressLimit  Limit = "address"       // MaxAddress
	FieldLimit    Limit = "field"         // MaxField
	ContentLimit  Limit = "content"       // MaxContent
	DocumentLimit Limit = "document"      // MaxDocument
	EntriesLimit  Limit = "entries"       // MaxEntries
	PeopleLimit   Limit = "people"        // MaxPeople
	QuotaLimit    Limit = "quota"         // MaxNewPerDay
	VersionLimit  Limit = "versions"      // MaxVersions, MaxVersionBytes, MaxRevisionBytesPerDay
	RevisionLimit Limit = "revisions"     // MaxNewPerDay
	ChangeLimit   Limit = "changes"       // MaxDiffSteps
	CompareLimit  Limit = "comparisons"   // MaxCandidates, MaxCompared, MaxCompareSteps
	TopicLimit    Limit = "topics"        // MaxTopicSteps
	SearchLimit   Limit = "search"        // MaxSearchSteps
	MatchLimit    Limit = "matches"       // MaxMatches
	FlightLimit   Limit = "bytes-at-once" // LongResponse
)

// Maximum sizes of a feed document and of an entry.
const (
	// MaxAddress is the maximum length of an address read, stored or requested, in bytes. Browsers and proxies accept
	// little more. A longer base address would be copied into every relative link of a document.
	MaxAddress = 2 << 10
	// MaxField is the maximum length of an entry's fields except its content and summary, in bytes. The longest honest
	// title, guid or byline seen has a few hundred.
	MaxField = 4 << 10
	// MaxContent is the maximum length of an entry's content, summary or plain text, in bytes: a book of 90,000 words.
	MaxContent = 512 << 10
	// MaxDocument is the maximum total size of one document's entries, in bytes, relative links resolved.
	MaxDocument = 8 << 20
	// MaxEntries is the maximum number of entries read from one document.
	MaxEntries = 2000
	// MaxCategories is the maximum number of categories of one entry. The busiest honest ones have some 60.
	MaxCategories = 250
	// MaxEnclosures is the maximum number of enclosures of one entry. A podcast has one, in some feeds in several formats.
	MaxEnclosures = 10
	// MaxPeople is the maximum number of people named by one entry, after bylines such as "A, B and C" are split. Each
	// may get a page.
	MaxPeople = 20
	// MaxNewPerDay is the number of new entries stored from a feed in a day (UTC), unless the configuration sets
	// another number. The busiest newspaper's feed has some 300. The first fetch of a feed has no quota. Entries over
	// the quota wait for the next day. The feed may also revise as many pieces in a day. Those over it show their new
	// text, but keep the time of their last revision.
	MaxNewPerDay = 500
	// MaxVersions is the number of an entry's earlier versions kept, and MaxVersionBytes the size of their texts. The
	// newest are kept. A page shows thirty changes; a live report of a day has some sixty versions.
	MaxVersions     = 100
	MaxVersionBytes = 1 << 20
	// MaxRevisionBytesPerDay is the size of the earlier versions of a feed's entries kept from one day (UTC), in bytes:
	// twice the largest document. Insignificant changes may take half of it, so that corrections find room.
	MaxRevisionBytesPerDay = 16 << 20
	// MaxInFlight is the total size of the documents parsed at the same time by all fetches, in bytes.
	MaxInFlight = 24 << 20
	// LongResponse is the minimum size of a long answer, in bytes. Fetches hold one long answer at a time. Short ones
	// do not wait for it.
	LongResponse = 512 << 10
)

// Maximum work to decide on the entries of one fetch, or on one search.
const (
	// MaxCandidates is the maximum number of pieces compared with one entry.
	MaxCandidates = 8
	// MaxCompared is the maximum size of stored entries loaded for comparison with those of one fetch, in bytes.
	MaxCompared = 16 << 20
	// MaxCompareSteps is the maximum work of the comparisons of one fetch: bytes of text read, and runs of words
	// compared. It is about one second. The 2,000 entries of the largest document, each with eight candidates of its
	// size, take two thirds of it.
	MaxCompareSteps = 64 << 20
	// MaxDiffSteps is the maximum work to find the significant changes in the entries of one fetch: bytes read, words
	// looked up and compared. It is one second or two.
	MaxDiffSteps = 32 << 20
	// MaxTopicSteps is the maximum work to judge the new and changed entries of one fetch: their topics, their kind,
	// and the queries of editions. It counts bytes read, mentions of terms examined and states of regular expressions
	// entered. It is about one second. Entries over it wait for the next fetch. The longest document of op-eds takes a
	// third of it with the shipped topics, or two thirds if all its entries have boilerplate to learn. A second budget
	// of the same size serves to judge existing pieces again after entries join or change them.
	MaxTopicSteps = 64 << 20
	// MaxMatches is the number of matches of one rule in one text kept as evidence. All matches count for the score.
	// The longest real piece seen, of 39 KB, has 57.
	MaxMatches = 96
	// MaxSearchSteps is the maximum work of one search: bytes of text read, mentions in it examined and states of
	// regular expressions entered. It is some seconds of one core.
	MaxSearchSteps = 64 << 20
	// MaxSearchFeedSteps is the same for a feed of a search: readers ask for it again and again. MaxCountSteps is the
	// maximum work to count the results after those shown.
	MaxSearchFeedSteps = 32 << 20
	MaxCountSteps      = 8 << 20
)

// Meaning describes the consequence of reaching the limit, for people.
func (l Limit) Meaning() string {
	return cmp.Or(map[Limit]string{
		AddressLimit: "an address is longer than 2 KiB and was left out",
		FieldLimit: "a title, name, category or id is longer than 4 KiB, or there are more than 250 categories; " +
			"the rest was cut",
		ContentLimit: "a text is longer than 512 KiB and was cut",
		DocumentLimit: "its entries have more than 8 MiB in all, relative links resolved; " +
			"the texts of the last ones were cut",
		EntriesLimit: "it has more than 2,000 entries; the others were left out",
		PeopleLimit:  "an entry names more than 20 people; the others were left out",
		QuotaLimit:   "it has more new entries than its quota for a day; the others wait",
		VersionLimit: "it changed very often, or much changed at once; not all earlier versions are kept",
		RevisionLimit: "more was revised than the quota for a day; " +
			"its latest text is shown, with the time of an earlier revision",
		ChangeLimit:  "too much changed at once to be compared; what was not compared counts as rewritten",
		CompareLimit: "an entry has too much in common with too many pieces; it was compared with some of them",
		TopicLimit: "its entries mention topics so often that telling them takes too long; " +
			"the others wait for the next fetch, and pieces that were added to keep their topics",
		SearchLimit: "the search needed too much work and stopped early",
		MatchLimit:  "a rule matches very often in this text; the first matches are shown",
		FlightLimit: "its answer is longer than 512 KiB; it is fetched while no other such feed is",
	}[l], string(l))
}

// Limits lists the limits reached by one input, each once, in the order of reaching them.
type Limits []Limit

// Add appends the limits not yet in the list.
func (ls *Limits) Add(more ...Limit) {
	for _, l := range more {
		if !slices.Contains(*ls, l) {
			*ls = append(*ls, l)
		}
	}
}

// With returns the limits and others, each once. It does not change the receiver.
func (ls Limits) With(more ...Limit) Limits {
	all := slices.Clone(ls)
	all.Add(more...)
	return all
}

// Meaning describes the consequences in one line, or returns "" if no limit was reached.
func (ls Limits) Meaning() string {
	all := make([]string, len(ls))
	for i, l := range ls {
		all[i] = l.Meaning()
	}
	return strings.Join(all, "; ")
}

// Budget counts work down to a limit. Its zero value allows no work. It is not safe for concurrent use.
type Budget struct{ left int }

// NewBudget returns a budget of n units of work.
func NewBudget(n int) Budget { return Budget{n} }

// Spend takes n units and reports whether the budget had as many. If not, it empties the budget.
func (b *Budget) Spend(n int) bool {
	if n > b.left {
		b.left = 0
		return false
	}
	b.left -= n
	return true
}

// Left returns the number of remaining units.
func (b *Budget) Left() int { return b.left }
