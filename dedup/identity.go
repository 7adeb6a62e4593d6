package dedup

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"oped"
	"oped/text"
)

// Identify names the entries of one document within their feed: for each its keys, the strongest first. They are the guid, the link,
// and the words with their date; an entry that has neither guid nor link goes by its title and day as well, and one that lacks a guid or
// words by all that it is. What identifies nothing in this document is left out: a guid that several entries have or that is the feed's
// own address, a link that several entries have. No two entries of a document share a key, so that each stays what it is. Of an entry
// that stands in the document twice, one has keys.
func Identify(entries []oped.Entry) [][]string {
	names := namesOf(entries)
	seen := map[string]int{}
	for _, n := range names {
		for _, key := range []string{n.guid, n.link, n.words, n.title} {
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
	}
	return keys
}

// names are all keys that an entry could have; "" is none.
type names struct{ guid, link, words, title, rest string }

// namesOf gives the names of each entry, and none to one that stands in the document once more: to the letter, or under the same guid,
// link and title and updated later (RFC 4287 §4.1.1).
func namesOf(entries []oped.Entry) []names {
	all := make([]names, len(entries))
	seen := map[string]bool{}
	newest := map[string]int{}
	var d digester
	for i := range entries {
		e := &entries[i]
		n := d.nameOf(e)
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

func (d *digester) nameOf(e *oped.Entry) names {
	title, body := text.Fold(e.Title), d.digest(e.Summary, e.Content)
	n := names{
		title: "h:" + d.digest("title", e.ID, title, day(e.Published)),
		rest:  "h:" + d.digest("rest", e.ID, e.URL, title, timeKey(e.Published), timeKey(e.Updated), body),
	}
	if e.ID != "" && e.ID != e.FeedURL {
		n.guid = "g:" + e.ID
	}
	if u := CanonicalURL(e.URL); u != "" {
		n.link = "l:" + u
	}
	if (e.Summary != "" || e.Content != "") && !e.Published.IsZero() { // without a date, "Readers write" could be any day's
		n.words = "h:" + d.digest("words", title, timeKey(e.Published), body)
	}
	return n
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

func digest(parts ...string) string { return new(digester).digest(parts...) }

// digester makes digests, one after the other in the same memory.
type digester struct{ buffer []byte }

func (d *digester) digest(parts ...string) string {
	d.buffer = d.buffer[:0]
	for _, p := range parts {
		d.buffer = append(append(d.buffer, p...), 0)
	}
	sum := sha256.Sum256(d.buffer)
	return hex.EncodeToString(sum[:16])
}

// SameEntry tells whether an entry that came under another guid is one that we have from the same feed under another of its keys: it has
// the same text, but for some words, or was published at the same moment, or on the same day under the same title. A column has one address for all its
// instalments and the same title every day, so that less than this would replace one by the next.
func (c *Comparer) SameEntry(have, e *oped.Entry) bool {
	return have.ID == e.ID && e.ID != "" || c.SaysTheSame(have, e)
}

// SaysTheSame tells the same of two entries whatever their guids are.
func (c *Comparer) SaysTheSame(have, e *oped.Entry) bool {
	if e.Content+e.Summary != "" && have.Content == e.Content && have.Summary == e.Summary {
		return true
	}
	if share, ok := c.overlap(have.Text, e.Text); ok && share >= alike {
		return true
	}
	if precise(e.Published) && e.Published.Truncate(time.Millisecond).Equal(have.Published.Truncate(time.Millisecond)) {
		return true
	}
	sameDay := e.Published.IsZero() || have.Published.IsZero() || day(e.Published) == day(have.Published)
	return sameDay && c.fold(have.Title) == c.fold(e.Title)
}

// precise tells whether a time is that of one entry. On the half hour it is midnight somewhere, and stands for a whole day.
func precise(t time.Time) bool { return !t.IsZero() && t.Unix()%1800 != 0 }

func timeBetween(a, b time.Time) time.Duration { return max(a.Sub(b), b.Sub(a)) }
