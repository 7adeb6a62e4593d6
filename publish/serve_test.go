package publish

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
)

// ask sends one request; headers come as "Name: value".
func ask(h http.Handler, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestO19_O22_Headers(t *testing.T) {
	p := published(t, example(), options())
	for path, mediaType := range map[string]string{
		"/pak-us.atom": "application/atom+xml; charset=utf-8", "/pak-us/": "text/html; charset=utf-8", "/": "text/html; charset=utf-8",
		"/editions.opml": "text/x-opml; charset=utf-8", "/feeds.opml": "text/x-opml; charset=utf-8", "/pak-us/index.html": "text/html; charset=utf-8",
	} {
		r := ask(p, "GET", path)
		h := r.Header
		if r.StatusCode != 200 || h.Get("Content-Type") != mediaType || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Set-Cookie") != "" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("Vary") != "Accept-Encoding" ||
			h.Get("Cache-Control") != "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400" || len(h.Get("ETag")) < 20 {
			t.Errorf("%s: %d %v", path, r.StatusCode, h)
		}
	}
	if got := ask(p, "GET", "/pak-us.atom").Header.Get("Last-Modified"); got != "Mon, 09 Mar 2026 09:30:00 GMT" {
		t.Errorf("Last-Modified %q", got)
	}
}

func TestO20_O23_Conditions(t *testing.T) {
	p := published(t, example(), options())
	plain, zipped := ask(p, "GET", "/pak-us.atom").Header.Get("ETag"), ask(p, "GET", "/pak-us.atom", "Accept-Encoding: gzip").Header.Get("ETag")
	if plain == zipped || strings.HasPrefix(plain, "W/") {
		t.Fatalf("entity tags %s and %s", plain, zipped)
	}
	const same, before = "If-Modified-Since: Mon, 09 Mar 2026 09:30:00 GMT", "If-Modified-Since: Mon, 09 Mar 2026 09:29:59 GMT"
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"no condition", nil, 200}, {"match", []string{"If-None-Match: " + plain}, 304}, {"weak", []string{"If-None-Match: W/" + plain}, 304}, {"any", []string{"If-None-Match: *"}, 304},
		{"list", []string{`If-None-Match: "a,b", W/"c" ,` + plain}, 304}, {"two lines", []string{`If-None-Match: "a"`, "If-None-Match: " + plain}, 304}, {"other", []string{`If-None-Match: "a", "b"`}, 200},
		{"of another encoding", []string{"If-None-Match: " + zipped}, 200}, {"gzip", []string{"If-None-Match: " + zipped, "Accept-Encoding: gzip"}, 304}, {"plain while gzip is asked for", []string{"If-None-Match: " + plain, "Accept-Encoding: gzip"}, 200},
		{"broken", []string{"If-None-Match: " + strings.Trim(plain, `"`)}, 200}, {"unclosed", []string{`If-None-Match: "abc`}, 200}, {"empty", []string{"If-None-Match: "}, 200},
		{"since", []string{same}, 304}, {"since before", []string{before}, 200}, {"since nonsense", []string{"If-Modified-Since: yesterday"}, 200},
		{"the tag wins over the date", []string{`If-None-Match: "a"`, same}, 200}, {"the tag wins over the date (2)", []string{"If-None-Match: " + plain, before}, 304},
		{"range", []string{"Range: bytes=0-1"}, 200},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			r := ask(p, method, "/pak-us.atom", c.headers...)
			if r.StatusCode != c.status || r.Header.Get("ETag") == "" || r.Header.Get("Vary") == "" || r.Header.Get("Cache-Control") == "" {
				t.Errorf("%s %s: %d %v, want %d", method, c.name, r.StatusCode, r.Header, c.status)
			}
			if got := body(t, r); (got == "") != (method == "HEAD" || c.status == 304) {
				t.Errorf("%s %s: body of %d bytes", method, c.name, len(got))
			}
		}
	}
	get, head := ask(p, "GET", "/pak-us.atom").Header, ask(p, "HEAD", "/pak-us.atom").Header
	for name := range get {
		if get.Get(name) != head.Get(name) {
			t.Errorf("HEAD has %s %q, GET %q", name, head.Get(name), get.Get(name))
		}
	}
}

