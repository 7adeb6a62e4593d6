// Package regular opens regular files and folders, and refuses everything else without blocking. A plain open of a
// named pipe would wait for a writer forever, and no signal ends that wait.
//
// To read a file named by a person, use [Read] or [Open]. For a file in a folder of our own, use [OpenIn], [Create]
// and [Append].
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Error reports a path without a regular file, or with a file that is too large.
type Error struct {
	Path    string // as given by the caller
	Message string // "is a named pipe"
	Advice  string // how to fix it
}

func (e *Error) Error() string { return e.Path + " " + e.Message }

// Hint returns the advice.
func (e *Error) Hint() string { return e.Advice }

// Open opens a regular file, or the target of a symbolic link, for reading. Anything else is an *Error.
func Open(path string) (*os.File, error) { return OpenFile(path, os.O_RDONLY, 0) }

// OpenFile is os.OpenFile for a regular file. Anything else is an *Error.
func OpenFile(path string, flags int, perm fs.FileMode) (*os.File, error) {
	return open(path, os.Stat, func() (*os.File, error) { return os.OpenFile(path, flags|syscall.O_NONBLOCK, perm) })
}

// OpenIn is Open for a file in a folder.
func OpenIn(root *os.Root, name string) (*os.File, error) {
	return open(name, root.Stat,
		func() (*os.File, error) { return root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) })
}

// Create opens an empty file in a folder for writing. It creates or truncates the file. Anything but a regular file
// of this name is an *Error.
func Create(root *os.Root, name string) (*os.File, error) { return write(root, name, os.O_TRUNC) }

// Append opens a file in a folder for writing at its end, and creates a missing file. Anything but a regular file
// of this name is an *Error.
func Append(root *os.Root, name string) (*os.File, error) { return write(root, name, os.O_APPEND) }

func write(root *os.Root, name string, how int) (*os.File, error) {
	flags := os.O_CREATE | os.O_WRONLY | syscall.O_NONBLOCK | how
	return open(name, root.Stat, func() (*os.File, error) { return root.OpenFile(name, flags, 0o644) })
}

// open checks the file before and after opening it. Opening a device may have effects, and the path may change in
// between.
func open(path string, stat func(string) (fs.FileInfo, error), open func() (*os.File, error)) (*os.File, error) {
	if info, err := stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, irregular(path, info.Mode())
	}
	f, err := open()
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = irregular(path, info.Mode())
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Read reads a regular file of up to limit bytes. A larger file is an *Error, and so is anything but a regular
// file.
func Read(path string, limit int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	large := &Error{path, fmt.Sprintf("is larger than %d MiB", limit>>20), "split it, or name another file"}
	if info.Size() > limit {
		return nil, large
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1)) // a file may grow while it is read
	if err == nil && int64(len(data)) > limit {
		err = large
	}
	return data, err
}

// OpenRoot is os.OpenRoot for a folder. Anything else at the path is an *Error.
func OpenRoot(dir string) (*os.Root, error) {
	if err := Folder(dir); err != nil {
		return nil, err
	}
	return os.OpenRoot(dir)
}

// OpenRootIn is OpenRoot for a folder in a folder.
func OpenRootIn(root *os.Root, name string) (*os.Root, error) {
	if err := folder(name, root.Stat); err != nil {
		return nil, err
	}
	return root.OpenRoot(name)
}

// Folder returns an *Error if something other than a folder is at the path, and nil if nothing is.
func Folder(dir string) error { return folder(dir, os.Stat) }

func folder(dir string, stat func(string) (fs.FileInfo, error)) error {
	info, err := stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !info.IsDir() {
		return &Error{dir, "is " + kind(info.Mode()) + ", not a folder", "move it away, or name another folder"}
	}
	return err
}

// Entries lists a folder in a folder, in no order. Anything but a folder of this name is an *Error.
func Entries(root *os.Root, name string) ([]fs.DirEntry, error) {
	if err := folder(name, root.Stat); err != nil {
		return nil, err
	}
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}

func irregular(path string, mode fs.FileMode) *Error {
	e := &Error{path, "is " + kind(mode) + ", not a file", "move it away, or name a file"}
	if mode.IsDir() {
		e.Advice = "name a file in it"
	}
	return e
}

func kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}
