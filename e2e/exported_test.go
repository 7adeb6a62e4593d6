package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestR1_CommittedChangesAreExported: decisions made while no files were written, because a process ended early
// or had no folder, are in the files after the next run. That includes pages of archives and of pieces.
func TestR1_CommittedChangesAreExported(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "Paper", newstest.Items("https://paper.example", 0, 12)...)
	base := "base_url: https://feeds.example\n" +
		"fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: paper, url: \"" + paper.URL + "/feed\"}]\n"
	config := testkit.WriteConfig(t, base+"publish: {limit: 3}\neditions: {all: {}}\n")
	with := func(rest string) {
		t.Helper()
		must(t, os.WriteFile(config, []byte(base+rest), 0o644))
	}
	public := filepath.Join(filepath.Dir(config), "public")
	mustOped(t, "--config", config, "--quiet", "once")

	with("publish: {limit: 3, dir: \"\"}\neditions: {all: {}}\n")
	mustOped(t, "--config", config, "piece", "withdraw", "https://paper.example/opinion/2")
	if in := pagesWith(t, public, "Opinion number 2<"); len(in) < 2 {
		t.Fatalf("it is in %q: this proves little", in)
	}
	with("publish: {limit: 3}\neditions: {all: {}}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	if in := pagesWith(t, public, "Opinion number 2<"); len(in) > 0 {
		t.Errorf("the withdrawn piece is in %q", in)
	}

	with("publish: {limit: 3}\neditions: {all: {query: \"NOT title:“number 4”\"}}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	if in := pagesWith(t, filepath.Join(public, "all"), "Opinion number 4<"); len(in) > 0 {
		t.Errorf("the piece that left the edition is in %q", in)
	}
	with("publish: {limit: 3}\neditions: {all: {}}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	if in := pagesWith(t, filepath.Join(public, "all"), "Opinion number 4<"); len(in) != 1 {
		t.Errorf("the piece that came back is in %q", in)
	}
	before := testkit.Files(t, public)
	mustOped(t, "--config", config, "--quiet", "publish")
	for name, was := range testkit.Files(t, public) {
		if before[name] != was {
			t.Errorf("%s was not up to date", name)
		}
	}
}

// pagesWith returns the pages in a folder with some words.
func pagesWith(t *testing.T, dir, words string) (names []string) {
	t.Helper()
	for name, page := range testkit.Files(t, dir) {
		if strings.HasSuffix(name, ".html") && strings.Contains(page, words) {
			names = append(names, name)
		}
	}
	return names
}
