package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// manuals are the documents with commands for a reader to type.
var manuals = []string{
	"README.md", "docs/tutorial.md", "docs/curating.md", "docs/operating.md", "docs/faq.md", "docs/topics.md",
	"docs/serving.md", "docs/addresses.md", "docs/testing.md",
}

// block is the commands of a console block in a document.
type block struct {
	need     string // what the test lacks, such as apt, daemon or network; "": it runs
	commands []command
}

type command struct {
	line  string
	shown []string // lines of its output
}

// blocksOf returns the console blocks of a document.
func blocksOf(t *testing.T, document string) (blocks []block) {
	t.Helper()
	fence := regexp.MustCompile("(?ms)^```console ?([a-z]*)\n(.*?)^```$")
	for _, m := range fence.FindAllStringSubmatch(document, -1) {
		b := block{need: m[1]}
		for line := range strings.Lines(m[2]) {
			line = strings.TrimSuffix(line, "\n")
			if typed, ok := strings.CutPrefix(line, "$ "); ok {
				b.commands = append(b.commands, command{line: typed})
			} else if n := len(b.commands); n > 0 {
				b.commands[n-1].shown = append(b.commands[n-1].shown, line)
			} else {
				t.Fatalf("a console block begins with output: %s", line)
			}
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// TestManuals runs every command of the documents, each document in a folder of its own, over the newspapers of the
// demo. Commands whose need is named in the block are counted instead. Output in a document must be in the output of
// its command; "…" there is any text.
func TestManuals(t *testing.T) {
	testkit.NotRaced(t)
	world := newstest.NewPress(time.Now())
	press := httptest.NewServer(world.Handler(func() time.Time { return time.Now().Add(time.Minute) }))
	defer press.Close()
	skipped := map[string]int{}
	for _, name := range manuals {
		document, err := os.ReadFile("../../" + name)
		must(t, err)
		if strings.Contains(string(document), "```sh\noped ") {
			t.Errorf("%s has a block of sh with a command of oped: it should be a console block", name)
		}
		blocks := blocksOf(t, string(document))
		t.Run(filepath.Base(name), func(t *testing.T) {
			dir := t.TempDir()
			feeds := string(world.Config(press.URL, "http://127.0.0.1:8080", dir))
			config := feeds + "include: [topics/*.yaml, topics/packs/*.yaml]\n" +
				"editions: {pak-us: {topics: pak-us}, picks: {topics: pak-us, curated: true}, everything: {}}\n"
			prepare := func() {
				mustRun(t, dir, "oped init")
				must(t, os.Remove(filepath.Join(dir, "feeds.yaml")))
				must(t, os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config), 0o600))
				must(t, os.WriteFile(filepath.Join(dir, "subscriptions.opml"), []byte(subscriptions), 0o644))
				writeTopics(t, dir, string(document))
				mustRun(t, dir, "oped --quiet once")
			}
			if name != "docs/tutorial.md" {
				prepare()
			}
			for _, b := range blocks {
				for _, c := range b.commands {
					if b.need != "" {
						skipped[b.need]++
						continue
					}
					if c.line == "oped init" {
						prepare()
						continue
					}
					out := mustRun(t, dir, c.line)
					for _, shown := range c.shown {
						pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(shown)), "…", ".*")
						if !regexp.MustCompile(pattern).MatchString(out) {
							t.Errorf("$ %s\nhas no line %q:\n%s", c.line, shown, out)
						}
					}
				}
			}
		})
	}
	t.Logf("commands that no test runs, by what they need: %v", skipped)
}

// writeTopics writes the topics of a document to the folder of topics: its YAML blocks with terms.
func writeTopics(t *testing.T, dir, document string) {
	t.Helper()
	topic := regexp.MustCompile("(?ms)`(topics/[a-z]+\\.yaml)`:?\n\n```yaml\n(.*?)^```$")
	for _, m := range topic.FindAllStringSubmatch(document, -1) {
		must(t, os.WriteFile(filepath.Join(dir, m[1]), []byte(m[2]), 0o644))
	}
}

const subscriptions = `<opml version="2.0"><body>
<outline text="The Ferry Gazette" type="rss" xmlUrl="https://ferry.example/rss" htmlUrl="https://ferry.example/"/>
</body></opml>
`

// mustRun runs a command line in a folder and returns its output.
func mustRun(t *testing.T, dir, line string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "USER=amna", "OPED_CONFIG=", "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("$ %s\n%v\n%s", line, err, out)
	}
	return string(out)
}
