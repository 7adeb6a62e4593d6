package fetcher

import (
	"bytes"
	"net/http"
	"testing"

	"oped"
	"oped/internal/newstest"
)

// repeat concatenates copies of a coded body: gzip and zstd decode the copies as more of the same.
func repeat(coding string, body []byte, limit int) []byte {
	one := newstest.Encode(coding, body)
	return bytes.Repeat(one, max(1, limit/len(one)))
}

func TestS6DecompressionBombsAreStopped(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	zeros := make([]byte, 8<<20)
	for _, c := range []struct {
		name, header string
		body         []byte
	}{
		{"10 KB of gzip make 7 MB", "gzip", newstest.Encode("gzip", zeros[:7<<20])},
		{"9 MB of gzip make 9 GB", "gzip", repeat("gzip", zeros, 9<<20)},
		{"9 MB of unsaid gzip", "", repeat("gzip", zeros, 9<<20)},
		{"some bytes of br make 8 MB", "br", newstest.Encode("br", zeros)},
		{"9 MB of zstd", "zstd", repeat("zstd", zeros, 9<<20)},
		{"gzip in gzip", "gzip, gzip", newstest.Encode("gzip", repeat("gzip", zeros, 9<<20))},
		{"br in gzip", "br, gzip", newstest.Encode("gzip", newstest.Encode("br", zeros))},
		{"a million empty gzips in gzip", "gzip, gzip", repeat("gzip", repeat("gzip", nil, 4<<20), 9<<20)},
		{"a million empty gzips in br", "gzip, br", newstest.Encode("br", repeat("gzip", nil, 16<<20))},
		{"more than 10 MB of nothing special", "", bytes.Repeat([]byte("<!-- -->"), 11<<20/8)},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{}
			if c.header != "" {
				h.Set("Content-Encoding", c.header)
			}
			f := New(Options{Transport: script(reply{header: h, body: c.body})})
			r := f.Fetch(t.Context(), feedAt(feedURL))
			wantKind(t, r, oped.TooLarge)
			if r.Status != http.StatusOK || r.Next.Sub(r.At) < daily {
				t.Errorf("status %d, next after %v", r.Status, r.Next.Sub(r.At))
			}
			t.Logf("%v: %d bytes were read of %d", r.Err, r.Bytes, len(c.body))
			limit := int64(64 << 10) // a bomb is known by its beginning
			if bytes.HasPrefix(c.body, []byte("<")) {
				limit = defaultMaxBytes + 1
			}
			if r.Bytes > limit {
				t.Errorf("%d bytes were read, at most %d are allowed", r.Bytes, limit)
			}
		})
	}
}

func TestS6AnAnnouncedLengthCostsNothing(t *testing.T) {
	s := &socket{response: says("200 OK", "", edition("one"))}
	transport := s.transport()
	defer s.end(transport)
	r := New(Options{Transport: transport, MaxBytes: 100}).Fetch(t.Context(), feedAt(feedURL))
	wantKind(t, r, oped.TooLarge)
	if r.Bytes != 0 {
		t.Errorf("read %d bytes of what was too long from the start", r.Bytes)
	}
}
