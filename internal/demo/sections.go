package demo

import "strings"

// Sections returns the named top-level blocks of a YAML text.
func Sections(text string, names ...string) string {
	var b strings.Builder
	in := false
	for line := range strings.Lines(text) {
		if line[0] != ' ' && line[0] != '#' && line[0] != '\n' && line[0] != '-' {
			key, _, _ := strings.Cut(line, ":")
			in = false
			for _, n := range names {
				in = in || n == key
			}
		}
		if in {
			b.WriteString(line)
		}
	}
	return b.String()
}
