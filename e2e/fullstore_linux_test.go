package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/store"
)

// smallDisk is a disk of a few MiB.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root may mount a small disk")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("SKIPPED: no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk
}

// long returns entries with long texts.
func long(first, n int) []newstest.Item {
	items := newstest.Items("https://paper.example", first, n)
	for i := range items {
		items[i].HTML = "<p>" + newstest.Words(first+i, 1500) + "</p>"
	}
	return items
}

// TestFullDiskUnderTheDatabase: readers get pages from memory, the paper is not fetched repeatedly, commands
// fail with a clear error, and with room again everything catches up by itself (S16). A signal ends the daemon
// meanwhile.
func TestFullDiskUnderTheDatabase(t *testing.T) {
	testkit.NotShort(t)
	disk := smallDisk(t, "8m")
	filler := filepath.Join(disk, "filler")
	fill := func() {
		t.Helper()
		if err := os.WriteFile(filler, make([]byte, 16<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("the disk is not full: %v", err)
		}
	}
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", long(0, 3)...)
	configPath := testkit.WriteConfig(
		t, "listen: 127.0.0.1:0\nstore: "+disk+"/oped.db\npublish: {dir: \"\"}\nfetch: {every: 200ms, spacing: 0s, "+
			"allow_private: [127.0.0.0/8]}\n"+
			"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n")
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)

	fill()
	paper.Edition("/feed", "The Paper", long(0, 30)...)
	d.saying(t, "database does not work")
	asked := len(paper.Requests("/feed"))
	for range 3 {
		if _, stderr, code := runOped(t, t.Context(),
			"--config", configPath, "feeds", "pause", "paper"); code == exitDone {
			break // it took little room; the next may not
		} else if code != exitFailed || !strings.Contains(stderr, "the disk is full") ||
			!strings.Contains(stderr, "hint: free some space in "+disk) {
			t.Errorf("a command on a full disk: exit %d, %s", code, stderr)
		}
	}
	if n := strings.Count(testkit.Get(t, d.address+"/all.atom"), "<entry>"); n != 3 {
		t.Errorf("readers get %d entries", n)
	}
	if n := len(paper.Requests("/feed")); n > asked {
		t.Errorf("the paper was asked %d times in vain", n-asked)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	until(t, d.address+"/all.atom", 30)
	d.saying(t, "database works again")
	for _, what := range []string{"database does not work", "hint=\"free some space", "database works again"} {
		if n := strings.Count(d.said(), what); n != 1 {
			t.Errorf("%q is said %d times:\n%s", what, n, d.said())
		}
	}

	fill()
	paper.Edition("/feed", "The Paper", long(100, 30)...)
	d.sayingAgain(t, "database does not work", 2)
	d.cmd.Process.Signal(syscall.SIGTERM)
	if err := <-d.ended; err != nil {
		t.Errorf("SIGTERM on a full disk: %v\n%s", err, d.said())
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	checked(t, filepath.Join(disk, "oped.db"))
}

// sayingAgain waits until the daemon has said something so many times.
func (d *daemon) sayingAgain(t *testing.T, what string, times int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for strings.Count(d.said(), what) < times {
		select {
		case <-tick.C:
		case err := <-d.ended:
			t.Fatalf("it ended: %v\n%s", err, d.said())
		}
	}
}

// checked looks a database through.
func checked(t *testing.T, path string) {
	t.Helper()
	st, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.Backup(t.Context(), path+".copy"); err != nil { // it checks the copy
		t.Error(err)
	}
}

// TestFailingDiskUnderTheDatabase: every write of the database fails for a while, then the daemon goes on (S16).
func TestFailingDiskUnderTheDatabase(t *testing.T) {
	testkit.NotShort(t)
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("SKIPPED: there is no strace")
	}
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", long(0, 3)...)
	configPath := testkit.WriteConfig(
		t, "listen: 127.0.0.1:0\npublish: {dir: \"\"}\nfetch: {every: 200ms, spacing: 0s, allow_private: "+
			"[127.0.0.0/8]}\n"+
			"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n")
	database := filepath.Join(filepath.Dir(configPath), "oped.db")
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	for i, calls := range []string{"pwrite64,write", "fsync,fdatasync", "pread64,read"} {
		fault := exec.Command(strace, "-f", "-qq", "-o", os.DevNull, "-p", strconv.Itoa(d.cmd.Process.Pid), "-P",
			database, "-P", database+"-wal", "-e", "trace="+calls, "-e", "inject="+calls+":error=EIO")
		if err := fault.Start(); err != nil {
			t.Skipf("SKIPPED: %v", err)
		}
		paper.Edition("/feed", "The Paper", long(0, 3+10*(i+1))...)
		d.sayingAgain(t, "database does not work", i+1)
		if code := len(testkit.Get(t, d.address+"/all.atom")); code == 0 {
			t.Error("readers get nothing")
		}
		fault.Process.Signal(os.Interrupt)
		fault.Wait()
		until(t, d.address+"/all.atom", 3+10*(i+1))
	}
	d.cmd.Process.Signal(syscall.SIGTERM)
	if err := <-d.ended; err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	checked(t, database)
}
