package text

import "unicode/utf8"

// Clip is the beginning of s: at most n bytes, no character cut in two.
func Clip[S string | []byte](s S, n int) S {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:max(n, 0)]
}
