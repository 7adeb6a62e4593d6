package fetcher

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"oped"
	"oped/internal/newstest"
)

// encoded applies codings to a body in order. "deflate" is zlib, as it ought to be; "deflate raw" is the form of
// some servers.
func encoded(codings string, body []byte) []byte {
	for c := range strings.SplitSeq(codings, ", ") {
		var b bytes.Buffer
		switch c {
		case "deflate":
			z := zlib.NewWriter(&b)
			z.Write(body)
			z.Close()
		case "deflate raw":
			z, err := flate.NewWriter(&b, flate.DefaultCompression)
			if err != nil {
				panic(err) // the level is a constant
			}
			z.Write(body)
			z.Close()
		default:
			b.Write(newstest.Encode(strings.TrimPrefix(c, "x-"), body))
		}
		body = b.Bytes()
	}
	return body
}

func TestF35EncodingsAreUndone(t *testing.T) {
	body := edition("one")
	for _, c := range []struct{ header, codings string }{
		{"", ""},
		{"identity", ""},
		{"gzip", "gzip"},
		{"x-gzip", "gzip"},
		{"GZIP", "gzip"},
		{"deflate", "deflate"},
		{"deflate", "deflate raw"},
		{"br", "br"},
		{"zstd", "zstd"},
		{"gzip, gzip", "gzip, gzip"},
		{"gzip,br", "gzip, br"},
		{"br, identity , zstd", "br, zstd"},
		{"", "gzip"}, // without a header
	} {
		h := http.Header{}
		if c.header != "" {
			h.Set("Content-Encoding", c.header)
		}
		sent := encoded(c.codings, body)
		r := New(Options{Transport: script(reply{header: h, body: sent})}).Fetch(t.Context(), feedAt(feedURL))
		if r.Err != nil || len(r.Entries) != 1 || r.Entries[0].Title != "one" {
			t.Errorf("%q of %q: %v, %d entries", c.header, c.codings, r.Err, len(r.Entries))
		}
		if r.Bytes != int64(len(sent)) {
			t.Errorf("%q of %q: %d bytes on the wire are counted as %d", c.header, c.codings, len(sent), r.Bytes)
		}
	}
	two := http.Header{"Content-Encoding": {"gzip", "zstd"}}
	s := script(reply{header: two, body: encoded("gzip, zstd", body)})
	r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL))
	if r.Err != nil {
		t.Errorf("two header lines: %v", r.Err)
	}
}

func TestF35BrokenEncodingsAreClearErrors(t *testing.T) {
	body := newstest.RSS("The Paper", newstest.Items("http://paper.example", 0, 50)...)
	half := func(codings string) []byte { b := encoded(codings, body); return b[:len(b)/2] }
	for _, c := range []struct {
		name, header string
		body         []byte
		cut          bool
		kind         oped.Kind
		says         string
	}{
		{"not gzip", "gzip", body, false, oped.Malformed, "gzip"},
		{"not br", "br", body, false, oped.Malformed, "br"},
		{"not zstd", "zstd", body, false, oped.Malformed, "zstd"},
		{"not deflate", "deflate", body, false, oped.Malformed, "deflate"},
		{"gzip called br", "br", encoded("gzip", body), false, oped.Malformed, "br"},
		{"gzip twice, once said", "gzip", encoded("gzip, gzip", body), false, oped.NotFeed, ""},
		{"nothing", "gzip", nil, false, oped.Malformed, "gzip"},
		{"half of gzip", "gzip", half("gzip"), false, oped.Malformed, "gzip"},
		{"half of unsaid gzip", "", half("gzip"), false, oped.Malformed, "gzip"},
		{"half of zlib", "deflate", half("deflate"), false, oped.Malformed, "deflate"},
		{"half of deflate", "deflate", half("deflate raw"), false, oped.Malformed, "deflate"},
		{"half of br", "br", half("br"), false, oped.Malformed, "br"},
		{"half of zstd", "zstd", half("zstd"), false, oped.Malformed, "zstd"},
		{"half of an inner gzip", "gzip, br", encoded("br", half("gzip")), false, oped.Malformed, "gzip"},
		{"gzip whose sum is wrong", "gzip", wrongSum(body), false, oped.Malformed, "gzip"},
		{"gzip, cut off", "gzip", half("gzip"), true, oped.Network, "incomplete answer"},
		{"zlib, cut off", "deflate", half("deflate"), true, oped.Network, "incomplete answer"},
		{"br, cut off", "br", half("br"), true, oped.Network, "incomplete answer"},
		{"zstd, cut off", "zstd", half("zstd"), true, oped.Network, "incomplete answer"},
		{"gzip in br, cut off", "gzip, br", half("gzip, br"), true, oped.Network, "incomplete answer"},
		{"plain, cut off", "", body[:len(body)/2], true, oped.Network, "incomplete answer"},
		{"an unsupported one", "compress", body, false, oped.Malformed, "compress"},
		{"three nested encodings", "gzip, gzip, gzip", encoded("gzip, gzip, gzip", body), false, oped.Malformed,
			"too many"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{}
			if c.header != "" {
				h.Set("Content-Encoding", c.header)
			}
			s := script(reply{header: h, body: c.body, cut: c.cut})
			r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL))
			wantKind(t, r, c.kind)
			if r.Status != http.StatusOK || !strings.Contains(r.Err.Error(), c.says) {
				t.Errorf("status %d, %v", r.Status, r.Err)
			}
		})
	}
}

