package publish

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped"
)

func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

func TestFiles_SameNamesSameBytesAsServed(t *testing.T) {
	o := options()
	o.Dir = filepath.Join(t.TempDir(), "not", "there", "yet")
	p := published(t, example(), o)
	for name := range p.all() {
		got, err := os.ReadFile(filepath.Join(o.Dir, name))
		if err != nil || !bytes.Equal(got, p.document(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{
		"pak-us.atom", "pak-us/index.html", "index.html", "editions.opml", "feeds.opml",
		"piece/1/index.html",
	} {
		if p.document(name) == nil {
			t.Errorf("no %s", name)
		}
	}
}

// TestFiles_OnlyWhatDiffersIsWritten: a file that is the same keeps its inode; others' files stay.
func TestFiles_OnlyWhatDiffersIsWritten(t *testing.T) {
	o := options()
	o.Dir = t.TempDir()
	mine := filepath.Join(o.Dir, "robots.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	stat := func(name string) os.FileInfo {
		info, err := os.Stat(filepath.Join(o.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	s := example()
	published(t, s, o)
	same, changed := stat("adaria.atom"), stat("pak-us.atom")
	s.editions[0].Title = "Another title"
	published(t, s, o)
	if !os.SameFile(same, stat("adaria.atom")) {
		t.Error("a file with the same bytes was written again")
	}
	if os.SameFile(changed, stat("pak-us.atom")) {
		t.Error("a file was overwritten in place: readers might see half of it")
	}
	if b, err := os.ReadFile(mine); err != nil || string(b) != "mine" {
		t.Errorf("a file of somebody else: %q, %v", b, err)
	}
	entries, err := os.ReadDir(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && e.Name() != manifestFile && e.Name() != ".well-known" {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

func TestS14_NamesOfEditions(t *testing.T) {
	for _, name := range []string{"../x", "a/b", "", "A", "a\x00", strings.Repeat("a", 300), ".", "ä"} {
		o := options()
		o.Dir = filepath.Join(t.TempDir(), "site")
		s := &fakeRows{editions: []oped.EditionState{{Edition: oped.Edition{Name: name}}}}
		if err := New(o, rowsOf(s)).publish(t.Context()); err == nil {
			t.Errorf("%q was published", name)
		}
		if _, err := os.Stat(o.Dir); err == nil {
			t.Errorf("%q: something was written", name)
		}
	}
}

func TestS14_SymlinkOutOfTheFolder(t *testing.T) {
	o := options()
	o.Dir = t.TempDir()
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(o.Dir, "pak-us")); err != nil {
		t.Skip("no symbolic links here")
	}
	if err := New(o, rowsOf(example())).publish(t.Context()); err == nil {
		t.Error("a page was written through a symbolic link")
	}
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Errorf("%v was written outside", entries)
	}
}

func TestFiles_FolderThatCannotBeWritten(t *testing.T) {
	o := options()
	o.Dir = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(o.Dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	p := New(o, rowsOf(example()))
	err := p.publish(t.Context())
	var hinted interface{ Hint() string }
	if !errors.As(err, &hinted) || !strings.Contains(
		hinted.Hint(), "set publish.dir to a folder that can be written",
	) || !strings.Contains(err.Error(), o.Dir) {
		t.Errorf("error %v", err)
	}
}
