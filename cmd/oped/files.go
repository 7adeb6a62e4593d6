package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"oped"
)

// writeNew creates a file, readable by its owner only, since a configuration may hold credentials. An existing
// file is an error.
func writeNew(path string, body []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return oped.Invalid(path+" already exists", "move it away first; nothing was written")
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if _, err := f.Write(body); err != nil {
		f.Close()
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Close()
}
