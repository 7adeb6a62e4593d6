package parse_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped"
	"oped/parse"
)

// TestVersion compares the entries of the documents of testdata with those that the present Version gave: a
// difference needs another Version. With -update it writes them, and refuses if a document has other entries under the
// same Version.
func TestVersion(t *testing.T) {
	const golden = "testdata/version.golden"
	wild, _ := filepath.Glob("testdata/wild/*")
	files, _ := filepath.Glob("testdata/*.txtar")
	raw, _ := os.ReadFile(golden)
	version, list, _ := strings.Cut(string(raw), "\n")
	had := map[string]string{}
	for line := range strings.Lines(list) {
		name, sum, _ := strings.Cut(strings.TrimSpace(line), " ")
		had[name] = sum
	}
	now := parse.Version + "\n"
	for _, file := range append(files, wild...) {
		archive, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, _, _ := strings.Cut(string(archive), "\n-- want --\n")
		if strings.HasSuffix(file, ".txtar") {
			_, doc, _ = strings.Cut(doc, " --\n")
		}
		got, _ := parse.Document(t.Context(), parse.Input{Body: []byte(doc), URL: "https://paper.example/feed.xml",
			Feed: oped.Feed{URL: "https://paper.example/feed.xml"}})
		sum := sha256.New()
		for i := range got.Entries {
			sum.Write(got.Entries[i].Hash[:])
		}
		name := filepath.Base(file)
		line := fmt.Sprintf("%x", sum.Sum(nil)[:8])
		now += name + " " + line + "\n"
		if was := had[name]; was != "" && was != line && version == parse.Version {
			t.Fatalf("%s is read differently: raise Version of package parse, then run with -update", name)
		}
	}
	switch {
	case *update:
		if err := os.WriteFile(golden, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	case now != string(raw):
		t.Errorf("%s is out of date: run with -update", golden)
	}
}
