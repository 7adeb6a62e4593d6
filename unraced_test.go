package oped_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestWhatTheRaceDetectorMisses reads test.sh: the packages it tests only without the race detector start no goroutine,
// and what tests of others leave out under the race detector is run without it.
func TestWhatTheRaceDetectorMisses(t *testing.T) {
	script, err := os.ReadFile("test.sh")
	if err != nil {
		t.Fatal(err)
	}
	lists := regexp.MustCompile(`(?s)\nsingle="([^"]*)"\n.* -run '([^']*)' \\\n\s*(\./[^>]*) >`)
	found := lists.FindStringSubmatch(string(script))
	if found == nil {
		t.Fatal("test.sh has no lists")
	}
	single, run, packages := strings.Fields(found[1]), regexp.MustCompile(found[2]), strings.Fields(found[3])
	dirs, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*/*", "*/*/*"} {
		deeper, _ := filepath.Glob(pattern)
		dirs = append(dirs, deeper...)
	}
	files := 0
	for _, path := range dirs {
		if !strings.HasSuffix(path, ".go") || strings.HasPrefix(path, "tools/") {
			continue
		}
		files++
		dir := filepath.ToSlash(filepath.Dir(path))
		alone := slices.Contains(single, strings.TrimSuffix("oped/"+dir, "/."))
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			function, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			name := function.Name.Name
			twice := slices.Contains(packages, "./"+dir) && run.MatchString(name)
			ast.Inspect(function, func(n ast.Node) bool {
				word := ""
				switch n := n.(type) {
				case *ast.GoStmt:
					word = "Go"
				case *ast.Ident:
					word = n.Name
				}
				switch {
				case word == "Go" && alone:
					t.Errorf("%s: %s starts a goroutine; see single in test.sh", path, name)
				case slices.Contains([]string{"NotRaced", "Raced", "Rounds", "raced"}, word) &&
					strings.HasPrefix(name, "Test") && !alone && !twice:
					t.Errorf("%s: test.sh does not run %s without the race detector", path, name)
				}
				return true
			})
		}
	}
	if files < 300 {
		t.Errorf("%d files: this proves little", files)
	}
}
