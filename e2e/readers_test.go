package e2e

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// serving runs the daemon until the test ends, and gives its address.
func serving(t *testing.T, configPath string) string {
	t.Helper()
	return startDaemon(t, configPath).address
}

// fetchAtom returns the feed as a reader gets it now.
func fetchAtom(t testing.TB, url string) (f testkit.AtomFeed) {
	t.Helper()
	if err := xml.Unmarshal([]byte(testkit.Get(t, url)), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// until asks again and again until the edition has as many entries as wanted.
func until(t testing.TB, url string, entries int) testkit.AtomFeed {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		if f := fetchAtom(t, url); len(f.Entries) == entries {
			return f
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s has %d entries, want %d", url, len(fetchAtom(t, url).Entries), entries)
		}
	}
}

// reader is a real feed reader, with a memory of its own.
type reader struct {
	name string
	read func(t *testing.T, url string) []string // "title | author | link" of all it has, sorted
}

func readers(t *testing.T) []reader {
	dir := t.TempDir()
	return []reader{
		{"newsboat", func(t *testing.T, url string) []string { return newsboat(t, dir, url) }},
		{"feedparser", feedparser},
	}
}

func newsboat(t *testing.T, dir, url string) []string {
	testkit.Program(t, "newsboat", "newsboat")
	testkit.Program(t, "sqlite3", "sqlite3")
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"urls": url + "\n", "config": "download-retries 1\n"} {
		if err := os.WriteFile(path(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("newsboat", "-u", path("urls"), "-c", path("cache.db"), "-C", path("config"), "-x", "reload",
		"print-unread")
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("newsboat: %v\n%s", err, out)
	}
	out, err := exec.Command(
		"sqlite3", path("cache.db"), "SELECT title || ' | ' || author || ' | ' || url FROM rss_item WHERE deleted = 0").Output()
	if err != nil {
		t.Fatal(err)
	}
	return sorted(strings.Split(strings.TrimSpace(string(out)), "\n"))
}

const feedparserScript = `
import feedparser, json, sys
f = feedparser.parse(sys.argv[1])
print(json.dumps([("bozo: %s" % f.bozo_exception) if f.bozo else ""] + ["%s | %s | %s" % (e.title, e.get("author", ""), e.link) for e in f.entries]))
`

func feedparser(t *testing.T, url string) []string {
	if out, err := exec.Command("/usr/bin/python3", "-c", "import feedparser").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: feedparser is not installed; apt-get install python3-feedparser: %s", out)
	}
	out, err := exec.Command("/usr/bin/python3", "-c", feedparserScript, url).Output()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	if err := json.Unmarshal(out, &lines); err != nil {
		t.Fatal(err)
	}
	if lines[0] != "" {
		t.Errorf("feedparser: %s", lines[0])
	}
	return sorted(lines[1:])
}

func sorted(lines []string) []string {
	slices.Sort(lines)
	return lines
}

// TestO31ReadersListEachPieceOnce subscribes real readers to the served feed. They list each piece of the
// edition once, also after the papers' second edition with new, copied and edited pieces.
func TestO31ReadersListEachPieceOnce(t *testing.T) {
	testkit.NotShort(t)
	one, other := newstest.New(t), newstest.New(t)
	items := newstest.Items("https://one.example", 0, 5)
	for i := range items {
		items[i].HTML = "<p>" + newstest.Words(i, 50) + " — the US &amp; Pakistan’s talks.</p>"
	}
	items[1].Title = "AT&T & peace < war"
	items[2].Title = "پاک امریکہ تعلقات کا نیا موڑ"
	one.Edition("/feed", "The One", items[:3]...)
	other.Edition("/feed", "The Other", copied(items[0], "https://other.example/copy", "The same under another headline"))
	config := testkit.WriteConfig(t, testkit.FarmConfig()+fmt.Sprintf("listen: 127.0.0.1:0\nfeeds:\n"+
		"  - {name: one, url: %q, publisher: The One, every: 200ms}\n  - {name: other, url: %q, publisher: The "+
		"Other, every: 200ms}\n", one.URL+"/feed", other.URL+"/feed"))
	url := serving(t, config) + "/everything.atom"

	first := until(t, url, 3)
	all := readers(t)
	for _, r := range all {
		t.Run(r.name+" first edition", func(t *testing.T) { compareReader(t, r, url, first) })
	}
	items[0].HTML = strings.Replace(items[0].HTML, "talks", "long talks", 1)
	one.Edition("/feed", "The One", items...)
	other.Edition("/feed", "The Other", copied(items[3], "https://other.example/copy-2", "Another copy"))
	second := until(t, url, 5)
	for _, r := range all {
		t.Run(r.name+" second edition", func(t *testing.T) { compareReader(t, r, url, second) })
	}
	for _, e := range first.Entries {
		if !slices.ContainsFunc(second.Entries, func(now testkit.AtomEntry) bool { return now.ID == e.ID }) {
			t.Errorf("the id %s is gone", e.ID)
		}
	}
}

func copied(item newstest.Item, link, title string) newstest.Item {
	item.Link, item.GUID, item.Title = link, link, title
	return item
}

func compareReader(t *testing.T, r reader, url string, f testkit.AtomFeed) {
	var want []string
	for _, e := range f.Entries {
		want = append(want, fmt.Sprintf("%s | %s | %s", e.Title, e.Authors[0].Name, e.Links[0].Href))
	}
	if got := r.read(t, url); !slices.Equal(got, sorted(want)) {
		t.Errorf("%s lists\n%s\nwant\n%s", r.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestO1EveryEditionIsValidAtom holds every Atom output of the real and nasty documents against the schema of RFC 4287.
func TestO1EveryEditionIsValidAtom(t *testing.T) {
	testkit.NotRaced(t)
	testkit.Program(t, "jing", "jing")
	schema := testkit.DataDir(t, "atom.rnc")
	press := newstest.New(t)
	var feeds strings.Builder
	for _, folder := range []string{"real", "nasty", "aggregator"} {
		press := newstest.New(t)
		for i, name := range press.Folder(t, testkit.DataDir(t, "feeds", folder)) {
			fmt.Fprintf(&feeds, "  - {name: %s-%d, url: %q}\n", folder, i, press.URL+"/right/"+name)
		}
	}
	head := strings.Replace(
		testkit.FarmConfig(), "everything: {",
		"everything: {limit: 2000, kinds: [opinion, editorial, letter, analysis, news], ", 1)
	config := testkit.WriteConfig(t, head+"feeds:\n"+feeds.String()+"  - {name: none, url: "+press.URL+"/none}\n")
	t.Log(lastLine(mustOped(t, "--config", config, "once")))
	public := filepath.Join(filepath.Dir(config), "public")
	editions, err := filepath.Glob(filepath.Join(public, "*.atom"))
	if err != nil || len(editions) != 9 { // with the health of the feeds
		t.Fatalf("%d editions, %v", len(editions), err)
	}
	if out, err := exec.Command("jing", append([]string{"-c", schema}, editions...)...).CombinedOutput(); err != nil {
		t.Errorf("jing: %v\n%.3000s", err, out)
	}
	for _, e := range editions {
		ids := map[string]bool{}
		f := testkit.ReadAtom(t, e)
		for _, entry := range f.Entries {
			if ids[entry.ID] {
				t.Errorf("%s has %s twice", filepath.Base(e), entry.ID)
			}
			ids[entry.ID] = true
		}
		t.Logf("%s: %d entries", filepath.Base(e), len(f.Entries))
	}
}
