package publish

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"oped/publish/coding"
)

// wantCoded checks that each file of a folder exists in all codings, with the same content.
func wantCoded(t *testing.T, dir string) {
	t.Helper()
	files := contents(t, dir)
	for name, want := range files {
		end := filepath.Ext(name)
		var r io.Reader
		var err error
		switch end {
		case ".gz":
			r, err = gzip.NewReader(strings.NewReader(want))
		case ".br":
			r = brotli.NewReader(strings.NewReader(want))
		case ".zst":
			r, err = zstd.NewReader(strings.NewReader(want))
		default:
			for _, c := range coding.Compressing() {
				if _, ok := files[name+c.Sidecar()]; !ok && len(want) > 200 && name != "/"+manifestFile &&
					end != ".woff2" { // compressed already
					t.Errorf("%s has no %s", name, c)
				}
			}
			continue
		}
		var got []byte
		if err == nil {
			got, err = io.ReadAll(r)
		}
		if plain := files[strings.TrimSuffix(name, end)]; err != nil || string(got) != plain {
			t.Errorf("%s is not the coding of its file: %v", name, err)
		}
	}
}

// shelved returns rows with every kind of file: heads, archives, issues, people.
func shelved(t *testing.T) (*fakeRows, Options) {
	s := digested()
	s.editions[0].Limit = 1
	s.pieces["more"] = s.pieces["pak-us"] // in the catalog only
	o, _ := withCatalog(t, s)
	o.Dir = t.TempDir()
	return s, o
}

// TestFiles_PrecompressedLater: an export adds missing codings, replaces codings of an older version, and
// adds the codings lost in a crash.
func TestFiles_PrecompressedLater(t *testing.T) {
	notShort(t)
	for name, publish := range map[string]func(*Publisher, context.Context) error{
		"all": (*Publisher).publish, "refresh": (*Publisher).publish,
		"files": func(p *Publisher, ctx context.Context) error { return p.publish(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			s, o := shelved(t)
			run := func(precompress bool) {
				t.Helper()
				o.Precompress = precompress
				if err := publish(New(o, rowsOf(s)), t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			run(false)
			plain := contents(t, o.Dir)
			for _, name := range []string{
				"/pak-us/archive/1.atom", "/pak-us/archive/1/index.html", "/weekly/2026-W10.json",
				"/weekly/2026-W10/index.html", "/author/amina-qureshi/index.html", "/piece/3/index.html",
			} {
				if plain[name] == "" {
					t.Errorf("there is no %s", name)
				}
			}
			run(true)
			wantCoded(t, o.Dir)

			before := stamped(t, o.Dir)
			run(true)
			wantStamps(t, o.Dir, before)

			o.Precompress = false
			for _, title := range []string{"The first headline", "The second headline"} {
				for i := range s.pieces["pak-us"] {
					s.pieces["pak-us"][i].Entries[0].Title = title
				}
				for i := range s.pieces["weekly"] {
					s.pieces["weekly"][i].Entries[0].Title = title
				}
				for id, p := range s.below {
					p.Entries[0].Title = title
					s.below[id] = p
				}
				if err := New(o, rowsOf(s)).publish(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			run(true)
			wantCoded(t, o.Dir)

		})
	}
}

// stamped returns the modification times of the files of a folder.
func stamped(t *testing.T, dir string) map[string]time.Time {
	t.Helper()
	all := map[string]time.Time{}
	for name := range contents(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = info.ModTime()
	}
	return all
}

// wantStamps checks that no file was written, added or removed since.
func wantStamps(t *testing.T, dir string, before map[string]time.Time) {
	t.Helper()
	after := stamped(t, dir)
	for name, at := range after {
		if !before[name].Equal(at) {
			t.Errorf("%s was written though nothing has changed", name)
		}
	}
	for name := range before {
		if after[name].IsZero() {
			t.Errorf("%s is gone", name)
		}
	}
}
