// Package web serves what is published over HTTP.
//
// A page that is kept in memory costs a lookup. Others are rendered for whoever asks, a few at a time, so that
// whoever asks for many of them delays no feed. A client that has a page gets 304, for which nothing is rendered. The
// package touches no file.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"oped/publish"
	"oped/publish/coding"
)

// Publisher is what a Handler serves.
type Publisher interface {
	Published() bool // else there is nothing to serve yet
	Find(name string) publish.Found
	NotFound(removed bool) publish.Page     // for an address without a page, or that of an edition that was removed
	Search(q publish.Query) *publish.Search // nil: there is no search
}

// Options say how to serve.
type Options struct {
	BaseURL string       // the address under which everything is published
	Log     *slog.Logger // nil: none

	// Now is a clock, for how long an answer is fresh, and how often a reader asks; nil: neither is known.
	Now func() time.Time
	// Next is when the next feed is fetched, or a digest's period ends, until which answers are fresh. It is asked at each
	// request. nil: five minutes.
	Next func() time.Time
	// MinPoll is how long a reader waits between two polls of a feed, after a burst; 0: as long as it likes.
	MinPoll time.Duration
	// TrustedProxies are the proxies whose X-Forwarded-For tells readers apart.
	TrustedProxies []netip.Prefix
}

const (
	// atOnce is how many pages are rendered at a time for readers who ask for one that is not kept.
	atOnce = 2
	// recentBytes is how much memory pages that readers asked for may take.
	recentBytes = 16 << 20
	// sendingBytes is how much memory pages that slow readers are taking may have: more than all connections of one
	// client can hold.
	sendingBytes = 64 << 20
)

// Handler answers GET and HEAD, conditional ones with 304 where nothing has changed, and never looks at Host: all
// addresses come from the base URL. Until something is published it answers 503. A reader that polls a feed too often
// gets 429; a page of an edition that was removed, 410. Several goroutines may use it.
type Handler struct {
	publisher Publisher
	log       *slog.Logger
	base      string
	path      string // of the base URL
	fresh     *freshness
	polls     *limiter
	encoder   *coding.Encoder
	recent    *recent
	slots     chan struct{}       // held by whoever renders a page for a reader
	sending   *semaphore.Weighted // bytes of such pages that readers are taking
	searches  *queue
}

// New makes a Handler.
func New(p Publisher, o Options) *Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{
		publisher: p,
		log:       o.Log,
		base:      strings.TrimRight(o.BaseURL, "/"),
		fresh:     &freshness{now: o.Now, next: o.Next},
		polls:     newLimiter(&o),
		encoder:   coding.NewEncoder(),
		recent:    newRecent(recentBytes),
		slots:     make(chan struct{}, atOnce),
		sending:   semaphore.NewWeighted(sendingBytes),
		searches:  newQueue(atOnce),
	}
	if u, err := url.Parse(h.base); err == nil {
		h.path = u.Path
	}
	return h
}

// FileAt is the name of the page that the path of a request asks for. Whether there is one is another question.
func (h *Handler) FileAt(path string) string {
	// A proxy may or may not take off the path that we are published under.
	if rest, ok := strings.CutPrefix(path, h.path); ok && (rest == "" || rest[0] == '/') {
		path = rest
	}
	path = strings.TrimPrefix(path, "/")
	if path == "" || strings.HasSuffix(path, "/") {
		path += "index.html"
	}
	return path
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	if !h.publisher.Published() {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "nothing is published yet", http.StatusServiceUnavailable)
		return
	}
	name := h.FileAt(r.URL.Path)
	found := h.publisher.Find(name)
	switch {
	case found.Kept != nil:
		h.serveKept(w, r, found.Kept)
	case h.serveSearch(w, r, name):
	case found.Kind != nil:
		h.serveKind(w, r, &found, name)
	case found.Gone:
		h.notFound(w, r, true)
	case found.Folder:
		redirect(w, http.StatusMovedPermanently, h.base+"/"+(&url.URL{Path: name}).EscapedPath()+"/")
	default:
		h.notFound(w, r, false)
	}
}

// serveKept answers with a page that is kept in memory.
func (h *Handler) serveKept(w http.ResponseWriter, r *http.Request, rep *publish.Rendered) {
	if isFeed(rep.Page.Meta.MediaType) {
		if wait := h.polls.wait(r, rep.Page.Name); wait > 0 {
			tooOften(w, wait)
			return
		}
	}
	h.serve(w, r, rep)
}

// serveKind answers with a page of a kind, as far as it must: neither a redirect nor a client that has the page needs
// it rendered.
func (h *Handler) serveKind(w http.ResponseWriter, r *http.Request, found *publish.Found, name string) {
	rep, size := h.rendered(w, r, found, name)
	if rep == nil {
		return
	}
	defer h.sending.Release(size)
	h.serve(w, r, rep)
}

// rendered is a page of a kind, as far as the answer needs it, and what h.sending is to be given back for it; nil if
// the request was answered without it or nobody waits any more. A slow reader takes the page when others may have
// theirs rendered already.
func (h *Handler) rendered(
	w http.ResponseWriter, r *http.Request, found *publish.Found, name string,
) (rep *publish.Rendered, size int64) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-r.Context().Done():
		return nil, 0
	}
	pages, err := found.Kind.Pages(r.Context(), []string{name})
	if err != nil {
		h.failed(w, r, name, err)
		return nil, 0
	}
	page := &pages[0]
	switch m := &page.Meta; {
	case m.Location != "":
		redirect(w, m.Status, m.Location)
		return nil, 0
	case m.Status == 0 || m.Status == http.StatusGone && !isHTML(m.MediaType):
		h.notFound(w, r, found.Gone || m.Status != 0)
		return nil, 0
	}
	if rep = h.recent.get(page); rep == nil {
		rep = publish.NewRendered(page)
	}
	if _, has := h.negotiate(rep, r); r.Method != http.MethodHead && !has {
		if err := h.make(r, rep); err != nil {
			h.failed(w, r, name, err)
			return nil, 0
		}
	}
	size = min(int64(rep.Size()), sendingBytes)
	if h.sending.Acquire(r.Context(), size) != nil {
		return nil, 0
	}
	return rep, size
}

// make renders a page, and encodes it as the answer needs it.
func (h *Handler) make(r *http.Request, rep *publish.Rendered) error {
	if err := rep.Render(r.Context()); err != nil {
		return err
	}
	c, _ := h.negotiate(rep, r)
	if _, err := rep.Encoded(h.encoder, c); err != nil {
		return err
	}
	h.recent.put(rep)
	return nil
}

// failed answers where a page could not be rendered.
func (h *Handler) failed(w http.ResponseWriter, r *http.Request, name string, err error) {
	if r.Context().Err() != nil {
		return // nobody is waiting any more
	}
	h.log.Warn("page failed", "page", name, "err", err)
	w.Header().Set("Cache-Control", publish.CacheNever)
	http.Error(w, "the page cannot be rendered now", http.StatusInternalServerError)
}

// notFound answers with the page for an address without a page, or that of an edition that was removed.
func (h *Handler) notFound(w http.ResponseWriter, r *http.Request, removed bool) {
	page := h.publisher.NotFound(removed)
	rep := publish.NewRendered(&page)
	if err := rep.Render(context.WithoutCancel(r.Context())); err != nil {
		http.Error(w, http.StatusText(page.Meta.Status), page.Meta.Status)
		return
	}
	h.plain(w, r, rep)
}
