package text

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Capital returns a text with a capital as its first letter.
func Capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

// Count is a number with its noun: "1 feed", "2 feeds", "3 entries". The noun is an English one in the singular.
func Count(n int, noun string) string {
	s := strconv.Itoa(n) + " "
	switch {
	case n == 1:
		return s + noun
	case len(noun) > 1 && noun[len(noun)-1] == 'y' && noun[len(noun)-2] == 'r':
		return s + noun[:len(noun)-1] + "ies"
	}
	return s + noun + "s"
}
