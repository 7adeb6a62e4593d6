package store

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// privateMode is the mode of every file made by the store: addresses of feeds may hold credentials, and the
// content of a subscribers' feed is not for every user of the machine.
const privateMode = 0o600

// makePrivate creates an empty file for its owner only, if there is none. SQLite takes it for a new database,
// and gives its journals the same mode.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, privateMode)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return unreadable(path, err)
	}
	return f.Close()
}

// tighten restricts the database, and files of earlier releases beside it, to their owner. Foreign files stay
// as they are.
func tighten(path string, log *slog.Logger) {
	if runtime.GOOS == "windows" {
		return // a mode means nothing there
	}
	names := []string{path, path + "-wal", path + "-shm", path + "-journal", path + ".lock"}
	folder, name := filepath.Split(path)
	entries, _ := os.ReadDir(filepath.Clean(folder)) // unlisted files stay as they are
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), name+".schema-") && strings.HasSuffix(e.Name(), ".backup") {
			names = append(names, folder+e.Name())
		}
	}
	tightened := false
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		if err := os.Chmod(name, info.Mode().Perm()&^0o077); err == nil {
			tightened = true
		}
	}
	if tightened {
		log.Info("made private", "store", path, "mode", "0600")
	}
}
