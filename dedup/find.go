package dedup

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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
// least 40 words. Author's notes, credit lines and the page's furniture are no part of the text. words are those of e.Text, with the zones
// that its words show; what was learned of its publisher is Learned's business.
func Keys(e *oped.Entry, words *text.Tokens) []string {
	var keys []string
	if u := CanonicalURL(e.URL); u != "" {
		keys = append(siblingKeys(u), "u:"+u) // its own address is the last
	}
	if key := textKey(words); key != "" {
		keys = append(keys, key)
	}
	return keys
}

// Learned gives the keys of an entry after furniture was learned in its text; keys are those it had without it, words have their zones with
// it. Copies that came before it was learned have the whole text for their key, and later ones of other papers may have the text
// without it, so that it has both; but neither if less than 40 words remain.
func Learned(keys []string, words *text.Tokens) []string {
	own := textKey(words)
	var out []string
	for _, key := range keys {
		if own != "" || !strings.HasPrefix(key, textPrefix) {
			out = append(out, key)
		}
	}
	if own != "" && !slices.Contains(out, own) {
		out = append(out, own)
	}
	return out
}

// textPrefix begins the keys that are made of a text.
const textPrefix = "t:"

// textKey is what texts with the same words share; "" if there are fewer than 40. It is made of the folded words of the piece itself.
func textKey(ts *text.Tokens) string {
	h := sha256.New()
	n := 0
	for i := range ts.List {
		if !ts.List[i].Zone.Beside() {
			h.Write(ts.Folded(i))
			h.Write([]byte{' '})
			n++
		}
	}
	if n < leastWords {
		return ""
	}
	return textPrefix + hex.EncodeToString(h.Sum(nil)[:16])
}

// Find tells which of the candidates an entry belongs to. keys are the entry's own; candidates are pieces that share one with it, oldest
// first. Where an address leads to several, the one with the same text is meant. false: it makes a piece of its own.
func Find(e *oped.Entry, keys []string, candidates []oped.Piece) (Match, bool) {
	entry := reading{Entry: e}
	for _, k := range keys {
		if address, ok := strings.CutPrefix(k, "u:"); ok {
			entry.address = address
		} else {
			entry.words = append(entry.words, k)
		}
	}
	pieces := make([][]reading, len(candidates))
	sharing := 0
	for i := range candidates {
		for j := range candidates[i].Entries {
			pieces[i] = append(pieces[i], read(&candidates[i].Entries[j]))
		}
		if slices.ContainsFunc(pieces[i], func(r reading) bool { return r.address == entry.address }) {
			sharing++
		}
	}
	if sharing >= poisoned {
		entry.address = ""
	}
	best, found := Match{Verdict: Different}, false
	for i, entries := range pieces {
		for _, r := range entries {
			if m := compare(entry, r); m.Verdict == Same && (!found || m.Score > best.Score) {
				best, found = m, true
				best.Piece = candidates[i].ID
			}
		}
	}
	return best, found
}

// Compare tells whether two entries are one piece. Both must have their Text.
func Compare(a, b *oped.Entry) Match { return compare(read(a), read(b)) }

// reading is what a comparison needs of an entry.
type reading struct {
	*oped.Entry
	address string   // canonical
	words   []string // keys of the text, with and without learned furniture; none if it has too few words
}

func read(e *oped.Entry) reading {
	var ts text.Tokens
	ts.Scan(e.Text)
	ts.MarkZones()
	r := reading{Entry: e, address: CanonicalURL(e.URL)}
	if key := textKey(&ts); key != "" {
		r.words = []string{key}
	}
	if len(e.Furniture) > 0 {
		ts.MarkZones(e.Furniture...)
		r.words = Learned(r.words, &ts)
	}
	return r
}

// sameWords tells whether two readings have a key of their texts in common.
func sameWords(a, b reading) bool {
	return slices.ContainsFunc(a.words, func(key string) bool { return slices.Contains(b.words, key) })
}

func compare(a, b reading) Match {
	sameText := sameWords(a, b)
	sameURL := a.address != "" && a.address == b.address || siblings(a.Entry, b.Entry, a.address, b.address, sameText)
	m := Match{Verdict: Different, Why: "neither address nor text is the same"}
	if sameText {
		m.Score = 1
	}
	switch {
	case !sameText && !sameURL:
	case a.FeedURL != "" && a.FeedURL == b.FeedURL && !sameName(a, b, sameText, sameURL):
		m.Guard, m.Why = "G2", "two entries of one feed"
	case sameURL:
		m.Verdict, m.Why = Same, "same address "+a.address
	case longApart(a, b):
		m.Verdict, m.Guard = RerunOf, "G1"
		m.Why = fmt.Sprintf("same text, published %d days apart", int(apart(a.Published, b.Published).Hours()/24))
	default:
		m.Verdict, m.Why = Same, fmt.Sprintf("same text of %d characters", utf8.RuneCountInString(a.Text))
	}
	return m
}

// sameName tells whether two entries of one feed may be one piece. The feed tells them apart, and all its entries may stand under one
// address: so it takes the same text, and more than that.
func sameName(a, b reading, sameText, sameURL bool) bool {
	sameTitle := text.Fold(a.Title) == text.Fold(b.Title)
	if sameText {
		return sameURL || sameTitle
	}
	return sameURL && sameTitle && a.ID != "" && a.ID == b.ID && !Recycled(b.Entry, a.Entry)
}

func longApart(a, b reading) bool {
	return !a.Published.IsZero() && !b.Published.IsZero() && apart(a.Published, b.Published) > rerunAfter
}
