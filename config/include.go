package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// include reads the included files into f: in the order of their patterns, the files of one pattern by name, and each
// file once.
func (b *builder) include(f *file) {
	for _, pattern := range f.Include {
		paths, err := match(b.dir, pattern.value)
		if err != nil {
			b.unreadable(pattern.pos, pattern.value, err)
		}
		for _, path := range paths {
			if slices.Contains(b.c.Files, path) {
				continue
			}
			var more included
			b.read(path, pattern.pos, &more)
			f.Feeds = append(f.Feeds, more.Feeds...)
			f.Terms = append(f.Terms, more.Terms...)
			f.Topics = append(f.Topics, more.Topics...)
			f.Editions = append(f.Editions, more.Editions...)
		}
	}
}

// match returns the files that a pattern matches, by name. Relative patterns begin in dir. A path without *, ? and [
// matches itself, even if there is no such file. As in a shell, a pattern matches no hidden file. An unreadable
// folder is an error: its topics must not seem to be removed.
func match(dir, pattern string) (paths []string, err error) {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{filepath.Clean(resolvePath(dir, pattern))}, nil
	}
	if _, err := filepath.Match(pattern, ""); err != nil {
		return nil, err
	}
	folders, err := match(dir, filepath.Dir(pattern))
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			ok, _ := filepath.Match(filepath.Base(pattern), e.Name()) // the pattern is valid
			if ok && !strings.HasPrefix(e.Name(), ".") {
				paths = append(paths, filepath.Join(folder, e.Name()))
			}
		}
	}
	return paths, nil
}
