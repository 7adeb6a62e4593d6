package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"oped"
)

// Kinds of errors, for errors.Is. Errors of Open with a remedy have a method Hint as well.
var (
	ErrNotFound    = oped.ErrNotFound
	ErrExists      = oped.ErrExists
	ErrNewer       = errors.New("the database was written by a newer oped")
	ErrOlder       = errors.New("the database was written by an older oped")
	ErrInUse       = errors.New("the database is in use by another oped")
	ErrNotDatabase = errors.New("not a database of oped")
	ErrCorrupt     = errors.New("the database is damaged")
	ErrUnreadable  = errors.New("the database cannot be opened")
	ErrMissing     = errors.New("the database does not exist")
	ErrDiskFull    = errors.New("the disk is full")
	ErrDisk        = errors.New("the disk is failing")
	ErrLost        = errors.New("the database was lost")
	ErrReadOnly    = errors.New("the database was opened for reading only")
)

// An Error is a failure of the database as a whole: the file, the kind, and the remedy.
type Error struct {
	Path   string
	Kind   error  // one of the errors above
	Detail string // more exactly; "" if Kind says it all
	Advice string // the remedy
	Err    error  // the cause; may be nil
}

func (e *Error) Error() string {
	s := e.Path + ": " + e.Kind.Error()
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap returns both the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Hint returns the remedy.
func (e *Error) Hint() string { return e.Advice }

const hintRestore = "restore a backup, or move the file away and start with a new one"

// explain adds a kind and a hint to an error of the database. Other errors pass unchanged.
func explain(path string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	e := &Error{Path: path, Err: err, Detail: err.Error()}
	switch faultOf(err) {
	case foreignFault:
		e.Kind, e.Advice = ErrNotDatabase, "point `store` in the configuration at another file, or move this one away"
		e.Detail = "it is some other kind of file"
	case corruptFault:
		e.Kind, e.Advice = ErrCorrupt, hintRestore
	case fullFault:
		e.Kind, e.Advice = ErrDiskFull, "free some space in "+filepath.Dir(path)
	case busyFault:
		e.Kind, e.Advice = ErrInUse, "another program has locked it; stop that program first"
	case diskFault:
		e.Kind = ErrDisk
		e.Advice = "look at the disk of " + filepath.Dir(path) +
			" (dmesg), at the permissions there, and at the limit of open files"
	case deniedFault:
		e.Kind, e.Advice = ErrUnreadable, "check the permissions of "+path+" and of its directory"
	default:
		return err
	}
	return e
}

// checkPath finds obstacles to opening path, with better messages than SQLite's.
func checkPath(path string, readOnly bool) error {
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return &Error{
			Path:   path,
			Kind:   ErrUnreadable,
			Detail: "there is no directory " + dir,
			Advice: "mkdir -p " + dir,
			Err:    err,
		}
	} else if err == nil && !info.IsDir() {
		return &Error{
			Path:   path,
			Kind:   ErrUnreadable,
			Detail: dir + " is not a directory",
			Advice: "choose another path for `store` in the configuration",
		}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && readOnly:
		return &Error{Path: path, Kind: ErrMissing, Advice: "`oped run` or `oped once` creates it", Err: err}
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unreadable(path, err)
	case info.IsDir():
		return &Error{
			Path:   path,
			Kind:   ErrUnreadable,
			Detail: "it is a directory",
			Advice: "name a file for `store` in the configuration",
		}
	case !info.Mode().IsRegular(): // opening a named pipe would block
		return &Error{
			Path:   path,
			Kind:   ErrUnreadable,
			Detail: "it is not a regular file",
			Advice: "name a file for `store` in the configuration",
		}
	}
	flag := os.O_RDWR
	if readOnly {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return unreadable(path, err)
	}
	return f.Close()
}

// unreadable returns the error for a file that cannot be opened or written, with the remedy for its cause.
func unreadable(path string, err error) error {
	e := &Error{Path: path, Kind: ErrUnreadable, Detail: err.Error(), Err: err}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		e.Detail = fmt.Sprintf("%s: %v", p.Op, p.Err)
	}
	folder := filepath.Dir(path)
	switch {
	case errors.Is(err, syscall.ENOSPC):
		e.Kind, e.Advice = ErrDiskFull, "free some space in "+folder
	case errors.Is(err, syscall.EDQUOT):
		e.Kind, e.Advice = ErrDiskFull, "the quota of this user is used up: remove files of it, or ask for a larger quota"
	case errors.Is(err, syscall.EROFS):
		e.Advice = "the disk of " + folder + " is read-only: remount it for writing, or choose another path for `store`"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		e.Advice = "raise the limit of open files (ulimit -n)"
	case errors.Is(err, syscall.EIO):
		e.Kind, e.Advice = ErrDisk, "look at the disk of "+folder+" (dmesg)"
	default:
		e.Advice = "check the permissions of " + path + " and of its directory"
	}
	return e
}

// tryDisk writes and removes a small file beside a database. Its error names the cause of a failed write, which SQLite
// does not; nil if there is none.
func tryDisk(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"~")
	if err != nil {
		return unreadable(path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(make([]byte, 64<<10))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return unreadable(path, err)
	}
	return nil
}
