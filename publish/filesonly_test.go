package publish

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// TestFilesOnly: without serving, the process writes the same files, sidecars included.
func TestFilesOnly(t *testing.T) {
	for _, precompress := range []bool{false, true} {
		written := map[bool]map[string]string{}
		for _, filesOnly := range []bool{false, true} {
			o := options()
			o.Dir, o.Precompress, o.FilesOnly = t.TempDir(), precompress, filesOnly
			published(t, example(), o)
			written[filesOnly] = contents(t, o.Dir)
		}
		if !maps.Equal(written[false], written[true]) || len(written[true]) == 0 {
			t.Errorf("precompress %t: other files", precompress)
		}
	}
}

// TestFilesOnly_InFull: without serving and without changes, the process writes missing files and
// removes nothing.
func TestFilesOnly_InFull(t *testing.T) {
	o := options()
	o.Dir, o.FilesOnly = t.TempDir(), true
	s := example()
	published(t, s, o)
	want := contents(t, o.Dir)
	for _, name := range []string{"pak-us.atom", "index.html", "piece/2/index.html"} {
		if err := os.Remove(filepath.Join(o.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	p := New(o, rowsOf(s))
	if err := errors.Join(p.Build(t.Context()), p.Export(t.Context(), Full)); err != nil {
		t.Fatal(err)
	}
	got := contents(t, o.Dir)
	delete(got, "/"+manifestFile)
	delete(want, "/"+manifestFile)
	if !maps.Equal(got, want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

// contents returns the files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[path[len(dir):]] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
