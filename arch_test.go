package oped_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// floors maps the program's packages to their floors. A package imports from lower floors only. Packages under
// internal/ serve the others' tests and the demo, and have floors too.
var floors = map[string]int{
	"oped":                   0,
	"oped/text":              1,
	"oped/logistic":          1,
	"oped/publish/chart":     1,
	"oped/parse":             2,
	"oped/dedup":             2,
	"oped/topic":             2,
	"oped/rank":              2,
	"oped/publish/feed":      2,
	"oped/publish/page":      2,
	"oped/publish/coding":    2,
	"oped/fit":               3,
	"oped/config":            3,
	"oped/fetcher":           3,
	"oped/ingest":            3,
	"oped/store":             3,
	"oped/publish":           3,
	"oped/websub":            3,
	"oped/internal/regular":  1,
	"oped/internal/hostile":  3,
	"oped/internal/newstest": 2,
	"oped/internal/olddb":    4,
	"oped/internal/testkit":  4,
	"oped/internal/testlog":  4,
	"oped/publish/web":       4,
	"oped/app":               5,
	"oped/desk":              6,
	"oped/cmd/oped":          7,
	"oped/bench/stream":      4,
}

// confined maps external imports to the only packages allowed to use them.
var confined = map[string][]string{
	"github.com/mmcdole/gofeed": {"oped/parse"},
	"github.com/gorilla/feeds":  {"oped/publish/feed"},
	"html/template":             {"oped/publish/page", "oped/desk"},
	"golang.org/x/crypto":       {"oped/desk"},
	"golang.org/x/oauth2":       {"oped/desk"},
	"github.com/coreos/go-oidc": {"oped/desk"},
	"github.com/go-webauthn":    {"oped/desk"},
	"database/sql":              {"oped/store"},
	"modernc.org/sqlite":        {"oped/store"},
	"github.com/pressly/goose":  {"oped/store"},
	"go.yaml.in/yaml":           {"oped/config"},
	"github.com/microcosm-cc":   {"oped/publish"},
	"golang.org/x/text/message": {"oped/publish/page"},
	"golang.org/x/time":         {"oped/publish/web", "oped/desk"},
	"code.dny.dev/ssrf":         {"oped/fetcher"},
	"github.com/spf13/cobra":    {"oped/cmd/oped"},
	"github.com/vbauerster":     {"oped/cmd/oped"},
	"github.com/mattn":          {"oped/cmd/oped"},
	"net/http": {
		"oped/fetcher", "oped/parse", "oped/publish", "oped/publish/web", "oped/websub", "oped/app", "oped/desk", "oped/cmd/oped",
		"oped/internal/hostile", "oped/internal/newstest", "oped/internal/olddb", "oped/internal/testkit",
	},
}

// clients are the names of net/http for sending requests, past the guard of the fetcher. desk/oidc.go may use them: the
// operator names the provider of OpenID Connect, often in a private network, and no reader can change its address.
var clients = []string{"Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport"}

// forbidden maps names to the glossary's word for the same thing.
var forbidden = map[string]string{
	"Article": "Entry or Piece", "Story": "Piece", "Outlet": "Publisher", "Subscription": "Feed",
	"Crawl": "fetch", "Crawler": "fetcher", "Poller": "fetcher", "Cluster": "Piece",
	"Moderator": "curator", "Admin": "curator",
}

// replaced maps words no longer used in names to their replacements. Names are split at capitals.
var replaced = map[string]string{
	"furniture": "boilerplate", "galley": "rendered entry", "zipper": "encoder",
	"wants": "parse", "choose": "negotiate",
	"shelf": "rows", "library": "catalog", "filing": "pending", "owed": "pending",
	"owe": "markPending", "overdue": "pending",
	"extent": "scope", "outlived": "RecoveredID", "outlive": "recoverIDs", "told": "describe", "tell": "report",
	"unfiled": "dirty", "filed": "exported", "turn": "period rollover",
	"turning": "period rollover", "turned": "closePeriod",
	"standing": "RuleSet", "force": "active", "settle": "reconcile", "drafted": "draft", "wheres": "CandidateQuery",
	"need": "IndexQuery", "delta": "AffectedQuery", "hand": "decisionFlags",
	"held": "session", "errand": "remote command",
	"attend": "serveControl", "delegate": "forward", "kin": "matches", "unite": "merge", "absorb": "mergeInto",
	"takes": "matches, MergedIDs", "apart": "cannotLink", "leading": "Aliases", "prints": "fingerprints",
	"reprint": "UpdateFingerprints", "sibling": "URL variant", "fate": "outcome",
	"mistake": "Diagnostic", "mistakes": "Diagnostics", "mend": "Hint", "flaw": "Warning", "illform": "bozo",
	"digester": "hasher", "digested": "roundup", "unlist": "decodeJSON", "least": "min", "most": "max, limit", "parted": "split", "parting": "split",
}

