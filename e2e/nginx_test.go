package e2e

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// nginx runs a real nginx with the n-th block for it in docs/serving.md until the test ends, and returns its
// address. It replaces the names of the machine: the listening address, and the strings in pairs.
func nginx(t *testing.T, n int, pairs ...string) string {
	t.Helper()
	testkit.Program(t, "nginx", "nginx-light")
	page, err := os.ReadFile("../docs/serving.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```nginx\n")
	if len(blocks) != 3 {
		t.Fatalf("%d blocks for nginx, want 2", len(blocks)-1)
	}
	block, _, _ := strings.Cut(blocks[n], "```")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, dir := l.Addr().String(), t.TempDir()
	l.Close()
	pairs = append(pairs, "listen 80;", "listen "+address+";", "listen [::]:80;", "")
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(block, pairs[i]) {
			t.Fatalf("the block has no %q", pairs[i])
		}
		block = strings.ReplaceAll(block, pairs[i], pairs[i+1])
	}
	conf := "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		conf += kind + "_temp_path " + kind + ";\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(conf+block+"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("nginx", "-e", "stderr", "-p", dir, "-c", "nginx.conf")
	said := &daemon{}
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	waitFor(t, said, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return "http://" + address
}

// waitFor asks again and again until something is so.
func waitFor(t *testing.T, d *daemon, so func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(15 * time.Second)
	for !so() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("it never was so:\n%s", d.said())
		}
	}
}

// asking sends one request with these codings, and returns the answer without its body.
func asking(t *testing.T, url, codings, etag string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", codings)
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	res, err := http.DefaultTransport.RoundTrip(req) // redirects are answers
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res
}

