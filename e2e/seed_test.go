package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped"
	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// seeded serves a feed document as one newspaper's and runs oped once; it gives the configuration's path.
func seeded(t testing.TB, document []byte) string {
	t.Helper()
	paper := newstest.New(t)
	paper.Serve("/feed", newstest.Answer{Body: document, ContentType: "application/rss+xml", ETag: "auto"})
	config := testkit.WriteConfig(
		t, testkit.FarmConfig()+
			"feeds:\n  - {name: observer, url: \""+paper.URL+"/feed\", publisher: Margalla Observer}\n"+
			"publish: {search: none}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	return config
}

const seedURL = "https://margalla-observer.example/rebuilding-the-pak-us-training-bridge/"

// TestJ2TheRightPieceForTheRightReason is journey J2: an op-ed comes out on its topic, with its reasons, and its
// look-alikes do not.
func TestJ2TheRightPieceForTheRightReason(t *testing.T) {
	testkit.NotShort(t)
	document, err := os.ReadFile("testdata/seed.xml")
	if err != nil {
		t.Fatal(err)
	}
	config := seeded(t, document)
	edition := testkit.ReadAtom(t, filepath.Join(filepath.Dir(config), "public", "pak-us.atom"))
	var urdu, latin int
	for _, e := range edition.Entries {
		switch {
		case strings.ContainsRune(e.Title, 'ا'):
			urdu++
		case e.Title == "Rebuilding the Pak-US training bridge ?":
			latin++
			if len(e.Authors) != 1 || e.Authors[0].Name != "Syeda Mahrukh Bokhari" || len(e.Links) == 0 ||
				e.Links[0].Href != seedURL || e.Source.Title != "Margalla Observer" {
				t.Errorf("the op-ed came out as %+v", e)
			}
			for _, said := range []string{"Margalla Observer", "Syeda Mahrukh Bokhari", seedURL} {
				if !strings.Contains(e.Summary, said) {
					t.Errorf("its summary does not say %s", said)
				}
			}
		default:
			t.Errorf("a decoy is on the topic: %s", e.Title)
		}
	}
	if urdu != 2 || latin != 1 {
		t.Errorf("%d Urdu pieces and %d op-ed in pak-us, want 2 and 1", urdu, latin)
	}
	checkReasons(t, config)
	checkExplanationText(t, config)
}

// checkReasons checks for at least three spans that cut the stored text exactly, none of them outside the piece.
func checkReasons(t *testing.T, config string) {
	t.Helper()
	var x app.Explained
	if err := json.Unmarshal(
		[]byte(mustOped(t, "--config", config, "explain", seedURL+"?utm_source=rss", "pak-us", "--json")),
		&x); err != nil {
		t.Fatal(err)
	}
	e := x.Explanations[0]
	stored := storedPiece(t, config, seedURL)
	sum, inText := 0.0, 0
	for _, p := range e.Parts {
		sum += p.Weight
		field, shown := map[string]string{"title": stored.Lead().Title, "text": stored.Lead().Text}[p.Field]
		if shown && field[p.Start:p.End] != p.Text || p.Field == "" && p.Zone != "prior" && p.Zone != "absent" {
			t.Errorf("a span does not cut the stored %s: %+v", p.Field, p.Span)
		}
		if p.Field == "text" {
			inText++
		}
		for _, not := range []string{"Law Society", "US Forum", "Previous article", "Next article"} {
			if at := strings.Index(stored.Lead().Text, not); p.Field == "text" && at >= 0 && p.Start < at+len(not) &&
				at < p.End {
				t.Errorf("%q counts, and lies in %q", p.Text, not)
			}
		}
	}
	if e.Outcome != oped.Tagged || inText < 3 || sum != e.Score || e.Version == "" {
		t.Errorf("outcome %s, %d spans in the text, parts %v, score %v, version %q", e.Outcome, inText, sum, e.Score,
			e.Version)
	}
	if len(e.Beside) == 0 {
		t.Error("the terms in the author's note are not shown as not counted")
	}
}

func checkExplanationText(t *testing.T, config string) {
	t.Helper()
	out := mustOped(t, "--config", config, "explain", seedURL)
	for _, want := range []string{"pak-us: on the topic (because ", "rule version ", "not counted: ",
		"Margalla Observer", "afghanistan: not on the topic"} {
		if !strings.Contains(out, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, out)
		}
	}
}

// TestJ2WithoutItsHeadline: the same text without its headline still is on the topic.
func TestJ2WithoutItsHeadline(t *testing.T) {
	testkit.NotShort(t)
	document, err := os.ReadFile("testdata/seed.xml")
	if err != nil {
		t.Fatal(err)
	}
	config := seeded(
		t, []byte(
			strings.Replace(string(document), "<title>Rebuilding the Pak-US training bridge ?</title>",
				"<title>A bridge</title>", 1)))
	if x := storedPiece(t, config, seedURL); x.Lead().Title != "A bridge" || len(x.Topics()) == 0 ||
		x.Topics()[0] != "pak-us" {
		t.Errorf("%q is on %v", x.Lead().Title, x.Topics())
	}
}

// TestJ2TheRealOpEd is the same with the op-ed at the origin of the project, if it is available.
func TestJ2TheRealOpEd(t *testing.T) {
	testkit.NotShort(t)
	dir := testkit.DataDir(t, "seed")
	data, err := os.ReadFile(filepath.Join(dir, "pakistan-observer-op-ed.txt"))
	if err != nil {
		t.Fatal(err)
	}
	title, body, _ := strings.Cut(strings.TrimSpace(string(data)), "\n")
	var html strings.Builder
	for line := range strings.Lines(body) {
		if line = strings.TrimSpace(line); line != "" {
			html.WriteString("<p>" + line + "</p>\n")
		}
	}
	config := seeded(t, newstest.RSS("Pakistan Observer", newstest.Item{GUID: "https://paper.example/?p=1", Link: "https://paper.example/op-ed", Title: title, HTML: html.String()}))
	out := mustOped(t, "--config", config, "explain", "https://paper.example/op-ed", "pak-us")
	if !strings.Contains(out, "pak-us: on the topic") || !strings.Contains(out,
		"not counted: \"Washington\" in the author's note") {
		t.Error(out)
	}
	t.Log(out)
}
