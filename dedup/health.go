package dedup

import (
	"slices"
	"strings"

	"oped"
)

const (
	enoughGUIDs     = 20   // fewer guids are too few to judge a feed by them
	guidsPerFault   = 20   // one fault in this many guids, and they are not trusted
	maxCountedGUIDs = 2000 // guids; beyond it the counts are halved
)

// TrustsGUIDs reports whether the guids of a feed identify its entries: fewer than 5 % of the checked ones
// failed, or too few were checked. If it is false, links identify entries, and a guid counts only together with
// link or text.
func TrustsGUIDs(s *oped.FeedState) bool {
	return s.GUIDs < enoughGUIDs || s.GUIDFaults*guidsPerFault < s.GUIDs
}

// CountGUIDs adds the guids checked in a document, and the faults among them, to a feed's health. Older counts
// weigh less and less, so that a feed can recover.
func CountGUIDs(s *oped.FeedState, looked, faults int) {
	s.GUIDs += looked
	s.GUIDFaults += faults
	for s.GUIDs > maxCountedGUIDs {
		s.GUIDs /= 2
		s.GUIDFaults /= 2
	}
}

// NamesSite reports whether a guid is the address of a whole site or feed, and so identifies none of its
// entries.
func NamesSite(guid string, sites ...string) bool {
	return slices.ContainsFunc(sites, func(site string) bool {
		return site != "" && strings.TrimSuffix(guid, "/") == strings.TrimSuffix(site, "/")
	})
}

// Reissued reports whether an entry is a known one under a new guid: link and text are the same. Some feeds
// change every guid every time.
func (c *Comparer) Reissued(have, e *oped.Entry) bool {
	return have.ID != "" && e.ID != "" && have.ID != e.ID && c.Canonical(have.URL) == c.Canonical(e.URL) &&
		c.SameText(have, e)
}

// SameText reports whether two entries have the same text apart from some words: they share at least 60 % of
// the shorter one's three-word phrases. If they have next to none, it compares their titles.
func (c *Comparer) SameText(have, e *oped.Entry) bool {
	if sameContent(have, e) {
		return true
	}
	if share, ok := c.overlap(have.Text, e.Text); ok {
		return share >= alikeShare
	}
	return c.sameTitle(have, e)
}

// SameLink reports whether two entries have the same canonical address.
func (c *Comparer) SameLink(have, e *oped.Entry) bool {
	at := c.Canonical(have.URL)
	return at != "" && at == c.Canonical(e.URL)
}

// OneAfterAnother reports whether two entries at one address are different all the same. They have no guid, or
// one without meaning; the address is a column's, or a page linked by all entries of a feed. Their words
// differ; if they have too few, both title and day differ, or neither words nor headlines nor the address speak
// for one page ([onePage]).
func (c *Comparer) OneAfterAnother(have, e *oped.Entry) bool {
	if wordy(have) && wordy(e) {
		share, _ := c.overlap(have.Text, e.Text)
		return share < unlikeShare
	}
	return c.NextIssue(have, e) || !onePage(c.read(have, nil), c.read(e, nil))
}

// wordy reports whether an entry has more words than a summary. Summaries are often rewritten.
func wordy(e *oped.Entry) bool {
	n := 0
	for range strings.FieldsSeq(e.Text) {
		if n++; n >= minWords {
			return true
		}
	}
	return false
}

// NextIssue reports whether both title and day of an entry differ from those of the known one. An edit changes
// less. Entries without a date never do.
func (c *Comparer) NextIssue(have, e *oped.Entry) bool {
	return otherDay(have, e) && !c.sameTitle(have, e)
}
