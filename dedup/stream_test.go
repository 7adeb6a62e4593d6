package dedup_test

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oped/dedup"
	"oped/internal/testkit"
	"oped/text"
)

// streamed is one item of the stream of real items.
type streamed struct {
	Title string `json:"t"`
	URL   string `json:"u"`
	Feed  string `json:"f"`
}

// stream returns the real items in order of first sight.
func stream(t *testing.T) (items []streamed) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short")
	}
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	path := filepath.Join(root, "stream", "stream.jsonl.xz")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
	}
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("SKIPPED: there is no xz to unpack the stream with")
	}
	unpack := exec.Command("xz", "-dc", path)
	out, err := unpack.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := unpack.Start(); err != nil {
		t.Fatal(err)
	}
	lines := json.NewDecoder(bufio.NewReaderSize(out, 1<<20))
	for {
		var item streamed
		if err := lines.Decode(&item); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		items = append(items, item)
	}
	if err := unpack.Wait(); err != nil {
		t.Fatal(err)
	}
	return items
}

// TestCanonicalURL_OfStream checks that every address of the stream has a canonical form, canonical itself. With -v
// it prints how many addresses are one page, and some with different titles, for people to judge.
func TestCanonicalURL_OfStream(t *testing.T) {
	testkit.NotRaced(t)
	titles := map[string]map[string]string{} // by canonical address, then by address
	for _, item := range stream(t) {
		at := dedup.CanonicalURL(item.URL)
		if at == "" {
			t.Logf("no address of a piece: %s (%s)", item.URL, item.Title)
			continue
		}
		if again := dedup.CanonicalURL(at); again != at {
			t.Errorf("%s becomes %s, then %s", item.URL, at, again)
		}
		if titles[at] == nil {
			titles[at] = map[string]string{}
		}
		titles[at][item.URL] = item.Title
	}
	addresses, collapsed := 0, 0
	var odd []string
	for _, at := range slices.Sorted(maps.Keys(titles)) {
		addresses += len(titles[at])
		if len(titles[at]) < 2 {
			continue
		}
		collapsed++
		folded := map[string]bool{}
		for _, title := range titles[at] {
			folded[text.Fold(title)] = true
		}
		if len(folded) > 1 {
			odd = append(odd, at)
		}
	}
	t.Logf("%d addresses are those of %d pages; %d pages have several, %d of them under several titles", addresses,
		len(titles), collapsed, len(odd))
	rand.New(rand.NewSource(1)).Shuffle(len(odd), func(i, j int) { odd[i], odd[j] = odd[j], odd[i] })
	for _, at := range odd[:min(len(odd), 100)] {
		var shown []string
		for _, u := range slices.Sorted(maps.Keys(titles[at])) {
			shown = append(shown, titles[at][u]+" <"+u+">")
		}
		t.Logf("%s:\n\t%s", at, strings.Join(shown, "\n\t"))
	}
}
