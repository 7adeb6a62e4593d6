//go:build unix

package publish

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"oped/internal/regular"
)

// TestPipesInTheFolderAreNamed: publishing never waits for a pipe or other special file in publish.dir
// (S10). If its name is needed for a file, the error names it.
func TestPipesInTheFolderAreNamed(t *testing.T) {
	made := t.TempDir()
	o := options()
	o.Dir, o.Precompress = made, true
	published(t, example(), o)
	var written []string
	err := filepath.WalkDir(made, func(path string, d os.DirEntry, err error) error {
		name, _ := filepath.Rel(made, path)
		if name != "." {
			written = append(written, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(written) < 20 {
		t.Fatalf("too few files to try: %q", written)
	}
	for i, name := range append(slices.Clone(written), ".pak-us.atom.new", "publisher", "author") {
		if testing.Short() && i%8 > 0 && i < len(written) {
			continue
		}
		if strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".zst") {
			continue // written like files, and one of each is enough
		}
		o := options()
		o.Dir = filepath.Join(t.TempDir(), "site")
		path := filepath.Join(o.Dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(path, 0o644); err != nil {
			t.Fatal(err)
		}
		p := New(o, rowsOf(example()))
		if _, err := p.RecoveredPieces(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := p.publish(t.Context()); err == nil && slices.Contains(written, name) {
			t.Errorf("%s: no error", name)
		}
		for _, publish := range []func() error{
			func() error { return p.publish(t.Context()) },
			func() error { return p.publish(t.Context()) },
		} {
			err := publish()
			if irregular, ok := errors.AsType[*regular.Error](err); ok &&
				!strings.Contains(irregular.Error(), "is a named pipe") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if info, err := os.Lstat(path); name != ".pak-us.atom.new" && (err != nil ||
			info.Mode()&os.ModeNamedPipe == 0) {
			t.Errorf("%s was replaced: %v", name, err)
		}
	}
	o.Dir = filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(o.Dir, 0o644); err != nil {
		t.Fatal(err)
	}
	err = New(o, rowsOf(example())).publish(t.Context())
	var dir *DirError
	if !errors.As(err, &dir) || !strings.Contains(err.Error(), "is a named pipe, not a folder") ||
		!strings.Contains(dir.Hint(), "set publish.dir") {
		t.Errorf("a pipe for a folder: %v", err)
	}
}

// TestLargeFileInTheFolder: a foreign file in place of one of ours is read no further than ours is
// long.
func TestLargeFileInTheFolder(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	body := make([]byte, 1000)
	for _, size := range []int64{1 << 30, 2 << 30, 4 << 30} { // sparse
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		var same bool
		allocs := testing.AllocsPerRun(1, func() { same, err = hasBytes(root, "file", body) })
		if same || err != nil || allocs > 50 {
			t.Errorf("%d bytes: %v, %v, %v allocations", size, same, err, allocs)
		}
	}
}
