package app

import (
	_ "embed" // for minimalConfig
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"oped"
)

//go:embed minimal.yaml
var minimalConfig []byte

// Init writes the shipped configuration, its main file at path and the others beside it, and returns their paths. A
// minimal one is one small file with three feeds and one topic. No file is overwritten: if one exists, nothing is
// written.
func Init(path string, minimal bool) (written []string, err error) {
	files := []newFile{{path, minimalConfig}}
	if !minimal {
		files = shippedFiles(path, ".")
	}
	if err := writeNew(files); err != nil {
		return nil, err
	}
	for _, f := range files {
		written = append(written, f.path)
	}
	return written, nil
}

// newFile is a file to create.
type newFile struct {
	path string
	body []byte
}

// shippedFiles returns the shipped configuration, or one folder of it, as files beside the main file.
func shippedFiles(main, folder string) (files []newFile) {
	err := fs.WalkDir(oped.Shipped, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		path := filepath.Join(filepath.Dir(main), filepath.FromSlash(name))
		if name == "config.yaml" {
			path = main
		}
		body, err := oped.Shipped.ReadFile(name)
		files = append(files, newFile{path, body})
		return err
	})
	if err != nil {
		panic(err) // an embedded file can always be read
	}
	return files
}

// writeNew creates all files, or none. An existing file is an error.
func writeNew(files []newFile) error {
	for _, f := range files {
		if _, err := os.Lstat(f.path); err == nil {
			return oped.Invalid(f.path+" already exists", "move it away first; nothing was written")
		}
	}
	for i, f := range files {
		if err := create(f); err != nil {
			for _, done := range files[:i] {
				os.Remove(done.path)
			}
			return fmt.Errorf("write %s: %w", f.path, err)
		}
	}
	return nil
}

// create writes a new file, readable by its owner only, since a configuration may hold credentials.
func create(file newFile) error {
	if err := os.MkdirAll(filepath.Dir(file.path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(file.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(file.body)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(file.path)
	}
	return err
}
