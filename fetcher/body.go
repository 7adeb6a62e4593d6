package fetcher

import (
	"bufio"
	"bytes"
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
	maxRatio   = 100     // decoded to wire, once the decoded body is longer than ratioFrom
	ratioFrom  = 1 << 20 // bytes
	minRate    = 200     // bytes a second, once a body has taken rateAfter
	rateAfter  = 10 * time.Second
	maxCodings = 2       // encodings on top of each other
	zstdWindow = 8 << 20 // bytes of memory that a frame may ask for (RFC 9659)
)

// body reads a response within the limits of bytes, ratio and rate, and undoes its Content-Encoding.
func (f *Fetcher) body(ctx context.Context, res *http.Response, share *share) ([]byte, int64, *oped.FetchError) {
	if res.ContentLength > f.o.MaxBytes {
		return nil, 0, tooLarge("%d bytes are announced, %d are the limit", res.ContentLength, f.o.MaxBytes)
	}
	wire := &wireReader{r: res.Body, limit: f.o.MaxBytes, now: f.o.Now, began: f.o.Now()}
	r, closers, err := f.undo(wire, codings(res.Header))
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
	return diagnose(ctx, fmt.Errorf("the answer broke off: %w", err))
}

// codings are the content codings of a response, in the order in which they were applied (RFC 9110 §8.4).
func codings(h http.Header) []string {
	var all []string
	for _, line := range h.Values("Content-Encoding") {
		for c := range strings.SplitSeq(line, ",") {
			if c = strings.ToLower(strings.TrimSpace(c)); c != "" && c != "identity" {
				all = append(all, c)
			}
		}
	}
	return all
}

// codingError is an encoded body that cannot be decoded.
type codingError struct {
	coding string
	err    error
}

func (e *codingError) Error() string {
	return fmt.Sprintf("the %s encoding is broken: %v", e.coding, e.err)
}
func (e *codingError) Unwrap() error { return e.err }

// undo wraps a body in what undoes its codings, the last one first. A body that is gzip without saying so is undone as well.
func (f *Fetcher) undo(wire *wireReader, all []string) (r io.Reader, closers []func(), err error) {
	if len(all) > maxCodings {
		return nil, nil, &codingError{strings.Join(all, ", "), errors.New("too many encodings on top of each other")}
	}
	buffered := bufio.NewReaderSize(wire, 32<<10)
	r = buffered
	if len(all) == 0 {
		if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
			all = []string{"gzip"}
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		decoded, closer, err := decoder(all[i], r)
		if err != nil {
			return nil, closers, codingOf(all[i], err)
		}
		r = &decoding{r: decoded, wire: wire, coding: all[i], limit: 2 * f.o.MaxBytes}
		if closer != nil {
			closers = append(closers, closer)
		}
	}
	return r, closers, nil
}

// decoder undoes one coding; what it gives to call at the end may be nil.
func decoder(coding string, r io.Reader) (io.Reader, func(), error) {
	switch coding {
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(r)
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
	return nil, nil, errors.New("we did not ask for it and cannot undo it")
}

// decoding ends what decodes to too much, layer by layer: an outer coding might blow up to what an inner one makes nothing of. It names
// the coding in errors of its decoder; those of the wire pass as they are.
type decoding struct {
	r        io.Reader
	wire     *wireReader
	coding   string
	n, limit int64
}

func (d *decoding) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if d.n += int64(n); d.n > d.limit {
		return n, tooLarge("more than %d bytes when decoded", d.limit)
	}
	if d.n > ratioFrom && d.n > maxRatio*d.wire.n {
		return n, tooLarge("%d bytes blow up to more than %d", d.wire.n, d.n)
	}
	if err != nil && err != io.EOF {
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

// wireReader counts what comes, and ends what is too much or too slow.
type wireReader struct {
	r        io.Reader
	n        int64 // bytes that were read from it
	came     int64 // bytes that came, some of which may be ahead
	limit    int64
	now      func() time.Time
	began    time.Time
	ahead    []byte // came before they were asked for
	aheadErr error  // came after them
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

// readAhead receives up to so many bytes that nobody has asked for yet. An error among them is the reader's, once it has read what came before.
func (w *wireReader) readAhead(limit int) {
	for w.aheadErr == nil && len(w.ahead) < limit {
		w.ahead = slices.Grow(w.ahead, 4<<10)
		n, err := w.receive(w.ahead[len(w.ahead):cap(w.ahead)])
		w.ahead, w.aheadErr = w.ahead[:len(w.ahead)+n], err
	}
}

func (w *wireReader) receive(p []byte) (int, error) {
	n, err := w.r.Read(p[:min(len(p), int(w.limit-w.came)+1)])
	if w.came += int64(n); w.came > w.limit {
		return n, tooLarge("more than %d bytes", w.limit)
	}
	if err != nil && err != io.EOF {
		return n, &wireError{err}
	}
	if took := w.now().Sub(w.began); err == nil && took > rateAfter && float64(w.came) < minRate*took.Seconds() {
		return n, &oped.FetchError{Kind: oped.Timeout, Err: fmt.Errorf("%d bytes in %v is too slow", w.came, took.Round(time.Second))}
	}
	return n, err
}

// readAll reads a body of at most so many bytes to its end. What announces itself as long is not believed beforehand; once it is long, it
// waits for its turn and gets memory in two steps, so that little is copied and most is used. It comes before its turn as far as it may be
// held freely: a server that lets little that blows up to much trickle keeps nobody else waiting.
func readAll(ctx context.Context, r io.Reader, wire *wireReader, announced int, limit int64, share *share) ([]byte, error) {
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
		case len(buf) == cap(buf) && len(buf) < oped.LongResponse: // twice as much, which copies less than append's steps do
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
