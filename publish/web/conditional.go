package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"oped/publish"
	"oped/publish/coding"
)

// http.ServeContent evaluates conditions too, but not these: it takes Last-Modified from a 304 and Content-Length
// from what is encoded, answers with ranges, knows one entity tag for all codings, and wants a body where none was
// rendered.

// negotiate picks the coding that answers a request, and reports whether the client has it already. It evaluates the
// preconditions of a GET in the order of RFC 9110 §13.2.2: beside an If-None-Match, an If-Modified-Since says
// nothing.
//
// An If-None-Match is compared with the tag of the selected representation (§13.1.2), and which one that is, is for
// us to say among those that the client accepts (§12.1). So a client that has one of them is answered with 304 and
// the tag of the one that it has. A client that has a coding which its request rules out has nothing that it could
// use for this request, and gets a body: a cache keeps codings apart (§8.8.3.3), and must not hand br to a reader who
// wants gzip.
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

// pays reports whether a coding makes a page smaller. Of one that was not rendered it is not known, and most are.
func pays(rep *publish.Rendered, e *coding.Encoder, c coding.Coding) bool {
	plain := rep.Plain()
	if plain == nil || c == coding.Identity {
		return true
	}
	small, err := rep.Encoded(e, c)
	return err == nil && len(small) < len(plain)
}

// etag is the entity tag of a page in a coding (RFC 9110 §8.8.3). It is strong, it differs between codings, and it is
// the same after a restart and on another machine. What a browser shows instead of reading it is another
// representation of the same bytes, with another tag.
func etag(rep *publish.Rendered, c coding.Coding, shown bool) string {
	tag := string(rep.Page.Version) + c.Mark()
	if shown {
		tag = "x" + tag
	}
	return `"` + tag + `"`
}

// notSince reports whether a client has had all changes at the time that it names (RFC 9110 §13.1.3).
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

// matches compares an If-None-Match with an entity tag, weakly (RFC 9110 §13.1.2). A comma may be within a tag.
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
