package parse_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"oped"
	"oped/parse"
)

// TestRealDocuments checks that every entry of every real document is found, as counted by its tags.
func TestRealDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	files, _ := filepath.Glob(filepath.Join(data(t, "feeds", "real"), "*"))
	aggregated, _ := filepath.Glob(filepath.Join(data(t, "feeds", "aggregator"), "*"))
	all, whole := 0, 0
	for _, file := range append(files, aggregated...) {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all++
		got, err := parse.Document(t.Context(), parse.Input{Body: body})
		if err != nil {
			t.Logf("%s: %v", filepath.Base(file), err)
			continue
		}
		if want := countEntries(body); len(got.Entries) != want {
			t.Logf("%s: %d entries, %d counted; warning %q", filepath.Base(file), len(got.Entries), want, got.Warning)
			continue
		}
		if got.Warning != "" {
			t.Logf("%s: read with a warning: %s", filepath.Base(file), got.Warning)
		}
		whole++
	}
	t.Logf("%d of %d real documents gave all of their entries", whole, all)
	if whole*100 < all*95 {
		t.Errorf("want at least 95 %%")
	}
}

var (
	comments  = regexp.MustCompile(`(?s)<!--.*?-->|<!\[CDATA\[.*?\]\]>`)
	entryTag  = regexp.MustCompile(`<(?:[A-Za-z0-9]+:)?(?:item|entry)[\s>/]`)
	jsonEntry = regexp.MustCompile(`"(?:content_html|content_text)"\s*:`)
)

// countEntries counts the start tags of entries.
func countEntries(body []byte) int {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return len(jsonEntry.FindAll(body, -1))
	}
	return len(entryTag.FindAll(comments.ReplaceAll(body, nil), -1))
}

// TestDocument_NeverPanics checks that no document makes the parser panic or return invalid text.
func TestDocument_NeverPanics(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(data(t, "feeds", "nasty"), "*"))
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse.Document(t.Context(), parse.Input{Body: body, URL: "https://example.org/feed"})
		var failed *oped.FetchError
		if err != nil && !errors.As(err, &failed) {
			t.Errorf("%s: %v is not a FetchError", file, err)
		}
		if failed != nil && strings.Contains(failed.Error(), "cannot be read: runtime") {
			t.Errorf("%s: %v", file, failed)
		}
		if err != nil {
			t.Logf("%s: %v", filepath.Base(file), err)
		}
		checkResult(t, got)
	}
}
