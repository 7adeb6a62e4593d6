package text

import (
	"strings"
	"unicode"
)

// Moved returns where stretches of a text are in another extraction of it, in their order. The two may differ in white
// space and invisible characters. A stretch with other letters is left out.
func Moved(before, after string, stretches [][2]int) (moved [][2]int) {
	letters, offsets := visible(after)
	at := 0
	for _, s := range stretches {
		want, _ := visible(before[s[0]:s[1]])
		i := strings.Index(letters[at:], want)
		if i < 0 || want == "" {
			continue
		}
		start := at + i
		at = start + len(want)
		moved = append(moved, [2]int{offsets[start], offsets[at-1] + 1})
	}
	return moved
}

// visible returns a text without white space and invisible characters, and the offset of each of its bytes.
func visible(s string) (letters string, offsets []int) {
	var b strings.Builder
	for i, r := range s {
		if unicode.IsSpace(r) || Invisible(r) {
			continue
		}
		n, _ := b.WriteRune(r)
		for k := range n {
			offsets = append(offsets, i+k)
		}
	}
	return b.String(), offsets
}
