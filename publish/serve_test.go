package publish

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// ask sends one request; headers come as "Name: value".
func ask(h http.Handler, method, target string, headers ...string) *http.Response {
	return askFrom(h, "192.0.2.1:1234", method, target, headers...)
}

// askFrom sends one request from an address.
func askFrom(h http.Handler, peer, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = peer
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// ownLink is the attribute of a link on an HTML page to a page of the site.
func ownLink(format string, args ...any) string {
	return `href="/` + fmt.Sprintf(format, args...) + `"`
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFeedInABrowser: browsers get a feed as XML with a style sheet; programs get its own media type.
func TestFeedInABrowser(t *testing.T) {
	p := published(t, example(), options())
	for _, path := range []string{"/pak-us.atom", "/pak-us.rss"} {
		program, person := ask(p, "GET", path), ask(p, "GET", path, "Sec-Fetch-Dest: document")
		if person.Header.Get("Content-Type") != "application/xml; charset=utf-8" ||
			person.Header.Get("ETag") == program.Header.Get("ETag") || body(t, person) != body(t, program) ||
			!strings.Contains(person.Header.Get("Vary"), "Sec-Fetch-Dest") ||
			!strings.Contains(person.Header.Get("Content-Security-Policy"),
				"style-src https://editions.example/feed.css") {
			t.Errorf("%s: %v", path, person.Header)
		}
		if again := ask(
			p, "GET", path, "Sec-Fetch-Dest: document", "If-None-Match: "+person.Header.Get("ETag"),
		); again.StatusCode != 304 {
			t.Errorf("%s again: %d", path, again.StatusCode)
		}
	}
	if r := ask(p, "GET", "/feed.css"); r.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%v", r.Header)
	}
}

func TestO19_O22_Headers(t *testing.T) {
	p := published(t, example(), options())
	for path, mediaType := range map[string]string{
		"/pak-us.atom": "application/atom+xml; charset=utf-8",
		"/pak-us.rss":  "application/rss+xml; charset=utf-8",
		"/pak-us.json": "application/feed+json; charset=utf-8", "/pak-us/": "text/html; charset=utf-8",
		"/":              "text/html; charset=utf-8",
		"/editions.opml": "text/x-opml; charset=utf-8", "/feeds.opml": "text/x-opml; charset=utf-8",
		"/pak-us/index.html": "text/html; charset=utf-8",
	} {
		r := ask(p, "GET", path, "Cookie: a=b", "Origin: https://reader.example")
		h := r.Header
		if r.StatusCode != 200 || h.Get("Content-Type") != mediaType || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Set-Cookie") != "" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") ||
			!strings.HasPrefix(h.Get("Vary"), "Accept-Encoding") || h.Get("Accept-Ranges") != "none" ||
			h.Get("Cache-Control") != "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400" ||
			len(h.Get("ETag")) < 20 {
			t.Errorf("%s: %d %v", path, r.StatusCode, h)
		}
		origin, referrer, sandbox := h.Get("Access-Control-Allow-Origin"), h.Get("Referrer-Policy"), strings.HasSuffix(
			h.Get("Content-Security-Policy"), "; sandbox",
		)
		if mediaType == htmlType && (origin != "" || referrer != "no-referrer" || sandbox) || mediaType != htmlType &&
			(origin != "*" || !sandbox) {
			t.Errorf("%s: %v", path, h)
		}
	}
	if got := ask(p, "GET", "/pak-us.atom").Header.Get("Last-Modified"); got != "Mon, 09 Mar 2026 09:30:00 GMT" {
		t.Errorf("Last-Modified %q", got)
	}
}

// TestCORS_EveryAnswer checks that a reader running in a web page may see every answer about a feed.
func TestCORS_EveryAnswer(t *testing.T) {
	p := published(t, example(), options())
	etag := ask(p, "GET", "/pak-us.atom").Header.Get("ETag")
	for _, tt := range []struct {
		method, path string
		header       []string
		status       int
		origin       string
	}{
		{"GET", "/pak-us.atom", nil, 200, "*"},
		{"HEAD", "/pak-us.json", nil, 200, "*"},
		{"GET", "/pak-us.atom", []string{"If-None-Match: " + etag}, 304, "*"},
		{"GET", "/no-such.atom", nil, 404, "*"},
		{"GET", "/no-such.json", nil, 404, "*"},
		{"GET", "/pak-us/archive/99.atom", nil, 404, "*"},
		{"OPTIONS", "/pak-us.atom", []string{"Access-Control-Request-Method: GET"}, 204, "*"},
		{"OPTIONS", "/no-such.rss", []string{"Access-Control-Request-Method: GET"}, 204, "*"},
		{"OPTIONS", "/pak-us.atom", nil, 405, "*"},
		{"POST", "/pak-us.atom", nil, 405, "*"},
		{"GET", "/pak-us/", nil, 200, ""},
		{"OPTIONS", "/pak-us/", []string{"Access-Control-Request-Method: GET"}, 405, ""},
	} {
		r := ask(p, tt.method, tt.path, append(tt.header, "Origin: https://reader.example")...)
		if got := r.Header.Get("Access-Control-Allow-Origin"); r.StatusCode != tt.status || got != tt.origin {
			t.Errorf("%s %s: %d with %q, want %d with %q", tt.method, tt.path, r.StatusCode, got, tt.status, tt.origin)
		}
		if allowed := r.Header.Get("Access-Control-Allow-Headers"); tt.status == 204 && !strings.Contains(allowed, "If-None-Match") {
			t.Errorf("%s %s: %v", tt.method, tt.path, r.Header)
		}
	}
}

