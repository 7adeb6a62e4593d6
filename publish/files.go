package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"syscall"

	"oped/internal/regular"
	"oped/publish/coding"
)

// DirError is a folder for the files of the editions that cannot be used.
type DirError struct {
	Dir string
	Err error
}

func (e *DirError) Error() string { return fmt.Sprintf("publish to %s: %v", e.Dir, e.Err) }
func (e *DirError) Unwrap() error { return e.Err }

// Hint tells how to mend it.
func (e *DirError) Hint() string {
	switch {
	case errors.Is(e.Err, syscall.ENOSPC), errors.Is(e.Err, syscall.EDQUOT):
		return "make room on the disk, then run oped publish; nothing is lost, all files are made of the database"
	case isDisk(e.Err):
		return "see to the disk, then run oped publish; nothing is lost, all files are made of the database"
	}
	if irregular, ok := errors.AsType[*regular.Error](e.Err); ok && irregular.Path != e.Dir {
		return irregular.Mend
	}
	return "set publish.dir to a folder that can be written"
}

func openFolder(dir string) (*os.Root, error) {
	if err := regular.Folder(dir); err != nil {
		return nil, &DirError{dir, err}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, &DirError{dir, err}
	}
	root, err := regular.OpenRoot(dir)
	if err != nil {
		return nil, &DirError{dir, err}
	}
	return root, nil
}

// isDisk tells a fault of a disk from one of a folder.
func isDisk(err error) bool {
	for _, fault := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO} {
		if errors.Is(err, fault) {
			return true
		}
	}
	return false
}

// putFile writes a file, unless it has these bytes already, so that whoever reads sees the old one or the new one. It
// lasts once flush was called.
func putFile(root *os.Root, name string, body []byte) error {
	same, err := hasBytes(root, name, body)
	if same || err != nil {
		return err
	}
	folder := path.Dir(name)
	// One name for all times: what a crash has left behind is used again.
	temporary := path.Join(folder, "."+path.Base(name)+".new")
	if root.Mkdir(folder, 0o755) != nil { // it is there, or the one that it is in is missing
		err = root.MkdirAll(folder, 0o755)
	}
	if err == nil {
		err = writeFile(root, temporary, body)
	}
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		root.Remove(temporary) // half of it, on a full disk
	}
	return err
}

func writeFile(root *os.Root, name string, body []byte) error {
	f, err := regular.Create(root, name)
	if err != nil {
		return err
	}
	if _, err := f.Write(body); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// removeFile removes a file with its codings, and the folders that are empty then.
func removeFile(root *os.Root, name string) error {
	for _, c := range append(coding.Compressing(), coding.Identity) {
		if err := root.Remove(name + c.Sidecar()); err != nil && !absent(err) {
			return err
		}
	}
	for folder := path.Dir(name); folder != "." && root.Remove(folder) == nil; folder = path.Dir(folder) {
	}
	return nil
}

// hasBytes reports whether a file has exactly these bytes. Its error is that something else than a file has the name.
func hasBytes(root *os.Root, name string, body []byte) (bool, error) {
	f, err := regular.OpenIn(root, name)
	if errors.As(err, new(*regular.Error)) {
		return false, err
	}
	if err != nil {
		return false, nil // what cannot be read is written again
	}
	defer f.Close()
	old, err := io.ReadAll(io.LimitReader(f, int64(len(body))+1)) // somebody may have put a large file there
	return err == nil && bytes.Equal(old, body), nil
}
