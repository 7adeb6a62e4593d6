package text

import "unicode/utf8"

// Clip is the beginning of s: at most n bytes, no character cut in two.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:max(n, 0)]
}
