// Package newstest is an invented press: newspapers that serve feeds on loopback, their pieces, and copies of pieces
// as other papers would print them. It serves the tests and oped demo.
//
// For a newspaper inside the test process, with changing editions, call [New]; then set answers with [Paper.Serve] or
// [Paper.Edition]. It answers as well and as badly as real newspapers, counts requests and records their headers.
//
// For a press with a clock, call [NewPress], serve [Press.Handler], and configure oped with [Press.Config].
// [Press.Truth] returns the topics of every piece.
//
// For copies of real op-eds, and pieces that only resemble copies, load real texts with [Corpus], and call [Copy] or
// [NewGroup]. The results depend only on the given seed.
package newstest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
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
	Redirect     string        // target address; Status is the kind of redirect, 302 if 0
}

// Request is a received request.
type Request struct {
	Path   string      // without the query
	Header http.Header // a copy
	Status int         // of the answer
}

// Paper is a newspaper.
type Paper struct {
	URL string // http://127.0.0.1:port

	mu       sync.Mutex
	answers  map[string]Answer
	requests []Request
}

// TB is what a paper needs of a *testing.T. The program that ships does not import package testing.
type TB interface {
	Helper()
	Cleanup(func())
	Fatal(...any)
}

// New starts a newspaper. It closes with the test.
func New(t TB) *Paper {
	t.Helper()
	p := &Paper{answers: map[string]Answer{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.URL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: p}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(listener) // ends with the test
	}()
	t.Cleanup(func() {
		server.Close()
		<-done
	})
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

// ServeHTTP answers a request and records it.
func (p *Paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	a, ok := p.answers[r.URL.Path]
	if !ok {
		a.Status = http.StatusNotFound
	}
	p.requests = append(p.requests, Request{Path: r.URL.Path, Header: r.Header.Clone(), Status: a.status(r)})
	p.mu.Unlock()
	a.write(w, r)
}

func (a *Answer) etag() string {
	if a.ETag != "auto" {
		return a.ETag
	}
	return fmt.Sprintf(`"%.8x"`, sha256.Sum256(a.Body))
}

func (a *Answer) status(r *http.Request) int {
	matches := a.ETag != "" && r.Header.Get("If-None-Match") == a.etag() ||
		r.Header.Get("If-None-Match") == "" && a.LastModified != "" &&
			r.Header.Get("If-Modified-Since") == a.LastModified
	switch status := cmp.Or(a.Status, http.StatusOK); {
	case a.Redirect != "":
		return cmp.Or(a.Status, http.StatusFound)
	case matches && status == http.StatusOK:
		return http.StatusNotModified
	default:
		return status
	}
}

// write answers a request, with 304 if the validators match.
func (a *Answer) write(w http.ResponseWriter, r *http.Request) {
	maps.Copy(w.Header(), a.Header)
	for name, value := range map[string]string{
		"ETag":             a.etag(),
		"Last-Modified":    a.LastModified,
		"Location":         a.Redirect,
		"Content-Type":     a.ContentType,
		"Content-Encoding": a.Encoding,
	} {
		if value != "" {
			w.Header().Set(name, value)
		}
	}
	if a.ContentType == "" {
		w.Header()["Content-Type"] = nil // none is guessed
	}
	status := a.status(r)
	w.WriteHeader(status)
	if status == http.StatusNotModified {
		return
	}
	body := Encode(a.Encoding, a.Body)
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
	var z io.WriteCloser
	switch coding {
	case "gzip":
		z = gzip.NewWriter(&b)
	case "br":
		z = brotli.NewWriter(&b)
	case "zstd":
		z, _ = zstd.NewWriter(&b) // it fails for options only
	default:
		return body
	}
	z.Write(body)
	z.Close()
	return b.Bytes()
}
