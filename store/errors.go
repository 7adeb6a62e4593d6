package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"modernc.org/sqlite"

	"oped"
)

// Kinds of errors, for errors.Is. Errors of Open with a remedy have a method Hint as well.
var (
	ErrNotFound    = oped.ErrNotFound
	ErrNewer       = errors.New("the database was written by a newer oped")
	ErrOlder       = errors.New("the database was written by an older oped")
	ErrInUse       = errors.New("the database is in use by another oped")
	ErrNotDatabase = errors.New("not a database of oped")
	ErrCorrupt     = errors.New("the database is damaged")
	ErrUnreadable  = errors.New("the database cannot be opened")
	ErrMissing     = errors.New("the database does not exist")
	ErrDiskFull    = errors.New("the disk is full")
	ErrDisk        = errors.New("the disk is failing")
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

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html); extended codes have them in their lowest byte.
const (
	codePerm     = 3
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIO       = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
)

// codeOf returns the primary result code of an error of SQLite, 0 for any other error.
func codeOf(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// isBusy reports whether trying again can help.
func isBusy(err error) bool {
	code := codeOf(err)
	return code == codeBusy || code == codeLocked
}

const hintRestore = "restore a backup, or move the file away and start with a new one"

// explain adds a kind and a hint to an error of SQLite. Other errors pass unchanged.
func explain(path string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	e := &Error{Path: path, Err: err, Detail: err.Error()}
	switch codeOf(err) {
	case codeNotADB:
		e.Kind, e.Advice = ErrNotDatabase, "point `store` in the configuration at another file, or move this one away"
		e.Detail = "it is some other kind of file"
	case codeCorrupt:
		e.Kind, e.Advice = ErrCorrupt, hintRestore
	case codeFull:
		e.Kind, e.Advice = ErrDiskFull, "free some space in "+filepath.Dir(path)
	case codeBusy, codeLocked:
		e.Kind, e.Advice = ErrInUse, "another program has locked it; stop that program first"
	case codeIO, codeReadOnly, codeCantOpen:
		// A failing disk is remounted read-only; a process without descriptors cannot open.
		e.Kind = ErrDisk
		e.Advice = "look at the disk of " + filepath.Dir(path) +
			" (dmesg), at the permissions there, and at the limit of open files"
	case codePerm:
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

func unreadable(path string, err error) error {
	detail := err.Error()
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		detail = fmt.Sprintf("%s: %v", p.Op, p.Err)
	}
	return &Error{
		Path:   path,
		Kind:   ErrUnreadable,
		Detail: detail,
		Advice: "check the permissions of " + path + " and of its directory",
		Err:    err,
	}
}
