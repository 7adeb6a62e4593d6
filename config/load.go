package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"oped"
	"oped/internal/regular"
)

// Load reads a configuration file and its included files. It returns mistakes that a person can fix as
// oped.Diagnostics, all at once.
func Load(path string) (*Config, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// maxFile is the maximum size of a configuration file in bytes. The shipped file has 40 KB; ten thousand feeds take
// 2 MB.
const maxFile = 4 << 20

func readFile(path string) ([]byte, error) {
	data, err := regular.Read(path, maxFile)
	m := &oped.Diagnostic{Pos: oped.Position{File: path}}
	irregular, isIrregular := errors.AsType[*regular.Error](err)
	switch {
	case err == nil:
		return data, nil
	case isIrregular:
		m.Message, m.Hint = "this "+irregular.Message, irregular.Advice
		if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
			m.Message, m.Hint = "this is a folder", "name the file in it: "+filepath.Join(path, "config.yaml")
		}
	case errors.Is(err, fs.ErrNotExist):
		m.Message, m.Hint = "no such file", "oped init writes one; --config PATH or $OPED_CONFIG names another"
	case errors.Is(err, fs.ErrPermission):
		m.Message = "no permission to read this file"
		m.Hint = "run oped as the owner of the file, or make the user of oped its owner: chown USER " + path
	default:
		m.Message = err.Error()
	}
	return nil, oped.Diagnostics{m}
}

// Parse reads the text of a configuration file. It uses path for relative paths and in mistakes.
func Parse(path string, data []byte) (*Config, error) {
	b := &builder{dir: filepath.Dir(path), readers: map[string]*reader{}, c: &Config{Path: path}}
	var f file
	b.read(path, data, &f)
	b.include(&f)
	b.build(&f)
	if err := b.done(); err != nil {
		return nil, err
	}
	return b.c, nil
}

// builder converts the form of the file to a Config.
type builder struct {
	dir     string
	readers map[string]*reader // by file; each collects the mistakes of its file
	order   []*reader
	c       *Config
}

func (b *builder) read(path string, data []byte, f *file) {
	r := newReader(path, data)
	b.readers[path] = r
	b.order = append(b.order, r)
	r.load(data, f)
	for i := range f.Feeds {
		if f.Feeds[i].pos.Line == 0 {
			f.Feeds[i].pos = oped.Position{File: path}
		}
	}
}

// report adds a mistake to those of its file. It drops duplicates: a list is compiled for topics and for feeds.
func (b *builder) report(pos oped.Position, message, hint string) {
	r := b.readers[pos.File]
	if r == nil {
		r = b.order[0]
	}
	reported := func(m *oped.Diagnostic) bool { return m.Pos.Line == pos.Line && m.Message == message }
	if !slices.ContainsFunc(r.diagnostics, reported) {
		r.report(pos, message, hint)
	}
}

func (b *builder) done() error {
	var all oped.Diagnostics
	for _, r := range b.order {
		slices.SortStableFunc(r.diagnostics, func(a, b *oped.Diagnostic) int { return a.Pos.Line - b.Pos.Line })
		all = append(all, r.diagnostics...)
	}
	return all.Err()
}

// include reads the included files into f.
func (b *builder) include(f *file) {
	for _, glob := range f.Include {
		paths, err := filepath.Glob(filepath.Join(b.dir, glob.value))
		if err != nil || len(paths) == 0 {
			b.report(glob.pos, fmt.Sprintf("include: no file matches %q", glob.value), "relative to "+b.dir)
			continue
		}
		for _, path := range paths {
			if b.readers[path] != nil {
				continue
			}
			data, err := regular.Read(path, maxFile)
			if err != nil {
				hint := ""
				if irregular, ok := errors.AsType[*regular.Error](err); ok {
					hint = irregular.Advice
				}
				b.report(glob.pos, fmt.Sprintf("include: %v", err), hint)
				continue
			}
			var more file
			b.read(path, data, &more)
			if len(more.Include) > 0 || more.BaseURL+more.Listen+more.Store != "" {
				b.report(oped.Position{File: path}, "an included file may hold feeds, terms, topics and editions only",
					"move the rest to "+b.c.Path)
			}
			f.Feeds = append(f.Feeds, more.Feeds...)
			f.Terms = append(f.Terms, more.Terms...)
			f.Topics = append(f.Topics, more.Topics...)
			f.Editions = append(f.Editions, more.Editions...)
		}
	}
}
