//go:build unix

package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"oped/internal/regular"
)

// lockFile keeps other processes from writing to the database. The lock is the kernel's: it ends with the
// process, however that ends. The file itself stays; it holds the process id of the last owner.
type lockFile struct{ f *os.File }

// lock takes the lock beside the database at path.
func lock(path string) (*lockFile, error) {
	f, err := regular.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, privateMode)
	if irregular, ok := errors.AsType[*regular.Error](err); ok {
		return nil, &Error{
			Path:   irregular.Path,
			Kind:   ErrUnreadable,
			Detail: "it " + irregular.Message,
			Advice: "move it away: oped locks the database with a file of this name",
			Err:    err,
		}
	}
	if err != nil {
		return nil, unreadable(path+".lock", err)
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		defer f.Close()
		return nil, inUse(path, f)
	}
	if err != nil {
		f.Close()
		return nil, unreadable(path+".lock", err)
	}
	if err := writePID(f); err != nil {
		f.Close()
		return nil, unreadable(path+".lock", err)
	}
	return &lockFile{f}, nil
}

func inUse(path string, f *os.File) error {
	e := &Error{
		Path:   path,
		Kind:   ErrInUse,
		Advice: "stop the other one first; `oped feeds` and `oped explain` may run beside it",
	}
	raw, _ := io.ReadAll(io.LimitReader(f, 32))
	if pid, err := strconv.Atoi(strings.TrimSpace(string(raw))); err == nil {
		e.Detail = fmt.Sprintf("process %d", pid)
	}
	return e
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

func (l *lockFile) release() error { return l.f.Close() }
