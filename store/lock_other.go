//go:build !unix

package store

// lockFile does nothing without flock: SQLite's own locks still keep the file whole.
type lockFile struct{}

func lock(string) (*lockFile, error) { return &lockFile{}, nil }

func (*lockFile) release() error { return nil }
