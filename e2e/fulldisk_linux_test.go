package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestJ10_FullDiskEndsNoDaemon: the folder of the files is on a full disk. The daemon keeps serving, and writes
// the files when there is room. A command for writing them fails.
func TestJ10_FullDiskEndsNoDaemon(t *testing.T) {
	testkit.NotShort(t)
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
	if err := os.WriteFile(filler, make([]byte, 2<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	configPath := testkit.WriteConfig(
		t, "listen: 127.0.0.1:0\npublish: {dir: "+disk+"/site}\nfetch: {every: 200ms, spacing: 0s, allow_private: "+
			"[127.0.0.0/8]}\n"+
			"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {title: All}}\n")
	_, stderr, code := runOped(t, t.Context(), "--config", configPath, "once")
	if code != exitFailed || !strings.Contains(stderr, "no space left") ||
		!strings.Contains(stderr, "hint: free space") {
		t.Errorf("once on a full disk: exit %d, %s", code, stderr)
	}
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	d.saying(t, "files not written")
	if _, stderr, code := runOped(t, t.Context(), "--config", configPath, "publish"); code != exitFailed ||
		!strings.Contains(stderr, "no space left") {
		t.Errorf("publish on a full disk, by the daemon: exit %d, %s", code, stderr)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	items := newstest.Items("https://paper.example", 0, 4)
	items[3].Published = time.Now()
	paper.Edition("/feed", "The Paper", items...)
	until(t, d.address+"/all.atom", 4)
	d.saying(t, "files written again")
	if f := testkit.ReadAtom(t, filepath.Join(disk, "site", "all.atom")); len(f.Entries) != 4 {
		t.Errorf("the file has %d entries", len(f.Entries))
	}
	for _, name := range []string{"index.html", "editions.opml", "feeds.opml", "all/index.html", "piece/1/index.html"} {
		if _, err := os.Stat(filepath.Join(disk, "site", name)); err != nil {
			t.Error(err)
		}
	}
	if strings.Count(d.said(), "files not written") != 1 {
		t.Errorf("it is logged more than once:\n%s", d.said())
	}
}