func TestO23_Gzip(t *testing.T) {
	p := published(t, example(), options())
	for accept, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "deflate, gzip;q=0.5": true, "gzip;q=0": false, "*": true, "*;q=0": false, "identity": false, "gzip;q=0.3, identity;q=0.8": false, "br": false,
		"gzip;q=nonsense": false, "x-gzip": true, "*, gzip;q=0": false, "gzip; q=1.0": true,
	} {
		r := ask(p, "GET", "/pak-us.atom", "Accept-Encoding: "+accept)
		if got := r.Header.Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%q: gzip %v", accept, got)
			continue
		}
		if !want {
			continue
		}
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, p.document("pak-us.atom")) {
			t.Errorf("%q: %v", accept, err)
		}
	}
}

func TestO25_S14_S17_OtherRequests(t *testing.T) {
	p := published(t, example(), options())
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		if r := ask(p, method, "/pak-us.atom"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, r.StatusCode, r.Header)
		}
	}
	for _, path := range []string{"/nothing", "/nothing.atom", "/nothing/", "/../etc/passwd", "/pak-us/../../etc/passwd", "/%2e%2e/", "/pak-us.atom/", "//pak-us.atom", "/pak-us%00.atom", "/.pak-us.atom.new"} {
		r := ask(p, "GET", path)
		if page := body(t, r); r.StatusCode != 404 || !strings.Contains(page, `<a href="https://editions.example/">All editions</a>`) {
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
	if r := ask(New(o, example()), "GET", "/"); r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
		t.Errorf("before a publication: %d", r.StatusCode)
	}
	p := published(t, example(), o)
	for _, path := range []string{"/feeds/pak-us.atom", "/pak-us.atom", "/feeds/", "/feeds", "/feeds/piece/1/", "/piece/1/"} {
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
	s.editions[0].Updated, s.editions[1].Title = at(12, 0), "x"
	if err := p.Publish(t.Context(), oped.Changes{Editions: []string{"pak-us", "pak-us", "unknown"}}); err != nil {
		t.Fatal(err)
	}
	if s.read["pak-us"] != 2 || s.read["adaria"] != 1 {
		t.Errorf("read %v", s.read)
	}
	if !bytes.Equal(p.document("adaria.atom"), old) || !bytes.Contains(p.document("pak-us.atom"), []byte("<updated>2026-03-12T00:30:00Z</updated>")) {
		t.Error("not what changed was rendered")
	}
	if err := p.Publish(t.Context(), oped.Changes{}); err != nil || s.read["pak-us"] != 2 {
		t.Errorf("nothing changed, but %v, %v", s.read, err)
	}
	s.editions = s.editions[1:]
	if err := p.PublishAll(t.Context()); err != nil || p.document("pak-us.atom") != nil {
		t.Errorf("an edition that is gone is still served: %v", err)
	}
}

func TestPublish_ErrorKeepsWhatWas(t *testing.T) {
	s := example()
	p := published(t, s, options())
	s.err = context.DeadlineExceeded
	if err := p.PublishAll(t.Context()); err == nil {
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
				if r := ask(p, "GET", "/pak-us.atom"); r.StatusCode != 200 || r.ContentLength != int64(len(p.document("pak-us.atom"))) {
					t.Errorf("status %d, %d bytes", r.StatusCode, r.ContentLength)
				}
			}
		})
	}
	for range 20 {
		if err := p.Publish(t.Context(), oped.Changes{Editions: []string{"pak-us"}}); err != nil {
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
	if got := lines.String(); strings.Count(got, "\n") != 3 || !strings.Contains(got, "msg=published edition=pak-us pieces=3 bytes=") || !strings.Contains(got, " dur=1s") {
		t.Errorf("log: %s", got)
	}
}
