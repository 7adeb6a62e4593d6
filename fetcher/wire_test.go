package fetcher

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"oped"
	"oped/internal/newstest"
)

// TestF33TheExactRequest also covers F34: HTTP/1.1, never 1.0.
func TestF33TheExactRequest(t *testing.T) {
	const base = "Host: feeds.paper.example\r\n" +
		"User-Agent: oped/1.2 (+https://reader.example/about)\r\n" +
		"Accept: application/atom+xml, application/rss+xml, application/feed+json;q=0.9, " +
		"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.5, */*;q=0.1\r\n" +
		"Accept-Encoding: gzip, br, zstd\r\n"
	const conditional = "If-Modified-Since: Mon, 02 Nov 2026 10:00:00 GMT\r\nIf-None-Match: \"a\"\r\n"
	const given = "ETag: \"a\"\r\nLast-Modified: " + httpDate + "\r\nSet-Cookie: id=1\r\n"
	for _, c := range []struct{ address, first, second string }{
		{"http://feeds.paper.example/opinion?cat=7&n=1#top", "GET /opinion?cat=7&n=1 HTTP/1.1\r\n" + base + "\r\n",
			"GET /opinion?cat=7&n=1 HTTP/1.1\r\n" + base + conditional + "\r\n"},
		{"http://feeds.paper.example", "GET / HTTP/1.1\r\n" + base + "\r\n",
			"GET / HTTP/1.1\r\n" + base + conditional + "\r\n"},
		{"http://me:secret@feeds.paper.example/",
			"GET / HTTP/1.1\r\n" + base + "Authorization: Basic bWU6c2VjcmV0\r\n\r\n", ""},
	} {
		s := &socket{response: says("200 OK", given, edition("one"))}
		transport := s.transport()
		p := &poll{
			New(Options{Transport: transport, UserAgent: "oped/1.2 (+https://reader.example/about)"}),
			feedAt(c.address),
		}
		p.well(t)
		p.well(t)
		s.end(transport)
		if s.raw[0] != c.first {
			t.Errorf("%s: the first request is\n%s\nwant\n%s", c.address, s.raw[0], c.first)
		}
		if c.second != "" && s.raw[1] != c.second {
			t.Errorf("%s: the second request is\n%s\nwant\n%s", c.address, s.raw[1], c.second)
		}
	}
}

func TestF34OneConnectionServesManyFetches(t *testing.T) {
	body := edition("one")
	page := []byte(strings.Repeat("<p>gone</p>", 100))
	s := &socket{response: func(n int, c net.Conn) {
		switch n {
		case 0:
			says("200 OK", "ETag: \"a\"\r\n", body)(n, c)
		case 1:
			fmt.Fprint(c, "HTTP/1.1 304 Not Modified\r\n\r\n")
		case 2:
			says("404 Not Found", "", page)(n, c)
		case 3:
			says("302 Found", "Location: /moved\r\n", page)(n, c)
		case 4, 6:
			zipped := newstest.Encode("gzip", body)
			fmt.Fprintf(c,
				"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
				len(zipped), zipped)
		default:
			raw := encoded("deflate raw", body)
			const head = "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n"
			fmt.Fprintf(c, head+"%x\r\n%s\r\n0\r\n\r\n", len(raw), raw)
		}
	}}
	transport := s.transport()
	defer s.end(transport)
	p := polling(transport)
	for range 6 {
		p.once(t)
	}
	if len(s.raw) != 7 || s.dials != 1 {
		t.Errorf("%d requests over %d connections, want 7 over one", len(s.raw), s.dials)
	}
}

func TestF34HTTP2(t *testing.T) {
	var dials atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("asked by %s", r.Proto)
		}
		w.Write(edition("one"))
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs the client's distrust
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			dials.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	f := New(Options{AllowPrivate: loopback()})
	transport := f.inside.(*http.Transport)
	transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
	r := f.Fetch(t.Context(), feedAt(server.URL))
	wantKind(t, r, oped.Network) // S23: an untrusted certificate
	dials.Store(0)
	transport.TLSClientConfig.RootCAs.AddCert(server.Certificate())
	for range 3 {
		if r := f.Fetch(t.Context(), feedAt(server.URL)); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	if dials.Load() != 1 {
		t.Errorf("%d connections for 3 fetches", dials.Load())
	}
	transport.CloseIdleConnections()
}

// TestF36SlowServersAreAbandoned runs in virtual time. synctest fails it if a goroutine leaks.
func TestF36SlowServersAreAbandoned(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\n\r\n"
	drip := func(c net.Conn, text string, pause time.Duration) {
		for i := range len(text) {
			time.Sleep(pause)
			if _, err := io.WriteString(c, text[i:i+1]); err != nil {
				return
			}
		}
	}
	long := string(edition(strings.Repeat("long ", 10_000)))
	for _, c := range []struct {
		name     string
		response func(n int, c net.Conn)
		within   time.Duration
		kind     oped.Kind
	}{
		{"nothing comes", func(int, net.Conn) { time.Sleep(time.Hour) }, 30 * time.Second, oped.Timeout},
		{"a head of a byte a second",
			func(_ int, c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 1000), time.Second) },
			30 * time.Second, oped.Timeout},
		{"a body of a byte a second", func(_ int, c net.Conn) { io.WriteString(c, head); drip(c, long, time.Second) },
			11 * time.Second, oped.Timeout},
		{"a body of 100 bytes a second",
			func(_ int, c net.Conn) { io.WriteString(c, head); drip(c, long, 10*time.Millisecond) }, 11 * time.Second,
			oped.Timeout},
		{"a body of 500 bytes a second",
			func(_ int, c net.Conn) { io.WriteString(c, head); drip(c, long, 2*time.Millisecond) }, time.Minute,
			oped.Timeout},
		{"a body that stops", func(_ int, c net.Conn) { io.WriteString(c, head+long[:100]); time.Sleep(time.Hour) },
			time.Minute, oped.Timeout},
		{"redirects of 25 seconds each", func(n int, c net.Conn) {
			time.Sleep(25 * time.Second)
			says("302 Found", fmt.Sprintf("Location: /%d\r\n", n), nil)(n, c)
		}, time.Minute, oped.Timeout},
		{"an error page that drips", func(_ int, c net.Conn) {
			io.WriteString(c, "HTTP/1.1 500 No\r\n\r\n")
			drip(c, long, time.Second)
		}, time.Minute, oped.Server},
		{"hangs up", func(_ int, c net.Conn) { c.Close() }, time.Second, oped.Network},
		{"20 seconds are fine",
			func(n int, c net.Conn) { time.Sleep(20 * time.Second); says("200 OK", "", []byte(long))(n, c) },
			20 * time.Second, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &socket{response: c.response}
				transport := s.transport()
				began := time.Now()
				r := New(Options{Transport: transport}).Fetch(t.Context(), feedAt(feedURL))
				if c.kind == "" && r.Err != nil {
					t.Errorf("failed: %v", r.Err)
				} else if c.kind != "" {
					wantKind(t, r, c.kind)
				}
				wantBetween(t, "it", time.Since(began), 0, c.within)
				s.end(transport)
			})
		})
	}
}