// pureNames are the packages without a clock, network, file or logger.
var pureNames = []string{
	"oped", "oped/text", "oped/parse", "oped/dedup", "oped/topic", "oped/rank", "oped/ingest", "oped/publish/feed",
	"oped/publish/page", "oped/publish/coding", "oped/publish/chart", "oped/fit", "oped/logistic",
}

// impure are imports forbidden in pure packages. Package parse may import net/http, for its header type.
var impure = []string{"os", "net", "log", "log/slog", "database/sql", "math/rand", "math/rand/v2"}

func TestArchitecture(t *testing.T) {
	for _, breach := range breaches(t, os.DirFS(".")) {
		t.Error(breach)
	}
}

// TestArchitectureCatchesBreaches plants one breach of every kind and expects a report of each.
func TestArchitectureCatchesBreaches(t *testing.T) {
	planted := fstest.MapFS{
		"text/a.go":  {Data: []byte("package text\nimport _ \"oped/store\"\n")},
		"store/a.go": {Data: []byte("// Package store keeps.\npackage store\nimport _ \"oped/publish\"\n")},
		"dedup/a.go": {Data: []byte("// Package dedup is pure.\npackage dedup\n" +
			"import \"time\"\nvar at = time.Now()\n")},
		"parse/a.go": {Data: []byte("// Package parse is pure.\npackage parse\nimport _ \"os\"\n")},
		"topic/a.go": {Data: []byte("// Package topic reads.\npackage topic\n" +
			"import _ \"github.com/mmcdole/gofeed/rss\"\n")},
		"fetcher/a.go": {Data: []byte("// Package fetcher fetches.\npackage fetcher\n" +
			"func init() {}\ntype Outlet int\n")},
		"ingest/a.go": {Data: []byte("// Package ingest decides.\npackage ingest\n" +
			"import _ \"github.com/spf13/pflag\"\n")},
		"topic/b.go":  {Data: []byte("package topic\nimport t \"time\"\nvar at = t.Now()\n")},
		"topic/c.go":  {Data: []byte("package topic\nimport _ \"net/http\"\n")},
		"text/b.go":   {Data: []byte("package text\nimport \"time\"\nfunc f(at time.Time) { time.Since(at) }\n")},
		"util/a.go":   {Data: []byte("// Package util does all.\npackage util\n")},
		"config/a.go": {Data: []byte("// Package config reads.\npackage config\nfunc f() { slog.Default() }\n")},
		"rank/a.go":   {Data: []byte("// Package rank ranks.\npackage rank\nconst leastPieces = 1\n")},
		"websub/a.go": {Data: []byte("// Package websub asks.\npackage websub\n" +
			"func f() { http.Post(\"\", \"\", nil) }\nvar c http.Client\n" +
			"func g(http.RoundTripper, *http.Request) { print(http.MethodPost) }\n")},
		"publish/a.go":    {Data: []byte("// Package publish is fine.\npackage publish\nimport _ \"oped/text\"\n")},
		"text/ok_test.go": {Data: []byte("package text\nimport _ \"oped/store\"\n")},
	}
	got := strings.Join(breaches(t, planted), "\n")
	for _, want := range []string{
		"text/a.go: oped/text (floor 1) imports oped/store (floor 3)",
		"store/a.go: oped/store (floor 3) imports oped/publish (floor 3)",
		"text: has no package comment",
		"dedup/a.go: calls time.Now",
		"parse/a.go: a pure package imports os",
		"topic/a.go: github.com/mmcdole/gofeed/rss stops at oped/parse",
		"fetcher/a.go: has an init function",
		`fetcher/a.go: declares Outlet; the glossary says "Publisher"`,
		`rank/a.go: declares leastPieces; the glossary says "min", not "least"`,
		"topic/b.go: imports time under another name",
		"topic/c.go: net/http stops at ",
		"text/b.go: calls time.Since",
		"util: has no floor",
		"config/a.go: uses slog.Default",
		"websub/a.go: uses http.Post; ",
		"websub/a.go: uses http.Client; ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("a planted breach was not found: %s", want)
		}
	}
	for _, clean := range []string{"publish/a.go", "ok_test.go"} {
		if strings.Contains(got, clean) {
			t.Errorf("%s is no breach, but was reported:\n%s", clean, got)
		}
	}
}

