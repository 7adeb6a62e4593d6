package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"

	"oped/internal/regular"
	"oped/publish/coding"
)

// DirError reports a folder for the published files that cannot be used.
type DirError struct {
	dir string
	err error
}

func (e *DirError) Error() string { return fmt.Sprintf("publish to %s: %v", e.dir, e.err) }
func (e *DirError) Unwrap() error { return e.err }

// Hint says how to mend the folder.
func (e *DirError) Hint() string {
	switch {
	case errors.Is(e.err, syscall.ENOSPC), errors.Is(e.err, syscall.EDQUOT):
		return "free space on the disk, then run oped publish; nothing is lost, the files are rendered from the database"
	case isDisk(e.err):
		return "check the disk, then run oped publish; nothing is lost, the files are rendered from the database"
	}
	if irregular, ok := errors.AsType[*regular.Error](e.err); ok && irregular.Path != e.dir {
		return irregular.Advice
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

// isDisk reports whether err is a fault of the disk, not of the folder.
func isDisk(err error) bool {
	faults := []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO}
	return slices.ContainsFunc(faults, func(fault error) bool { return errors.Is(err, fault) })
}

// openFolderOf opens the folder of a file, and makes it if missing. made reports that it is new, and so
// empty.
func openFolderOf(root *os.Root, name string) (folder *os.Root, made bool, err error) {
	dir := path.Dir(name)
	if dir != "." {
		if err = root.Mkdir(dir, 0o755); errors.Is(err, fs.ErrNotExist) { // its parent is missing, too
			err = root.MkdirAll(dir, 0o755)
		}
		made = err == nil
	}
	if folder, err = regular.OpenRootIn(root, dir); err != nil {
		return nil, false, err
	}
	return folder, made, nil
}

// putFile writes a file in a folder, unless it has these bytes already. Readers see the old file or the
// new one. The file is durable after flush.
func putFile(folder *os.Root, base string, body []byte) (written bool, err error) {
	same, err := hasBytes(folder, base, body)
	if same || err != nil {
		return false, err
	}
	// One fixed name: the remains of a crash are reused.
	temporary := "." + base + ".new"
	if err = writeFile(folder, temporary, body); err == nil {
		err = folder.Rename(temporary, base)
	}
	if err != nil {
		folder.Remove(temporary) // half of it, on a full disk
	}
	return err == nil, err
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

// hasBytes reports whether a file has exactly these bytes. It returns an error if the name belongs to
// something other than a file.
func hasBytes(root *os.Root, name string, body []byte) (bool, error) {
	f, err := regular.OpenIn(root, name)
	if errors.As(err, new(*regular.Error)) {
		return false, err
	}
	if err != nil {
		return false, nil // an unreadable file is written again
	}
	defer f.Close()
	old, err := io.ReadAll(io.LimitReader(f, int64(len(body))+1)) // it may have been replaced by a large file
	return err == nil && bytes.Equal(old, body), nil
}
