package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A killed first run leaves an empty file, and the next run goes on with it. An empty file in place of a lost
// database looks the same, but the lost one has left traces: its log, its backups, or published files.

// checkEmpty refuses an empty database with traces of a lost one. A missing database has only its log as a trace:
// SQLite would delete it. published is a file that oped publishes; "": none.
func checkEmpty(path, published string) error {
	info, err := os.Stat(path)
	missing := errors.Is(err, fs.ErrNotExist)
	if err == nil && info.Size() > 0 || err != nil && !missing {
		return nil
	}
	traces := []string{path + "-wal"}
	if !missing {
		traces = append(append(traces, copiesOf(path)...), published)
	}
	for _, trace := range traces {
		if info, err := os.Stat(trace); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
			continue
		}
		e := &Error{
			Path:   path,
			Kind:   ErrLost,
			Detail: "it is empty, but " + trace + " is of an earlier one",
			Advice: "put a backup in its place; to start with a new database, remove " + path,
		}
		if missing {
			e.Detail = "it is missing, but its log " + trace + " is not"
			e.Advice = "put both back; to start with a new database, move the log away"
		} else if trace == path+"-wal" {
			e.Advice += " and " + trace
		}
		return e
	}
	return nil
}

// copiesOf returns the files with the name of a database and a suffix, without those that oped makes at every start.
func copiesOf(path string) (copies []string) {
	folder, name := filepath.Split(path)
	entries, _ := os.ReadDir(filepath.Clean(folder)) // copies in an unlisted folder are unknown
	for _, e := range entries {
		suffix, ours := strings.CutPrefix(e.Name(), name)
		if !ours || suffix == "" || !strings.ContainsAny(suffix[:1], ".-~_") {
			continue
		}
		switch suffix {
		case ".lock", ".sock", ".fetching", ".fetching~", "-wal", "-shm", "-journal":
		default:
			copies = append(copies, folder+e.Name())
		}
	}
	return copies
}
