package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"oped/publish"
	"oped/publish/coding"
)

// Values of header fields that many answers share. Nobody changes them.
var (
	varyCoding      = []string{"Accept-Encoding"}
	varyDestination = []string{"Accept-Encoding, Sec-Fetch-Dest"}
	noRanges        = []string{"none"}
	noSniffing      = []string{"nosniff"}
	noReferrer      = []string{"no-referrer"}
	anyOrigin       = []string{"*"}
)

// serve answers with a page, whole: a Range is ignored, as RFC 9110 §14.2 allows. A HEAD gets the length of a body
// that was made before.
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
	head["Etag"] = []string{etag(rep, c, shown)}
	if has && m.Status == http.StatusOK {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	describe(head, m)
	head["Accept-Ranges"] = noRanges
	if shown { // only what calls itself XML is shown by its style sheet in a browser
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

// plain answers with a page that no client keeps, as it is.
func (h *Handler) plain(w http.ResponseWriter, r *http.Request, rep *publish.Rendered) {
	m, head, body := &rep.Page.Meta, w.Header(), rep.Plain()
	describe(head, m)
	head["Cache-Control"] = []string{m.Cache}
	head["Content-Length"] = []string{strconv.Itoa(len(body))}
	send(w, r, m.Status, body)
}

// describe says what every answer with a body does, or one that would have a body.
func describe(head http.Header, m *publish.Meta) {
	head["Content-Type"] = []string{m.MediaType}
	head["Content-Security-Policy"] = []string{m.Policy}
	head["X-Content-Type-Options"] = noSniffing
	if isHTML(m.MediaType) {
		head["Referrer-Policy"] = noReferrer
	} else {
		head["Access-Control-Allow-Origin"] = anyOrigin // for readers that are pages themselves
	}
}

func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// redirect leads to another address.
func redirect(w http.ResponseWriter, status int, to string) {
	head := w.Header()
	head.Set("Cache-Control", publish.CacheBriefly)
	head.Set("Location", to)
	head.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
}

// tooOften asks a reader to wait. It is not told in the language of the edition: programs read it.
func tooOften(w http.ResponseWriter, wait time.Duration) {
	head := w.Header()
	head.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
	head.Set("Cache-Control", publish.CacheNever)
	const said = "you ask for this feed too often; Retry-After tells in how many seconds it will be answered"
	http.Error(w, said, http.StatusTooManyRequests)
}

// isShown reports whether a browser asks for a feed to show it.
func isShown(m *publish.Meta, r *http.Request) bool {
	return isXML(m.MediaType) && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// isFeed reports whether readers poll what has a media type, and may be asked to do so less often.
func isFeed(mediaType string) bool { return strings.HasPrefix(mediaType, "application/") }

func isXML(mediaType string) bool { return isFeed(mediaType) && strings.Contains(mediaType, "xml;") }

func isHTML(mediaType string) bool { return strings.HasPrefix(mediaType, "text/html") }
