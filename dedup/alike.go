package dedup

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"oped"
)

const (
	fewWords    = 12 // a text with fewer is not compared
	alikeShare  = .6 // this share of the shorter text's three-word phrases in the longer one: versions of one text
	unlikeShare = .2 // a smaller share: two texts
)

// Recycled reports whether an entry with the guid of a known one is another entry all the same. Its words
// differ, and also its day, or both its title and its address, or its author. A guid that is the address proves
// no more than the address does ([onePage]). Columns, and whole feeds, give the same guid to everything they
// publish. Words differ if the two share less than 20 % of the shorter text's three-word phrases. If it has too few,
// two of a column differ, but a common guid other than the address takes other words.
func (c *Comparer) Recycled(have, e *oped.Entry) bool {
	share, comparable := c.overlap(have.Text, e.Text)
	if share >= unlikeShare {
		return false
	}
	a, b := c.read(have, nil), c.read(e, nil)
	if !comparable {
		named := have.ID == e.ID && e.ID != "" && a.address != c.Canonical(e.ID)
		return nextOfColumn(a, b) && (!named || otherWords(a, b))
	}
	switch {
	case otherDay(have, e):
		return true
	case a.address == b.address && a.address == c.Canonical(e.ID):
		return !onePage(a, b) && !rewritten(a, b)
	}
	return authorsDisagree(a, b) || !c.sameTitle(have, e) && a.address != b.address
}

// rewritten reports whether two entries of a day, at one address, are versions of one in other words: their headline
// is the same, and says what they are about or has a number: "Letters" is the headline of any page.
func rewritten(a, b *reading) bool {
	numbered := slices.ContainsFunc(a.heading().words, func(w string) bool {
		return strings.ContainsFunc(w, unicode.IsDigit)
	})
	return agreement(a, b) == sameTitles && (numbered || !a.heading().general()) && !authorsDisagree(a, b)
}

// Renamed reports whether an entry is a known one under other names. Both have the same text of at least 40
// words, published within two days of each other. If a date is missing, guid and address must be the same.
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

// CutShort reports whether the new text of an entry is only a part of the old one, or next to nothing. Some
// feeds turn full texts into stubs, or stubs into bare headlines. The old text has at least 400 bytes, and the
// new one at most half as many.
func (c *Comparer) CutShort(have, e *oped.Entry) bool {
	if e.Text == "" {
		return have.Text != ""
	}
	if len(have.Text) < 400 || len(e.Text)*2 > len(have.Text) {
		return false
	}
	share, ok := c.overlap(have.Text, e.Text)
	return !ok || share >= alikeShare || len(e.Text) < 200
}
