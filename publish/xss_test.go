package publish

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"oped"
)

// payload is malicious HTML, with its origin.
type payload struct{ Corpus, ID, HTML string }

// snippets reads a file of HTML, one snippet a line. A line in quotation marks is a Go string; a line
// beginning with "# " is a comment.
func snippets(t testing.TB, file string) (all []payload) {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(filepath.Base(file), ".txt")
	for i, line := range strings.Split(strings.TrimSuffix(string(body), "\n"), "\n") {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		if s, err := strconv.Unquote(line); err == nil && line[0] == '"' {
			line = s
		}
		all = append(all, payload{name, strconv.Itoa(i + 1), line})
	}
	return all
}

// ours returns the payloads we wrote ourselves.
func ours(t testing.TB) (all []payload) {
	t.Helper()
	files, err := filepath.Glob("testdata/xss/*.txt")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d files of payloads, %v", len(files), err)
	}
	for _, f := range files {
		all = append(all, snippets(t, f)...)
	}
	if len(all) < 300 {
		t.Errorf("%d payloads", len(all))
	}
	return all
}

// others returns the payloads of other sanitisers' tests. They are not ours to carry: $OPED_XSS names a
// folder of files of them. Every line is a JSON object with corpus, id and html. Without it, the test
// is skipped with a message.
func others(t testing.TB) (all []payload) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(os.Getenv("OPED_XSS"), "*.jsonl"))
	if os.Getenv("OPED_XSS") == "" || len(files) == 0 {
		t.Skip(
			"there are no payloads of others (set OPED_XSS to a folder of .jsonl files): the sanitiser " +
				"is held against our own only",
		)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(body) {
			var p payload
			if err := json.Unmarshal(line, &p); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			all = append(all, p)
		}
	}
	return all
}

// recorder counts the findings of a check.
type recorder struct {
	testing.TB
	errors int
}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors++
	r.TB.Errorf(format, args...)
}

// holdsAll holds the sanitiser against payloads, each alone and in places where it would be read in another way.
func holdsAll(t *testing.T, all []payload) {
	s, count := newSanitiser(), map[string][3]int{}
	for _, p := range all {
		r := &recorder{TB: t}
		for _, in := range []string{
			p.HTML, strings.ToUpper(p.HTML), `<p title="` + p.HTML + `">` + p.HTML,
			`<table><tr><td>` + p.HTML + `</table>` + p.HTML, `<svg><style>` + p.HTML + `</style></svg>`,
			`<!--` + p.HTML + `-->`, `<b><a href="` + p.HTML + `">` + p.HTML,
		} {
			holds(r, s, in)
		}
		c := count[p.Corpus]
		bad := 0
		if unsafe(p.HTML) != "" {
			bad = 1
		}
		count[p.Corpus] = [3]int{c[0] + 1, c[1] + bad, c[2] + min(r.errors, 1)}
	}
	for _, name := range slices.Sorted(maps.Keys(count)) {
		t.Logf(
			"%s: %d payloads, %d of them unsafe as they came, %d not held", name, count[name][0],
			count[name][1], count[name][2],
		)
	}
}

func TestS8_S9_OurPayloads(t *testing.T)      { holdsAll(t, ours(t)) }
func TestS8_S9_PayloadsOfOthers(t *testing.T) { holdsAll(t, others(t)) }

// TestS8_HarmlessHTMLIsKept: 95 of 100 harmless texts of newspapers keep all elements, texts and
// addresses.
func TestS8_HarmlessHTMLIsKept(t *testing.T) {
	all, s := snippets(t, "testdata/harmless.txt"), newSanitiser()
	if len(all) < 200 {
		t.Errorf("%d snippets", len(all))
	}
	kept := 0
	for _, p := range all {
		out := s.sanitise(p.HTML)
		holds(t, s, p.HTML)
		if want, got := outline(t, p.HTML), outline(t, out); want != got {
			t.Logf("line %s: %s becomes %s\n%s\n%s", p.ID, p.HTML, out, want, got)
			continue
		}
		kept++
	}
	t.Logf("%d of %d kept", kept, len(all))
	if kept*100 < len(all)*95 {
		t.Errorf("only %d of %d kept", kept, len(all))
	}
}

