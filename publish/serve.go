package publish

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"oped"
)

// ServeHTTP serves what was published last. It answers GET and HEAD, conditional ones with 304 where nothing has changed, and
// never looks at Host: all addresses come from BaseURL. It looks a path up among the names that were published, and touches no file. Until the
// first publication it answers 503. A reader that polls a feed too often gets 429; what is asked for of an edition that is configured no more, 410.
// It may be called at any time, also while something is published. The page of a piece that is at the head of no edition is made of its rows when it is
// asked for.
func (p *Publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	if r.ContentLength != 0 { // a body means nothing here (RFC 9110 §9.3.1), and nobody reads it
		w.Header().Set("Connection", "close")
		http.Error(w, "a request has no body here", http.StatusRequestEntityTooLarge)
		return
	}
	now := p.site.Load()
	if now == nil {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "nothing is published yet", http.StatusServiceUnavailable)
		return
	}
	name := p.file(r.URL.Path)
	rep := now.files[name]
	if rep == nil {
		p.serveOther(w, r, now, name)
		return
	}
	if rep.feed {
		if wait := p.polls.wait(r, name); wait > 0 {
			tooOften(w, wait)
			return
		}
	}
	p.serve(w, r, rep)
}

// Published tells whether there has been a publication, which readers have.
func (p *Publisher) Published() bool { return p.site.Load() != nil }

// serveOther answers where no document has the name.
func (p *Publisher) serveOther(w http.ResponseWriter, r *http.Request, now *site, name string) {
	if id, ok := pieceOf(name); ok {
		p.servePiece(w, r, now, id)
		return
	}
	if p.serveLibrary(w, r, now, name) {
		return
	}
	if p.serveArchivePage(w, r, now, name) {
		return
	}
	if edition, number, f, ok := archiveOf(name); ok {
		p.serveArchive(w, r, now, edition, number, f)
		return
	}
	if p.serveIssue(w, r, now, name) {
		return
	}
	_, isPiece := pieceOf(name + "/index.html")
	switch {
	case isPiece || now.files[name+"/index.html"] != nil:
		redirect(w, p.render.pageURL(name))
	case now.isGone(name):
		p.nothing(w, r, http.StatusGone)
	default:
		p.missing(w, r)
	}
}

// tooOften asks a reader to wait. It is not told in the language of the edition: programs read it.
func tooOften(w http.ResponseWriter, wait time.Duration) {
	h := w.Header()
	h.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
	h.Set("Cache-Control", cacheNever)
	http.Error(w, "you ask for this feed too often; Retry-After tells in how many seconds it will be answered", http.StatusTooManyRequests)
}

// onRequest makes a document for a reader who waits for it, a few at a time.
func (p *Publisher) onRequest(ctx context.Context, document func(z *zipper) (*representation, error)) (*representation, error) {
	select {
	case z := <-p.idle:
		defer func() { p.idle <- z }()
		return document(z)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// answer answers with a document that was made on request, or without it.
func (p *Publisher) answer(w http.ResponseWriter, r *http.Request, name string, rep *representation, err error) {
	switch {
	case errors.Is(err, oped.ErrNotFound):
		p.missing(w, r)
	case r.Context().Err() != nil: // nobody is waiting any more
	case err != nil:
		p.log.Warn("page failed", "page", name, "err", err)
		http.Error(w, "the page cannot be made now", http.StatusInternalServerError)
	default:
		p.serve(w, r, rep)
	}
}

// elsewhere leads to another address for now: one day there may be something here.
func elsewhere(w http.ResponseWriter, to string) {
	h := w.Header()
	h.Set("Cache-Control", cacheControl)
	h.Set("Location", to)
	w.WriteHeader(http.StatusTemporaryRedirect)
}

// redirect leads to another address. No cache keeps it for long: a merge of two pieces may be taken back.
func redirect(w http.ResponseWriter, to string) {
	h := w.Header()
	h.Set("Cache-Control", cacheControl)
	h.Set("Location", to)
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusMovedPermanently)
}

// pathOf is the path of an address, "" if it has none.
func pathOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Path
}

// file is the name of the file that a path asks for. It is only ever looked up among the names that were published.
func (p *Publisher) file(path string) string {
	if p.path != "" {
		// A proxy may or may not take off the path that we are published under.
		if rest, ok := strings.CutPrefix(path, p.path); ok && (rest == "" || rest[0] == '/') {
			path = rest
		}
	}
	path = strings.TrimPrefix(path, "/")
	if path == "" || strings.HasSuffix(path, "/") {
		path += "index.html"
	}
	return path
}

func (p *Publisher) missing(w http.ResponseWriter, r *http.Request) {
	p.nothing(w, r, http.StatusNotFound)
}

// nothing answers with the page for an address at which nothing stands.
func (p *Publisher) nothing(w http.ResponseWriter, r *http.Request, status int) {
	var page bytes.Buffer
	if err := p.render.renderNothing(&page, status == http.StatusGone); err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", htmlType)
	h.Set("Content-Security-Policy", p.render.pagePolicy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", cacheMissing)
	h.Set("Content-Length", strconv.Itoa(page.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(page.Bytes())
	}
}

// serve answers with a representation, whole: a Range is ignored, as RFC 9110 §14.2 allows. The headers were made with it, so that this costs
// next to nothing.
func (p *Publisher) serve(w http.ResponseWriter, r *http.Request, rep *representation) {
	if rep.shown != nil && r.Header.Get("Sec-Fetch-Dest") == "document" {
		rep = rep.shown
	}
	h := w.Header()
	for _, f := range rep.always {
		f.setTo(h)
	}
	if rep.cache != "" {
		h["Cache-Control"] = []string{rep.cache}
	} else {
		h["Cache-Control"] = p.fresh.value()
	}
	body, has := rep.choose(r.Header)
	body.tag.setTo(h)
	if has {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	for _, f := range rep.whole {
		f.setTo(h)
	}
	for _, f := range body.whole {
		f.setTo(h)
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(body.body)
	}
}
