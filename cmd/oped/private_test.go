package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestS22_ConfigurationsAreForTheirOwnerAlone: oped init writes a configuration readable by its owner alone, and
// later additions change no mode.
func TestS22_ConfigurationsAreForTheirOwnerAlone(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 2)...)
	mode := func(path string) os.FileMode {
		t.Helper()
		info, err := os.Stat(path)
		must(t, err)
		return info.Mode().Perm()
	}
	shipped := filepath.Join(t.TempDir(), "config.yaml")
	mustOped(t, "--config", shipped, "init")
	for name := range testkit.Files(t, filepath.Dir(shipped)) {
		if got := mode(filepath.Join(filepath.Dir(shipped), name)); got != 0o600 {
			t.Errorf("oped init: %o of %s", got, name)
		}
	}
	for _, want := range []os.FileMode{0o600, 0o640, 0o644} {
		path := testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: []\neditions: {all: {}}\n")
		must(t, os.Chmod(path, want))
		list := filepath.Join(t.TempDir(), "list.opml")
		must(t, os.WriteFile(list, []byte(`<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/feed?key=s3cret"/></body></opml>`), 0o600))
		mustOped(t, "--config", path, "feeds", "add", paper.URL+"/feed")
		mustOped(t, "--config", path, "import", list)
		if got := mode(path); got != want {
			t.Errorf("feeds add and import make %o of %o", got, want)
		}
		_, stderr, code := runOped(t, t.Context(), "--config", path, "check")
		if warned := strings.Contains(stderr, "credentials") && strings.Contains(stderr, "chmod 600"); code != 0 ||
			warned != (want != 0o600) {
			t.Errorf("oped check of %o: exit %d, %s", want, code, stderr)
		}
	}
	for name, feed := range map[string]string{
		"a password": "{url: 'https://a:b@paper.example/'}", "a key": "{url: 'https://paper.example/?api_key=x'}", "a secret path": "{url: 'https://paper.example/x', secret: true}", "nothing": "{url: 'https://paper.example/'}",
	} {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "more.yaml"), []byte("feeds: ["+feed+"]\n"), 0o644))
		path := filepath.Join(dir, "config.yaml")
		must(t, os.WriteFile(path, []byte("include: [more.yaml]\neditions: {all: {}}\n"), 0o644))
		_, stderr, code := runOped(t, t.Context(), "--config", path, "check")
		if code != 0 || strings.Contains(stderr, "more.yaml") != (name != "nothing") ||
			strings.Contains(stderr, "config.yaml") {
			t.Errorf("%s in an included file: exit %d, %s", name, code, stderr)
		}
	}
}

// TestS28_OnlyTheBackupHasWholeAddresses: oped export feeds is for the operator; the published list is not.
func TestS28_OnlyTheBackupHasWholeAddresses(t *testing.T) {
	path := testkit.WriteConfig(t, "feeds: [{name: a, url: 'https://jinnah:s3cret@paper.example/feed?key=s3cret', enabled: true}, {name: b, url: 'https://paper.example/s3cret', secret: true}]\neditions: {all: {}}\n")
	if got := mustOped(t, "--config", path, "export", "feeds"); strings.Count(got, "s3cret") != 3 {
		t.Errorf("%s", got)
	}
	if got := mustOped(t, "export", "--help"); !strings.Contains(got, "private backup") {
		t.Errorf("%s", got)
	}
}

// TestFeedsShowsNoCredentials: neither the table, nor the page of one feed, nor the JSON.
func TestFeedsShowsNoCredentials(t *testing.T) {
	testkit.NotShort(t)
	for name, at := range map[string]string{
		"user":  "http://reader:hidden-word@127.0.0.1:9/feed",
		"token": "http://127.0.0.1:9/feed?a=1&api_key=hidden-word",
		"two":   "http://hidden-word@127.0.0.1:9/feed?token=hidden-word",
		"via":   "http://127.0.0.1:9/proxy?url=http%3A%2F%2Fa%3Ahidden-word%40paper.example%2F",
		"part":  "http://127.0.0.1:9/feed#token=hidden-word",
	} {
		config := testkit.WriteConfig(t, "fetch: {allow_private: [127.0.0.0/8], spacing: 0s}\nfeeds: [{name: "+name+", url: '"+
			at+"'}]\neditions: {all: {}}\n")
		out := mustOped(t, "--config", config, "once")
		for _, args := range [][]string{{}, {name}, {"--json"}, {at}} {
			out += mustOped(t, append([]string{"--config", config, "feeds"}, args...)...)
		}
		if strings.Contains(out, "hidden-word") || !strings.Contains(out, "http://127.0.0.1:9/") {
			t.Errorf("%s:\n%s", name, out)
		}
	}
}
