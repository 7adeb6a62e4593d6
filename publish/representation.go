package publish

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
)

// representation is a page as it is served: its headers, its body once it is rendered, and its codings once a reader asks for one.
type representation struct {
	page Page

	always []field // of every answer
	whole  []field // of those with a body, or that would have one

	mu   sync.Mutex
	body [codings][]byte // nil: not made yet
}

// field is a header field, by its canonical name. Its value is shared by all answers, and nobody changes it.
type field struct {
	name  string
	value []string
}

func (f field) setTo(h http.Header) { h[f.name] = f.value }

func newField(name, value string) field {
	return field{http.CanonicalHeaderKey(name), []string{value}}
}

// newRepresentation prepares what every answer with a page says.
func newRepresentation(p *Page) *representation {
	rep := &representation{page: *p}
	m := &rep.page.Meta
	vary := "Accept-Encoding"
	if isXML(m.MediaType) {
		vary += ", Sec-Fetch-Dest"
	}
	rep.always = []field{newField("Vary", vary)}
	if !m.Modified.IsZero() {
		rep.always = append(rep.always, newField("Last-Modified", m.Modified.UTC().Format(http.TimeFormat)))
	}
	rep.whole = []field{
		newField("Content-Security-Policy", m.Policy),
		newField("X-Content-Type-Options", "nosniff"),
		newField("Accept-Ranges", "none"),
	}
	if isPage(m.MediaType) {
		rep.whole = append(rep.whole, newField("Referrer-Policy", "no-referrer"))
	} else {
		rep.whole = append(rep.whole, newField("Access-Control-Allow-Origin", "*")) // for readers that are pages themselves
	}
	return rep
}

// etag is the entity tag of a coding (RFC 9110 §8.8.3). It is strong, it differs between codings, and it is the same after a restart and on another
// machine. What a browser shows instead of reading it is another representation of the same bytes, with another tag.
func (rep *representation) etag(c coding, shown bool) string {
	tag := string(rep.page.Version) + c.mark()
	if shown {
		tag = "x" + tag
	}
	return `"` + tag + `"`
}

// render makes the plain body.
func (rep *representation) render(ctx context.Context) error {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	if rep.body[identity] != nil {
		return nil
	}
	var b bytes.Buffer
	if err := rep.page.Render(ctx, &b); err != nil {
		return err
	}
	rep.body[identity] = b.Bytes()
	rep.page.Render = nil // it may hold rows
	return nil
}

// plain is the body, which was rendered.
func (rep *representation) plain() []byte {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	return rep.body[identity]
}

// encoded is the body in a coding. It is made once.
func (rep *representation) encoded(e *encoder, c coding) ([]byte, error) {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	if rep.body[c] == nil {
		small, err := e.encode(c, rep.body[identity])
		if err != nil {
			return nil, err
		}
		rep.body[c] = small
	}
	return rep.body[c], nil
}

// pays reports whether a coding makes the body smaller. Of a page that was not rendered it is not known, and most are.
func (rep *representation) pays(e *encoder, c coding) bool {
	plain := rep.plain()
	if plain == nil || c == identity {
		return true
	}
	small, err := rep.encoded(e, c)
	return err == nil && len(small) < len(plain)
}

// size is about how much memory the representation takes.
func (rep *representation) size() int {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	n := 1024
	for _, b := range rep.body {
		n += cap(b)
	}
	return n
}

// mediaType is that of an answer. Only what calls itself XML is shown by its style sheet in a browser.
func (rep *representation) mediaType(shown bool) string {
	if shown {
		return "application/xml; charset=utf-8"
	}
	return rep.page.Meta.MediaType
}

// isFeed reports whether readers poll the page, and may be asked to do so less often.
func (rep *representation) isFeed() bool {
	return strings.HasPrefix(rep.page.Meta.MediaType, "application/")
}

func isXML(mediaType string) bool {
	return strings.HasPrefix(mediaType, "application/") && strings.Contains(mediaType, "xml;")
}

func isPage(mediaType string) bool { return strings.HasPrefix(mediaType, "text/html") }
