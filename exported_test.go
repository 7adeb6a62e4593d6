package oped_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unseen are exported names without a use outside tests, by the reason.
var unseen = map[string]string{
	"pure functions of the invariants, and their arguments": "oped/fetcher.Next oped/ingest.Decide oped/ingest.News " +
		"oped/ingest.Prepared",
	"tests of its package's neighbours read it": "oped.ConflictError.Entries oped.ConflictError.Joined " +
		"oped/ingest.Edition.Filter oped/topic.Doc.Boilerplate",
	"constants that documents name": "oped/parse.Version oped/dedup.GuardFrozen oped/dedup.GuardOwnPassage oped/dedup.GuardRerun " +
		"oped/dedup.GuardSameDocument oped/dedup.GuardSamePublisher oped/dedup.GuardSeries oped/dedup.GuardTemplate " +
		"oped/ingest.NewsAuthor oped/ingest.NewsCorrection oped/ingest.NewsText oped/ingest.NewsTitle",
	"templates use it": "oped/publish/page.Charted.Week oped/publish/page.Charted.Year oped/publish/page.Day.Name " +
		"oped/publish/page.Day.On oped/publish/page.Day.Pieces oped/publish/page.Fetching.Ended " +
		"oped/publish/page.Listed.InDay oped/publish/page.Publishers.Largest oped/publish/page.Topical.Week " +
		"oped/publish/page.Words.Kind oped/publish/feed.Place.On oped/publish/feed.Place.Publisher " +
		"oped/publish/feed.Place.URL",
	"tests of other packages use it": "oped/config.Parse oped/dedup.Comparer.Left oped/dedup.Index.Bytes " +
		"oped/fetcher.Fetcher.Fetch oped/fetcher.Options.Shuffle oped/fetcher.Options.Transport oped/ingest.Remember oped/ingest.Rules.TopicSteps oped/publish.Page.Render " +
		"oped/store.Editions.Publications oped/store.People.AuthorKeysOf oped/store.SchemaVersion oped/store.Store.Backup",
	"errors for whoever opens a store": "oped/store.ErrLost oped/store.ErrCorrupt oped/store.ErrDisk oped/store.ErrDiskFull " +
		"oped/store.ErrMissing oped/store.ErrNewer oped/store.ErrNotDatabase oped/store.ErrOlder oped/store.ErrReadOnly " +
		"oped/store.ErrUnreadable oped/store.Error",
	"to be unexported": "oped/parse.Input.Limits oped/parse.Limits " +
		"oped/store.Counts.Editions " +
		"oped/store.Counts.Feeds oped/store.Covered.Lang oped/store.Covered.URL oped/store.Publication " +
		"oped/text.Names oped/text.Tokens.Text",
}

// module is the type-checked module, without its tests.
type module struct {
	fset       *token.FileSet
	info       types.Info
	packages   map[string]*types.Package // of this module, by path
	interfaces []*types.Interface        // declared or imported anywhere
	used       map[types.Object]bool     // by another package, or by an interface
	reached    map[types.Object]bool     // types that used names are made of
}

// TestExportedNamesAreUsed: another package uses each exported name of a package, each method and each field. Instead,
// a template may name a field or a method, a type may be part of a used name's type, a constant may be one of such a
// type, a method may satisfy an interface, and a field may have a tag.
func TestExportedNamesAreUsed(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	m, shown := typeCheck(t), inTemplates(t)
	m.markUses()
	for path, p := range m.packages {
		if strings.HasPrefix(path, "oped/internal/") || strings.HasPrefix(path, "oped/bench/") || p.Name() == "main" {
			continue
		}
		for _, name := range p.Scope().Names() {
			o := p.Scope().Lookup(name)
			if !o.Exported() {
				continue
			}
			name := path + "." + name
			m.check(t, o, name)
			for _, part := range parts(o) {
				if part.Name() != "Unwrap" && !isUnseen(name) && !shown[part.Name()] {
					m.check(t, part, name+"."+part.Name())
				}
			}
		}
	}
}

// inTemplates returns the names of fields and methods in the templates of pages.
func inTemplates(t *testing.T) map[string]bool {
	names := map[string]bool{}
	for _, pattern := range []string{"publish/page/templates/*.html", "desk/templates/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, action := range inBraces.FindAllString(string(body), -1) {
				for _, m := range afterPoint.FindAllStringSubmatch(action, -1) {
					names[m[1]] = true
				}
			}
		}
	}
	return names
}

var (
	inBraces   = regexp.MustCompile(`\{\{.*?\}\}`)
	afterPoint = regexp.MustCompile(`\.([A-Z]\w*)`)
)

func isUnseen(name string) bool {
	for _, names := range unseen {
		if slices.Contains(strings.Fields(names), name) {
			return true
		}
	}
	return false
}

func (m *module) check(t *testing.T, o types.Object, name string) {
	t.Helper()
	if o.Exported() && !m.used[o] && !isUnseen(name) {
		t.Errorf("no other package uses %s", name)
	}
}

// parts returns the methods and the untagged fields of a named type.
func parts(o types.Object) (all []types.Object) {
	t, ok := o.Type().(*types.Named)
	if _, isType := o.(*types.TypeName); !ok || !isType || types.IsInterface(t) {
		return nil
	}
	for m := range t.Methods() {
		all = append(all, m)
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		for i := range s.NumFields() {
			if s.Tag(i) == "" && !s.Field(i).Embedded() {
				all = append(all, s.Field(i))
			}
		}
	}
	return all
}

