package dedup

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// Identify names the entries of one document within their feed: for each its keys, the strongest first. The guid is left out where
// the document shows that it identifies nothing (several entries share it, or it is the feed's own address), and so is the
// link. No two entries of a document share a key, so that each stays what it is.
func Identify(entries []oped.Entry) [][]string {
	guids, links := map[string]int{}, map[string]int{}
	canonical := make([]string, len(entries))
	for i := range entries {
		canonical[i] = CanonicalURL(entries[i].URL)
		guids[entries[i].ID]++
		links[canonical[i]]++
	}
	taken := map[string]bool{}
	keys := make([][]string, len(entries))
	for i := range entries {
		e := &entries[i]
		var own []string
		add := func(key string) {
			if !taken[key] {
				taken[key] = true
				own = append(own, key)
			}
		}
		if e.ID != "" && guids[e.ID] == 1 && e.ID != e.FeedURL {
			add("g:" + e.ID)
		}
		if canonical[i] != "" && links[canonical[i]] == 1 {
			add("l:" + canonical[i])
		}
		if len(own) == 0 {
			add("h:" + digest(e.ID, text.Fold(e.Title), day(e.Published)))
		}
		if len(own) == 0 { // the same title on the same day once more: then its words tell
			add("h:" + digest(e.ID, e.URL, text.Fold(e.Title), e.Summary, e.Content))
		}
		keys[i] = own // none: the very same entry stands in the document twice
	}
	return keys
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// SameEntry tells whether an entry that came under another guid is one that we have from the same feed under the same link: it has the
// same text, or was published at the same moment, or on the same day under the same title.
func SameEntry(have, e *oped.Entry) bool {
	if have.ID == e.ID {
		return true
	}
	if e.Content+e.Summary != "" && have.Content == e.Content && have.Summary == e.Summary {
		return true
	}
	if !e.Published.IsZero() && e.Published.Equal(have.Published) {
		return true
	}
	return text.Fold(have.Title) == text.Fold(e.Title) && (e.Published.IsZero() || have.Published.IsZero() || apart(have.Published, e.Published) <= 24*time.Hour)
}

func apart(a, b time.Time) time.Duration { return max(a.Sub(b), b.Sub(a)) }

// isIRI tells whether a string is an IRI that may stand as an atom:id (RFC 4287 §4.2.6): a scheme, a colon, something after it, and
// no space.
func isIRI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || strings.ContainsAny(s, " \t\r\n<>\"{}|\\^`") {
		return false
	}
	for i, c := range []byte(scheme) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return scheme != ""
}
