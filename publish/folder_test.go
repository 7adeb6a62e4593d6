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
	"oped/publish/coding"
)

// wantFiles checks that every page is a file in the folder, with its codings if they are wanted.
func wantFiles(t *testing.T, p *Publisher, dir string) {
	t.Helper()
	for name, rep := range p.all() {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, rep.Plain()) {
			t.Errorf("%s: %v", name, err)
		}
		for _, c := range coding.Compressing() {
			got, err := os.ReadFile(filepath.Join(dir, name+c.Sidecar()))
			want, _ := rep.Encoded(p.encoder, c)
			if p.options.Precompress && len(want) < len(rep.Plain()) {
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s%s: %v", name, c.Sidecar(), err)
				}
			} else if err == nil {
				t.Errorf("%s%s exists", name, c.Sidecar())
			}
		}
	}
}

// TestJ10_FailingFolder: serving continues, the log reports the failure once, and the next successful
// export writes all missing files.
func TestJ10_FailingFolder(t *testing.T) {
	var lines bytes.Buffer
	o := options()
	o.Dir, o.Log = filepath.Join(t.TempDir(), "site"), logTo(&lines)
	s := example()
	p := published(t, s, o)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	fails := func() {
		t.Helper()
		if err := p.publish(t.Context()); !errors.As(err, new(*DirError)) || !p.ExportFailed() {
			t.Errorf("%v", err)
		}
	}
	must(os.RemoveAll(o.Dir))
	must(os.WriteFile(o.Dir, []byte("a file"), 0o644))
	s.editions[0].Title, s.editions[1].Title = "Another title", "Another title, too"
	s.pieces["pak-us"][2].Revision++
	left := s.pieces["pak-us"][2] // its new page is not written, then it leaves the head
	fails()
	s.pieces["pak-us"], s.pieces["elsewhere"] = s.pieces["pak-us"][:2], []oped.Piece{left}
	fails()
	if n := strings.Count(lines.String(), "files not written"); n != 1 ||
		!strings.Contains(lines.String(), "level=WARN") {
		t.Errorf("logged %d times: %s", n, lines.String())
	}
	if r := ask(p, "GET", "/adaria.atom"); !strings.Contains(body(t, r), "Another title, too") {
		t.Error("what is served is not up to date")
	}
	must(os.Remove(o.Dir))
	must(p.publish(t.Context()))
	wantFiles(t, p, o.Dir)
	if n := strings.Count(lines.String(), "files written again"); n != 1 || p.ExportFailed() {
		t.Errorf("the end is logged %d times: %s", n, lines.String())
	}
	if _, err := os.Stat(filepath.Join(o.Dir, "piece", "3", "index.html")); err != nil {
		t.Errorf("the page of a piece that left the head: %v", err)
	}
	must(os.RemoveAll(o.Dir))
	must(os.WriteFile(o.Dir, []byte("a file"), 0o644))
	s.editions[0].Title = "A third title"
	fails()
	if n := strings.Count(lines.String(), "files not written"); n != 2 {
		t.Errorf("a second fault is logged %d times", n-1)
	}
}

// TestJ10_MistakesAreErrors: a folder without write permission is an error, a full disk is not.
func TestJ10_MistakesAreErrors(t *testing.T) {
	o := options()
	o.Dir = filepath.Join(t.TempDir(), "site")
	if err := os.WriteFile(o.Dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	p := New(o, rowsOf(example()))
	var dir *DirError
	if err := p.CheckFolder(); !errors.As(err, &dir) || !strings.Contains(dir.Hint(), "set publish.dir") {
		t.Errorf("%v", err)
	}
	if err := p.publish(t.Context()); !errors.As(err, &dir) || !strings.Contains(dir.Hint(), "set publish.dir") {
		t.Errorf("%v", err)
	}
	if r := ask(p, "GET", "/pak-us.atom"); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
	for _, fault := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO} {
		if hint := (&DirError{
			"x", &os.PathError{Op: "write", Path: "y", Err: fault},
		}).Hint(); !strings.Contains(hint, "disk") {
			t.Errorf("%v: %s", fault, hint)
		}
	}
}

// TestFiles_Precompressed: the codings are beside each file, follow it, and are removed once they are
// not wanted.
func TestFiles_Precompressed(t *testing.T) {
	o := options()
	o.Dir, o.Precompress = t.TempDir(), true
	s := example()
	p := published(t, s, o)
	wantFiles(t, p, o.Dir)
	s.editions[0].Title = "Another title"
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, p, o.Dir)
	o.Precompress = false
	wantFiles(t, published(t, s, o), o.Dir)
	o.Precompress = true
	wantFiles(t, published(t, s, o), o.Dir)
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
