package publish

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestArchivePages_Restored: pages of archives unknown to the database are removed, since withdrawn
// pieces would stay on them for ever. Published archives stay, and so do foreign files.
func TestArchivePages_Restored(t *testing.T) {
	notShort(t)
	for name, publish := range map[string]func(*Publisher) error{
		"all":     func(p *Publisher) error { return p.publish(t.Context()) },
		"refresh": func(p *Publisher) error { return p.publish(t.Context()) },
		"files":   func(p *Publisher) error { return p.publish(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			s, o := shelved(t)
			o.Precompress = true
			published(t, s, o)
			want := contents(t, o.Dir)
			for _, name := range []string{
				"4/index.html", "4/index.html.gz", "4/index.html.br", "4/index.html.zst", "5/index.html",
				"5/mine.html", "4.atom", "04/index.html", "x/index.html",
			} {
				file := filepath.Join(o.Dir, "pak-us", "archive", name)
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(name), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"5/mine.html", "4.atom", "04/index.html", "x/index.html"} {
				want["/pak-us/archive/"+name] = name
			}
			m, err := openManifestIn(o.Dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, number := range []int64{4, 5} {
				m.written(archivePageFile("pak-us", number), "later")
			}
			if err := m.complete(checkpoint{1 << 40, "of a later database"}); err != nil {
				t.Fatal(err)
			}
			m.close()
			if err := publish(New(o, rowsOf(s))); err != nil {
				t.Fatal(err)
			}
			got := contents(t, o.Dir)
			delete(got, "/"+manifestFile)
			delete(want, "/"+manifestFile)
			if !maps.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			}
			if _, err := os.Stat(filepath.Join(o.Dir, "pak-us/archive/4")); err == nil {
				t.Error("the folder exists")
			}
		})
	}
}

// openManifestIn adds lines to the manifest of a folder.
func openManifestIn(dir string) (*manifestWriter, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return openManifest(root, false)
}
