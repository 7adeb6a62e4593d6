// Package papertest is a newspaper inside the test process: a real server on loopback whose editions change, which answers as well
// and as badly as newspapers do, counts requests and remembers their headers.
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

// Answer is what a path answers with.
type Answer struct {
	Status       int // 200 if 0
	Body         []byte
	ContentType  string
	Header       http.Header // further ones, to the letter
	ETag         string      // "auto": made of the body. A request that carries it, or LastModified, gets 304
	LastModified string
	Encoding     string        // gzip, br, zstd: the body is sent so
	Drip         time.Duration // between two bytes
	Cut          int           // of the body's bytes only so many are sent, and the connection is cut; 0: all
	Redirect     string        // address to go to; Status says how, 302 if 0
}

// Request is one request as it came.
type Request struct {
	At     time.Time
	Path   string
	Header http.Header
	Status int // that it was answered with
}

// Paper is the newspaper.
type Paper struct {
	URL string // http://127.0.0.1:port

	mu        sync.Mutex
	answers   map[string]Answer
	requests  []Request
	active    int
	maxAtOnce int // requests at once
}

// New opens a newspaper that closes with the test.
func New(t testing.TB) *Paper {
	t.Helper()
	p := &Paper{answers: map[string]Answer{}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// Serve lets a path answer so from now on.
func (p *Paper) Serve(path string, a Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[path] = a
}

// Edition prints a feed of these items as RSS at a path, with an ETag of its own.
func (p *Paper) Edition(path, title string, items ...Item) {
	p.Serve(path, Answer{Body: RSS(title, items...), ContentType: "application/rss+xml; charset=utf-8", ETag: "auto"})
}

// Requests are all requests for a path, in their order; "" for all paths.
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

// MaxAtOnce is how many requests were being answered at the same time, at most.
func (p *Paper) MaxAtOnce() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.maxAtOnce
}

// ServeHTTP answers.
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
	p.requests = append(p.requests, Request{At: time.Now(), Path: r.URL.Path, Header: r.Header.Clone(), Status: status})
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
	matches := a.ETag != "" && r.Header.Get("If-None-Match") == a.etag()
	matches = matches || r.Header.Get("If-None-Match") == "" && a.LastModified != "" && r.Header.Get("If-Modified-Since") == a.LastModified
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

// Encode puts a body into a content coding: gzip, br, zstd, or none.
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
			panic(err) // no options were given that could be wrong
		}
		z.Write(body)
		z.Close()
	default:
		return body
	}
	return b.Bytes()
}
