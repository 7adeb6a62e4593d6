package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"oped/publish"
	"oped/publish/coding"
)

// http.ServeContent evaluates conditions too, but it drops Last-Modified from a 304 and Content-Length from an
// encoded body, supports ranges, has one entity tag for all codings, and needs a body even for an unrendered page.

// negotiate selects the coding for an answer, and reports whether the client already has the page. It evaluates the
// preconditions of a GET in the order of RFC 9110 §13.2.2: an If-None-Match overrides an If-Modified-Since.
//
// An If-None-Match is compared with the tag of the selected representation (§13.1.2), and the server may select any
// representation acceptable to the client (§12.1). So a client that has one of them gets 304 with the tag of its
// own. If the request rules out the coding of the client's copy, the copy is useless for this request and the
// client gets a body. The reason is that a cache keeps codings apart (§8.8.3.3), and must not hand br to a reader
// that accepts only gzip.
func (h *Handler) negotiate(rep *publish.Rendered, r *http.Request) (c coding.Coding, has bool) {
	accepted := coding.ParseAccept(r.Header["Accept-Encoding"])
	best := accepted.Best()
	if !pays(rep, h.encoder, best) {
		best = coding.Identity
	}
	conditions := r.Header["If-None-Match"]
	if len(conditions) == 0 {
		return best, notSince(&rep.Page.Meta, r.Header)
	}
	shown := isShown(&rep.Page.Meta, r)
	for _, c := range append([]coding.Coding{best, coding.Identity}, coding.Compressing()...) {
		if (c == best || accepted[c] > 0) && anyMatches(conditions, etag(rep, c, shown)) {
			return c, true
		}
	}
	return best, false
}

// pays reports whether a coding makes a page smaller. For an unrendered page it assumes so, as is usual.
func pays(rep *publish.Rendered, e *coding.Encoder, c coding.Coding) bool {
	plain := rep.Plain()
	if plain == nil || c == coding.Identity {
		return true
	}
	small, err := rep.Encoded(e, c)
	return err == nil && len(small) < len(plain)
}

// etag returns the entity tag of a page in a coding (RFC 9110 §8.8.3). It is strong, differs between codings, and
// is stable across restarts and machines. A feed displayed in a browser is a different representation of the same
// bytes and has its own tag.
func etag(rep *publish.Rendered, c coding.Coding, shown bool) string {
	tag := string(rep.Page.Version) + c.Mark()
	if shown {
		tag = "x" + tag
	}
	return `"` + tag + `"`
}

// notSince reports whether a client is up to date by its If-Modified-Since (RFC 9110 §13.1.3).
func notSince(m *publish.Meta, h http.Header) bool {
	lines := h["If-Modified-Since"]
	if len(lines) != 1 || m.Modified.IsZero() {
		return false
	}
	since, err := http.ParseTime(lines[0])
	return err == nil && !m.Modified.Truncate(time.Second).After(since)
}

func anyMatches(conditions []string, etag string) bool {
	return slices.ContainsFunc(conditions, func(c string) bool { return matches(c, etag) })
}

// matches compares an If-None-Match with an entity tag by weak comparison (RFC 9110 §13.1.2). A tag may contain a
// comma.
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
