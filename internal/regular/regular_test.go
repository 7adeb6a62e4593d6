//go:build unix

package regular

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestRefusesAllButFiles: the error names the kind of file, and no call waits for a writer.
func TestRefusesAllButFiles(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for link, to := range map[string]string{"device": "/dev/zero", "link": "pipe", "tofile": "file"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), make([]byte, 100), 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, want := range map[string]string{
		"pipe":   "is a named pipe, not a file",
		"link":   "is a named pipe, not a file",
		"socket": "is a socket, not a file",
		"device": "is a device, not a file",
		"folder": "is a folder, not a file",
	} {
		_, err := Read(filepath.Join(dir, name), 1000)
		wantError(t, err, want)
		if name == "device" {
			continue // a link out of the folder: os.Root refuses it
		}
		_, err = OpenIn(root, name)
		wantError(t, err, want)
		_, err = Create(root, name)
		wantError(t, err, want)
		if name != "folder" {
			_, err = Entries(root, name)
			wantError(t, err, "not a folder")
			_, err = OpenRoot(filepath.Join(dir, name))
			wantError(t, err, "not a folder")
		}
	}
	for _, name := range []string{"file", "tofile"} {
		if data, err := Read(filepath.Join(dir, name), 100); err != nil || len(data) != 100 {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	_, err = Read(filepath.Join(dir, "file"), 99)
	wantError(t, err, "is larger than")
}

// TestReadAllocatesByTheLimit: refusing a file of many GB allocates little.
func TestReadAllocatesByTheLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int64{1 << 30, 2 << 30, 4 << 30} { // sparse
		if err := f.Truncate(size); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(1, func() { _, err = Read(path, 1<<20) }); n > 50 {
			t.Errorf("%d bytes: %v allocations", size, n)
		}
		wantError(t, err, "is larger than 1 MiB")
	}
}

func wantError(t *testing.T, err error, what string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(err.Error(), what) || e.Hint() == "" {
		t.Errorf("got %v, want %q", err, what)
	}
}
