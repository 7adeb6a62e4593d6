package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestAConfigurationIsSplitUnseen: the shipped configuration of release 0.1.0, one file, is replaced by its pieces.
// No piece is judged again, and every published file keeps its bytes.
func TestAConfigurationIsSplitUnseen(t *testing.T) {
	testkit.NotShort(t)
	began := time.Now()
	world := newstest.NewPress(began)
	press := httptest.NewServer(world.Handler(func() time.Time { return began.Add(time.Hour) }))
	t.Cleanup(press.Close)
	path := filepath.Join(t.TempDir(), "config.yaml")
	former, err := os.ReadFile("../config/testdata/onefile.yaml")
	must(t, err)
	main := string(world.Config(press.URL, "http://127.0.0.1:8080", filepath.Dir(path)))
	must(t, os.WriteFile(path, []byte(main+string(former[strings.Index(string(former), "\nterms:"):])), 0o600))
	mustOped(t, "--config", path, "--quiet", "once")
	public := filepath.Join(filepath.Dir(path), "public")
	before, beforeRows := testkit.Files(t, public), rows(t, path)

	must(t, os.Remove(path))
	must(t, os.WriteFile(path, []byte(main+testkit.IncludeTopics()+testkit.ShippedEditions()), 0o600))
	for _, command := range []string{"once", "publish"} {
		if _, stderr, code := runOped(t, t.Context(), "--config", path, command); code != exitDone ||
			strings.Contains(stderr, "retagged") {
			t.Errorf("%s: exit %d\n%s", command, code, stderr)
		}
		if diff := testkit.Differing(before, testkit.Files(t, public)); diff != "" {
			t.Errorf("%s wrote %s otherwise", command, diff)
		}
	}
	if rows(t, path) != beforeRows {
		t.Error("tags or editions changed")
	}
	if out := mustOped(t, "--config", path, "topic", "diff"); strings.Count(out, "+ weights: ") != 7 {
		t.Errorf("the fitted topics are no drafts:\n%s", out)
	}
}

// TestInitMinimal: the small configuration passes the check, and fetches and publishes.
func TestInitMinimal(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	path := filepath.Join(t.TempDir(), "new", "config.yaml")
	mustOped(t, "--config", path, "init", "--minimal")
	main, err := os.ReadFile(path)
	must(t, err)
	text := string(main)
	for _, address := range []string{
		"https://www.dawn.com/feeds/opinion", "https://thediplomat.com/feed/",
		"https://www.theguardian.com/uk/commentisfree/rss",
	} {
		if strings.Count(text, address) != 1 {
			t.Errorf("no feed %s", address)
		}
		text = strings.Replace(text, address, paper.URL+"/feed?"+filepath.Base(address), 1)
	}
	rewrite(t, path, text+"fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n")
	mustOped(t, "--config", path, "check")
	mustOped(t, "--config", path, "once")
	atom := testkit.ReadAtom(t, filepath.Join(filepath.Dir(path), "public", "everything.atom"))
	if len(atom.Entries) != 3 {
		t.Errorf("%d entries", len(atom.Entries))
	}
}

// TestInitWritesAllOrNothing: a failure removes the files written so far.
func TestInitWritesAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	rewrite(t, filepath.Join(dir, "topics"), "a file, not a folder")
	_, stderr, code := runOped(t, t.Context(), "--config", filepath.Join(dir, "config.yaml"), "init")
	left, err := os.ReadDir(dir)
	if err != nil || code != exitFailed || !strings.Contains(stderr, "topics") || len(left) != 1 {
		t.Errorf("exit %d: %s; %v %v", code, stderr, left, err)
	}
}

// TestADaemonReloadsIncludedFiles: a new, a broken and a mended file in the folder of an include.
func TestADaemonReloadsIncludedFiles(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	configPath := testkit.WriteConfig(t, "listen: 127.0.0.1:0\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
		"include: [feeds.yaml, topics/*.yaml]\neditions: {all: {title: All}}\n")
	dir := filepath.Dir(configPath)
	must(t, os.Mkdir(filepath.Join(dir, "topics"), 0o700))
	rewrite(t, filepath.Join(dir, "feeds.yaml"), "feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\n")
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)

	file := filepath.Join(dir, "topics", "t.yaml")
	ok := func(res *http.Response) bool { return res.StatusCode == http.StatusOK }
	const topicAndEdition = "topics:\n  t: {score: {title:piece: 1}, threshold: 1}\neditions: {t: {topics: t}}\n"
	rewrite(t, file, topicAndEdition)
	d.hup(t)
	d.saying(t, "editions=2")
	untilAnswer(t, d, "/t.atom", ok)

	rewrite(t, file, strings.Replace(topicAndEdition, "score", "scor", 1))
	d.hup(t)
	d.saying(t, "config refused")
	if !strings.Contains(d.said(), file+":2:7: topics t: unknown key scor") {
		t.Errorf("the file is not named:\n%s", d.said())
	}
	untilAnswer(t, d, "/t.atom", ok)

	rewrite(t, file, strings.Replace(topicAndEdition, "threshold: 1", "threshold: 2", 1))
	if out := mustOped(t, "--config", configPath, "topic", "diff", "t"); !strings.Contains(out, "threshold: 2") {
		t.Errorf("the draft in the included file: %s", out)
	}
	mustOped(t, "--config", configPath, "topic", "apply", "t")
}
