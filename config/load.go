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

// Load reads a configuration file and what it includes. What a person can mend comes as oped.Diagnostics, all at once.
func Load(path string) (*Config, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// maxFile is how large a file of the configuration may be, in bytes. The shipped one has 40 KB; ten thousand feeds have
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
		m.Message, m.Hint = "there is no such file", "oped init writes one; --config PATH or $OPED_CONFIG names another"
	case errors.Is(err, fs.ErrPermission):
		m.Message = "we may not read this file"
		m.Hint = "run oped as the user whose file it is, or give it to the one that oped runs as: chown USER " + path
	default:
		m.Message = err.Error()
	}
	return nil, oped.Diagnostics{m}
}

// Parse reads the text of a configuration file; path says where it stands, for relative paths and for mistakes.
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

// builder turns the form of the file into a Config.
type builder struct {
	dir     string
	readers map[string]*reader // by file, in whose names mistakes are told
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

// wrong adds a mistake to those of its file.
func (b *builder) wrong(pos oped.Position, what, hint string) {
	r := b.readers[pos.File]
	if r == nil {
		r = b.order[0]
	}
	said := func(m *oped.Diagnostic) bool { return m.Pos.Line == pos.Line && m.Message == what }
	if !slices.ContainsFunc(r.diagnostics, said) { // a list is compiled for topics and for feeds
		r.wrong(pos, what, hint)
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

// include reads further files into f.
func (b *builder) include(f *file) {
	for _, glob := range f.Include {
		paths, err := filepath.Glob(filepath.Join(b.dir, glob.value))
		if err != nil || len(paths) == 0 {
			b.wrong(glob.pos, fmt.Sprintf("include: no file fits %q", glob.value), "it is looked for in "+b.dir)
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
				b.wrong(glob.pos, fmt.Sprintf("include: %v", err), hint)
				continue
			}
			var more file
			b.read(path, data, &more)
			if len(more.Include) > 0 || more.BaseURL+more.Listen+more.Store != "" {
				b.wrong(oped.Position{File: path}, "an included file holds feeds, terms, topics and editions only", "move the rest to "+b.c.Path)
			}
			f.Feeds = append(f.Feeds, more.Feeds...)
			f.Terms = append(f.Terms, more.Terms...)
			f.Topics = append(f.Topics, more.Topics...)
			f.Editions = append(f.Editions, more.Editions...)
		}
	}
}
