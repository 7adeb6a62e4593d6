package oped

import (
	"slices"
	"strings"
)

// A Limit names what one answer, text or request may cost at most. Work is counted, never timed: the same input gives
// the same result on a busy machine. A stage that reaches a limit refuses the input or keeps a part of it, and reports
// the name; `oped feeds`, explanations and the search page show it.
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

// What a feed document and an entry may hold.
const (
	// MaxAddress is the longest address that is read, stored or requested, in bytes. Browsers and proxies take little
	// more; a longer base address would be copied into every relative link of a document.
	MaxAddress = 2 << 10
	// MaxField is the longest field of an entry but its content and summary, in bytes. The longest honest title, guid
	// or byline that was seen has a few hundred.
	MaxField = 4 << 10
	// MaxContent is the longest content, summary or plain text of an entry, in bytes: a book of 90,000 words.
	MaxContent = 512 << 10
	// MaxDocument is how many bytes the entries of one document may have in all, relative links resolved.
	MaxDocument = 8 << 20
	// MaxEntries is how many entries of one document are read.
	MaxEntries = 2000
	// MaxCategories is how many categories one entry may have. The busiest honest ones have some 60.
	MaxCategories = 250
	// MaxPeople is how many people one entry may name, after bylines such as "A, B and C" are split: each may get a
	// page.
	MaxPeople = 20
	// MaxNewPerDay is how many new entries of a feed are stored in a day (UTC), if the configuration sets no other
	// number. The busiest newspaper's feed gives some 300. The first fetch of a feed has no quota. What is over it
	// waits for the next day. As many pieces may be revised by the feed in a day; those over it read as they should, and
	// keep the time of their last revision.
	MaxNewPerDay = 500
	// MaxVersions is how many earlier versions of an entry are kept, and MaxVersionBytes how many bytes of their texts:
	// the newest. A page shows thirty changes; a live report of a day has some sixty versions.
	MaxVersions     = 100
	MaxVersionBytes = 1 << 20
	// MaxRevisionBytesPerDay is how many bytes of earlier versions of a feed's entries are kept of a day (UTC): twice the largest
	// document. Changes that are no news may take half of it, so that corrections find room.
	MaxRevisionBytesPerDay = 16 << 20
	// MaxInFlight is how many bytes of documents all fetches together may hold while they parse them.
	MaxInFlight = 24 << 20
	// LongResponse is from how many bytes on an answer is long. Fetches hold one long answer at a time; short ones pass
	// it.
	LongResponse = 512 << 10
)

// What deciding on an entry may take.
const (
	// MaxCandidates is how many pieces one entry is compared with, whatever they share with it.
	MaxCandidates = 8
	// MaxCompared is how many bytes of stored entries are loaded to be compared with those of one fetch.
	MaxCompared = 16 << 20
	// MaxCompareSteps is how many bytes of text the comparisons of one fetch may read, and runs of words they may
	// compare: about one second. The 2,000 entries of the largest document, each with eight candidates of its size,
	// take two thirds of it.
	MaxCompareSteps = 64 << 20
	// MaxDiffSteps is how many steps the changed entries of one fetch may take to tell what of them is news: bytes that
	// are read, words that are looked up and compared. It is one second or two.
	MaxDiffSteps = 32 << 20
	// MaxTopicSteps is how many bytes of the new and changed entries of one fetch may be read, mentions of terms in
	// them looked at and states of regular expressions entered, to tell their topics, whether they are opinion, and
	// whether they fulfil the queries of editions: about one second. What is over it waits for the next fetch. The
	// longest document of op-eds takes a third of it with the shipped topics, two thirds where all have furniture to
	// learn. As many more may be taken to judge the pieces again that the entries join or change.
	MaxTopicSteps = 64 << 20
	// MaxMatches is how many matches of one rule of a topic in one text are kept as evidence; all count for the score.
	// The longest real piece seen, of 39 KB, has 57.
	MaxMatches = 96
	// MaxSearchSteps is how many bytes of text, mentions in it and states of regular expressions one search may look
	// at: some seconds of one core.
	MaxSearchSteps = 64 << 20
)

// Meaning is what happened to input that reached the limit, for people.
func (l Limit) Meaning() string {
	switch l {
	case AddressLimit:
		return "an address is longer than 2 KiB and was left out"
	case FieldLimit:
		return "a title, name, category or id is longer than 4 KiB, or there are more than 250 categories; the rest was cut"
	case ContentLimit:
		return "a text is longer than 512 KiB and was cut"
	case DocumentLimit:
		return "its entries have more than 8 MiB in all, relative links resolved; the texts of the last ones were cut"
	case EntriesLimit:
		return "it has more than 2,000 entries; the others were left out"
	case PeopleLimit:
		return "an entry names more than 20 people; the others were left out"
	case QuotaLimit:
		return "it has more new entries than its quota for a day; the others wait"
	case VersionLimit:
		return "it changed very often, or much changed at once; not all earlier versions are kept"
	case RevisionLimit:
		return "more was revised than the quota for a day; its latest text is shown, with the time of an earlier revision"
	case ChangeLimit:
		return "too much changed at once to be compared; what was not compared counts as rewritten"
	case CompareLimit:
		return "an entry has too much in common with too many pieces; it was compared with some of them"
	case TopicLimit:
		return "its entries mention topics so often that telling them takes too long; the others wait for the next fetch, and pieces that were added to keep their topics"
	case SearchLimit:
		return "the search needed too much work and stopped early"
	case MatchLimit:
		return "a rule matches very often in this text; the first matches are shown"
	case FlightLimit:
		return "its answer is longer than 512 KiB; it is fetched while no other such feed is"
	}
	return string(l)
}

// Limits are the limits that one input reached, each once, in the order in which it did.
type Limits []Limit

// Add adds limits that are not among them yet.
func (ls *Limits) Add(more ...Limit) {
	for _, l := range more {
		if !slices.Contains(*ls, l) {
			*ls = append(*ls, l)
		}
	}
}

// With is the limits and others, each once. It leaves the receiver as it is.
func (ls Limits) With(more ...Limit) Limits {
	all := slices.Clone(ls)
	all.Add(more...)
	return all
}

// Meaning is what happened, in one line; "" if no limit was reached.
func (ls Limits) Meaning() string {
	all := make([]string, len(ls))
	for i, l := range ls {
		all[i] = l.Meaning()
	}
	return strings.Join(all, "; ")
}

// Budget counts work down to a limit. Its zero value allows nothing. It is not for concurrent use.
type Budget struct{ left int }

// NewBudget makes a budget of n units of work.
func NewBudget(n int) Budget { return Budget{n} }

// Spend takes n units and reports whether the budget had as many. Once it had not, it has nothing left.
func (b *Budget) Spend(n int) bool {
	if n > b.left {
		b.left = 0
		return false
	}
	b.left -= n
	return true
}

// Left is how many units remain.
func (b *Budget) Left() int { return b.left }
