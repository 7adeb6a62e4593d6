package fetcher

import (
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
