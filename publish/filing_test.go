package publish

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"oped"
)

// wantFiles checks that every document in memory stands in the folder, and in its codings where they are wanted.
func wantFiles(t *testing.T, p *Publisher, dir string) {
	t.Helper()
	for name, rep := range p.all() {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, rep.plain.body) {
			t.Errorf("%s: %v", name, err)
		}
		want := map[string][]byte{}
		for _, c := range rep.codings {
			want[c.coding.sidecar()] = c.body
		}
		for _, end := range sidecars() {
			got, err := os.ReadFile(filepath.Join(dir, name+end))
			if p.options.Precompress && want[end] != nil {
				if err != nil || !bytes.Equal(got, want[end]) {
					t.Errorf("%s%s: %v", name, end, err)
				}
			} else if err == nil {
				t.Errorf("%s%s stands there", name, end)
			}
		}
	}
}

// TestJ10_FolderThatFails: serving goes on, it is told of once, and all that was missed is made good.
func TestJ10_FolderThatFails(t *testing.T) {
	var lines bytes.Buffer
	o := options()
	o.Dir, o.Log, o.ServeOn = filepath.Join(t.TempDir(), "site"), logTo(&lines), true
	s := example()
	p := published(t, s, o)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.RemoveAll(o.Dir))
	must(os.WriteFile(o.Dir, []byte("a file"), 0o644))
	s.editions[0].Title, s.editions[1].Title = "Another title", "Another title, too"
	s.pieces["pak-us"][2].Revision++
	left := s.pieces["pak-us"][2] // its new page is not written, then it leaves the head
	must(p.Publish(t.Context(), oped.Changes{Editions: []string{"pak-us"}, Pieces: []oped.PieceID{left.ID}}))
	s.pieces["pak-us"], s.pieces["elsewhere"] = s.pieces["pak-us"][:2], []oped.Piece{left}
	must(p.Publish(t.Context(), oped.Changes{Editions: []string{"pak-us"}}))
	must(p.Publish(t.Context(), oped.Changes{Editions: []string{"adaria"}}))
	if n := strings.Count(lines.String(), "files not written"); n != 1 || !strings.Contains(lines.String(), "level=WARN") {
		t.Errorf("told of %d times: %s", n, lines.String())
	}
	if r := ask(p, "GET", "/adaria.atom"); !strings.Contains(body(t, r), "Another title, too") {
		t.Error("what is served is not up to date")
	}
	for name, err := range map[string]error{"refresh": p.Refresh(t.Context()), "files": p.PublishFiles(t.Context(), nil)} {
		var dir *DirError
		if !errors.As(err, &dir) {
			t.Errorf("%s, by somebody who wants files: %v", name, err)
		}
	}
	must(p.PublishAll(t.Context()))
	must(os.Remove(o.Dir))
	must(p.Publish(t.Context(), oped.Changes{Editions: []string{"empty"}}))
	wantFiles(t, p, o.Dir)
	if n := strings.Count(lines.String(), "files written again"); n != 1 {
		t.Errorf("the end is told of %d times: %s", n, lines.String())
	}
	if _, err := os.Stat(filepath.Join(o.Dir, "piece", "3", "index.html")); err != nil {
		t.Errorf("the page of a piece that left the head: %v", err)
	}
	must(os.RemoveAll(o.Dir))
	must(os.WriteFile(o.Dir, []byte("a file"), 0o644))
	must(p.PublishAll(t.Context()))
	if n := strings.Count(lines.String(), "files not written"); n != 2 {
		t.Errorf("a second fault is told of %d times", n-1)
	}
}

// TestJ10_MistakesAreErrors: a folder that never worked, or a process that is there to write files.
func TestJ10_MistakesAreErrors(t *testing.T) {
	o := options()
	o.Dir = filepath.Join(t.TempDir(), "site")
	if err := os.WriteFile(o.Dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, o.ServeOn = range []bool{false, true} {
		p := New(o, example())
		var dir *DirError
		if err := p.PublishAll(t.Context()); !errors.As(err, &dir) || !strings.Contains(dir.Hint(), "set publish.dir") {
			t.Errorf("ServeOn %v: %v", o.ServeOn, err)
		}
		if r := ask(p, "GET", "/pak-us.atom"); r.StatusCode != 200 {
			t.Errorf("ServeOn %v: %d", o.ServeOn, r.StatusCode)
		}
	}
	for _, fault := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO} {
		if hint := (&DirError{"x", &os.PathError{Op: "write", Path: "y", Err: fault}}).Hint(); !strings.Contains(hint, "disk") {
			t.Errorf("%v: %s", fault, hint)
		}
	}
}

// TestFiles_Precompressed: the codings stand beside each file, follow it, and go where they are not smaller any more.
func TestFiles_Precompressed(t *testing.T) {
	o := options()
	o.Dir, o.Precompress = t.TempDir(), true
	s := example()
	p := published(t, s, o)
	wantFiles(t, p, o.Dir)
	s.editions[0].Title = "Another title"
	if err := p.Publish(t.Context(), oped.Changes{Editions: []string{"pak-us"}}); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, p, o.Dir)
	rep := *p.all()["pak-us.atom"]
	rep.codings = rep.codings[:1]
	if err := p.write(map[string]*representation{"pak-us.atom": &rep}, nil); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(o.Dir, "pak-us.atom.*"))
	if err != nil || len(found) != 1 || !strings.HasSuffix(found[0], rep.codings[0].coding.sidecar()) {
		t.Errorf("%q, %v", found, err)
	}
}

// TestR17_NothingChangedNothingIsWritten: another process publishes the same rows, and touches no file.
func TestR17_NothingChangedNothingIsWritten(t *testing.T) {
	o := options()
	o.Dir, o.Precompress = t.TempDir(), true
	stand := func() map[string]os.FileInfo {
		files := map[string]os.FileInfo{}
		err := filepath.Walk(o.Dir, func(name string, info os.FileInfo, err error) error {
			files[name] = info
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	published(t, example(), o)
	before := stand()
	published(t, example(), o)
	after := stand()
	if len(before) < 10 || len(after) != len(before) {
		t.Fatalf("%d files, then %d", len(before), len(after))
	}
	for name, info := range after {
		if !os.SameFile(info, before[name]) || !info.ModTime().Equal(before[name].ModTime()) {
			t.Errorf("%s was written again", name)
		}
	}
}
