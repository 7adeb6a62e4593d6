package parse

import (
	"strings"
	"unicode/utf8"
)

// legal reports whether XML allows a character (XML 1.0 §2.2).
func legal(r rune) bool {
	return r >= 0x20 && r <= 0xd7ff || r == '\t' || r == '\n' || r == '\r' || r >= 0xe000 && r <= 0xfffd ||
		r >= 0x10000 && r <= 0x10ffff
}

// clean makes a string valid UTF-8 with only characters legal in XML. Wrong sequences become U+FFFD, and
// illegal characters are dropped. wrong is the number of sequences that were not UTF-8.
func clean(s string) (out string, wrong int) {
	if isClean(s) {
		return s, 0
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteRune(utf8.RuneError)
			wrong++
			size = wrongSequence(s[i:])
		case legal(r):
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String(), wrong
}

func isClean(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c < 0x20 && c != '\n' && c != '\t' && c != '\r' ||
			c == 0xef && strings.HasPrefix(s[i:], "\xef\xbf") && s[i+2] >= 0xbe {
			return false
		}
	}
	return true
}

// tidy returns plain text in one line: white space folded, illegal characters dropped.
func tidy(s string) string {
	s, _ = clean(s)
	return strings.Join(strings.Fields(s), " ")
}
