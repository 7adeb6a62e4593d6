package publish

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// cacheControl asks readers to come back no sooner than in five minutes, and lets caches bridge a fault (RFC 5861).
const cacheControl = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400"

// ServeHTTP serves what was published last. It answers GET and HEAD, conditional ones with 304 where nothing has changed, and
// never looks at Host: all addresses come from BaseURL. Until the first publication it answers 503. It may be called at any time,
// also while something is published. The page of a piece that is at the head of no edition is made of its rows when it is asked for.
func (p *Publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	now := p.site.Load()
	if now == nil {
		h.Set("Retry-After", "1")
		http.Error(w, "nothing is published yet", http.StatusServiceUnavailable)
		return
	}
	name := p.file(r.URL.Path)
	if rep := now.files[name]; rep != nil {
		serve(w, r, rep)
		return
	}
	if id, ok := pieceOf(name); ok {
		p.servePiece(w, r, now, id)
		return
	}
	if edition, number, f, ok := archiveOf(name); ok {
		p.serveArchive(w, r, now, edition, number, f)
		return
	}
	_, isPiece := pieceOf(name + "/index.html")
	if isPiece || now.files[name+"/index.html"] != nil {
		redirect(w, p.render.pageURL(name))
		return
	}
	p.missing(w, r)
}

// redirect leads to another address. No cache keeps it for long: a merge of two pieces may be taken back.
func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Cache-Control", cacheControl)
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusMovedPermanently)
}

// file is the name of the file that a path asks for. It is only ever looked up among the names that were published.
func (p *Publisher) file(path string) string {
	if base, err := url.Parse(p.render.base); err == nil && base.Path != "" {
		// A proxy may or may not take off the path that we are published under.
		if rest, ok := strings.CutPrefix(path, base.Path); ok && (rest == "" || rest[0] == '/') {
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
	var page bytes.Buffer
	if err := p.render.renderMissing(&page); err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", htmlType)
	h.Set("Content-Security-Policy", p.render.pagePolicy())
	h.Set("Content-Length", strconv.Itoa(page.Len()))
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		w.Write(page.Bytes())
	}
}

// serve answers with a representation, whole: a Range is ignored, as RFC 9110 §14.2 allows.
func serve(w http.ResponseWriter, r *http.Request, rep *representation) {
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", cmp.Or(rep.cache, cacheControl))
	chosen := rep.plain
	zipped := rep.gzip.body != nil && acceptsGzip(r.Header.Values("Accept-Encoding"))
	if zipped {
		chosen = rep.gzip
	}
	h.Set("ETag", chosen.etag)
	if !rep.modified.IsZero() {
		h.Set("Last-Modified", rep.modified.Format(http.TimeFormat))
	}
	if notModified(r.Header, chosen.etag, rep.modified) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if zipped {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", rep.mediaType)
	h.Set("Content-Security-Policy", rep.policy)
	h.Set("Content-Length", strconv.Itoa(len(chosen.body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(chosen.body)
	}
}

// notModified evaluates the preconditions of a GET in the order of RFC 9110 §13.2.2: where there is an If-None-Match, an
// If-Modified-Since says nothing.
func notModified(h http.Header, etag string, modified time.Time) bool {
	if conditions := h.Values("If-None-Match"); len(conditions) > 0 {
		return matches(strings.Join(conditions, ","), etag)
	}
	since, err := http.ParseTime(h.Get("If-Modified-Since"))
	return err == nil && !modified.IsZero() && !modified.After(since)
}

// matches compares an If-None-Match with an entity tag, weakly (RFC 9110 §13.1.2). A comma may stand within a tag.
func matches(condition, etag string) bool {
	for {
		condition = strings.TrimLeft(condition, " \t,")
		if condition == "" {
			return false
		}
		if condition[0] == '*' {
			return true
		}
		condition = strings.TrimPrefix(condition, "W/")
		if condition == "" || condition[0] != '"' {
			return false
		}
		end := strings.IndexByte(condition[1:], '"')
		if end < 0 {
			return false
		}
		if condition[:end+2] == etag {
			return true
		}
		condition = condition[end+2:]
	}
}

// acceptsGzip tells whether a client wants gzip at least as much as no encoding (RFC 9110 §12.5.3).
func acceptsGzip(accept []string) bool {
	gzip, any, identity := -1.0, -1.0, -1.0
	for part := range strings.SplitSeq(strings.ToLower(strings.Join(accept, ",")), ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		q := weight(parameters)
		switch strings.TrimSpace(coding) {
		case "gzip", "x-gzip":
			gzip = q
		case "*":
			any = q
		case "identity":
			identity = q
		}
	}
	if gzip < 0 {
		gzip = any
	}
	return gzip > 0 && gzip >= identity
}

// weight is the q of an Accept-Encoding part, 1 if it has none, 0 if it makes no sense.
func weight(parameters string) float64 {
	parameters = strings.TrimSpace(parameters)
	if parameters == "" {
		return 1
	}
	value, ok := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
	q, err := strconv.ParseFloat(value, 64)
	if !ok || err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
