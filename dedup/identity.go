package dedup

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// Identify returns the keys of the entries of one document within their feed, the strongest first. They are the
// guid, the link, and the words with their date. An entry without guid and link has its title and day as well,
// and one without a guid or words a hash of everything in it. The weakest are its headline and its summary, for
// entries of one day; see [Comparer.Republished]. Keys without meaning in this document are left out: a guid of
// several entries or equal to the feed's own address, a link of several entries. No two entries of a document
// share a key, so that each keeps its identity. Of two versions of an entry in the document, one has keys.
func Identify(entries []oped.Entry) [][]string {
	names := namesOf(entries)
	seen := map[string]int{}
	for _, n := range names {
		for _, key := range []string{n.guid, n.link, n.words, n.title, n.headline, n.summary} {
			if key != "" {
				seen[key]++
			}
		}
	}
	taken := map[string]bool{"": true}
	keys := make([][]string, len(entries))
	for i, n := range names {
		add := func(key string) {
			if !taken[key] {
				taken[key] = true
				keys[i] = append(keys[i], key)
			}
		}
		alone := func(key string) {
			if seen[key] == 1 {
				add(key)
			}
		}
		alone(n.guid)
		alone(n.link)
		named := len(keys[i]) > 0
		alone(n.words)
		if !named {
			alone(n.title)
		}
		if seen[n.guid] != 1 || seen[n.words] != 1 {
			add(n.rest)
		}
		alone(n.headline)
		alone(n.summary)
	}
	return keys
}

// The beginnings of the weakest keys.
const (
	HeadlineKey = "n:"
	SummaryKey  = "s:"
)

// IsWeakKey reports whether a key of an entry is its headline or its summary, shared with entries of other days.
func IsWeakKey(key string) bool {
	return strings.HasPrefix(key, HeadlineKey) || strings.HasPrefix(key, SummaryKey)
}

// The least words of a headline, or of a summary, that may identify an entry among those of its day.
const (
	headlineWords = 2
	summaryWords  = 12
	longSummary   = 2 << 10 // bytes; a longer text has a piece key
)

// names are all possible keys of an entry; "" for none.
type names struct{ guid, link, words, title, rest, headline, summary string }

// namesOf returns the names of each entry. An entry with a second version in the document has none: an
// identical one, or one with the same guid, link and title but updated later (RFC 4287 §4.1.1).
func namesOf(entries []oped.Entry) []names {
	all := make([]names, len(entries))
	seen := map[string]bool{}
	newest := map[string]int{}
	var h hasher
	for i := range entries {
		e := &entries[i]
		n := h.nameOf(e)
		if seen[n.rest] {
			continue
		}
		seen[n.rest] = true
		all[i] = n
		if n.guid == "" || n.link == "" || e.Updated.IsZero() {
			continue
		}
		version := n.guid + "\n" + n.link + "\n" + text.Fold(e.Title)
		switch j, twice := newest[version]; {
		case !twice:
			newest[version] = i
		case e.Updated.After(entries[j].Updated):
			all[j] = names{}
			newest[version] = i
		case e.Updated.Before(entries[j].Updated):
			all[i] = names{}
		}
	}
	return all
}

func (h *hasher) nameOf(e *oped.Entry) names {
	title, body := text.Fold(e.Title), h.sum(e.Summary, e.Content)
	n := names{
		title: "h:" + h.sum("title", e.ID, title, day(e.Published)),
		rest:  "h:" + h.sum("rest", e.ID, e.URL, title, timeKey(e.Published), timeKey(e.Updated), body),
	}
	if e.ID != "" && e.ID != e.FeedURL {
		n.guid = "g:" + e.ID
	}
	if u := CanonicalURL(e.URL); u != "" {
		n.link = "l:" + u
	}
	// Without a date, "Readers write" could be of any day.
	if (e.Summary != "" || e.Content != "") && !e.Published.IsZero() {
		n.words = "h:" + h.sum("words", title, timeKey(e.Published), body)
	}
	if hasWords(title, headlineWords) {
		n.headline = HeadlineKey + h.sum("headline", title)
	}
	if short := cmp.Or(e.Summary, e.Content); len(short) < longSummary {
		if words := withoutTags(short); hasWords(words, summaryWords) {
			n.summary = SummaryKey + h.sum("summary", words)
		}
	}
	return n
}

