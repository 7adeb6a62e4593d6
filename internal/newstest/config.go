package newstest

import (
	"slices"
	"strings"
)

// Config returns a config.yaml for the press, without terms, topics and editions. papers is the address of the
// Handler, such as http://127.0.0.1:8081. base is the address of the editions, and dir the folder for the database
// and the files.
func (p *Press) Config(papers, base, dir string) []byte {
	return fill("config.yaml", struct {
		Papers, Base, Listen, Dir string
		Mastheads                 []masthead
	}{papers, base, strings.TrimPrefix(base, "http://"), dir, p.papers})
}

// Sections cuts the named top-level blocks out of a YAML text.
func Sections(text string, names ...string) string {
	var b strings.Builder
	in := false
	for line := range strings.Lines(text) {
		if !strings.ContainsAny(line[:1], " #\n-") {
			key, _, _ := strings.Cut(line, ":")
			in = slices.Contains(names, key)
		}
		if in {
			b.WriteString(line)
		}
	}
	return b.String()
}
