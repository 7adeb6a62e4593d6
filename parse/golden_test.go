package parse_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oped"
	"oped/parse"
)

var update = flag.Bool("update", false, "write what the documents of testdata give")

// TestGolden reads the document of each archive in testdata and compares the result with the one in the
// archive.
func TestGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	if len(files) == 0 {
		t.Fatal("no archives")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, want, ok := strings.Cut(string(archive), "\n-- want --\n")
			_, doc, found := strings.Cut(head, " --\n")
			if !ok || !found {
				t.Fatal("want a document and its result")
			}
			got, err := parse.Document(t.Context(),
				parse.Input{Body: []byte(doc), URL: "https://paper.example/feeds/opinion.xml",
					Feed: oped.Feed{
						URL:       "https://paper.example/feeds/opinion.xml",
						Publisher: "The Paper",
						Country:   "Pakistan",
					}})
			shown := show(got, err)
			if *update {
				if err := os.WriteFile(file, []byte(head+"\n-- want --\n"+shown), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(want, shown); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// show formats a result in lines, without empty values.
func show(r parse.Result, err error) string {
	var b strings.Builder
	line := func(name string, value any) {
		if s := fmt.Sprint(value); s != "" && s != "0s" && s != "[]" {
			fmt.Fprintf(&b, "%s: %s\n", name, s)
		}
	}
	if err != nil {
		line("error", err)
		return b.String()
	}
	line("flaw", r.Warning)
	line("id", r.Document.ID)
	line("title", r.Document.Title)
	line("site", r.Document.SiteURL)
	line("lang", r.Document.Lang)
	line("rights", r.Document.Rights)
	line("ttl", r.Document.TTL)
	for _, e := range r.Entries {
		b.WriteString("\n")
		line("id", e.ID)
		line("url", e.URL)
		line("title", e.Title)
		for _, a := range e.Authors {
			line("author", strings.Join([]string{a.Name, a.Email, a.URL}, "|"))
		}
		line("summary", e.Summary)
		line("content", e.Content)
		line("rights", e.Rights)
		line("source", e.Source)
		line("categories", strings.Join(e.Categories, ", "))
		line("lang", e.Lang)
		if !e.Published.IsZero() {
			line("published", e.Published.Format(time.RFC3339))
		}
		if !e.Updated.IsZero() {
			line("updated", e.Updated.Format(time.RFC3339))
		}
	}
	return b.String()
}
