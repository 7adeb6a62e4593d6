//go:build !linux

package publish

import "os"

// flush lets what was written last, as far as the system does so for a folder. After a power cut, the next export in
// full finds what is missing.
func flush(root *os.Root) error {
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	defer folder.Close()
	folder.Sync() // Windows has none for folders
	return nil
}
