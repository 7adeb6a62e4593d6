package text

import "unicode/utf8"

// Clip returns the beginning of s: at most n bytes, without cutting a character in two.
func Clip[S string | []byte](s S, n int) S {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:max(n, 0)]
}
