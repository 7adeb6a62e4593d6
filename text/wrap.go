package text

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks a text between words into lines of at most width characters, if its words allow. Every line but the
// first begins with indent, and no line ends with a space.
func Wrap(s string, width int, indent string) string {
	var b strings.Builder
	column, spaces, begun := 0, 0, false
	for i, word := range strings.Split(s, " ") {
		if spaces += min(i, 1); word == "" {
			continue
		}
		n := utf8.RuneCountInString(word)
		if begun && column+spaces+n > width {
			b.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		} else {
			b.WriteString(strings.Repeat(" ", spaces))
			column += spaces
		}
		b.WriteString(word)
		column, spaces, begun = column+n, 0, true
	}
	return b.String()
}
