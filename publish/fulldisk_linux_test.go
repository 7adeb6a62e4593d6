package publish

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestJ10_R5_FullDisk fills a real one.
func TestJ10_R5_FullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root may mount a small disk")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("SKIPPED: no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(disk, "filler")
	fill := func() {
		t.Helper()
		if err := os.WriteFile(filler, make([]byte, 2<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("the disk is not full: %v", err)
		}
	}
	var lines bytes.Buffer
	o := options()
	o.Dir, o.Log = filepath.Join(disk, "site"), logTo(&lines)
	s := example()
	fill()
	if err := New(o, rowsOf(s)).publish(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("oped once on a full disk: %v", err)
	}
	p := New(o, rowsOf(s))
	if err := p.publish(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("on a full disk: %v", err)
	}
	if r := ask(p, "GET", "/pak-us.atom"); r.StatusCode != 200 {
		t.Errorf("served: %d", r.StatusCode)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, p, o.Dir)
	fill()
	s.editions[0].Title = strings.Repeat("Another title ", 10_000)
	if err := p.publish(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("on a disk that is full again: %v", err)
	}
	if n := strings.Count(lines.String(), "files not written"); n != 3 {
		t.Errorf("logged %d times: %s", n, lines.String())
	}
	old, err := os.ReadFile(filepath.Join(o.Dir, "pak-us.atom"))
	if err != nil || !bytes.HasSuffix(bytes.TrimSpace(old), []byte("</feed>")) ||
		strings.Contains(string(old), "Another") {
		t.Errorf("the old file has changed: %v", err)
	}
	if half, _ := filepath.Glob(filepath.Join(o.Dir, ".*.new")); len(half) != 0 {
		t.Errorf("left behind: %q", half)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, p, o.Dir)
}
