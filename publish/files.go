package publish

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
)

// DirError is a folder for the files of the editions that cannot be used.
type DirError struct {
	Dir string
	Err error
}

func (e *DirError) Error() string { return fmt.Sprintf("publish to %s: %v", e.Dir, e.Err) }
func (e *DirError) Unwrap() error { return e.Err }

// Hint tells how to mend it.
func (e *DirError) Hint() string { return "set publish.dir to a folder that can be written" }

// writeFiles brings the folder in line with the documents: it writes those whose bytes differ from what is there, each so that
// whoever reads sees the old file or the new one, and removes nothing.
func writeFiles(dir string, files map[string]*representation) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &DirError{dir, err}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return &DirError{dir, err}
	}
	defer root.Close()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := writeFile(root, name, files[name].plain.body); err != nil {
			return &DirError{dir, err}
		}
	}
	return nil
}

func writeFile(root *os.Root, name string, body []byte) error {
	old, err := root.ReadFile(name)
	if err == nil && bytes.Equal(old, body) {
		return nil
	}
	folder := path.Dir(name)
	if folder != "." {
		if err := root.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	// One name for all times: what a crash has left behind is used again.
	temporary := path.Join(folder, "."+path.Base(name)+".new")
	if err := writeSynced(root, temporary, body); err != nil {
		return err
	}
	if err := root.Rename(temporary, name); err != nil {
		return err
	}
	return syncFolder(root, folder)
}

func writeSynced(root *os.Root, name string, body []byte) error {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(body); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// syncFolder makes a renaming last.
func syncFolder(root *os.Root, folder string) error {
	f, err := root.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
