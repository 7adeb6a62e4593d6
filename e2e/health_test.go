package e2e

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestJ8_TheHealthFeed: the daemon reports a failing feed though no edition changes, once however often it
// fails, and removes the report when the feed has recovered or is paused. A real feed reader understands it.
func TestJ8_TheHealthFeed(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/well", "The Well", newstest.Items("https://well.example", 0, 2)...)
	configPath := testkit.WriteConfig(
		t, "listen: 127.0.0.1:0\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\npublish: {min_poll: 0s}\nfeeds:\n"+
			"  - {name: well, url: \""+paper.URL+"/well\", publisher: The Well}\n"+
			"  - {name: lost, url: \""+strings.Replace(paper.URL, "//", "//reader:secret@", 1)+"/lost\", publisher: The Lost}\neditions: {all: {}}\n")
	d := startDaemon(t, configPath)
	health := d.address + "/health.atom"
	file := filepath.Join(filepath.Dir(configPath), "public", "health.atom")
	first := until(t, health, 1).Entries[0]
	known, err := os.ReadFile(file)
	// it is written after it is served
	for tick := time.NewTicker(5 * time.Millisecond); err == nil && !strings.Contains(string(known), "<entry>"); {
		select {
		case <-tick.C:
			known, err = os.ReadFile(file)
		case <-time.After(10 * time.Second):
			err = errors.New("the file tells of nothing")
		}
	}
	if err != nil || first.Title != "The Lost has no feed at its address" ||
		strings.Contains(string(known), "secret") {
		t.Errorf("%q, %v\n%s", first.Title, err, known)
	}
	t.Run("feedparser", func(t *testing.T) {
		if rows := feedparser(t, health); len(rows) != 1 || !strings.HasPrefix(rows[0], first.Title+" | ") {
			t.Errorf("%q", rows)
		}
	})

	oped := func(args ...string) int {
		t.Helper()
		_, _, code := runOped(t, t.Context(), append([]string{"--config", configPath}, args...)...)
		return code
	}
	etag := answerTo(t, health, "reader").Header.Get("ETag")
	for range 2 {
		if code := oped("feeds", "fetch", "lost"); code != exitFailed {
			t.Fatalf("exit %d", code)
		}
	}
	if again, err := os.ReadFile(file); err != nil || string(again) != string(known) ||
		answerTo(t, health, "reader").Header.Get("ETag") != etag {
		t.Errorf("it fails in the same way, and the document changes: %v\n%s", err, again)
	}
	oped("feeds", "pause", "lost")
	until(t, health, 0)
	oped("feeds", "resume", "lost")
	until(t, health, 1)

	paper.Edition("/lost", "The Lost", newstest.Items("https://lost.example", 0, 2)...)
	if code := oped("feeds", "fetch", "lost"); code != exitDone {
		t.Fatalf("exit %d", code)
	}
	until(t, health, 0)
	paper.Serve("/lost", newstest.Answer{Status: http.StatusGone})
	oped("feeds", "fetch", "lost")
	if next := until(t, health, 1).Entries[0]; next.ID == first.ID || next.Title != "The Lost has ended its feed" {
		t.Errorf("another outage: %+v", next)
	}
}

// TestTheHealthFeedOfFiles: oped once writes it as well, and leaves it out where it is not wanted.
func TestTheHealthFeedOfFiles(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	head := "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: lost, url: \"" + paper.URL +
		"/lost\"}]\neditions: {all: {}}\n"
	for line, want := range map[string]int{"": 1, "publish: {health: false}\n": 0} {
		configPath := testkit.WriteConfig(t, head+line)
		mustOped(t, "--config", configPath, "--quiet", "once")
		files, err := filepath.Glob(filepath.Join(filepath.Dir(configPath), "public", "*.atom"))
		if err != nil || slices.ContainsFunc(files, func(f string) bool {
			return strings.HasSuffix(f, "health.atom")
		}) != (want == 1) {
			t.Errorf("%q: %q, %v", line, files, err)
		}
	}
}
