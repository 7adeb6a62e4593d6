//go:build !linux

package publish

import "os"

// flush makes written files durable, as far as the system can for a folder. After a power cut, the next
// export in full finds the missing files.
func flush(root *os.Root) error {
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	defer folder.Close()
	folder.Sync() // Windows has none for folders
	return nil
}