// TestNginxServesTheFiles: with the configuration in docs/serving.md, files of oped once have the same headers
// as served by oped.
func TestNginxServesTheFiles(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 12)...)
	configPath := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\npublish: {limit: 4, precompress: true, search: index}\n"+
			"feeds: "+
			"[{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n")
	mustOped(t, "--config", configPath, "--quiet", "once")
	public := filepath.Join(filepath.Dir(configPath), "public")
	if err := os.WriteFile(filepath.Join(public, ".all.atom.new"), []byte("half of it"), 0o644); err != nil {
		t.Fatal(err)
	}
	at := nginx(t, 1, "/srv/oped/public", public)
	only := func(pattern string) string {
		t.Helper()
		names, err := filepath.Glob(filepath.Join(public, pattern))
		if err != nil || len(names) != 1 {
			t.Fatal(names, err)
		}
		return filepath.Base(names[0])
	}
	const (
		soon = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400"
		keep = "public, max-age=31536000, immutable"
	)
	for _, c := range []struct {
		path, mediaType, cache string
	}{
		{"/", "text/html; charset=utf-8", soon},
		{"/all/", "text/html; charset=utf-8", soon},
		{"/all.atom", "application/atom+xml; charset=utf-8", soon},
		{"/all.rss", "application/rss+xml; charset=utf-8", soon},
		{"/all.json", "application/feed+json; charset=utf-8", soon},
		{"/health.atom", "application/atom+xml; charset=utf-8", soon},
		{"/editions.opml", "text/x-opml; charset=utf-8", soon},
		{"/opensearch.xml", "application/opensearchdescription+xml; charset=utf-8", soon},
		{"/all/archive/1.atom", "application/atom+xml; charset=utf-8", keep},
		{"/all/archive/1.json", "application/feed+json; charset=utf-8", keep},
		{"/" + only("style-*.css"), "text/css; charset=utf-8", keep},
		{"/search/", "text/html; charset=utf-8", soon},
		{"/" + only("search-*.js"), "text/javascript; charset=utf-8", keep},
		{"/search/" + only("search/index-*.json"), "application/feed+json; charset=utf-8", soon},
	} {
		r := asking(t, at+c.path, "gzip", "")
		h := r.Header
		page := strings.HasPrefix(c.mediaType, "text/html")
		if r.StatusCode != http.StatusOK || h.Get("Content-Type") != c.mediaType || h.Get("Cache-Control") != c.cache ||
			h.Get("Content-Encoding") != "gzip" || h.Get("Vary") != "Accept-Encoding" ||
			h.Get("X-Content-Type-Options") != "nosniff" ||
			strings.HasSuffix(h.Get("Content-Security-Policy"), "sandbox") == page ||
			(h.Get("Access-Control-Allow-Origin") == "*") == page ||
			!strings.Contains(h.Get("Content-Security-Policy"), "; style-src 'self'; ") {
			t.Errorf("%s: %d %v", c.path, r.StatusCode, h)
		}
		if again := asking(t, at+c.path, "gzip", h.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", c.path, again.StatusCode)
		}
		if plain := asking(t, at+c.path, "identity", ""); plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %v", c.path, plain.Header)
		}
	}
	for path, mediaType := range map[string]string{
		"/robots.txt":              "text/plain; charset=utf-8",
		"/.well-known/tdmrep.json": "application/json; charset=utf-8",
	} {
		r := asking(t, at+path, "identity", "")
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != mediaType ||
			r.Header.Get("Cache-Control") != soon || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
	for path, status := range map[string]int{
		"/all":                        301,
		"/nothing":                    404,
		"/all.atom.gz":                404,
		"/.all.atom.new":              404,
		"/.oped-manifest":             404,
		"/old-edition.atom":           410,
		"/old-edition/":               410,
		"/old-edition/2026-W47/":      410,
		"/old-edition/2026-W47.atom":  410,
		"/older-edition.json":         410,
		"/old-edition/archive/1.atom": 404,
	} {
		if r := asking(t, at+path, "gzip", ""); r.StatusCode != status ||
			r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
}

// TestNginxBeforeTheDaemon: the proxy in docs/serving.md caches allowed pages, asks once for many readers, and
// answers while the daemon is down.
func TestNginxBeforeTheDaemon(t *testing.T) {
	testkit.NotShort(t)
	asked := 0
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("Cache-Control", "public, max-age=1, stale-while-revalidate=3600, stale-if-error=86400")
		w.Header().Set("Vary", "Accept-Encoding")
		w.Header().Set("X-Peer", r.Header.Get("X-Forwarded-For"))
		w.Write([]byte("<feed/>"))
	}))
	at := nginx(t, 2, "http://127.0.0.1:8080", up.URL, "/var/cache/nginx/oped", filepath.Join(t.TempDir(), "cache"))
	first := asking(t, at+"/all.atom", "gzip", "")
	if first.StatusCode != http.StatusOK || first.Header.Get("X-Cache") != "MISS" ||
		first.Header.Get("X-Peer") != "127.0.0.1" {
		t.Errorf("%d %v", first.StatusCode, first.Header)
	}
	if hit := asking(t, at+"/all.atom?past=it", "gzip", ""); hit.Header.Get("X-Cache") != "HIT" {
		t.Errorf("%v", hit.Header)
	}
	up.Close()
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	waitFor(t, &daemon{}, func() bool {
		r := asking(t, at+"/all.atom", "gzip", "")
		if r.StatusCode != http.StatusOK {
			t.Fatalf("nobody answers the proxy, and it answers %d", r.StatusCode)
		}
		return r.Header.Get("X-Cache") == "STALE"
	})
}

// TestNginxKeepsNoSearch: two readers searching for different things get two answers, whatever upstream says of
// caches. A query at any other address does not fill the cache.
func TestNginxKeepsNoSearch(t *testing.T) {
	asked := map[string]int{}
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path]++
		w.Header().Set("Cache-Control", "public, max-age=300")
		io.WriteString(w, "found for "+r.URL.RawQuery+" by "+r.Header.Get("X-Forwarded-For"))
	}))
	defer up.Close()
	at := nginx(t, 2, "http://127.0.0.1:8080", up.URL, "/var/cache/nginx/oped", filepath.Join(t.TempDir(), "cache"))
	get := func(path string) string {
		t.Helper()
		res, err := http.Get(at + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
		}
		return string(body)
	}
	for _, path := range []string{
		"/search", "/search/", "/search/index.html", "/%73earch", "//search", "/search.atom", "/search.rss", "/search.json",
	} {
		for _, q := range []string{"q=water", "q=ferry"} {
			if got, want := get(path+"?"+q), "found for "+q+" by 127.0.0.1"; got != want {
				t.Errorf("%s?%s: %s, want %s", path, q, got, want)
			}
		}
	}
	for _, path := range []string{"/all.atom", "/search-and-rescue.atom", "/searches/"} {
		for i := range 5 {
			get(path + "?x=" + strconv.Itoa(i))
		}
		if asked[path] != 1 {
			t.Errorf("five queries at %s: upstream was asked %d times", path, asked[path])
		}
	}
}
