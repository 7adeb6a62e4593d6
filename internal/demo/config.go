package demo

import (
	"fmt"
	"net/url"
	"strings"
)

// Config returns a config.yaml for the demo, without terms, topics and editions. papers is the address of the
// Handler, such as http://127.0.0.1:8081. base is the address of the editions, and dir the folder for the database
// and the files.
func (w *World) Config(papers, base, dir string) []byte {
	listen := strings.TrimPrefix(base, "http://")
	if u, err := url.Parse(base); err == nil {
		listen = u.Host
	}
	var b strings.Builder
	fmt.Fprintf(&b,
		"# The configuration of oped demo. The newspapers are invented; the same process serves them at\n# %s\n",
		papers)
	fmt.Fprintf(&b, "base_url: %q\nlisten: %q\nstore: %q\n", base, listen, dir+"/oped.db")
	fmt.Fprintf(&b, "publish:\n  dir: %q\n", dir+"/public")
	b.WriteString("fetch:\n  every: 2s\n  max_every: 10s\n  spacing: 0s\n  allow_private: [127.0.0.0/8]\n")
	b.WriteString("feeds:\n")
	for _, p := range w.papers {
		fmt.Fprintf(&b, "  - name: %s\n    url: %q\n", p.name, strings.TrimSuffix(papers, "/")+p.feed())
		fmt.Fprintf(&b, "    publisher: %q\n    country: %q\n    lang: %s\n    opinion: %q\n",
			p.title, p.country, p.lang, p.opinion)
		if p.kind != "" {
			fmt.Fprintf(&b, "    kind: %s\n", p.kind)
		}
		if len(p.implies) > 0 {
			fmt.Fprintf(&b, "    implies: [%s]\n", strings.Join(p.implies, ", "))
		}
	}
	return []byte(b.String())
}
