package publish

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"oped/internal/regular"
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

// sidecars are the ends of the names under which the codings of a file stand beside it, where web servers look for them.
func sidecars() []string { return []string{".gz", ".br", ".zst"} }

func (c coding) sidecar() string {
	return [codings]string{"", ".gz", ".br", ".zst"}[c]
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

// folder opens the folder for files, until end is called. It is nil where that cannot be: nothing can be compared then, and what is made is owed.
func (p *Publisher) folder() (root *os.Root, end func()) {
	root, err := openFolder(p.options.Dir)
	if err != nil {
		return nil, func() {}
	}
	return root, func() { root.Close() }
}

// write brings the folder in line with the documents: it writes those whose bytes differ from what is there, each so that
// whoever reads sees the old file or the new one, and removes those of editions that are gone.
func (p *Publisher) write(files map[string]*representation, gone map[string]bool) error {
	dir := p.options.Dir
	root, err := openFolder(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := p.removeGone(root, gone); err != nil { // first: it makes room
		return &DirError{dir, err}
	}
	for _, name := range writingOrder(files) {
		err := writeFile(root, name, files[name].plain.body)
		if err == nil && p.options.Precompress {
			err = writeSidecars(root, name, files[name])
		}
		if err != nil {
			return &DirError{dir, err}
		}
	}
	return nil
}

// writingOrder are the names of files in the order in which they are written: the pages of archives at the end, the newest last, since those behind one that needs no
// work are not looked at.
func writingOrder(files map[string]*representation) []string {
	part := make(map[string]int64, len(files))
	for name := range files {
		if m := archivePageName.FindStringSubmatch(name); m != nil {
			part[name], _ = strconv.ParseInt(m[2], 10, 64)
		}
	}
	return slices.SortedFunc(maps.Keys(files), func(a, b string) int { return cmp.Or(cmp.Compare(part[a], part[b]), strings.Compare(a, b)) })
}

// writeSidecars writes a document in its codings, gzip last: it tells that all are there. One that is no smaller has none, and an old one would be served for ever.
func writeSidecars(root *os.Root, name string, rep *representation) error {
	have := map[string][]byte{}
	for i := range rep.codings {
		have[rep.codings[i].coding.sidecar()] = rep.codings[i].body
	}
	file, err := root.Stat(name)
	if err != nil && !absent(err) {
		return err
	}
	for _, end := range slices.Backward(sidecars()) {
		write := writeFile
		if file != nil && !notOlder(root, name+end, file) {
			write = replaceFile // if only to be younger than the file
		}
		if body := have[end]; body != nil {
			err = write(root, name+end, body)
		} else if err = root.Remove(name + end); absent(err) {
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func notOlder(root *os.Root, name string, than os.FileInfo) bool {
	info, err := root.Stat(name)
	return err == nil && !info.ModTime().Before(than.ModTime())
}

// stands tells whether a file is there, with its codings where they are wanted: one without them was written before they were, or a crash came between; and older
// ones are of what stood there before. What gets no smaller by gzip is made again each time, and not written.
func (p *Publisher) stands(root *os.Root, name string) bool {
	file, err := root.Stat(name)
	return err == nil && (!p.options.Precompress || notOlder(root, name+gzipCoding.sidecar(), file))
}

// standsOf is stands for a page that was made of the same.
func (p *Publisher) standsOf(root *os.Root, name, made string) bool {
	return standsIn(root, name, made) && p.stands(root, name)
}

func writeFile(root *os.Root, name string, body []byte) error {
	same, err := hasBytes(root, name, body)
	if same || err != nil {
		return err
	}
	return replaceFile(root, name, body)
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

func replaceFile(root *os.Root, name string, body []byte) error {
	folder := path.Dir(name)
	if folder != "." {
		if err := root.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	// One name for all times: what a crash has left behind is used again.
	temporary := path.Join(folder, "."+path.Base(name)+".new")
	err := writeSynced(root, temporary, body)
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		root.Remove(temporary) // half of it, on a full disk
		return err
	}
	return syncFolder(root, folder)
}

func writeSynced(root *os.Root, name string, body []byte) error {
	f, err := regular.Create(root, name)
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
	f, err := root.Open(folder) // it holds the file that was renamed: it is a folder
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
