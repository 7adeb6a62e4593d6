package publish

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// TestFilesOnly: a process that serves nothing writes the same files, sidecars included.
func TestFilesOnly(t *testing.T) {
	for _, precompress := range []bool{false, true} {
		written := map[bool]map[string]string{}
		for _, filesOnly := range []bool{false, true} {
			o := options()
			o.Dir, o.Precompress, o.FilesOnly = t.TempDir(), precompress, filesOnly
			p := published(t, example(), o)
			if has := len(p.site.Load().files["pak-us.atom"].codings) > 0; has != (precompress || !filesOnly) {
				t.Errorf("precompress %t, files only %t: codings were made: %t", precompress, filesOnly, has)
			}
			written[filesOnly] = contents(t, o.Dir)
		}
		if !maps.Equal(written[false], written[true]) || len(written[true]) == 0 {
			t.Errorf("precompress %t: other files", precompress)
		}
	}
}

// contents are the files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[path[len(dir):]] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
