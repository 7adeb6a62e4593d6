package fetcher

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"oped"
)

const (
	maxRatio   = 100     // decoded to wire size, for a decoded body longer than ratioFrom
	ratioFrom  = 1 << 20 // bytes
	minRate    = 200     // bytes per second, for a body that takes longer than rateAfter
	rateAfter  = 10 * time.Second
	maxCodings = 2       // nested encodings
	zstdWindow = 8 << 20 // maximum window of a frame in bytes (RFC 9659)
)

// gzipMagic begins a gzip member.
var gzipMagic = []byte{0x1f, 0x8b}

// body reads a response within the limits on bytes, ratio and rate, and decodes its Content-Encoding.
func (f *Fetcher) body(ctx context.Context, res *http.Response, share *share) ([]byte, int64, *oped.FetchError) {
	if res.ContentLength > f.o.MaxBytes {
		return nil, 0, tooLarge("Content-Length is %d bytes, over the limit of %d", res.ContentLength, f.o.MaxBytes)
	}
	wire := &wireReader{
		r:     res.Body,
		limit: f.o.MaxBytes,
		now:   f.o.Now,
		began: f.o.Now(),
	}
	r, closers, err := f.decode(wire, codings(res.Header))
	defer func() {
		for _, c := range closers {
			c()
		}
	}()
	if err == nil {
		var body []byte
		limit := f.o.MaxBytes
		if _, coded := r.(*decoding); coded {
			limit *= 2
		} else if res.ContentLength > 0 {
			limit = res.ContentLength
		}
		if body, err = readAll(ctx, r, wire, int(res.ContentLength), limit+1, share); err == nil {
			return body, wire.n, nil
		}
	}
	return nil, wire.n, bodyError(ctx, err)
}

func tooLarge(format string, args ...any) *oped.FetchError {
	return &oped.FetchError{Kind: oped.TooLarge, Err: fmt.Errorf(format, args...)}
}

func bodyError(ctx context.Context, err error) *oped.FetchError {
	var failed *oped.FetchError
	if errors.As(err, &failed) {
		return failed
	}
	var coding *codingError
	if errors.As(err, &coding) {
		return &oped.FetchError{Kind: oped.Malformed, Err: coding}
	}
	return diagnose(ctx, fmt.Errorf("incomplete answer: %w", err))
}

// registered are the content codings besides identity, with their aliases (RFC 9110 §16.6.1). decoder knows some.
var registered = []string{
	"aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "gzip", "pack200-gzip", "x-compress", "x-gzip", "zstd",
}

// codings returns the content codings of a response in the order of application (RFC 9110 §8.4). Other words, such as
// utf-8, none and aws-chunked, name no coding of the body.
func codings(h http.Header) []string {
	var all []string
	for _, line := range h.Values("Content-Encoding") {
		for c := range strings.SplitSeq(line, ",") {
			c, _, _ = strings.Cut(c, ";")
			if c = strings.ToLower(strings.Trim(c, " \t\"'")); slices.Contains(registered, c) {
				all = append(all, c)
			}
		}
	}
	return all
}

// codingError is the error for an undecodable body.
type codingError struct {
	coding string
	err    error
}

func (e *codingError) Error() string {
	return fmt.Sprintf("invalid %s encoding: %v", e.coding, e.err)
}
func (e *codingError) Unwrap() error { return e.err }

// decode wraps a body in decoders for its codings, the last coding first. It also decodes an undeclared gzip body.
func (f *Fetcher) decode(wire *wireReader, all []string) (r io.Reader, closers []func(), err error) {
	if len(all) > maxCodings {
		return nil, nil, &codingError{strings.Join(all, ", "), errors.New("too many nested encodings")}
	}
	buffered := bufio.NewReaderSize(wire, 32<<10)
	r = buffered
	if len(all) == 0 {
		if magic, _ := buffered.Peek(2); bytes.Equal(magic, gzipMagic) {
			all = []string{"gzip"}
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		decoded, closer, err := decoder(all[i], r)
		if err != nil {
			return nil, closers, codingOf(all[i], err)
		}
		r = &decoding{
			r:      decoded,
			wire:   wire,
			coding: all[i],
			limit:  2 * f.o.MaxBytes,
		}
		if closer != nil {
			closers = append(closers, closer)
		}
	}
	return r, closers, nil
}

// decoder returns a reader that undoes one coding, and a function to call at the end, or nil.
func decoder(coding string, r io.Reader) (io.Reader, func(), error) {
	switch coding {
	case "gzip", "x-gzip":
		z, err := newMembers(r)
		return z, nil, err
	case "deflate":
		b := bufio.NewReader(r)
		if head, _ := b.Peek(2); len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			z, err := zlib.NewReader(b)
			return z, nil, err
		}
		return flate.NewReader(b), nil, nil
	case "br":
		return brotli.NewReader(r), nil, nil
	case "zstd":
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}
	return nil, nil, errors.New("unsupported encoding")
}

// members decodes the members of a gzip body (RFC 1952 §2.2). It ignores other bytes after a member.
type members struct {
	*gzip.Reader
	rest *bufio.Reader
}

func newMembers(r io.Reader) (*members, error) {
	rest := bufio.NewReader(r)
	z, err := gzip.NewReader(rest)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{z, rest}, nil
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	if err != io.EOF {
		return n, err
	}
	magic, err := m.rest.Peek(2)
	if bytes.Equal(magic, gzipMagic) {
		err = m.Reset(m.rest)
		m.Multistream(false)
		return n, err
	}
	return n, cmp.Or(err, io.EOF)
}

// isPastEnd reports whether a decoder found other bytes after the end of its data. A gzip or deflate stream ends
// before them.
func isPastEnd(err error) bool {
	return errors.Is(err, zstd.ErrMagicMismatch) || err.Error() == "brotli: excessive input"
}

// decoding limits the output of one layer of decoding: an outer coding might blow up to data that the inner one
// shrinks again. It names the coding in errors of its decoder and passes errors of the wire unchanged.
type decoding struct {
	r        io.Reader
	wire     *wireReader
	coding   string
	n, limit int64
}

func (d *decoding) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if d.n += int64(n); d.n > d.limit {
		return n, tooLarge("decoded body exceeds %d bytes", d.limit)
	}
	if d.n > ratioFrom && d.n > maxRatio*d.wire.n {
		return n, tooLarge("%d bytes decode to more than %d", d.wire.n, d.n)
	}
	switch {
	case err == nil || err == io.EOF:
	case d.n > 0 && isPastEnd(err):
		err = io.EOF
	default:
		err = codingOf(d.coding, err)
	}
	return n, err
}

func codingOf(coding string, err error) error {
	var failed *oped.FetchError
	var wire *wireError
	if errors.As(err, &failed) || errors.As(err, &wire) {
		return err
	}
	return &codingError{coding, err}
}

// wireError is an error of the connection.
type wireError struct{ err error }

func (e *wireError) Error() string { return e.err.Error() }
func (e *wireError) Unwrap() error { return e.err }

// wireReader counts received bytes and stops a body that is too long or too slow.
type wireReader struct {
	r        io.Reader
	n        int64 // bytes read from it
	received int64 // bytes received, including those in ahead
	limit    int64
	now      func() time.Time
	began    time.Time
	ahead    []byte // received before being read
	aheadErr error  // the error after ahead
}

func (w *wireReader) Read(p []byte) (n int, err error) {
	switch {
	case len(w.ahead) > 0:
		n = copy(p, w.ahead)
		w.ahead = w.ahead[n:]
	case w.aheadErr != nil:
		err = w.aheadErr
	default:
		n, err = w.receive(p)
	}
	w.n += int64(n)
	return n, err
}

// readAhead receives up to limit unread bytes. It keeps an error for the reader, after these bytes.
func (w *wireReader) readAhead(limit int) {
	for w.aheadErr == nil && len(w.ahead) < limit {
		w.ahead = slices.Grow(w.ahead, 4<<10)
		n, err := w.receive(w.ahead[len(w.ahead):cap(w.ahead)])
		w.ahead, w.aheadErr = w.ahead[:len(w.ahead)+n], err
	}
}

func (w *wireReader) receive(p []byte) (int, error) {
	n, err := w.r.Read(p[:min(len(p), int(w.limit-w.received)+1)])
	if w.received += int64(n); w.received > w.limit {
		return n, tooLarge("body exceeds %d bytes", w.limit)
	}
	if err != nil && err != io.EOF {
		return n, &wireError{err}
	}
	if took := w.now().Sub(w.began); err == nil && took > rateAfter && float64(w.received) < minRate*took.Seconds() {
		return n, &oped.FetchError{
			Kind: oped.Timeout,
			Err:  fmt.Errorf("%d bytes in %v is too slow", w.received, took.Round(time.Second)),
		}
	}
	return n, err
}

// readAll reads a body of at most limit bytes. It does not trust a long Content-Length. A body that proves long
// waits for permission, and then gets memory in two steps, so that little is copied and most is used. Before that,
// readAll receives as many bytes as it may hold without permission. So a server trickling a small body with a huge
// decoded size blocks nobody else.
func readAll(
	ctx context.Context, r io.Reader, wire *wireReader, announced int, limit int64, share *share,
) ([]byte, error) {
	buf := make([]byte, 0, max(4<<10, min(announced+1, oped.LongResponse)))
	for {
		switch {
		case len(buf) >= oped.LongResponse && !share.held:
			wire.readAhead(oped.LongResponse)
			if err := share.take(ctx); err != nil {
				return nil, err
			}
			defer share.hurry(ctx)()
			buf = append(make([]byte, 0, min(int(limit), 8*oped.LongResponse)), buf...)
		case len(buf) == cap(buf) && share.held && len(buf) < int(limit):
			buf = append(make([]byte, 0, limit), buf...)
		case len(buf) == cap(buf) && len(buf) < oped.LongResponse:
			// doubling copies less than the steps of append
			buf = slices.Grow(buf, min(len(buf), oped.LongResponse-len(buf)))
		case len(buf) == cap(buf):
			buf = slices.Grow(buf, 1)
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
