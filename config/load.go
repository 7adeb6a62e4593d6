package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"oped"
	"oped/internal/regular"
)

// Load reads a configuration file and its included files. It returns mistakes that a person can fix as
// oped.Diagnostics, all at once.
func Load(path string) (*Config, error) { return load(path, readFile).done() }

// Parse reads the text of a configuration file. It uses path for relative paths and in mistakes.
func Parse(path string, data []byte) (*Config, error) {
	path = filepath.Clean(path)
	return load(path, replaced(path, data)).done()
}

// maxFile is the maximum size of a configuration file in bytes. Ten thousand feeds take 2 MB.
const maxFile = 4 << 20

func readFile(path string) ([]byte, error) { return regular.Read(path, maxFile) }

// replaced is readFile, except that the file at path has these data.
func replaced(path string, data []byte) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if name == path {
			return data, nil
		}
		return readFile(name)
	}
}

// load reads a configuration file and its included files with the function open.
func load(path string, open func(string) ([]byte, error)) *builder {
	path = filepath.Clean(path)
	b := &builder{dir: filepath.Dir(path), open: open, c: &Config{Path: path}}
	var f file
	b.read(path, topOf(b), &f)
	b.include(&f)
	b.build(&f)
	return b
}

// builder converts the form of the file to a Config.
type builder struct {
	dir        string
	open       func(path string) ([]byte, error)
	readers    []*reader       // of the c.Files; each collects the mistakes of its file
	feedsAt    []oped.Position // of the c.Feeds
	incomplete bool            // a file could not be read: names may be in it, so that none is reported as unknown
	c          *Config
}

// read reads a file into form. It reports an unreadable file at pos, the position of its name.
func (b *builder) read(path string, pos oped.Position, form any) {
	data, err := b.open(path)
	r := newReader(path, data)
	r.included = pos.File != path
	b.readers = append(b.readers, r)
	b.c.Files = append(b.c.Files, path)
	if err != nil {
		b.unreadable(pos, path, err)
	} else if !r.load(form) {
		b.incomplete = true
	}
}

// unreadable reports a file that cannot be read. pos is in the file that includes it, or is the file itself.
func (b *builder) unreadable(pos oped.Position, path string, err error) {
	b.incomplete = true
	message, hint := err.Error(), ""
	example, missing := "config.yaml", "oped init writes one; --config PATH or $OPED_CONFIG names another"
	if pos != topOf(b) {
		example, missing = "*.yaml", "write a path relative to this file; a pattern may match nothing"
	}
	irregular, isIrregular := errors.AsType[*regular.Error](err)
	failed, _ := errors.AsType[*fs.PathError](err)
	switch {
	case isIrregular && regular.Folder(path) == nil:
		message, hint = "this is a folder", "name the file in it: "+filepath.Join(path, example)
	case isIrregular:
		message, hint = "this "+irregular.Message, irregular.Advice
	case errors.Is(err, fs.ErrNotExist):
		message, hint = "no such file", missing
	case errors.Is(err, fs.ErrPermission):
		message = "no permission to read this file"
		hint = "run oped as the owner of the file, or make the user of oped its owner: chown USER " + failed.Path
	}
	if pos != topOf(b) {
		message = "include " + path + ": " + message
	}
	b.report(pos, message, hint)
}

// report adds a mistake to those of its file. It drops duplicates: a list is compiled for topics and for feeds.
func (b *builder) report(pos oped.Position, message, hint string) {
	r := b.readers[max(0, slices.Index(b.c.Files, pos.File))]
	reported := func(m *oped.Diagnostic) bool { return m.Pos.Line == pos.Line && m.Message == message }
	if !slices.ContainsFunc(r.diagnostics, reported) {
		r.report(pos, message, hint)
	}
}

// lacks reports a value that is missing in a mapping, unless it may be one that could not be read.
func (b *builder) lacks(pos oped.Position, message, hint string) {
	if r := b.readers[max(0, slices.Index(b.c.Files, pos.File))]; !r.partial[pos] {
		b.report(pos, message, hint)
	}
}

// once reports the second use of a name. seen has the names so far.
func (b *builder) once(seen map[string]oped.Position, what, name string, pos oped.Position) bool {
	first, twice := seen[name]
	if !twice {
		seen[name] = pos
		return true
	}
	where := fmt.Sprintf("line %d", first.Line)
	if first.File != pos.File {
		where = fmt.Sprintf("%s:%d", first.File, first.Line)
	}
	if strings.Contains(name, "://") {
		name = oped.ShownAddress(name) // without credentials
	}
	hint := "keep one of them"
	if what == "list" { // of another file, perhaps a shipped one
		hint = "use the other list, or give this one another name"
	}
	b.report(pos, fmt.Sprintf("duplicate %s %s, first in %s", what, name, where), hint)
	return false
}

// done returns the Config, or all mistakes.
func (b *builder) done() (*Config, error) {
	var all oped.Diagnostics
	for _, r := range b.readers {
		slices.SortStableFunc(r.diagnostics, func(a, b *oped.Diagnostic) int { return a.Pos.Line - b.Pos.Line })
		all = append(all, r.diagnostics...)
	}
	if len(all) > 0 {
		return nil, all
	}
	return b.c, nil
}
