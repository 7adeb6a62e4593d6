package dedup

import (
	"strings"
	"unicode/utf8"

	"oped"
)

// Replaced reports whether a newspaper replaced the text of an entry. Both texts are long enough to compare, share less
// than 60 % of the shorter one's three-word phrases, and are no two readings of one source.
func (c *Comparer) Replaced(have, e *oped.Entry) bool {
	share, comparable := c.overlap(have.Text, e.Text)
	return comparable && share < alikeShare && !SameSource(have, e)
}

// SameSource reports whether two entries of one feed are certainly two readings of one source. They have the same
// names, title and text, and perhaps other dates; or they share a summary or a content of a dozen words, or differ there
// as by the reading in another charset.
func SameSource(have, e *oped.Entry) bool {
	if have.ID == e.ID && have.URL == e.URL && have.Title == e.Title && sameContent(have, e) {
		return true
	}
	for _, a := range []string{have.Summary, have.Content} {
		for _, b := range []string{e.Summary, e.Content} {
			if hasWords(a, summaryWords) && (a == b || hasWords(b, summaryWords) && otherCharset(a, b)) {
				return true
			}
		}
	}
	return false
}

// otherCharset reports whether two texts have the same characters of ASCII, and no other one in common.
func otherCharset(a, b string) bool {
	beyond := map[rune]bool{}
	for _, r := range a {
		if r >= utf8.RuneSelf {
			beyond[r] = true
		}
	}
	return ascii(a) == ascii(b) && !strings.ContainsFunc(b, func(r rune) bool { return beyond[r] })
}

// ascii returns the characters of ASCII in a text.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return -1
		}
		return r
	}, s)
}
