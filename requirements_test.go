package oped_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "rewrite docs/requirements.md")

// areas are the parts of the list of requirements: the letter of their codes, and the number of the last one.
var areas = []struct {
	letter, title string
	last          int
}{
	{"F", "Fetching", 48},
	{"P", "Parsing", 18},
	{"O", "Publishing", 31},
	{"S", "Security", 28},
	{"R", "Reliability", 20},
	{"J", "Journeys", 10},
}

var (
	// inText matches a code in a comment.
	inText = regexp.MustCompile(`\b[FPOSRJ][1-9][0-9]?\b`)
	// inName matches the codes at the beginning of a test's name. F4ToF8 is a range.
	inName = regexp.MustCompile(`^(?:Test|Fuzz|Benchmark)((?:(?:To)?[FPOSRJ][1-9][0-9]?_?)+)`)
	// inCase matches the codes at the beginning of the name of a subtest, as in "F21 401".
	inCase = regexp.MustCompile("^[\"`]((?:[FPOSRJ][1-9][0-9]? )+)")
	// codeOrRange matches one code of a name, or a range.
	codeOrRange = regexp.MustCompile(`([FPOSRJ])([0-9]+)(?:To[FPOSRJ]([0-9]+))?`)
)

// codesOf returns the codes in s, and those that a range in it includes.
func codesOf(s string) (codes []string) {
	for _, m := range codeOrRange.FindAllStringSubmatch(s, -1) {
		first, _ := strconv.Atoi(m[2])
		last, err := strconv.Atoi(m[3])
		if err != nil {
			last = first
		}
		for n := first; n <= last; n++ {
			codes = append(codes, fmt.Sprint(m[1], n))
		}
	}
	return codes
}

// held returns the tests of each code in the test files of a tree. A test names its codes in its name, in its comments
// or in the names of its subtests.
func held(tree fs.FS) (map[string][]string, error) {
	tests := map[string][]string{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != ".") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !isTest(f.Name.Name) {
				continue
			}
			test := path.Join(path.Dir(name), f.Name.Name)
			for _, code := range codesIn(file, f) {
				if !slices.Contains(tests[code], test) {
					tests[code] = append(tests[code], test)
				}
			}
		}
		return nil
	})
	return tests, err
}

// isTest reports whether go test runs a function of this name.
func isTest(name string) bool {
	return strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") || strings.HasPrefix(name, "Benchmark")
}

// codesIn returns the codes that a test of a file names.
func codesIn(file *ast.File, f *ast.FuncDecl) (codes []string) {
	if m := inName.FindStringSubmatch(f.Name.Name); m != nil {
		codes = codesOf(m[1])
	}
	for _, group := range file.Comments {
		if group == f.Doc || f.Pos() <= group.Pos() && group.End() <= f.End() {
			codes = append(codes, inText.FindAllString(group.Text(), -1)...)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING {
			if m := inCase.FindStringSubmatch(s.Value); m != nil {
				codes = append(codes, codesOf(m[1])...)
			}
		}
		return true
	})
	return codes
}

// requirements returns the document that lists the tests of each code.
func requirements(tests map[string][]string) string {
	var b strings.Builder
	b.WriteString("# Requirements and their tests\n\n" +
		"Written by `go test . -run Requirements -update` from the names and comments of the tests. A code is the\n" +
		"number of a requirement; a test names it in its name, in a comment or in the name of a subtest.\n")
	for _, area := range areas {
		fmt.Fprintf(&b, "\n## %s (%s)\n\n", area.title, area.letter)
		var without []string
		for n := 1; n <= area.last; n++ {
			code := fmt.Sprint(area.letter, n)
			if len(tests[code]) == 0 {
				without = append(without, code)
				continue
			}
			fmt.Fprintf(&b, "- %s\n", code)
			for _, test := range slices.Sorted(slices.Values(tests[code])) {
				fmt.Fprintf(&b, "  - `%s`\n", test)
			}
		}
		if len(without) > 0 {
			b.WriteString("\nNo test names these codes:\n")
			for line := range slices.Chunk(without, 20) {
				fmt.Fprintf(&b, "%s\n", strings.Join(line, " "))
			}
		}
	}
	return b.String()
}

// TestRequirements: docs/requirements.md lists the tests of each requirement, and no test names a code that there is
// no requirement of. -update rewrites it.
func TestRequirements(t *testing.T) {
	tests, err := held(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for code, names := range tests {
		for _, area := range areas {
			if n, err := strconv.Atoi(code[1:]); err == nil && code[:1] == area.letter && n > area.last {
				t.Errorf("no requirement is called %s, the code of %v", code, names)
			}
		}
	}
	const name = "docs/requirements.md"
	want := requirements(tests)
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale: run go test . -run Requirements -update", name)
	}
}

// TestHeld: codes come from names, comments and subtests, of tests only.
func TestHeld(t *testing.T) {
	tests, err := held(fstest.MapFS{"a/x_test.go": {Data: []byte(`package a
// Not of a test: F1.
var x = "F2 is no subtest"
// TestF4ToF6_S7AndMore keeps its word (R16). UTF8 is no code.
func TestF4ToF6_S7AndMore(t *testing.T) {
	// As J3 asks.
	_ = []string{"P8 P9 two codes", "see P10"}
}
func TestUTF8(t *testing.T) {}
func help() { /* O1 */ }
`)}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "F4 F5 F6 J3 P8 P9 R16 S7"
	if got := strings.Join(slices.Sorted(maps.Keys(tests)), " "); got != want {
		t.Errorf("codes %s, want %s", got, want)
	}
	if got := tests["S7"]; len(got) != 1 || got[0] != "a/TestF4ToF6_S7AndMore" {
		t.Errorf("the tests of S7 are %q", got)
	}
}
