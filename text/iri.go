package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scriptSchemes are schemes that run code if followed. No reader may get one as an id.
var scriptSchemes = map[string]bool{"javascript": true, "vbscript": true, "data": true}

// IsIRI reports whether a string is an IRI usable as an atom:id (RFC 4287 §4.2.6). It needs a scheme, a colon
// and something after it. It has no space or control character, none of the characters excluded by RFC 3987
// §2.2, and no percent sign without two hexadecimal digits.
func IsIRI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || scheme == "" || scriptSchemes[strings.ToLower(scheme)] {
		return false
	}
	for i, c := range []byte(scheme) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	for i, r := range rest {
		switch {
		case r <= ' ', 0x7f <= r && r < 0xa0, r == utf8.RuneError, r&0xfffe == 0xfffe, unicode.Is(unicode.Zs, r),
			strings.ContainsRune("<>\"{}|\\^`", r):
			return false
		case r == '%' && (i+2 >= len(rest) || !isHex(rest[i+1]) || !isHex(rest[i+2])):
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