// outline returns the parts of HTML to be kept: elements, texts, addresses, language and direction.
func outline(t testing.TB, fragment string) string {
	t.Helper()
	nodes, err := xhtml.ParseFragment(strings.NewReader(fragment), &xhtml.Node{
		Type:     xhtml.ElementNode,
		Data:     "body",
		DataAtom: atom.Body,
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range nodes {
		sketch(&b, n)
	}
	return b.String()
}

func sketch(b *strings.Builder, n *xhtml.Node) {
	switch n.Type {
	case xhtml.TextNode:
		b.WriteString(n.Data)
	case xhtml.ElementNode:
		b.WriteString("<" + n.Data)
		for _, a := range slices.SortedFunc(slices.Values(n.Attr), func(a, c xhtml.Attribute) int {
			return cmp.Compare(a.Key, c.Key)
		}) {
			if slices.Contains([]string{
				"href", "src", "alt", "cite", "dir", "lang", "start", "colspan", "rowspan",
			}, a.Key) {
				b.WriteString(" " + a.Key + "=" + strconv.Quote(a.Val))
			}
		}
		b.WriteString(">")
		for c := range n.ChildNodes() {
			sketch(b, c)
		}
		b.WriteString("</>")
	}
}

// TestS9_S10_PayloadsAnywhere puts our payloads where no HTML belongs: titles, names, categories,
// rights and addresses. They come out as text or not at all, in every format and on the page.
func TestS9_S10_PayloadsAnywhere(t *testing.T) {
	all, r := ours(t), newRenderer(options())
	if testing.Short() || raced {
		all = all[:min(len(all), 200)]
	}
	for chunk := range slices.Chunk(all, 50) {
		feeds, pieces := feedStates{}, make([]oped.Piece, len(chunk))
		for i, p := range chunk {
			x := p.HTML
			feed := "https://paper.example/" + strconv.Itoa(i)
			feeds[feed] = oped.FeedState{
				Feed:     oped.Feed{URL: feed, Title: x, Publisher: x, SiteURL: x, Lang: x},
				DocTitle: x,
				DocSite:  x,
				DocLang:  x,
				DocID:    x,
				Rights:   x,
			}
			pieces[i] = oped.Piece{
				ID:      oped.PieceID(i + 1),
				AtomID:  "tag:x.example,2026:" + strconv.Itoa(i),
				Kind:    oped.Opinion,
				Updated: at(1, 1).Add(time.Duration(i) * time.Second),
				Entries: []oped.Entry{{
					FeedURL:    feed,
					Publisher:  x,
					ID:         x,
					URL:        x,
					Title:      x,
					Summary:    x,
					Content:    x,
					Text:       x,
					Rights:     x,
					Source:     x,
					Lang:       x,
					Categories: []string{x},
					Published:  at(1, 1),
					FirstSeen:  at(2, 1),
					Authors:    []oped.Person{{Name: x, Email: x, URL: x}, {Name: "A. Writer", URL: x}},
				}},
			}
		}
		e := oped.EditionState{
			Edition: oped.Edition{
				Name:     "pak-us",
				Title:    chunk[0].HTML,
				Subtitle: chunk[0].HTML,
				Lang:     chunk[0].HTML,
				Full:     true,
			},
			AtomID:  "tag:x.example,2026:x",
			Created: at(1, 1),
			Updated: at(9, 1),
		}
		for _, o := range outputs(t, r, &document{Edition: e}, feeds, pieces) {
			got, err := readContent(o)
			readsBack(t, "a plain reader", o, got, err)
			for _, f := range faults(o) {
				t.Errorf("%s: %s", o.format, f)
			}
		}
		var page bytes.Buffer
		if err := r.page(&page, feeds, e, pieces); err != nil {
			t.Fatal(err)
		}
		pageHolds(t, page.String())
	}
}

// pageHolds checks that a page of ours has no element or attribute that runs, and only web addresses.
func pageHolds(t *testing.T, page string) {
	t.Helper()
	doc, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != xhtml.ElementNode {
			continue
		}
		if slices.Contains([]string{
			"script", "iframe", "object", "embed", "form", "base", "svg", "math", "img",
		}, n.Data) || n.Namespace != "" {
			t.Errorf("the page has <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "href" || a.Key == "src") &&
				strings.Contains(strings.ToLower(a.Val), "script:") {
				t.Errorf("the page has <%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
}
