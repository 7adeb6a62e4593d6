package oped_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// The goals of the English in comments and documents.
const (
	maxWidth    = 120  // columns of a line of code or text; a tab has four
	maxWide     = .003 // of all lines may be wider
	maxPronouns = .25  // relative pronouns a sentence
)

// prose counts the comments of Go files, or the paragraphs of Markdown.
type prose struct {
	lines, wide         int
	sentences, pronouns int
	words               int
}

var (
	pronoun  = regexp.MustCompile(`(?i)\b(which|who|whom|whose|that|what)\b`)
	sentence = regexp.MustCompile(`[.!?](?:\s|$)`)
	// notRelative are uses of these words that begin no relative clause.
	notRelative = regexp.MustCompile(`(?i)\b(?:so that|that is|that are|after that|before that|` +
		`with that|than that|like that|at that|by that)\b`)
	code = regexp.MustCompile("(?s:```.*?```)|`[^`]*`|(?m:^(?: {4}|\t).*$|^\\|.*$)")
)

func (p *prose) text(s string) {
	s = code.ReplaceAllString(s, "x")
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	p.sentences += max(1, len(sentence.FindAllString(s, -1)))
	p.pronouns += len(pronoun.FindAllString(notRelative.ReplaceAllString(s, ""), -1))
	p.words += len(strings.Fields(s))
}

func (p *prose) widths(body string) {
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\n")
		p.lines++
		if utf8.RuneCountInString(line)+3*strings.Count(line, "\t") > maxWidth && !strings.Contains(line, "://") {
			p.wide++
		}
	}
}

func (p *prose) goFile(t *testing.T, name string, body []byte) {
	f, err := parser.ParseFile(token.NewFileSet(), name, body, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	if ast.IsGenerated(f) {
		return
	}
	p.widths(string(body))
	for _, group := range f.Comments {
		p.text(group.Text())
	}
}

// TestEnglish measures the width of lines and the relative pronouns a sentence, by folder and by document.
// `go test -v -run English .` shows the figures.
func TestEnglish(t *testing.T) {
	all := map[string]*prose{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && name != "."
		if d.IsDir() && (hidden || d.Name() == "testdata" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		ext, dir := filepath.Ext(name), filepath.ToSlash(filepath.Dir(name))
		if ext == ".md" && dir != "docs/decisions" {
			dir = filepath.ToSlash(name) // a document is long enough to be measured by itself
		}
		if ext != ".go" && ext != ".md" {
			return nil
		}
		body, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		p := all[dir]
		if p == nil {
			p = &prose{}
			all[dir] = p
		}
		if ext == ".go" {
			p.goFile(t, name, body)
		} else {
			p.widths(string(body))
			for paragraph := range strings.SplitSeq(code.ReplaceAllString(string(body), ""), "\n\n") {
				p.text(paragraph)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, p := range all {
		wide, pronouns := float64(p.wide)/float64(max(1, p.lines)), float64(p.pronouns)/float64(max(1, p.sentences))
		t.Logf("%-20s %5d lines, %4.1f %% wide; %5d sentences, %.2f relative pronouns, %4.1f words each",
			dir, p.lines, 100*wide, p.sentences, pronouns, float64(p.words)/float64(max(1, p.sentences)))
		if wide <= maxWide && pronouns <= maxPronouns {
			continue
		}
		t.Errorf("%s: %.1f %% of the lines are wider than %d columns (at most %.1f); "+
			"%.2f relative pronouns a sentence (at most %.2f)",
			dir, 100*wide, maxWidth, 100*maxWide, pronouns, maxPronouns)
	}
}
