// Package web serves the published pages over HTTP.
//
// To serve a publisher, create a Handler with [New].
//
// A page in memory costs one lookup. Other pages are rendered on request, a few at a time, so that many such
// requests delay no feed. A client with a current copy gets 304 without any rendering. The package does not access
// files.
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

// Publisher is the source of a Handler's pages.
type Publisher interface {
	Published() bool // false: nothing to serve yet
	// Find returns what is published under a name.
	Find(name string) publish.Located
	ErrorPage(status int) publish.Page // 404, 410 for a removed edition, 500 or 503
	// Search begins a search by the name of its page or feed. nil: there is no such search.
	Search(name string, values url.Values) *publish.Search
}

// Options configures a [Handler].
type Options struct {
	BaseURL string       // base address of everything published
	Log     *slog.Logger // nil: none

	// Now is the clock for freshness and the polling limit. nil: both are off.
	Now func() time.Time
	// Next returns when the next feed is fetched, a digest's period ends, or a held piece is published. Answers are
	// fresh until then. It is called for each request. nil: five minutes.
	Next func() time.Time
	// MinPoll is the minimum time between two polls of a feed by one reader, after a burst. 0: no limit.
	MinPoll time.Duration
	// TrustedProxies lists the proxies with a trusted X-Forwarded-For.
	TrustedProxies []netip.Prefix
}

const (
	// atOnce is the number of pages rendered on request at a time.
	atOnce = 2
	// recentBytes bounds the memory for recently requested pages.
	recentBytes = 16 << 20
	// sendingBytes bounds the memory for pages being sent to slow readers. It exceeds the capacity of all
	// connections of one client.
	sendingBytes = 64 << 20
)

// Handler answers GET and HEAD requests, and conditional ones with 304 if nothing has changed. It never uses the
// Host field: all addresses derive from the base URL. Before the first publication it answers 503. A reader that
// polls a feed too often gets 429. A page of a removed edition is 410. A Handler is safe for concurrent use.
type Handler struct {
	publisher Publisher
	log       *slog.Logger
	base      string
	path      string // of the base URL
	fresh     *freshness
	polls     *limiter
	encoder   *coding.Encoder
	recent    *recent
	slots     chan struct{}       // one token per page being rendered
	sending   *semaphore.Weighted // bytes of such pages being sent
	searches  *queue              // for people
	feeds     *queue              // feeds of searches, for programs
}

// New returns a Handler for a publisher.
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
		feeds:     newQueue(1),
	}
	if u, err := url.Parse(h.base); err == nil {
		h.path = u.Path
	}
	return h
}

// FileAt returns the page name for the path of a request. The page need not exist.
func (h *Handler) FileAt(path string) string {
	// A proxy may or may not remove the path of the base URL.
	if rest, ok := strings.CutPrefix(path, h.path); ok && (rest == "" || rest[0] == '/') {
		path = rest
	}
	path = strings.TrimPrefix(path, "/")
	if path == "" || strings.HasSuffix(path, "/") {
		path += "index.html"
	}
	return path
}

// Starting answers a request before there is anything to serve: 503, or a preflight.
func Starting(w http.ResponseWriter, r *http.Request) {
	if !crossOrigin(w, r) {
		unpublished(w)
	}
}

func unpublished(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "oped is starting, and has published nothing yet; try again in a minute", http.StatusServiceUnavailable)
}

// crossOrigin lets a reader running in a web page see the answer, whatever it is. It answers a preflight, and reports
// that.
func crossOrigin(w http.ResponseWriter, r *http.Request) (answered bool) {
	w.Header()["Access-Control-Allow-Origin"] = anyOrigin
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	preflight(w)
	return true
}

// ServeHTTP answers a request. Methods other than GET and HEAD get 405, and a request with a body gets 413.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := h.FileAt(r.URL.Path)
	if !strings.HasSuffix(name, ".html") && crossOrigin(w, r) {
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are allowed", http.StatusMethodNotAllowed)
		return
	}
	if r.ContentLength != 0 { // a body has no meaning here (RFC 9110 §9.3.1) and is not read
		w.Header().Set("Connection", "close")
		http.Error(w, "the request must not have a body", http.StatusRequestEntityTooLarge)
		return
	}
	if !h.publisher.Published() {
		unpublished(w)
		return
	}
	found := h.publisher.Find(name)
	switch {
	case found.Kept != nil:
		h.serveKept(w, r, found.Kept)
	case h.serveSearch(w, r, name):
	case found.Kind != nil:
		h.serveKind(w, r, &found, name)
	case found.Gone:
		h.errorPage(w, r, http.StatusGone)
	case found.Folder:
		to := (&url.URL{Path: name + "/", RawQuery: r.URL.RawQuery}).String()
		redirect(w, http.StatusMovedPermanently, h.base+"/"+strings.TrimPrefix(to, "./"))
	default:
		h.errorPage(w, r, http.StatusNotFound)
	}
}

// serveKept answers with a page in memory.
func (h *Handler) serveKept(w http.ResponseWriter, r *http.Request, rep *publish.Rendered) {
	if isFeed(rep.Page.Meta.MediaType) {
		if wait := h.polls.wait(r, rep.Page.Name); wait > 0 {
			tooOften(w, wait)
			return
		}
	}
	h.serve(w, r, rep)
}

// serveKind answers with a page of a kind. It does not render the page for a redirect or for a client with a
// current copy.
func (h *Handler) serveKind(w http.ResponseWriter, r *http.Request, found *publish.Located, name string) {
	rep, size := h.rendered(w, r, found, name)
	if rep == nil {
		return
	}
	defer h.sending.Release(size)
	h.serve(w, r, rep)
}

// rendered returns a page of a kind, rendered if the answer needs it, and the size to release from h.sending
// afterwards. It returns nil if the request has been answered or abandoned. It frees its rendering slot before the
// page is sent, so that slow readers do not delay others.
func (h *Handler) rendered(
	w http.ResponseWriter, r *http.Request, found *publish.Located, name string,
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
		status := http.StatusNotFound
		if found.Gone || m.Status != 0 {
			status = http.StatusGone
		}
		h.errorPage(w, r, status)
		return nil, 0
	}
	if rep = h.recent.get(page); rep == nil {
		rep = publish.NewRendered(page)
	}
	if _, has := h.negotiate(rep, r); r.Method != http.MethodHead && !has {
		if err := h.render(r, rep); err != nil {
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

// render renders a page and encodes it for the answer.
func (h *Handler) render(r *http.Request, rep *publish.Rendered) error {
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

// failed answers a request after a failure to render.
func (h *Handler) failed(w http.ResponseWriter, r *http.Request, name string, err error) {
	if r.Context().Err() != nil {
		return // the client is gone
	}
	h.log.Warn("page failed", "page", name, "err", err)
	h.errorPage(w, r, http.StatusInternalServerError)
}

// errorPage answers a request that has no other answer.
func (h *Handler) errorPage(w http.ResponseWriter, r *http.Request, status int) {
	page := h.publisher.ErrorPage(status)
	rep := publish.NewRendered(&page)
	if err := rep.Render(context.WithoutCancel(r.Context())); err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	h.plain(w, r, rep)
}