// markUses marks what another package names, and the methods that satisfy an interface.
func (m *module) markUses() {
	for id, o := range m.info.Uses {
		if f, ok := o.(*types.Func); ok {
			o = f.Origin()
		} else if v, ok := o.(*types.Var); ok {
			o = v.Origin()
		}
		if o.Pkg() != nil && m.packageAt(id.Pos()) != o.Pkg().Path() {
			m.used[o] = true
		}
	}
	for e, tv := range m.info.Types { // a literal without names sets all fields
		lit, isLit := e.(*ast.CompositeLit)
		of, isStruct := tv.Type.Underlying().(*types.Struct)
		if !isLit || !isStruct || len(lit.Elts) == 0 || of.Field(0).Pkg().Path() == m.packageAt(lit.Pos()) {
			continue
		}
		if _, named := lit.Elts[0].(*ast.KeyValueExpr); !named {
			for f := range of.Fields() {
				m.used[f] = true
			}
		}
	}
	for o := range maps.Clone(m.used) {
		m.markTypes(o.Type())
	}
	for _, p := range m.packages {
		for _, name := range p.Scope().Names() {
			o := p.Scope().Lookup(name)
			if t, ok := o.Type().(*types.Named); ok && m.used[t.Obj()] {
				if _, ok := o.(*types.Const); ok {
					m.used[o] = true
				}
			}
			t, ok := p.Scope().Lookup(name).Type().(*types.Named)
			if !ok || types.IsInterface(t) {
				continue
			}
			for _, i := range m.interfaces {
				if types.Implements(types.NewPointer(t), i) {
					for method := range i.Methods() {
						o, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), false, method.Pkg(), method.Name())
						m.used[o] = true
					}
				}
			}
		}
	}
}

// markTypes marks the named types that a type is made of.
func (m *module) markTypes(t types.Type) {
	switch t := t.(type) {
	case *types.Named:
		o := t.Origin().Obj()
		for arg := range t.TypeArgs().Types() {
			m.markTypes(arg)
		}
		if m.reached[o] || o.Pkg() == nil || m.packages[o.Pkg().Path()] == nil {
			return
		}
		m.reached[o], m.used[o] = true, true
		m.markTypes(t.Underlying())
		for method := range t.Methods() {
			if method.Exported() {
				m.markTypes(method.Type())
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() {
				m.markTypes(f.Type())
			}
		}
	case *types.Interface:
		for method := range t.Methods() {
			m.markTypes(method.Type())
		}
	case *types.Signature:
		m.markTypes(t.Params())
		m.markTypes(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			m.markTypes(v.Type())
		}
	case *types.Map:
		m.markTypes(t.Key())
		m.markTypes(t.Elem())
	case interface{ Elem() types.Type }:
		m.markTypes(t.Elem())
	}
}

// packageAt returns the path of the package of a position.
func (m *module) packageAt(at token.Pos) string {
	dir, err := filepath.Rel(here(), filepath.Dir(m.fset.Position(at).Filename))
	if err != nil {
		return ""
	}
	return packageOf(filepath.ToSlash(dir))
}

func here() string {
	dir, _ := os.Getwd()
	return dir
}

// typeCheck reads the module's packages from source, and what they import from the build cache.
func typeCheck(t *testing.T) *module {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,GoFiles,Export,Standard,ImportMap",
		"./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	m := &module{
		fset:     token.NewFileSet(),
		info:     types.Info{Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}},
		packages: map[string]*types.Package{},
		used:     map[types.Object]bool{},
		reached:  map[types.Object]bool{},
	}
	exports := map[string]string{}
	open := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	imports := importer.ForCompiler(m.fset, "gc", open)
	seen := map[*types.Package]bool{}
	for list := json.NewDecoder(bytes.NewReader(out)); ; { // dependencies come first
		var p struct {
			ImportPath, Dir, Export string
			GoFiles                 []string
			ImportMap               map[string]string
		}
		if err := list.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if p.ImportPath != "oped" && !strings.HasPrefix(p.ImportPath, "oped/") {
			continue
		}
		var files []*ast.File
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(m.fset, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		conf := types.Config{Importer: importerFunc(func(path string) (*types.Package, error) {
			if to, ok := p.ImportMap[path]; ok {
				path = to
			}
			if ours := m.packages[path]; ours != nil {
				return ours, nil
			}
			found, err := imports.Import(path)
			if err == nil && !seen[found] {
				seen[found] = true
				m.addInterfaces(found)
			}
			return found, err
		})}
		checked, err := conf.Check(p.ImportPath, m.fset, files, &m.info)
		if err != nil {
			t.Fatal(fmt.Errorf("%s: %w", p.ImportPath, err))
		}
		m.packages[p.ImportPath] = checked
	}
	m.addInterfaces(types.Universe.Lookup("error").Type())
	for _, tv := range m.info.Types {
		if tv.IsType() {
			m.addInterfaces(tv.Type)
		}
	}
	return m
}

// addInterfaces notes an interface, or those that a package declares.
func (m *module) addInterfaces(of any) {
	switch x := of.(type) {
	case *types.Package:
		for _, name := range x.Scope().Names() {
			m.addInterfaces(x.Scope().Lookup(name).Type())
		}
	case types.Type:
		if i, ok := x.Underlying().(*types.Interface); ok && i.NumMethods() > 0 && !slices.Contains(m.interfaces, i) {
			m.interfaces = append(m.interfaces, i)
		}
	}
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }
