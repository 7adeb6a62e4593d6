package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// representation is one document as it is served: ready, with its headers, so that serving it costs a lookup and readers never see half of it.
// Nothing of it changes once it is published.
type representation struct {
	mediaType string
	policy    string    // content security policy
	modified  time.Time // zero: unknown
	withdrawn bool      // it tells that what stood here was withdrawn
	cache     string    // Cache-Control, for what has a life of its own; "": until the next fetch
	feed      bool      // readers poll it, and may be asked to do so less often
	plain     encoded
	codings   []encoded // the codings of plain that are smaller than it, the smallest first

	shown *representation // to people who open it in a browser; nil: the same

	always []field // of every answer
	whole  []field // of those with a body, or that would have one
}

// field is a header field, by its canonical name. Its value is shared by all answers: the map of an answer is given it, and nobody changes it.
type field struct {
	name  string
	value []string
}

func (f field) setTo(h http.Header) { h[f.name] = f.value }

// encoded is a body and its entity tag (RFC 9110 §8.8.3). The tag is made of the bytes alone: it is strong, it differs between
// codings, and it is the same after a restart and on another machine.
type encoded struct {
	coding coding
	body   []byte
	etag   string

	tag   field
	whole []field
}

func newEncoded(c coding, body []byte) encoded {
	sum := sha256.Sum256(body)
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
	e := encoded{coding: c, body: body, etag: etag, tag: newField("ETag", etag), whole: []field{newField("Content-Length", strconv.Itoa(len(body)))}}
	if c != identity {
		e.whole = append(e.whole, newField("Content-Encoding", c.String()))
	}
	return e
}

func newField(name, value string) field {
	return field{http.CanonicalHeaderKey(name), []string{value}}
}

// headers prepares what every answer with the representation says.
func (rep *representation) headers() {
	vary := "Accept-Encoding"
	if isXML(rep.mediaType) {
		vary += ", Sec-Fetch-Dest"
	}
	rep.always = []field{newField("Vary", vary)}
	if !rep.modified.IsZero() {
		rep.always = append(rep.always, newField("Last-Modified", rep.modified.Format(http.TimeFormat)))
	}
	rep.whole = []field{
		newField("Content-Type", rep.mediaType), newField("Content-Security-Policy", rep.policy), newField("X-Content-Type-Options", "nosniff"),
		newField("Accept-Ranges", "none"),
	}
	if isPage(rep.mediaType) {
		rep.whole = append(rep.whole, newField("Referrer-Policy", "no-referrer"))
	} else {
		rep.whole = append(rep.whole, newField("Access-Control-Allow-Origin", "*")) // for readers that are pages themselves
	}
}

// undated takes the time of its last change from what may change and bear an earlier one then.
func (rep *representation) undated() {
	rep.modified = time.Time{}
	rep.headers()
}

func isXML(mediaType string) bool {
	return strings.HasPrefix(mediaType, "application/") && strings.Contains(mediaType, "xml;")
}

// asXML is a feed for a browser that is to show it: only what calls itself XML is shown by its style sheet. It is another representation of the same bytes,
// so its entity tags are others.
func (rep *representation) asXML() *representation {
	x := *rep
	x.mediaType = "application/xml; charset=utf-8"
	x.plain = x.plain.tagged("x")
	x.codings = slices.Clone(rep.codings)
	for i := range x.codings {
		x.codings[i] = x.codings[i].tagged("x")
	}
	x.headers()
	return &x
}

// tagged is the same under an entity tag with a mark.
func (e encoded) tagged(mark string) encoded {
	e.etag = `"` + mark + e.etag[1:]
	e.tag = newField("ETag", e.etag)
	return e
}

func isPage(mediaType string) bool { return strings.HasPrefix(mediaType, "text/html") }

// zipper makes representations, in all codings at once. It keeps what compresses, which needs much memory; one goroutine at a time may use it.
type zipper struct {
	gzip   *gzip.Writer
	brotli *brotli.Writer
	zstd   *zstd.Encoder

	idle bool // nobody is sent what it makes, and nothing is compressed
}

const (
	// brotliLevel is the first one that looks for matches in more than one place: a fifth smaller than the level before, a third slower.
	brotliLevel = 5
	// gzipLevel gives three per cent more than the standard library does, in less than half of the time.
	gzipLevel = 6
	// zstdWindow is as large as our largest feeds: a larger one would be memory that no match is found in.
	zstdWindow = 512 << 10
	// brotliWindow is the same, as a power of two: by itself brotli takes 4 MiB, and twice that in memory.
	brotliWindow = 19
)

func newZipper() *zipper {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow), zstd.WithLowerEncoderMem(true))
	if err != nil {
		panic(err) // options that do not fit together
	}
	g, err := gzip.NewWriterLevel(nil, gzipLevel)
	if err != nil {
		panic(err) // there is no such level
	}
	return &zipper{gzip: g, brotli: brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: brotliLevel, LGWin: brotliWindow}), zstd: z}
}

func (z *zipper) representation(mediaType, policy string, modified time.Time, body []byte) (*representation, error) {
	rep := &representation{
		mediaType: mediaType, policy: policy, modified: modified.UTC().Truncate(time.Second), plain: newEncoded(identity, body),
		feed: strings.HasPrefix(mediaType, "application/"),
	}
	rep.headers()
	if err := z.encode(rep); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if isXML(mediaType) {
		rep.shown = rep.asXML()
	}
	return rep, nil
}

// encode makes the codings of a representation, all at the same time.
func (z *zipper) encode(rep *representation) error {
	if z.idle {
		return nil
	}
	body := rep.plain.body
	order := [...]coding{brotliCoding, zstdCoding, gzipCoding} // of two that are as small, the first stands first
	var made [len(order)]encoded
	var errs [len(order)]error
	var all sync.WaitGroup
	for i, c := range order {
		all.Go(func() {
			var small []byte
			small, errs[i] = z.compress(c, body)
			made[i] = newEncoded(c, small)
		})
	}
	all.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	for _, e := range made {
		if len(e.body) < len(body) {
			rep.codings = append(rep.codings, e)
		}
	}
	slices.SortStableFunc(rep.codings, func(a, b encoded) int { return len(a.body) - len(b.body) })
	return nil
}

// is tells whether this is a document, to the byte, and is served alike.
func (rep *representation) is(mediaType, policy string, modified time.Time, body []byte) bool {
	return rep != nil && rep.mediaType == mediaType && rep.policy == policy && rep.modified.Equal(modified.Truncate(time.Second)) && bytes.Equal(rep.plain.body, body)
}

// compress gives the same bytes for the same body, whatever was compressed before.
func (z *zipper) compress(c coding, body []byte) ([]byte, error) {
	if c == zstdCoding {
		return z.zstd.EncodeAll(body, nil), nil
	}
	var small bytes.Buffer
	var w interface {
		Write([]byte) (int, error)
		Close() error
	}
	if c == brotliCoding {
		z.brotli.Reset(&small)
		w = z.brotli
	} else {
		z.gzip.Reset(&small)
		w = z.gzip
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return small.Bytes(), nil
}
