// Package papertest is a newspaper inside the test process: a real server on loopback with changing editions. It
// answers as well and as badly as real newspapers, counts requests and records their headers.
//
// To start one, call [New]; then set answers with [Paper.Serve] or [Paper.Edition].
package papertest

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Answer is the answer for a path.
type Answer struct {
	Status       int           // 200 if 0
	Body         []byte        // before encoding
	ContentType  string        // "" sends none
	Header       http.Header   // further header fields, unchanged
	ETag         string        // "auto": made from the body. A request with this tag, or with LastModified, gets 304
	LastModified string        // byte for byte; "" sends none
	Encoding     string        // encoding of the body: gzip, br, zstd
	Drip         time.Duration // between two bytes
	Cut          int           // number of bytes sent before the connection is cut; 0: all
	Redirect     string        // target address; Status is the kind of redirect, 302 if 0
}

// Request is a received request.
type Request struct {
	At     time.Time   // time of arrival
	Path   string      // without the query
	Header http.Header // a copy
	Status int         // of the answer
}

// Paper is a newspaper.
type Paper struct {
	URL string // http://127.0.0.1:port

	mu        sync.Mutex
	answers   map[string]Answer
	requests  []Request
	active    int
	maxAtOnce int // maximum of simultaneous requests
}

// New starts a newspaper. It closes with the test.
func New(t testing.TB) *Paper {
	t.Helper()
	p := &Paper{answers: map[string]Answer{}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// Serve sets the answer for a path.
func (p *Paper) Serve(path string, a Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[path] = a
}

// Edition serves these items as an RSS feed with an automatic ETag.
func (p *Paper) Edition(path, title string, items ...Item) {
	p.Serve(path, Answer{Body: RSS(title, items...), ContentType: "application/rss+xml; charset=utf-8", ETag: "auto"})
}

// Requests returns the requests for a path in order; "" selects all paths.
func (p *Paper) Requests(path string) []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Request
	for _, r := range p.requests {
		if path == "" || r.Path == path {
			out = append(out, r)
		}
	}
	return out
}

// MaxAtOnce returns the maximum number of simultaneous requests so far.
func (p *Paper) MaxAtOnce() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.maxAtOnce
}

// ServeHTTP answers a request and records it.
func (p *Paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	a, ok := p.answers[r.URL.Path]
	p.active++
	p.maxAtOnce = max(p.maxAtOnce, p.active)
	p.mu.Unlock()
	status := a.status(r)
	if !ok {
		status = http.StatusNotFound
	}
	p.mu.Lock()
	p.requests = append(p.requests, Request{
		At:     time.Now(),
		Path:   r.URL.Path,
		Header: r.Header.Clone(),
		Status: status,
	})
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.active--
		p.mu.Unlock()
	}()
	a.write(w, r, status)
}

func (a *Answer) etag() string {
	if a.ETag != "auto" {
		return a.ETag
	}
	sum := sha256.Sum256(a.Body)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

func (a *Answer) status(r *http.Request) int {
	matches := a.ETag != "" && r.Header.Get("If-None-Match") == a.etag() ||
		r.Header.Get("If-None-Match") == "" && a.LastModified != "" &&
			r.Header.Get("If-Modified-Since") == a.LastModified
	switch {
	case a.Redirect != "" && a.Status == 0:
		return http.StatusFound
	case matches && (a.Status == 0 || a.Status == http.StatusOK):
		return http.StatusNotModified
	case a.Status == 0:
		return http.StatusOK
	}
	return a.Status
}

func (a *Answer) write(w http.ResponseWriter, r *http.Request, status int) {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	if a.ETag != "" {
		w.Header().Set("ETag", a.etag())
	}
	if a.LastModified != "" {
		w.Header().Set("Last-Modified", a.LastModified)
	}
	if a.Redirect != "" {
		w.Header().Set("Location", a.Redirect)
	}
	if a.ContentType != "" {
		w.Header().Set("Content-Type", a.ContentType)
	} else if a.Body != nil {
		w.Header()["Content-Type"] = nil
	}
	if a.Encoding != "" {
		w.Header().Set("Content-Encoding", a.Encoding)
	}
	w.WriteHeader(status)
	if status == http.StatusNotModified {
		return
	}
	a.send(w, r, Encode(a.Encoding, a.Body))
}

func (a *Answer) send(w http.ResponseWriter, r *http.Request, body []byte) {
	if a.Cut > 0 && a.Cut < len(body) {
		w.Write(body[:a.Cut])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	if a.Drip == 0 {
		w.Write(body)
		return
	}
	for i := range body {
		select {
		case <-r.Context().Done():
			return
		case <-time.After(a.Drip):
		}
		w.Write(body[i : i+1])
		w.(http.Flusher).Flush()
	}
}

// Encode applies a content coding: gzip, br, zstd, or none.
func Encode(coding string, body []byte) []byte {
	var b bytes.Buffer
	switch coding {
	case "gzip":
		z := gzip.NewWriter(&b)
		z.Write(body)
		z.Close()
	case "br":
		z := brotli.NewWriter(&b)
		z.Write(body)
		z.Close()
	case "zstd":
		z, err := zstd.NewWriter(&b)
		if err != nil {
			panic(err) // impossible without options
		}
		z.Write(body)
		z.Close()
	default:
		return body
	}
	return b.Bytes()
}
