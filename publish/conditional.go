package publish

import (
	"net/http"
	"strings"
	"time"
)

// choose picks the coding that answers a request, and reports whether the client has it already. It evaluates the preconditions of a GET in the order of
// RFC 9110 §13.2.2: beside an If-None-Match, an If-Modified-Since says nothing.
//
// An If-None-Match is compared with the tag of the selected representation (§13.1.2), and which one that is, is for us to say among those that the client
// accepts (§12.1). So a client that has one of them is answered with 304 and the tag of the one that it has. A client that has a coding which its request
// rules out has nothing that it could use for this request, and gets a body: a cache keeps codings apart (§8.8.3.3), and must not hand br to a reader who
// wants gzip.
func (rep *representation) choose(h http.Header, shown bool, e *encoder) (c coding, has bool) {
	w := wantsOf(h["Accept-Encoding"])
	best := w.best()
	if !rep.pays(e, best) {
		best = identity
	}
	conditions := h["If-None-Match"]
	if len(conditions) == 0 {
		return best, rep.notSince(h)
	}
	for _, c := range append([]coding{best, identity}, compressing()...) {
		if (c == best || w[c] > 0) && anyMatches(conditions, rep.etag(c, shown)) {
			return c, true
		}
	}
	return best, false
}

// notSince reports whether a client has had all changes at the time that it names (RFC 9110 §13.1.3).
func (rep *representation) notSince(h http.Header) bool {
	lines := h["If-Modified-Since"]
	if len(lines) != 1 || rep.page.Meta.Modified.IsZero() {
		return false
	}
	since, err := http.ParseTime(lines[0])
	return err == nil && !rep.page.Meta.Modified.Truncate(time.Second).After(since)
}

func anyMatches(conditions []string, etag string) bool {
	for _, c := range conditions {
		if matches(c, etag) {
			return true
		}
	}
	return false
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
