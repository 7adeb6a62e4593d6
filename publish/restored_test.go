package publish

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"oped"
)

// TestArchivePages_Restored: pages of archives that the database does not know go, for nobody would take a withdrawn piece out of them; what was published as an
// archive stays, and so does what is not ours.
func TestArchivePages_Restored(t *testing.T) {
	for name, publish := range map[string]func(*Publisher) error{
		"all": func(p *Publisher) error { return p.PublishAll(t.Context()) }, "refresh": func(p *Publisher) error { return p.Refresh(t.Context()) },
		"files": func(p *Publisher) error { return p.PublishFiles(t.Context(), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			s, o := shelved(t)
			o.Precompress = true
			p := published(t, s, o)
			want := contents(t, o.Dir)
			for _, name := range []string{"4/index.html", "4/index.html.gz", "4/index.html.br", "4/index.html.zst", "5/index.html", "5/mine.html", "4.atom", "04/index.html", "x/index.html"} {
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
			if err := p.Publish(t.Context(), oped.Changes{Editions: []string{"adaria"}}); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(o.Dir, "pak-us/archive/4/index.html")); err != nil {
				t.Errorf("a publication of what changed looks for them: %v", err)
			}
			if err := publish(New(o, s)); err != nil {
				t.Fatal(err)
			}
			if got := contents(t, o.Dir); !maps.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			}
			if _, err := os.Stat(filepath.Join(o.Dir, "pak-us/archive/4")); err == nil {
				t.Error("the folder stands there")
			}
		})
	}
}
