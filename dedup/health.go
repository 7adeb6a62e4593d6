package dedup

import (
	"strings"

	"oped"
)

const (
	enoughGUIDs = 20   // so many are looked at before a feed is judged by them
	worst       = 20   // one fault in so many guids, and they are not trusted
	memory      = 2000 // guids; beyond it what was counted is halved
)

// TrustsGUIDs tells whether the guids of a feed name its entries: fewer than 5 % of those that were looked at did not, or it is too early to tell.
// Where it is false, entries are told apart by link, and a guid counts only together with link or text.
func TrustsGUIDs(s *oped.FeedState) bool {
	return s.GUIDs < enoughGUIDs || s.GUIDFaults*worst < s.GUIDs
}

// CountGUIDs adds what a document showed to a feed's health. What was counted long ago weighs less and less, so that a feed can recover.
func CountGUIDs(s *oped.FeedState, looked, faults int) {
	s.GUIDs += looked
	s.GUIDFaults += faults
	for s.GUIDs > memory {
		s.GUIDs /= 2
		s.GUIDFaults /= 2
	}
}

// NamesSite tells whether a guid is the address of a whole site or feed, which names none of its entries.
func NamesSite(guid string, sites ...string) bool {
	for _, site := range sites {
		if site != "" && strings.TrimSuffix(guid, "/") == strings.TrimSuffix(site, "/") {
			return true
		}
	}
	return false
}

// Reissued tells whether an entry is one that we have under a guid that is another every time: link and text stayed.
func (c *Comparer) Reissued(have, e *oped.Entry) bool {
	return have.ID != "" && e.ID != "" && have.ID != e.ID && c.Canonical(have.URL) == c.Canonical(e.URL) && c.SameText(have, e)
}

// SameText tells whether two entries say the same but for some words; where they say next to nothing, whether their titles do.
func (c *Comparer) SameText(have, e *oped.Entry) bool {
	if e.Content+e.Summary != "" && have.Content == e.Content && have.Summary == e.Summary {
		return true
	}
	if share, ok := c.overlap(have.Text, e.Text); ok {
		return share >= alike
	}
	return c.fold(have.Title) == c.fold(e.Title)
}

// SameLink tells whether two entries stand at one canonical address.
func (c *Comparer) SameLink(have, e *oped.Entry) bool {
	at := c.Canonical(have.URL)
	return at != "" && at == c.Canonical(e.URL)
}

// OneAfterAnother tells whether two entries without names of their own, or with names that say nothing, are two although they stand at one address: a
// column, or a page that everything of a feed links to. Their words are others, or, where there are too few, both title and day: agencies rewrite the
// headline and the summary of a page many times a day.
func (c *Comparer) OneAfterAnother(have, e *oped.Entry) bool {
	if wordy(have) && wordy(e) {
		share, _ := c.overlap(have.Text, e.Text)
		return share < unlike
	}
	return c.NextIssue(have, e)
}

// wordy tells whether an entry has more than a summary that is rewritten.
func wordy(e *oped.Entry) bool {
	n := 0
	for range strings.FieldsSeq(e.Text) {
		if n++; n >= minWords {
			return true
		}
	}
	return false
}

// NextIssue tells whether neither title nor day of an entry is that of the one we have: more than an edit changes.
func (c *Comparer) NextIssue(have, e *oped.Entry) bool {
	dated := !have.Published.IsZero() && !e.Published.IsZero()
	return dated && day(have.Published) != day(e.Published) && c.fold(have.Title) != c.fold(e.Title)
}