func wrongSum(body []byte) []byte {
	b := encoded("gzip", body)
	b[len(b)-8] ^= 1
	return b
}

func TestS6TheByteLimitIsExact(t *testing.T) {
	const limit = 3000
	feed := edition("one")
	for n, fits := range map[int]bool{limit - 1: true, limit: true, limit + 1: false, 10 * limit: false} {
		body := append(bytes.Clone(feed), bytes.Repeat([]byte(" "), n-len(feed))...)
		for _, announced := range []int64{-1, int64(n)} {
			f := New(Options{MaxBytes: limit})
			res := &http.Response{Header: http.Header{}, ContentLength: announced, Body: io.NopCloser(&atOnce{body})}
			got, wire, failed := f.body(context.Background(), res, &share{flight: f.flight})
			if fits && (failed != nil || len(got) != n || wire != int64(n)) {
				t.Errorf("%d bytes, %d announced: %v", n, announced, failed)
			}
			if !fits && (failed == nil || failed.Kind != oped.TooLarge || wire > limit+1) {
				t.Errorf("%d bytes, %d announced: %v after %d", n, announced, failed, wire)
			}
		}
	}
}

// atOnce returns the end together with the last bytes, as net/http may.
type atOnce struct{ rest []byte }

func (a *atOnce) Read(p []byte) (int, error) {
	n := copy(p, a.rest)
	if a.rest = a.rest[n:]; len(a.rest) == 0 {
		return n, io.EOF
	}
	return n, nil
}

func FuzzBody(f *testing.F) {
	feed := edition("one")
	for _, c := range []string{"", "gzip", "deflate", "deflate raw", "br", "zstd", "gzip, gzip", "gzip, br"} {
		f.Add(strings.TrimSuffix(c, " raw"), encoded(c, feed))
		f.Add(strings.TrimSuffix(c, " raw"), encoded(c, make([]byte, 1<<17)))
	}
	fetcher := New(Options{MaxBytes: 1 << 16})
	f.Fuzz(func(t *testing.T, coding string, body []byte) {
		res := &http.Response{
			Header:        headers("Content-Encoding", coding),
			ContentLength: -1,
			Body:          io.NopCloser(bytes.NewReader(body)),
		}
		got, wire, failed := fetcher.body(t.Context(), res, &share{flight: fetcher.flight})
		if wire > 1<<16+1 || len(got) > 2<<16 || failed != nil && got != nil {
			t.Errorf("%d bytes of %d on the wire, %v", len(got), wire, failed)
		}
		if failed != nil &&
			(failed.Kind != oped.Malformed && failed.Kind != oped.TooLarge || errors.Unwrap(failed) == nil) {
			t.Errorf("%v", failed)
		}
	})
}
