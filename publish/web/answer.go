package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/publish"
	"oped/publish/coding"
)

// Shared values of header fields. They are never modified.
var (
	varyCoding      = []string{"Accept-Encoding"}
	varyDestination = []string{"Accept-Encoding, Sec-Fetch-Dest"}
	noRanges        = []string{"none"}
	noSniffing      = []string{"nosniff"}
	noReferrer      = []string{"no-referrer"}
	reserved        = []string{"1"}
	anyOrigin       = []string{"*"}
)

// serve answers with a whole page. It ignores a Range, as RFC 9110 §14.2 allows. A HEAD gets a Content-Length if
// the body has been rendered before.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, rep *publish.Rendered) {
	m, head := &rep.Page.Meta, w.Header()
	shown := isShown(m, r)
	head["Vary"] = varyCoding
	if isXML(m.MediaType) {
		head["Vary"] = varyDestination
	}
	if !m.Modified.IsZero() {
		head["Last-Modified"] = []string{m.Modified.UTC().Format(http.TimeFormat)}
	}
	if head["Cache-Control"] = h.fresh.value(); m.Cache != "" {
		head["Cache-Control"] = []string{m.Cache}
	}
	c, has := h.negotiate(rep, r)
	signal(head, m.Signals)
	head["Etag"] = []string{etag(rep, c, shown)}
	if has && m.Status == http.StatusOK {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	describe(head, m)
	head["Accept-Ranges"] = noRanges
	if shown { // a browser applies the style sheet only to a document served as XML
		head["Content-Type"] = []string{"application/xml; charset=utf-8"}
	}
	if c != coding.Identity {
		head["Content-Encoding"] = []string{c.String()}
	}
	var body []byte
	if rep.Plain() != nil {
		var err error
		if body, err = rep.Encoded(h.encoder, c); err != nil {
			h.failed(w, r, rep.Page.Name, err)
			return
		}
		head["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	send(w, r, m.Status, body)
}

// plain answers with an unencoded, uncacheable page.
func (h *Handler) plain(w http.ResponseWriter, r *http.Request, rep *publish.Rendered) {
	m, head, body := &rep.Page.Meta, w.Header(), rep.Plain()
	describe(head, m)
	head["Cache-Control"] = []string{m.Cache}
	head["Content-Length"] = []string{strconv.Itoa(len(body))}
	send(w, r, m.Status, body)
}

// describe sets the header fields of every answer with a body, or with a body omitted for HEAD.
func describe(head http.Header, m *publish.Meta) {
	head["Content-Type"] = []string{m.MediaType}
	head["Content-Security-Policy"] = []string{m.Policy}
	head["X-Content-Type-Options"] = noSniffing
	if isHTML(m.MediaType) {
		head["Referrer-Policy"] = noReferrer
	}
}

// signal sets the fields for machines: those of TDMRep (#sec-tdm-header), X-Robots-Tag and Content-Signal
// (contentsignals.org).
func signal(head http.Header, s oped.Signals) {
	for _, f := range [][2]string{
		{"Tdm-Policy", s.Policy},
		{"X-Robots-Tag", s.Robots()},
		{"Content-Signal", s.Content()},
	} {
		if f[1] != "" {
			head[f[0]] = []string{f[1]}
		}
	}
	if s.Reserved {
		head["Tdm-Reservation"] = reserved
	}
}

func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// redirect answers with a redirect.
func redirect(w http.ResponseWriter, status int, to string) {
	head := w.Header()
	head.Set("Cache-Control", publish.CacheBriefly)
	head.Set("Location", to)
	head.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
}

// preflight answers a browser's question before a conditional request of a page of another origin (Fetch §3.2.2).
func preflight(w http.ResponseWriter) {
	head := w.Header()
	head.Set("Access-Control-Allow-Methods", "GET, HEAD")
	head.Set("Access-Control-Allow-Headers", "Cache-Control, If-Modified-Since, If-None-Match")
	head.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// tooOften asks a reader to wait. The answer is not in the edition's language, since programs read it.
func tooOften(w http.ResponseWriter, wait time.Duration) {
	head := w.Header()
	head.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
	head.Set("Cache-Control", publish.CacheNever)
	const message = "too many requests for this feed; see Retry-After for the wait in seconds"
	http.Error(w, message, http.StatusTooManyRequests)
}

// isShown reports whether a browser requests a feed for display.
func isShown(m *publish.Meta, r *http.Request) bool {
	return isXML(m.MediaType) && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// isFeed reports whether a media type belongs to a polled document, subject to the polling limit.
func isFeed(mediaType string) bool { return strings.HasPrefix(mediaType, "application/") }

func isXML(mediaType string) bool { return isFeed(mediaType) && strings.Contains(mediaType, "xml;") }

func isHTML(mediaType string) bool { return strings.HasPrefix(mediaType, "text/html") }