// breaches reads every Go file of the tree itself, so that no test cache hides a change.
func breaches(t *testing.T, tree fs.FS) []string {
	var found []string
	say := func(where, format string, args ...any) {
		found = append(found, where+": "+fmt.Sprintf(format, args...))
	}
	commented := map[string]bool{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != ".") {
			return fs.SkipDir
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		body, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, body, parser.ParseComments)
		if err != nil {
			return err
		}
		if file.Name.Name == "main" && ignored(file) || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		dir := path.Dir(name)
		commented[dir] = commented[dir] || file.Doc != nil
		pkg := packageOf(dir)
		if _, ok := floors[pkg]; !ok {
			say(dir, "has no floor")
		}
		imports(file, pkg, name, say)
		declarations(file, pkg, name, say)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, ok := range commented {
		if !ok {
			say(dir, "has no package comment")
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func packageOf(dir string) string {
	if dir == "." {
		return "oped"
	}
	return "oped/" + dir
}

// ignored reports whether a build constraint keeps the file out of every build, as for generators.
func ignored(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:build ignore") {
				return true
			}
		}
	}
	return false
}

func imports(f *ast.File, pkg, name string, say func(string, string, ...any)) {
	for _, spec := range f.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if imported == "oped" || strings.HasPrefix(imported, "oped/") {
			mine, theirs := floors[pkg], floors[imported]
			if theirs >= mine {
				say(name, "%s (floor %d) imports %s (floor %d)", pkg, mine, imported, theirs)
			}
		}
		if pkg == "oped" && strings.Contains(strings.Split(imported, "/")[0], ".") {
			say(name, "the root package imports %s; it uses the standard library only", imported)
		}
		for prefix, where := range confined {
			if (imported == prefix || strings.HasPrefix(imported, prefix+"/")) && !slices.Contains(where, pkg) {
				say(name, "%s stops at %s", imported, strings.Join(where, ", "))
			}
		}
		if spec.Name != nil && (spec.Name.Name == "." || imported == "time" || imported == "log/slog") {
			say(name, "imports %s under another name", imported)
		}
		if slices.Contains(pureNames, pkg) && slices.Contains(impure, imported) {
			say(name, "a pure package imports %s", imported)
		}
	}
}

func declarations(f *ast.File, pkg, name string, say func(string, string, ...any)) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				say(name, "has an init function")
			}
			glossary(n.Name.Name, name, say)
		case *ast.TypeSpec:
			glossary(n.Name.Name, name, say)
		case *ast.GenDecl:
			for _, spec := range n.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && slices.Contains(f.Decls, ast.Decl(n)) {
					for _, id := range v.Names {
						glossary(id.Name, name, say)
					}
				}
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "http" && slices.Contains(clients, n.Sel.Name) &&
				pkg != "oped/fetcher" && pkg != "oped/internal/testkit" && name != "desk/oidc.go" {
				say(name, "uses http.%s; requests go through the guarded transport of oped/fetcher", n.Sel.Name)
			}
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			call := x.Name + "." + sel.Sel.Name
			// As a default of options, time.Now is named, not called.
			if call == "time.Now" && pkg != "oped/cmd/oped" && pkg != "oped/bench/stream" &&
				pkg != "oped/internal/olddb" {
				say(name, "calls time.Now")
			}
			if slices.Contains(pureNames, pkg) && (call == "time.Since" || call == "time.Until" ||
				call == "time.Sleep" || call == "time.After" || call == "http.Get") {
				say(name, "calls %s", call)
			}
			if call == "slog.Default" {
				say(name, "uses slog.Default")
			}
		}
		return true
	})
}

var word = regexp.MustCompile(`\p{Lu}*\p{Ll}+|\p{Lu}+`)

func glossary(declared, name string, say func(string, string, ...any)) {
	for _, w := range word.FindAllString(declared, -1) {
		if now, ok := replaced[strings.ToLower(w)]; ok {
			say(name, "declares %s; the glossary says %q, not %q", declared, now, strings.ToLower(w))
		}
	}
	if word, ok := forbidden[declared]; ok {
		say(name, "declares %s; the glossary says %q", declared, word)
	}
}
