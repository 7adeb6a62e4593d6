package dedup

import (
	"fmt"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// Verdict says how two entries are related.
type Verdict string

// The verdicts. Only Same makes one piece of two.
const (
	Same      Verdict = "same"
	Different Verdict = "different"
	RerunOf   Verdict = "rerun_of" // the same text, published again much later
)

// Match is a verdict with its evidence.
type Match struct {
	Piece   oped.PieceID `json:"-"`
	Verdict Verdict      `json:"verdict"`
	Why     string       `json:"why"`
	Guard   string       `json:"guard"` // the guard that fired; "" if none did
	Score   float64      `json:"score"` // how much of the shorter text stands in the longer one, 0 to 1
}

const (
	leastWords = 40                  // a text that says less is the same as another by chance
	rerunAfter = 21 * 24 * time.Hour // G1: the same text published further apart is a re-run
	poisoned   = 4                   // an address that this many pieces share identifies none of them
)

// Keys are what an entry shares with every other entry of the same piece: its canonical address, and its text if that has at
// least 40 words. Author's notes, credit lines and the page's furniture are no part of the text. e.Text has to be set.
func Keys(e *oped.Entry) []string {
	var keys []string
	if u := CanonicalURL(e.URL); u != "" {
		keys = append(keys, "u:"+u)
	}
	if words := essence(e.Text); words != "" {
		keys = append(keys, "t:"+digest(words))
	}
	return keys
}

// essence is the folded words of a piece itself; "" if there are fewer than 40.
func essence(s string) string {
	if len(s) < leastWords*2 {
		return ""
	}
	var ts text.Tokens
	ts.Scan(s)
	ts.MarkZones()
	out := make([]byte, 0, len(s))
	n := 0
	for i := range ts.List {
		if !ts.List[i].Zone.Beside() {
			out = append(append(out, ts.Folded(i)...), ' ')
			n++
		}
	}
	if n < leastWords {
		return ""
	}
	return string(out)
}

// Find tells which of the candidates an entry belongs to. Candidates are pieces that share a key with it, oldest first. false: it
// makes a piece of its own.
func Find(e *oped.Entry, candidates []oped.Piece) (Match, bool) {
	entry := read(e)
	sharing := 0
	for i := range candidates {
		for j := range candidates[i].Entries {
			if entry.address != "" && CanonicalURL(candidates[i].Entries[j].URL) == entry.address {
				sharing++
				break
			}
		}
	}
	if sharing >= poisoned {
		entry.address = ""
	}
	for i := range candidates {
		for j := range candidates[i].Entries {
			if m := compare(entry, read(&candidates[i].Entries[j])); m.Verdict == Same {
				m.Piece = candidates[i].ID
				return m, true
			}
		}
	}
	return Match{Verdict: Different}, false
}

// Compare tells whether two entries are one piece. Both must have their Text.
func Compare(a, b *oped.Entry) Match { return compare(read(a), read(b)) }

// reading is what a comparison needs of an entry.
type reading struct {
	*oped.Entry
	address string
	words   string
}

func read(e *oped.Entry) reading { return reading{e, CanonicalURL(e.URL), essence(e.Text)} }

func compare(a, b reading) Match {
	sameText := a.words != "" && a.words == b.words
	sameURL := a.address != "" && a.address == b.address
	sameFeed := a.FeedURL != "" && a.FeedURL == b.FeedURL
	m := Match{Verdict: Different, Why: "neither address nor text is the same"}
	if sameText {
		m.Score = 1
	}
	switch {
	case sameFeed && a.ID != "" && b.ID != "" && a.ID != b.ID && !(sameText && (sameURL || text.Fold(a.Title) == text.Fold(b.Title))):
		if sameText || sameURL {
			m.Guard, m.Why = "G2", "two entries of one feed with guids of their own"
		}
	case sameURL:
		m.Verdict, m.Why = Same, "same address "+a.address
	case sameText && longApart(a, b):
		m.Verdict, m.Guard = RerunOf, "G1"
		m.Why = fmt.Sprintf("same text, published %d days apart", int(apart(a.Published, b.Published).Hours()/24))
	case sameText:
		m.Verdict, m.Why = Same, fmt.Sprintf("same text, %d words", strings.Count(a.words, " "))
	}
	return m
}

func longApart(a, b reading) bool {
	return !a.Published.IsZero() && !b.Published.IsZero() && apart(a.Published, b.Published) > rerunAfter
}
