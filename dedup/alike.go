package dedup

import (
	"time"

	"oped"
)

const (
	fewWords = 12 // a text that has fewer says too little to be compared
	alike    = .6 // of the shorter text's runs of three words stand in the longer one: versions of one text
	unlike   = .2 // fewer than this: two texts
)

// Recycled tells whether an entry that bears the guid of one that we have is another one all the same: its words are others, and so is its day,
// or else both its title and its address. Columns, and whole feeds, give everything that they ever print the same guid.
func (c *Comparer) Recycled(have, e *oped.Entry) bool {
	if share, ok := c.overlap(have.Text, e.Text); !ok || share >= unlike {
		return false
	}
	if !have.Published.IsZero() && !e.Published.IsZero() && day(have.Published) != day(e.Published) {
		return true
	}
	return c.fold(have.Title) != c.fold(e.Title) && c.Canonical(have.URL) != c.Canonical(e.URL)
}

// Renamed tells whether an entry is one that we have under other names: the same words of at least 40, published within two days of each
// other; where a date is missing, neither guid nor address may speak against it.
func (c *Comparer) Renamed(have, e *oped.Entry) bool {
	a, b := c.read(have, nil), c.read(e, nil)
	if !sameWords(a, b) {
		return false
	}
	if have.Published.IsZero() || e.Published.IsZero() {
		return have.ID == e.ID && a.address == b.address
	}
	return timeBetween(have.Published, e.Published) <= 48*time.Hour
}

// CutShort tells whether what an entry says now is only a part of what it said before, or next to nothing: a feed that has turned full
// texts into stubs, or stubs into headlines alone.
func (c *Comparer) CutShort(have, e *oped.Entry) bool {
	if e.Text == "" {
		return have.Text != ""
	}
	if len(have.Text) < 400 || len(e.Text)*2 > len(have.Text) {
		return false
	}
	share, ok := c.overlap(have.Text, e.Text)
	return !ok || share >= alike || len(e.Text) < 200
}
