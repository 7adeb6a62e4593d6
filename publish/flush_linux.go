package publish

import (
	"os"

	"golang.org/x/sys/unix"
)

// flush lets everything that was written to the file system of a folder last (syncfs(2)). It reports a disk that
// failed meanwhile.
func flush(root *os.Root) error {
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	defer folder.Close()
	return unix.Syncfs(int(folder.Fd()))
}
