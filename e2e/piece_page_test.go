package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"oped"
	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/topic"
)

// pageTopic is one topic on the page of a piece.
type pageTopic struct {
	outcome, text string
	score, rest   float64 // the rest is of the parts without a line
	lines         []pageLine
}

// pageLine is a line of the arithmetic: a part of the score.
type pageLine struct {
	weight float64
	marks  []string
	at     string // the place of the first mark
}

// readPiecePage reads the page of a piece as a browser would: its topics, by title.
func readPiecePage(t testing.TB, page []byte) map[string]pageTopic {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	topics := map[string]pageTopic{}
	for n := range root.Descendants() {
		class := attribute(n, "class")
		if !strings.HasPrefix(class, "topic ") {
			continue
		}
		topic, title := pageTopic{outcome: strings.TrimPrefix(class, "topic "), text: visible(n)}, ""
		for m := range n.Descendants() {
			switch {
			case m.Data == "bdi" && title == "":
				title = visible(m)
			case m.Data == "data" && attribute(m.Parent, "class") == "total":
				topic.score = parsed(t, attribute(m, "value"))
			case m.Data == "data" && attribute(m.Parent, "class") == "soft rest":
				topic.rest = parsed(t, attribute(m, "value"))
			case m.Data == "p" && attribute(m, "class") == "sum":
				line := pageLine{}
				for x := range m.Parent.Descendants() {
					switch {
					case x.Data == "mark":
						line.marks = append(line.marks, visible(x))
					case x.Data == "data":
						line.weight = parsed(t, attribute(x, "value"))
					case attribute(x, "class") == "at":
						line.at = visible(x)
					}
				}
				topic.lines = append(topic.lines, line)
			}
		}
		topics[title] = topic
	}
	return topics
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func visible(n *html.Node) string {
	var b strings.Builder
	for m := range n.Descendants() {
		if m.Type == html.TextNode {
			b.WriteString(m.Data)
		}
	}
	return b.String()
}

func parsed(t testing.TB, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// samePageAsExplain checks that the page has the same scores and spans as `oped explain --json`, for each topic
// of the piece.
func samePageAsExplain(t *testing.T, config, ref string, page []byte) (marked int) {
	t.Helper()
	var x app.Explained
	if err := json.Unmarshal([]byte(mustOped(t, "--config", config, "explain", ref, "--json")), &x); err != nil {
		t.Fatal(err)
	}
	p := storedPiece(t, config, ref)
	x.Explanations = slices.DeleteFunc(x.Explanations, func(e app.TopicExplanation) bool {
		return !slices.ContainsFunc(p.Tags, func(tag oped.Tag) bool { return tag.Topic == e.Topic })
	})
	topics := readPiecePage(t, page)
	if len(topics) != len(x.Explanations) {
		t.Errorf("%d topics on the page of %s, %d explanations", len(topics), ref, len(x.Explanations))
	}
	for _, e := range x.Explanations {
		got := topics[e.Title]
		groups := linesOf(&e)
		if got.outcome != string(e.Outcome) || got.score != e.Score || got.rest == 0 && len(got.lines) != len(groups) ||
			!strings.Contains(got.text, e.Version) {
			t.Errorf("%s of %s: the page says %+v, explain says %s, %v, %d lines", e.Topic, ref, got, e.Outcome, e.Score,
				len(groups))
			continue
		}
		sum := got.rest
		for i, line := range got.lines {
			parts := groups[i]
			first := parts[0]
			at := ""
			if first.Field != "" {
				at = fmt.Sprintf("%s %d–%d", first.Field, first.Start, first.End)
			}
			if line.weight != first.Weight || at != "" && line.at != at || (at == "") != (len(line.marks) == 0) {
				t.Errorf("%s of %s: the page has %+v, explain %+v", e.Topic, ref, line, first)
			}
			for _, mark := range line.marks {
				if !slices.ContainsFunc(parts, func(p topic.Part) bool { return p.Text == mark }) {
					t.Errorf("%s of %s: the page marks %q, explain does not", e.Topic, ref, mark)
				}
				marked++
			}
			sum += line.weight
		}
		if sum != got.score {
			t.Errorf("%s of %s: the lines add up to %v, the score is %v", e.Topic, ref, sum, got.score)
		}
		for _, b := range e.Beside {
			if !strings.Contains(got.text, b.Text) {
				t.Errorf("%s of %s: the page does not say that %q is not counted", e.Topic, ref, b.Text)
			}
		}
	}
	return marked
}

// linesOf returns the parts of an explanation by the lines of a page: a part of a fitted topic may have many spans.
func linesOf(e *app.TopicExplanation) (lines [][]topic.Part) {
	for i, p := range e.Parts {
		if n := len(lines); e.Fitted && i > 0 && e.Parts[i-1].Rule == p.Rule {
			lines[n-1] = append(lines[n-1], p)
			continue
		}
		lines = append(lines, []topic.Part{p})
	}
	return lines
}

var pieceLink = regexp.MustCompile(`<a href="/(piece/([1-9][0-9]*)/)">(?:why here\?|یہاں کیوں؟)</a>`)

// TestPiecePageMatchesExplain follows every link of an edition's page. In English and in Urdu, the page
// of the piece has the score and the spans of `oped explain`, to the byte and to the sum.
func TestPiecePageMatchesExplain(t *testing.T) {
	testkit.NotShort(t)
	document, err := os.ReadFile("testdata/seed.xml")
	if err != nil {
		t.Fatal(err)
	}
	config := seeded(t, document)
	public := filepath.Join(filepath.Dir(config), "public")
	for _, edition := range []string{"pak-us", "everything"} {
		page, err := os.ReadFile(filepath.Join(public, edition, "index.html"))
		if err != nil {
			t.Fatal(err)
		}
		links := pieceLink.FindAllStringSubmatch(string(page), -1)
		if len(links) != strings.Count(string(page), "</li>") || len(links) < 3 {
			t.Errorf("%s: %d links to pieces", edition, len(links))
		}
		for _, link := range links {
			piece, err := os.ReadFile(filepath.Join(public, link[1], "index.html"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(piece), `href="/`+edition+`/"`) {
				t.Errorf("the page of piece %s does not lead back to %s", link[2], edition)
			}
			details, err := os.ReadFile(filepath.Join(public, link[1], "why", "index.html"))
			if err != nil && len(storedPiece(t, config, link[2]).Tags) > 0 {
				t.Fatal(err)
			}
			if strings.Contains(string(piece), `href="why/"`) != (details != nil) {
				t.Errorf("the page of piece %s, and its details: %v", link[2], err)
			}
			if details == nil {
				continue
			}
			if n := samePageAsExplain(t, config, link[2], details); edition == "pak-us" && n < 3 {
				t.Errorf("piece %s has %d marked spans", link[2], n)
			}
		}
	}
	if again := mustOped(t, "--config", config, "publish"); again == "" {
		t.Error("publish says nothing")
	}
}

// TestPiecePageIsServed: the daemon serves the pages of pieces at a head and in an archive, from their rows;
// each has a file.
func TestPiecePageIsServed(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "One", newstest.Items("https://one.example", 0, 5)...)
	config := testkit.WriteConfig(
		t, strings.Replace(testkit.FarmConfig(), "everything: {", "everything: {limit: 2, ", 1)+"listen: 127.0.0.1:0\npublish: {dir: public, search: server}\nfeeds:\n  - {name: one, url: \""+paper.URL+"/feed\", publisher: One}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	files, err := filepath.Glob(filepath.Join(filepath.Dir(config), "public", "piece", "*", "index.html"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d pages of pieces, %v", len(files), err)
	}
	at := serving(t, config)
	for id := 1; id <= 6; id++ {
		res, err := http.Get(fmt.Sprintf("%s/piece/%d/", at, id))
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(res.Body)
		res.Body.Close()
		if want := map[bool]int{true: 200, false: 404}[id <= 5]; err != nil || res.StatusCode != want {
			t.Fatalf("piece %d: %d, %v", id, res.StatusCode, err)
		}
		if id > 5 {
			continue
		}
		if file, err := os.ReadFile(
			filepath.Join(filepath.Dir(config), "public", "piece", strconv.Itoa(id), "index.html")); err == nil &&
			!bytes.Equal(file, page) {
			t.Errorf("piece %d is served otherwise than its file is", id)
		}
	}
}
