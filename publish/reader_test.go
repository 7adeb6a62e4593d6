package publish

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// parsed is an Atom document as a reader sees it.
type parsed struct {
	Lang      string        `xml:"lang,attr"`
	ID        []string      `xml:"id"`
	Title     []parsedText  `xml:"title"`
	Updated   []string      `xml:"updated"`
	Author    []string      `xml:"author>name"`
	Links     []parsedLink  `xml:"link"`
	Generator []parsedText  `xml:"generator"`
	Entries   []parsedEntry `xml:"entry"`
}

type parsedText struct {
	Type    string `xml:"type,attr"`
	Version string `xml:"version,attr"`
	Text    string `xml:",chardata"`
}

type parsedLink struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr"`
	Href  string `xml:"href,attr"`
	Title string `xml:"title,attr"`
}

type parsedEntry struct {
	Lang       string       `xml:"lang,attr"`
	ID         []string     `xml:"id"`
	Title      []parsedText `xml:"title"`
	Updated    []string     `xml:"updated"`
	Published  []string     `xml:"published"`
	Author     []string     `xml:"author>name"`
	Links      []parsedLink `xml:"link"`
	Rights     string       `xml:"rights"`
	Summary    []parsedText `xml:"summary"`
	Content    []parsedText `xml:"content"`
	Categories []struct {
		Term   string `xml:"term,attr"`
		Scheme string `xml:"scheme,attr"`
		Label  string `xml:"label,attr"`
	} `xml:"category"`
	Source []struct {
		ID      []string     `xml:"id"`
		Title   []string     `xml:"title"`
		Updated []string     `xml:"updated"`
		Rights  string       `xml:"rights"`
		Links   []parsedLink `xml:"link"`
	} `xml:"source"`
}

type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func parseAtom(t tester, doc []byte) parsed {
	t.Helper()
	var f parsed
	if err := xml.Unmarshal(doc, &f); err != nil {
		t.Fatalf("not well-formed: %v\n%q", err, doc)
	}
	return f
}

// rules checks the requirements of RFC 4287 beyond the RELAX NG schema.
func rules(t tester, doc []byte) parsed {
	t.Helper()
	f := parseAtom(t, doc)
	once := func(what string, n int) {
		if n != 1 {
			t.Errorf("%d %s, want 1", n, what)
		}
	}
	moment := func(s string) {
		if _, err := time.Parse(time.RFC3339, s); err != nil || !strings.HasSuffix(s, "Z") {
			t.Errorf("%q is no time in UTC", s)
		}
	}
	once("feed id", len(f.ID))
	once("feed title", len(f.Title))
	once("feed updated", len(f.Updated))
	moment(f.Updated[0])
	seen := map[string]bool{}
	for _, e := range f.Entries {
		once("entry id", len(e.ID))
		once("entry title", len(e.Title))
		once("entry updated", len(e.Updated))
		once("published", len(e.Published))
		once("summary or content", len(e.Summary)+len(e.Content))
		once("source", len(e.Source))
		if len(e.Author) == 0 || strings.TrimSpace(e.Author[0]) == "" {
			t.Errorf("entry %s has no author", e.ID)
		}
		if seen[e.ID[0]] {
			t.Errorf("id %s twice", e.ID)
		}
		seen[e.ID[0]] = true
		if strings.TrimSpace(e.Title[0].Text) == "" || e.Title[0].Type != "" {
			t.Errorf("title %+v", e.Title[0])
		}
		moment(e.Updated[0])
		moment(e.Published[0])
		src := e.Source[0]
		if len(src.ID) != 1 || len(src.Title) != 1 || len(src.Updated) != 1 || src.ID[0] == "" || src.Title[0] == "" {
			t.Errorf("source %+v", src)
		}
		alternates := 0
		for _, l := range append(e.Links, src.Links...) {
			if !strings.HasPrefix(l.Href, "http://") && !strings.HasPrefix(l.Href, "https://") {
				t.Errorf("link %+v", l)
			}
		}
		for _, l := range e.Links {
			if l.Rel == "alternate" {
				alternates++
			}
		}
		if alternates > 1 || alternates == 0 && len(e.Content) == 0 {
			t.Errorf("%d alternates, %d contents", alternates, len(e.Content))
		}
		for _, c := range e.Categories {
			if c.Term == "" {
				t.Errorf("a category without a term")
			}
		}
	}
	return f
}

// schema returns the RELAX NG schema of RFC 4287. The test is skipped with a message without it or its validator.
func schema(t *testing.T) string {
	t.Helper()
	notShort(t)
	if _, err := exec.LookPath("jing"); err != nil {
		t.Skip("jing is not installed (Debian package jing): Atom is not held against the schema of RFC 4287")
	}
	dir := os.Getenv("OPED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	file := filepath.Join(dir, "atom.rnc")
	if _, err := os.Stat(file); err != nil {
		t.Skip(
			"there is no atom.rnc (set OPED_DATA to the folder that has it): Atom is not held against " +
				"the schema of RFC 4287",
		)
	}
	return file
}

// notShort skips a slow test in the quick tier.
func notShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
}

func jing(t *testing.T, schema string, files ...string) {
	t.Helper()
	out, err := exec.Command("jing", append([]string{"-c", schema}, files...)...).CombinedOutput()
	if err != nil {
		t.Errorf("jing: %v\n%s", err, out)
	}
}