// TestO19_ServerHeaders goes over the wire: net/http adds neither a cookie nor a guessed type.
func TestO19_ServerHeaders(t *testing.T) {
	p := published(t, example(), options())
	server := httptest.NewServer(p)
	defer server.Close()
	r, err := http.Get(server.URL + "/pak-us.atom")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var names []string
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	want := "Accept-Ranges Access-Control-Allow-Origin Cache-Control Content-Security-Policy " +
		"Content-Type Date Etag Last-Modified Vary X-Content-Type-Options"
	// the client of net/http asks for gzip, and takes Content-Length and Content-Encoding off
	if got := strings.Join(names, " "); got != want {
		t.Errorf("headers %s\nwant    %s", got, want)
	}
	if got := body(t, r); got != string(p.document("pak-us.atom")) {
		t.Errorf("a body of %d bytes", len(got))
	}
}

func TestO25_S14_S17_OtherRequests(t *testing.T) {
	p := published(t, example(), options())
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		if r := ask(p, method, "/pak-us.atom"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, r.StatusCode, r.Header)
		}
	}
	for _, method := range []string{"GET", "HEAD"} {
		r := httptest.NewRequest(method, "/pak-us.atom", strings.NewReader("a body"))
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code != 413 || w.Header().Get("Connection") != "close" {
			t.Errorf("%s with a body: %d %v", method, w.Code, w.Header())
		}
	}
	for _, path := range []string{
		"/nothing", "/nothing.atom", "/nothing/", "/../etc/passwd", "/pak-us/../../etc/passwd",
		"/%2e%2e/", "/pak-us.atom/", "//pak-us.atom", "/pak-us%00.atom", "/.pak-us.atom.new",
		"/pak-us.atom.gz", "/.well-known/acme-challenge/x", "/pak-us/archive/2.atom",
		"/pak-us.rss.br",
	} {
		r := ask(p, "GET", path)
		if page := body(t, r); r.StatusCode != 404 ||
			!strings.Contains(page, `<p class="name"><a href="/">oped</a></p>`) {
			t.Errorf("%s: %d %s", path, r.StatusCode, page)
		}
	}
	r := ask(p, "GET", "http://evil.example/pak-us", "X-Forwarded-Host: evil.example")
	if r.StatusCode != 301 || r.Header.Get("Location") != "https://editions.example/pak-us/" {
		t.Errorf("redirect %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	if strings.Contains(body(t, ask(p, "GET", "http://evil.example/")), "evil") {
		t.Error("a page names the Host of the request")
	}
}

func TestServe_UnderAPathAndBeforeAnything(t *testing.T) {
	o := options()
	o.BaseURL += "/feeds/"
	if r := ask(New(o, rowsOf(example())), "GET", "/"); r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
		t.Errorf("before a publication: %d", r.StatusCode)
	}
	p := published(t, example(), o)
	for _, path := range []string{
		"/feeds/pak-us.atom", "/pak-us.atom", "/feeds/", "/feeds", "/feeds/piece/1/", "/piece/1/",
	} {
		if r := ask(p, "GET", path); r.StatusCode != 200 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	if !strings.Contains(string(p.document("pak-us.atom")), `href="https://editions.example/feeds/pak-us.atom"`) {
		t.Error("no self link under the path")
	}
}

func TestPublish_RendersWhatChangedOnce(t *testing.T) {
	s := example()
	s.read = map[string]int{}
	p := published(t, s, options())
	old := p.document("adaria.atom")
	s.editions[0].Updated = at(12, 0)
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.read["pak-us"] != 2 || s.read["adaria"] != 1 {
		t.Errorf("read %v", s.read)
	}
	if !bytes.Equal(p.document("adaria.atom"), old) ||
		!bytes.Contains(p.document("pak-us.atom"), []byte("<updated>2026-03-12T00:30:00Z</updated>")) {
		t.Error("not what changed was rendered")
	}
	if err := p.publish(t.Context()); err != nil || s.read["pak-us"] != 2 {
		t.Errorf("nothing changed, but %v, %v", s.read, err)
	}
	s.editions = s.editions[1:]
	if err := p.publish(t.Context()); err != nil || p.document("pak-us.atom") != nil {
		t.Errorf("an edition that is gone is still served: %v", err)
	}
}

func TestPublish_ErrorKeepsWhatWas(t *testing.T) {
	s := example()
	p := published(t, s, options())
	s.err = context.DeadlineExceeded
	if err := p.publish(t.Context()); err == nil {
		t.Fatal("no error")
	}
	if r := ask(p, "GET", "/pak-us.atom"); r.StatusCode != 200 {
		t.Errorf("status %d", r.StatusCode)
	}
}

// TestServe_WhilePublishing is for the race detector; every answer has to be whole.
func TestServe_WhilePublishing(t *testing.T) {
	p := published(t, example(), options())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				if r := ask(p, "GET", "/pak-us.atom"); r.StatusCode != 200 ||
					r.ContentLength != int64(len(p.document("pak-us.atom"))) {
					t.Errorf("status %d, %d bytes", r.StatusCode, r.ContentLength)
				}
			}
		})
	}
	for range 20 {
		if err := p.publish(t.Context()); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}

func TestPublish_Logs(t *testing.T) {
	var lines bytes.Buffer
	o := options()
	o.Log = logTo(&lines)
	clock := at(1, 1)
	o.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
	published(t, example(), o)
	if got := lines.String(); strings.Count(got, "\n") != 3 ||
		!strings.Contains(got, "msg=published edition=pak-us pieces=3 bytes=") || !strings.Contains(got, " dur_ms=1000") {
		t.Errorf("log: %s", got)
	}
}
