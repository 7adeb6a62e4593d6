package demo

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"
)

// Handler serves the press at the time now(): /PAPER/feed.xml and other feeds, a front page for every paper at
// /PAPER/, the pages of the pieces, and a list of the papers at /. Feeds have an ETag and a Last-Modified date, and
// conditional requests get 304 (RFC 9110 §13).
func (w *World) Handler(now func() time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, r *http.Request) { w.servePapers(rw, r, now()) })
	for _, p := range w.papers {
		mux.HandleFunc("GET "+p.feed(), func(rw http.ResponseWriter, r *http.Request) { w.serveFeed(rw, r, p, now()) })
		mux.HandleFunc("GET /"+p.name+"/{$}",
			func(rw http.ResponseWriter, r *http.Request) { w.serveFront(rw, r, p, now()) })
		mux.HandleFunc("GET /"+p.name+"/{section}/{slug}",
			func(rw http.ResponseWriter, r *http.Request) { w.servePiece(rw, r, p, now()) })
	}
	return mux
}

func (w *World) serveFeed(rw http.ResponseWriter, r *http.Request, p paper, now time.Time) {
	switch p.form {
	case fails:
		// Not 503: a polite fetcher would hold back from the host shared by all papers.
		http.Error(rw, "the presses have stopped; an engineer has been sent for", http.StatusInternalServerError)
		return
	case webpage:
		w.serveFront(rw, r, p, now)
		return
	}
	printings := w.out(p.name, now)
	body, mediaType, err := document(p, printings, "http://"+r.Host)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	modified := w.start
	if len(printings) > 0 {
		modified = printings[0].at
	}
	serve(rw, r, body, mediaType, modified)
}

// serve answers with a body, or with 304.
func serve(rw http.ResponseWriter, r *http.Request, body []byte, mediaType string, modified time.Time) {
	sum := sha256.Sum256(body)
	rw.Header().Set("ETag", fmt.Sprintf(`"%x"`, sum[:10]))
	rw.Header().Set("Content-Type", mediaType)
	rw.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(rw, r, "", modified, bytes.NewReader(body))
}
