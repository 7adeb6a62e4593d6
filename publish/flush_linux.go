package publish

import (
	"os"

	"golang.org/x/sys/unix"
)

// flush makes everything written to the file system of a folder durable (syncfs(2)). It reports a disk
// that failed meanwhile.
func flush(root *os.Root) error {
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	defer folder.Close()
	return unix.Syncfs(int(folder.Fd()))
}