// hasWords reports whether a text has n words.
func hasWords(s string, n int) bool {
	for range strings.FieldsSeq(s) {
		if n--; n == 0 {
			return true
		}
	}
	return false
}

// withoutTags returns HTML without anything between angle brackets, where links change.
func withoutTags(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	for s != "" {
		before, rest, _ := strings.Cut(s, "<")
		b.WriteString(before)
		_, s, _ = strings.Cut(rest, ">")
	}
	return b.String()
}

// Republished reports whether an entry is a known one of the same feed under a new guid and a new address. They
// share a headline or a summary and the day, and neither their authors nor their words differ. The known entry
// must have left the document, and the headline or summary must not recur, as "Letters to the editor". In a feed
// without dates, seen is the time at which the known entry was last in it.
func (c *Comparer) Republished(have, e *oped.Entry, seen, now time.Time) bool {
	a, b := c.read(have, nil), c.read(e, nil)
	undated := have.Published.IsZero() || e.Published.IsZero()
	if otherDays(a, b) || undated && now.Sub(seen) > 2*24*time.Hour || authorsDisagree(a, b) {
		return false
	}
	share, comparable := c.overlap(have.Text, e.Text)
	return !comparable || share >= unlikeShare
}

func timeKey(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func hashOf(parts ...string) string { return new(hasher).sum(parts...) }

// hasher computes hashes, reusing its memory.
type hasher struct{ buffer []byte }

func (h *hasher) sum(parts ...string) string {
	h.buffer = h.buffer[:0]
	for _, p := range parts {
		h.buffer = append(append(h.buffer, p...), 0)
	}
	sum := sha256.Sum256(h.buffer)
	return hex.EncodeToString(sum[:16])
}

// SameEntry reports whether an entry with a new guid is a known one of the same feed, found under another of
// its keys. It has the same text apart from some words, or the same time of publication, or the same day and
// title. Columns have one address for all instalments and the same title every day, so that a weaker test would
// replace one instalment by the next.
func (c *Comparer) SameEntry(have, e *oped.Entry) bool {
	return have.ID == e.ID && e.ID != "" || c.SaysTheSame(have, e)
}

// SaysTheSame is [Comparer.SameEntry] regardless of guids.
func (c *Comparer) SaysTheSame(have, e *oped.Entry) bool {
	if sameContent(have, e) {
		return true
	}
	share, comparable := c.overlap(have.Text, e.Text)
	sameTime := precise(e.Published) && !(comparable && share < unlikeShare) &&
		e.Published.Truncate(time.Millisecond).Equal(have.Published.Truncate(time.Millisecond))
	return share >= alikeShare || sameTime || !otherDay(have, e) && c.sameTitle(have, e)
}

// sameContent reports whether two entries have the same HTML, and some.
func sameContent(a, b *oped.Entry) bool {
	return (b.Content != "" || b.Summary != "") && a.Content == b.Content && a.Summary == b.Summary
}

// otherDay reports whether two entries were published on different days; false if either has no date.
func otherDay(a, b *oped.Entry) bool {
	return !a.Published.IsZero() && !b.Published.IsZero() && day(a.Published) != day(b.Published)
}

func (c *Comparer) sameTitle(a, b *oped.Entry) bool {
	return c.folds.of(a.Title) == c.folds.of(b.Title)
}

// precise reports whether a time is exact. A time on the half hour is midnight somewhere, and means a whole
// day.
func precise(t time.Time) bool { return !t.IsZero() && t.Unix()%1800 != 0 }

func timeBetween(a, b time.Time) time.Duration { return max(a.Sub(b), b.Sub(a)) }
