package publish

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped/publish/page"
)

// ServeHTTP serves what was built last. It answers GET and HEAD, conditional ones with 304 where nothing has changed, and never looks at Host: all
// addresses come from BaseURL. It touches no file. Until the first Build it answers 503. A reader that polls a feed too often gets 429; a page of an
// edition that was removed, 410. It may be called at any time.
//
// A page that is kept in memory costs a lookup. Others are rendered for whoever asks, a few at a time, so that whoever asks for many of them delays no feed.
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
	name := p.FileAt(r.URL.Path)
	rep := now.files[name]
	if rep == nil {
		p.serveAsked(w, r, now, name)
		return
	}
	if rep.isFeed() {
		if wait := p.polls.wait(r, name); wait > 0 {
			tooOften(w, wait)
			return
		}
	}
	p.serve(w, r, rep)
}

// serveAsked answers where no page that is kept has the name.
func (p *Publisher) serveAsked(w http.ResponseWriter, r *http.Request, now *site, name string) {
	if p.serveSearch(w, r, now, name) {
		return
	}
	for _, k := range now.asked() {
		if k.Match(name) {
			p.serveKind(w, r, now, k, name)
			return
		}
	}
	index := name + "/index.html"
	switch {
	case now.isGone(name):
		p.nothing(w, r, http.StatusGone)
	case now.files[index] != nil || slices.ContainsFunc(now.asked(), func(k Kind) bool { return k.Match(index) }):
		redirect(w, http.StatusMovedPermanently, now.base+"/"+(&url.URL{Path: name}).EscapedPath()+"/")
	default:
		p.nothing(w, r, http.StatusNotFound)
	}
}

// serveKind answers with a page of a kind, as far as it must: neither a redirect nor a client that has the page needs it rendered.
func (p *Publisher) serveKind(w http.ResponseWriter, r *http.Request, now *site, k Kind, name string) {
	rep, size := p.rendered(w, r, now, k, name)
	if rep == nil {
		return
	}
	defer p.sending.Release(size)
	p.serve(w, r, rep)
}

// rendered is a page of a kind, as far as the answer needs it, and what p.sending is to be given back for it; nil if the request was answered without it or
// nobody waits any more. A slow reader takes the page when others may have theirs rendered already.
func (p *Publisher) rendered(w http.ResponseWriter, r *http.Request, now *site, k Kind, name string) (rep *representation, size int64) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-r.Context().Done():
		return nil, 0
	}
	if rep = p.make(w, r, now, k, name); rep == nil {
		return nil, 0
	}
	size = min(int64(rep.size()), sendingBytes)
	if p.sending.Acquire(r.Context(), size) != nil {
		return nil, 0
	}
	return rep, size
}

// make renders and encodes a page of a kind, as far as the answer needs it; nil if the request was answered without it.
func (p *Publisher) make(w http.ResponseWriter, r *http.Request, now *site, k Kind, name string) *representation {
	pages, err := k.Pages(r.Context(), []string{name})
	if err != nil {
		p.failed(w, r, name, err)
		return nil
	}
	page := &pages[0]
	switch status := page.Meta.Status; {
	case page.Meta.Location != "":
		redirect(w, status, page.Meta.Location)
		return nil
	case status == 0 && now.isGone(name):
		p.nothing(w, r, http.StatusGone)
		return nil
	case status == 0:
		p.nothing(w, r, http.StatusNotFound)
		return nil
	case status == http.StatusGone && !isPage(page.Meta.MediaType):
		p.nothing(w, r, status)
		return nil
	}
	rep := p.recent.get(page)
	if rep == nil {
		rep = newRepresentation(page)
	}
	if _, has := rep.choose(r.Header, rep.isShown(r), p.encoder); r.Method == http.MethodHead || has {
		return rep
	}
	err = rep.render(r.Context())
	if err == nil {
		c, _ := rep.choose(r.Header, rep.isShown(r), p.encoder)
		_, err = rep.encoded(p.encoder, c)
	}
	if err != nil {
		p.failed(w, r, name, err)
		return nil
	}
	p.recent.put(rep)
	return rep
}

// failed answers where a page could not be rendered.
func (p *Publisher) failed(w http.ResponseWriter, r *http.Request, name string, err error) {
	if r.Context().Err() != nil {
		return // nobody is waiting any more
	}
	p.log.Warn("page failed", "page", name, "err", err)
	w.Header().Set("Cache-Control", cacheNever)
	http.Error(w, "the page cannot be rendered now", http.StatusInternalServerError)
}

// tooOften asks a reader to wait. It is not told in the language of the edition: programs read it.
func tooOften(w http.ResponseWriter, wait time.Duration) {
	h := w.Header()
	h.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
	h.Set("Cache-Control", cacheNever)
	http.Error(w, "you ask for this feed too often; Retry-After tells in how many seconds it will be answered", http.StatusTooManyRequests)
}

// redirect leads to another address.
func redirect(w http.ResponseWriter, status int, to string) {
	h := w.Header()
	h.Set("Cache-Control", cacheControl)
	h.Set("Location", to)
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
}

// pathOf is the path of an address, "" if it has none.
func pathOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Path
}

// FileAt is the name of the page that the path of a request asks for. Whether there is one is another question.
func (p *Publisher) FileAt(path string) string {
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

// nothing answers with the page for an address without a page.
func (p *Publisher) nothing(w http.ResponseWriter, r *http.Request, status int) {
	var b bytes.Buffer
	if err := p.pages.Write(&b, p.notFound(status == http.StatusGone)); err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", htmlType)
	h.Set("Content-Security-Policy", p.pages.Policy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", cacheMissing)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(b.Bytes())
	}
}

// notFound is the page for an address without a page, or that of an edition that was removed.
func (p *Publisher) notFound(removed bool) page.View {
	if removed {
		return &page.Removed{Head: head("en", "This edition was removed", p.items.base+"/")}
	}
	return &page.Missing{Head: head("en", "Nothing stands here", p.items.base+"/")}
}

// isShown reports whether a browser asks for a feed to show it.
func (rep *representation) isShown(r *http.Request) bool {
	return isXML(rep.page.Meta.MediaType) && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// serve answers with a representation, whole: a Range is ignored, as RFC 9110 §14.2 allows. A HEAD gets the length of a body that was made before.
func (p *Publisher) serve(w http.ResponseWriter, r *http.Request, rep *representation) {
	shown := rep.isShown(r)
	h := w.Header()
	for _, f := range rep.always {
		f.setTo(h)
	}
	if cache := rep.page.Meta.Cache; cache != "" {
		h["Cache-Control"] = []string{cache}
	} else {
		h["Cache-Control"] = p.fresh.value()
	}
	c, has := rep.choose(r.Header, shown, p.encoder)
	h["Etag"] = []string{rep.etag(c, shown)}
	if has && rep.page.Meta.Status == http.StatusOK {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	for _, f := range rep.whole {
		f.setTo(h)
	}
	h["Content-Type"] = []string{rep.mediaType(shown)}
	if c != identity {
		h["Content-Encoding"] = []string{c.String()}
	}
	var body []byte
	if rep.plain() != nil {
		var err error
		if body, err = rep.encoded(p.encoder, c); err != nil {
			p.failed(w, r, rep.page.Name, err)
			return
		}
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.WriteHeader(rep.page.Meta.Status)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}
