package dedup

import (
	"time"

	"oped"
	"oped/text"
)

const (
	fewWords = 12 // a text that has fewer says too little to be compared
	alike    = .6 // of the shorter text's runs of three words stand in the longer one: versions of one text
	unlike   = .2 // fewer than this: two texts
)

// overlap is how many of the shorter text's runs of three words stand in the longer one, from 0 to 1. false: one of them says too little.
func overlap(a, b string) (float64, bool) {
	short, long := runs(a), runs(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < fewWords {
		return 0, false
	}
	common := 0
	for run := range short {
		if long[run] {
			common++
		}
	}
	return float64(common) / float64(len(short)), true
}

// runs are the runs of three folded words of a text.
func runs(s string) map[string]bool {
	var ts text.Tokens
	ts.Scan(s)
	out := make(map[string]bool, len(ts.List))
	for i := 2; i < len(ts.List); i++ {
		out[string(ts.Folded(i-2))+" "+string(ts.Folded(i-1))+" "+string(ts.Folded(i))] = true
	}
	return out
}

// Recycled tells whether an entry that bears the guid of one that we have is another one all the same: its words are others, and so is its day,
// or else both its title and its address. Columns, and whole feeds, give everything that they ever print the same guid.
func Recycled(have, e *oped.Entry) bool {
	if share, ok := overlap(have.Text, e.Text); !ok || share >= unlike {
		return false
	}
	if !have.Published.IsZero() && !e.Published.IsZero() && day(have.Published) != day(e.Published) {
		return true
	}
	return text.Fold(have.Title) != text.Fold(e.Title) && CanonicalURL(have.URL) != CanonicalURL(e.URL)
}

// Renamed tells whether an entry is one that we have under other names: the same words of at least 40, published within two days of each
// other; where a date is missing, neither guid nor address may speak against it.
func Renamed(have, e *oped.Entry) bool {
	a, b := read(have, nil), read(e, nil)
	if !sameWords(a, b) {
		return false
	}
	if have.Published.IsZero() || e.Published.IsZero() {
		return have.ID == e.ID && a.address == b.address
	}
	return apart(have.Published, e.Published) <= 48*time.Hour
}

// CutShort tells whether what an entry says now is only a part of what it said before, or next to nothing: a feed that has turned full
// texts into stubs, or stubs into headlines alone.
func CutShort(have, e *oped.Entry) bool {
	if e.Text == "" {
		return have.Text != ""
	}
	if len(have.Text) < 400 || len(e.Text)*2 > len(have.Text) {
		return false
	}
	share, ok := overlap(have.Text, e.Text)
	return !ok || share >= alike || len(e.Text) < 200
}
