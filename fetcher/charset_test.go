package fetcher

import (
	"net/http"
	"strings"
	"testing"
)

// TestCharsets_Override checks that the configured charset of a feed overrides its documents, and that a document
// with a warning but without loss keeps its validators.
func TestCharsets_Override(t *testing.T) {
	const at = "http://paper.example/"
	s := pages(map[string]reply{at: {
		header: headers("ETag", `"1"`),
		body:   []byte("<rss><channel><item><title>\xc7\xe1\xd1</title></item></channel></rss>"),
	}})
	for charset, want := range map[string]string{"windows-1256": "الر", "windows-1251": "\u0417\u0431\u0421"} {
		r := New(Options{Transport: s, Charsets: map[string]string{at: charset}}).Fetch(t.Context(), feedAt(at))
		if r.Err != nil || len(r.Entries) != 1 || r.Entries[0].Title != want || r.Warning != "" {
			t.Errorf("%s: %v, %q, %v", charset, r.Err, r.Warning, r.Entries)
		}
	}
	r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(at))
	if !strings.Contains(r.Warning, "read as ") || r.Validators.ETag != `"1"` {
		t.Errorf("%q, %+v", r.Warning, r.Validators)
	}
}

// TestCharsets_Changed checks that a changed charset reads the same document again, at the next fetch and once.
func TestCharsets_Changed(t *testing.T) {
	const at = "http://paper.example/"
	for _, header := range []string{"ETag", "X-None"} {
		s := &site{response: func(_ int, r *http.Request) reply {
			if r.Header.Get("If-None-Match") != "" {
				return reply{status: http.StatusNotModified}
			}
			return reply{
				header: headers(header, `"1"`),
				body:   []byte("<rss><channel><item><title>\xc7\xe1\xd1</title></item></channel></rss>"),
			}
		}}
		feed := feedAt(at)
		for _, c := range []struct{ charset, title string }{
			{"windows-1251", "\u0417\u0431\u0421"}, {"windows-1251", ""}, {"windows-1256", "الر"}, {"windows-1256", ""},
			{"", "ÇáÑ"}, {"", ""},
		} {
			r := New(Options{Transport: s, Charsets: map[string]string{at: c.charset}}).Fetch(t.Context(), feed)
			if r.Err != nil || r.Read() != (c.title != "") || c.title != "" && r.Entries[0].Title != c.title {
				t.Errorf("%s, %q: %v, read: %v, %v", header, c.charset, r.Err, r.Read(), r.Entries)
			}
			feed.Validators, feed.BodyHash = r.Validators, r.BodyHash
			if r.Read() {
				feed.Parser = r.Document.Parser
			}
		}
	}
}
