package publish

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestO25_RemovedEditions(t *testing.T) {
	s := example()
	s.editions, s.removed = s.editions[:1], []string{"adaria", "old", "../x"}
	p := published(t, s, options())
	for path, status := range map[string]int{
		"/pak-us.atom": 200, "/adaria.atom": 410, "/adaria.rss": 410, "/adaria.json": 410, "/adaria/": 410,
		"/adaria": 410, "/adaria/index.html": 410, "/adaria/archive/1.atom": 410, "/adaria/archive/": 410,
		"/old.atom": 410, "/new.atom": 404, "/new/": 404, "/adaria.xml": 404, "/adaria/other": 404,
		"/adaria/archives": 404, "/.atom": 404, "/x.atom": 404, "/adaria.atom/": 404,
	} {
		for _, method := range []string{"GET", "HEAD"} {
			r := ask(p, method, path)
			if r.StatusCode != status || status != 200 && (r.Header.Get("Cache-Control") != "public, max-age=300" ||
				r.Header.Get("ETag") != "") {
				t.Errorf("%s %s: %d %v", method, path, r.StatusCode, r.Header)
			}
		}
	}
	if page := body(t, ask(p, "GET", "/adaria/")); !strings.Contains(page, "This edition was removed") {
		t.Errorf("page of a removed edition: %s", page)
	}
	s.editions, s.removed = example().editions, nil
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := ask(p, "GET", "/adaria.atom"); r.StatusCode != 200 {
		t.Errorf("an edition that came back: %d", r.StatusCode)
	}
}

// TestO25_FilesOfRemovedEditions: they go, and nothing else does.
func TestO25_FilesOfRemovedEditions(t *testing.T) {
	for name, again := range map[string]func(*Publisher) error{
		"all":     func(p *Publisher) error { return p.publish(t.Context()) },
		"files":   func(p *Publisher) error { return p.publish(t.Context()) },
		"refresh": func(p *Publisher) error { return p.publish(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			var lines bytes.Buffer
			o := options()
			o.Dir, o.Precompress, o.Log = t.TempDir(), true, logTo(&lines)
			s := example()
			published(t, s, o)
			for _, file := range []string{"adaria/archive/1.atom", "adaria/mine.html", "adaria.css"} {
				put(t, filepath.Join(o.Dir, file), "kept")
			}
			for _, file := range []string{"adaria.rss", "empty.json", "outside"} {
				put(t, filepath.Join(o.Dir, file), "stale")
			}
			s.editions, s.removed = s.editions[:1], []string{"adaria", "empty", "never-written"}
			p := New(o, rowsOf(s))
			for range 2 {
				if err := again(p); err != nil {
					t.Fatal(err)
				}
			}
			for file, present := range map[string]bool{
				"pak-us.atom": true, "pak-us.atom.br": true, "adaria/archive/1.atom": true,
				"adaria/mine.html": true, "adaria.css": true, "outside": true, "index.html": true,
				"adaria.atom": false, "adaria.atom.gz": false, "adaria.atom.br": false, "adaria.rss": false,
				"adaria/index.html": false, "adaria/index.html.zst": false, "empty": false, "empty.json": false,
				"never-written": false,
			} {
				if _, err := os.Stat(filepath.Join(o.Dir, file)); (err == nil) != present {
					t.Errorf("%s: %v", file, err)
				}
			}
		})
	}
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
