package publish

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"oped"
)

// TestO26_AIM: who has a version and says A-IM: feed is sent the entries that he has not.
func TestO26_AIM(t *testing.T) {
	s := example()
	p := published(t, s, options())
	tag := func(path string, headers ...string) string { return ask(p, "GET", path, headers...).Header.Get("ETag") }
	first := map[string]string{"/pak-us.atom": tag("/pak-us.atom"), "/pak-us.rss": tag("/pak-us.rss", "Accept-Encoding: gzip")}
	change := func(do func(pieces []oped.Piece) []oped.Piece) {
		t.Helper()
		s.pieces["pak-us"] = do(slices.Clone(s.pieces["pak-us"]))
		s.editions[0].Updated = s.editions[0].Updated.Add(time.Hour)
		if err := p.Publish(t.Context(), oped.Changes{Editions: []string{"pak-us"}}); err != nil {
			t.Fatal(err)
		}
	}
	change(func(pieces []oped.Piece) []oped.Piece { // one is new
		fourth := pieces[0]
		fourth.ID, fourth.AtomID = 4, "tag:harbour.example,2020:op-4"
		return slices.Insert(pieces, 0, fourth)
	})
	second := tag("/pak-us.atom")
	change(func(pieces []oped.Piece) []oped.Piece { // one is updated, and one leaves
		pieces[2].Updated = pieces[2].Updated.Add(time.Hour)
		return pieces[:3]
	})
	const fourth, sahil = "tag:harbour.example,2020:op-4", "https://sahil.example/?p=7"
	all := []string{fourth, "tag:harbour.example,2020:op-1", sahil}
	for _, c := range []struct {
		what, path string
		headers    []string
		status     int
		ids        []string
	}{
		{"the version before", "/pak-us.atom", []string{"A-IM: feed", "If-None-Match: " + second}, 226, []string{sahil}},
		{"the first version", "/pak-us.atom", []string{"A-IM: feed", "If-None-Match: " + first["/pak-us.atom"]}, 226, []string{fourth, sahil}},
		{"RSS, of which there is a coding", "/pak-us.rss", []string{"A-IM: feed", "If-None-Match: " + first["/pak-us.rss"]}, 226, []string{fourth, sahil}},
		{"several versions and manipulations", "/pak-us.atom", []string{"A-IM: vcdiff, FEED;q=0.5", "A-IM: gzip", `If-None-Match: "x", W/` + second}, 226, []string{sahil}},
		{"no version", "/pak-us.atom", []string{"A-IM: feed"}, 200, all},
		{"an unknown version", "/pak-us.atom", []string{"A-IM: feed", `If-None-Match: "x"`}, 200, all},
		{"another manipulation", "/pak-us.atom", []string{"A-IM: vcdiff, feeds", "If-None-Match: " + second}, 200, all},
		{"no manipulation", "/pak-us.atom", []string{"If-None-Match: " + second}, 200, all},
		{"none that is wanted", "/pak-us.atom", []string{"A-IM: feed;q=0", "If-None-Match: " + second}, 200, all},
		{"a coding and nothing else", "/pak-us.atom", []string{"A-IM: feed", "Accept-Encoding: gzip, identity;q=0", "If-None-Match: " + second}, 200, nil},
		{"JSON", "/pak-us.json", []string{"A-IM: feed", "If-None-Match: " + second}, 200, all},
		{"what stands there", "/pak-us.atom", []string{"A-IM: feed", "If-None-Match: " + tag("/pak-us.atom")}, 304, nil},
		{"everything", "/pak-us.atom", []string{"A-IM: feed", "If-None-Match: *"}, 304, nil},
	} {
		r := ask(p, "GET", c.path, c.headers...)
		body, _ := io.ReadAll(r.Body)
		if r.StatusCode != c.status || !strings.HasSuffix(c.path, "json") && !strings.Contains(r.Header.Get("Vary"), "A-IM") {
			t.Errorf("%s: %d, %v", c.what, r.StatusCode, r.Header)
		}
		if c.ids != nil {
			feed, err := gofeed.NewParser().ParseString(string(body))
			if err != nil {
				t.Errorf("%s: %v\n%s", c.what, err, body)
				continue
			}
			var ids []string
			for _, item := range feed.Items {
				ids = append(ids, item.GUID)
			}
			if !slices.Equal(ids, c.ids) {
				t.Errorf("%s: the entries %q, not %q", c.what, ids, c.ids)
			}
		}
		if c.status != http.StatusIMUsed {
			continue
		}
		if h := r.Header; !slices.Equal(h["IM"], []string{"feed"}) || h.Get("Cache-Control") != "no-store" || h.Get("ETag") != tag(c.path) || h.Get("Content-Type") == "" {
			t.Errorf("%s: %v", c.what, h)
		}
		if again := ask(p, "GET", c.path, "A-IM: feed", "If-None-Match: "+r.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: with the tag of the delta %d", c.what, again.StatusCode)
		}
		if head := ask(p, "HEAD", c.path, c.headers...); head.StatusCode != c.status || head.Header.Get("ETag") != r.Header.Get("ETag") {
			t.Errorf("%s: HEAD %d, %v", c.what, head.StatusCode, head.Header)
		}
		if strings.HasSuffix(c.path, ".atom") {
			file := filepath.Join(t.TempDir(), "delta.atom")
			if err := os.WriteFile(file, body, 0o644); err != nil {
				t.Fatal(err)
			}
			t.Run(c.what, func(t *testing.T) { jing(t, schema(t), file) })
		}
	}
	if r := ask(published(t, s, options()), "GET", "/pak-us.atom", "A-IM: feed", "If-None-Match: "+second); r.StatusCode != 200 {
		t.Errorf("after a restart: %d", r.StatusCode)
	}
}

// TestO26_NoMoreThanTheWhole: where nearly everything is new, a coding of the whole is less.
func TestO26_NoMoreThanTheWhole(t *testing.T) {
	s := example()
	p := published(t, s, options())
	had := ask(p, "GET", "/pak-us.atom").Header.Get("ETag")
	s.editions[0].Updated = s.editions[0].Updated.Add(time.Hour)
	for i := range s.pieces["pak-us"] {
		s.pieces["pak-us"][i].Updated = s.editions[0].Updated
	}
	if err := p.Publish(t.Context(), oped.Changes{Editions: []string{"pak-us"}}); err != nil {
		t.Fatal(err)
	}
	if r := ask(p, "GET", "/pak-us.atom", "A-IM: feed", "Accept-Encoding: gzip", "If-None-Match: "+had); r.StatusCode != 200 || r.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%d, %v", r.StatusCode, r.Header)
	}
}
