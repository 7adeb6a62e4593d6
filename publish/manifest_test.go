//go:build unix

package publish

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"oped/internal/regular"
)

// TestManifest_PipeBetweenExports: if a pipe replaced the manifest since the last export, the error
// names it, and the export does not wait for its reader.
func TestManifest_PipeBetweenExports(t *testing.T) {
	o := options()
	o.Dir = t.TempDir()
	s := example()
	p := published(t, s, o)
	path := filepath.Join(o.Dir, manifestFile)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(path, os.O_RDWR, 0) // so that the test ends where the export opens it for writing
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	s.pieces["pak-us"][0].Revision++
	if err := p.publish(t.Context()); !errors.As(err, new(*regular.Error)) {
		t.Errorf("%v", err)
	}
}

// TestManifest_PartialLine: a partial line left by a killed export does not damage the lines of the
// next one.
func TestManifest_PartialLine(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, part := range []string{"+v pie", "-pie", "=1", "+"} {
		if err := root.WriteFile(manifestFile, []byte("+v one\n=1 c\n"+part), 0o644); err != nil {
			t.Fatal(err)
		}
		w, err := openManifest(root, false)
		if err != nil {
			t.Fatal(err)
		}
		w.written("two", "v")
		if err := w.complete(checkpoint{2, "c"}); err != nil {
			t.Fatal(err)
		}
		w.close()
		seen := map[string]Version{}
		m, err := readManifest(root, func(name string, v Version) { seen[name] = v })
		if err != nil || m.checkpoint != (checkpoint{2, "c"}) || seen["one"] != "v" || seen["two"] != "v" {
			t.Errorf("after %q: %v, %v, %v", part, m, seen, err)
		}
	}
}

// TestManifest_Compact: compacting a long manifest keeps the last line of each page, and the
// checkpoint.
func TestManifest_Compact(t *testing.T) {
	o := options()
	o.Dir = t.TempDir()
	s := example()
	p := published(t, s, o)
	pages := func() (m manifestState, seen map[string]Version) {
		t.Helper()
		root, err := os.OpenRoot(o.Dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		seen = map[string]Version{}
		m, err = readManifest(root, func(name string, v Version) {
			if seen[name] = v; v == "" {
				delete(seen, name)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return m, seen
	}
	path := filepath.Join(o.Dir, manifestFile)
	manifest, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, want := pages()
	added := strings.Repeat("+another piece/1/index.html\n-piece/9/index.html\n", 40_000)
	manifest = append(manifest, cut+"\n"+added+string(manifest)...)
	if err := os.WriteFile(path, manifest, 0o644); err != nil {
		t.Fatal(err)
	}
	s.pieces["pak-us"][0].Revision++
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > 3*before.whole {
		t.Errorf("%d bytes, %v, before %d", info.Size(), err, before.whole)
	}
	after, seen := pages()
	if after.configuration != before.configuration || after.number < before.number || len(seen) != len(want) {
		t.Errorf("%v with %d pages, before %v with %d", after, len(seen), before, len(want))
	}
}

// TestManifest_ForeignLines: a foreign line costs no more memory than ours do, and only an unreadable
// checkpoint is lost.
func TestManifest_ForeignLines(t *testing.T) {
	for _, n := range []int64{1 << 20, 2 << 20, 4 << 20} {
		limit := 0
		c, err := scanManifest(io.MultiReader(
			strings.NewReader("+v one\n=7 c\n+v "),
			io.LimitReader(zeros{}, n),
			strings.NewReader("\n=x c\n= \n=-5\n\n+\n-\n*\n+v two\n"),
			io.LimitReader(zeros{}, n),
		), func(name string, _ Version) { limit = max(limit, len(name)) })
		if err != nil || limit > 1<<10 {
			t.Errorf("%d: names of %d bytes, %v, %v", n, limit, c, err)
		}
	}
}

// TestManifest_NamesThatAreNotOurs: whatever names a manifest holds, an export in full completes, and
// nothing is written or removed outside of the folder, nor anything in it that is no file.
func TestManifest_NamesThatAreNotOurs(t *testing.T) {
	base := t.TempDir()
	o := options()
	o.Dir = filepath.Join(base, "site")
	mine := filepath.Join(base, "mine")
	if err := os.MkdirAll(filepath.Join(o.Dir, "folder", "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"out": "..", "link": "../mine", "loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(o.Dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"../mine", "a/../../mine", mine, "out/mine", "link", "loop", "loop/x", "folder", "folder/in", ".", "",
		"/", "..", "a\x00b", strings.Repeat("x", 300), "index.html/x", "piece", "piece/1",
	} {
		if err := os.WriteFile(filepath.Join(o.Dir, manifestFile), []byte("+v "+name+"\n=-1 c\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, scope := range []Scope{Changed, Full} {
			p := New(o, rowsOf(example()))
			if err := p.Build(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := p.Export(t.Context(), scope); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
		for _, path := range []string{
			mine, filepath.Join(o.Dir, "folder", "in"), filepath.Join(o.Dir, "link"),
			filepath.Join(o.Dir, "piece", "1", "index.html"),
		} {
			if _, err := os.Lstat(path); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
